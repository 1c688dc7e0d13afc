"""Chat channels and what is said in them."""

from datetime import datetime

import strawberry

from connectors.domain import chat as domain
from connectors.domain.chat import ChannelMessagesAsked
from schema.arguments import After, First
from schema.context import Info, load, report
from schema.enums import Service
from schema.loaders.chat import channel_messages, channels, messages
from schema.loaders.merging import At
from schema.relay import (
    Connection,
    Node,
    dated_connection,
    dated_page,
    host_connection,
    host_page,
    merged_connection,
    node_id,
)
from schema.scalars import URL


@strawberry.type(description="Something said in a channel.")
class Message(Node):
    """From any chat service."""

    service: Service = strawberry.field(description="Which chat service.")
    channel: str = strawberry.field(description="The name of the channel in which it was said.")
    author: str | None = strawberry.field(description="Who said it; null where the service does not tell.")
    text: str = strawberry.field(description="What was said, without markup.")
    created_at: datetime = strawberry.field(description="When it was said.")
    url: URL | None = strawberry.field(description="Where people read it.")

    @classmethod
    def of(cls, noun: domain.Message) -> "Message":
        """The graph's message of a domain's."""
        return cls(
            id=node_id("Message", noun.service, noun.external_id),
            service=noun.service,
            channel=noun.channel,
            author=noun.author,
            text=noun.text,
            created_at=noun.created_at,
            url=URL(noun.url) if noun.url else None,
        )


@strawberry.type(description="A place to talk.")
class Channel:
    """On one chat service."""

    id: strawberry.ID = strawberry.field(description="Opaque, and unique over all services; messages are sent to it.")
    name: str = strawberry.field(description="What people call it.")
    topic: str | None = strawberry.field(description="What it is about.")
    members: int | None = strawberry.field(description="How many are in it.")
    place: strawberry.Private[At[str]]

    @strawberry.field(description="What was said in it, newest first, as far as we are let in.")
    async def messages(self, info: Info, first: First = 20, after: After = None) -> Connection[Message] | None:
        """One batch for all channels."""
        asked = ChannelMessagesAsked(self.place.what, dated_page(first, after))
        found = await load(info, channel_messages, At(self.place.service, asked))
        return dated_connection(Message.of, found, asked.page) if found else None

    @classmethod
    def of(cls, noun: domain.Channel) -> "Channel":
        """The graph's channel of a domain's."""
        return cls(
            id=node_id("Channel", noun.service, noun.external_id),
            name=noun.name,
            topic=noun.topic,
            members=noun.members,
            place=At(noun.service, noun.external_id),
        )


async def message_page(info: Info, asked: domain.MessagesAsked) -> Connection[Message]:
    """A page of a customer's messages; chat services that failed are reported beside those that answered."""
    found = await load(info, messages, asked)
    report(info, found.failures)
    return merged_connection(Message.of, found, asked.page)


async def channel_page(info: Info, first: int | None, after: str | None) -> Connection[Channel] | None:
    """A page of the channels of the chat service that is connected, with that service's own cursors."""
    service = next(iter(info.context.sources.chat), None)
    if service is None:
        return None
    page = host_page(first, after)
    found = await load(info, channels, At(service, page))
    return host_connection(Channel.of, found, page) if found else None
