"""Batches of channels and messages, over every chat service.

What only one service has (its channels, what was said in one of them) comes from the service that is named in the key.
"""

from collections.abc import Sequence

from connectors.domain.chat import Channel, ChannelMessagesAsked, Message, MessagesAsked
from connectors.domain.code import HostPage, HostSlice
from connectors.domain.errors import ConnectorError
from connectors.domain.page import Slice
from connectors.sources import Sources
from schema.loaders.merging import At, Found, at, merged


async def channels(sources: Sources, keys: Sequence[At[HostPage]]) -> list[HostSlice[Channel] | ConnectorError | None]:
    """In the service's own order."""
    return await at(sources.chat, keys, lambda source, pages: source.channels(pages))


async def channel_messages(
    sources: Sources, keys: Sequence[At[ChannelMessagesAsked]]
) -> list[Slice[Message] | ConnectorError | None]:
    """Newest first."""
    return await at(sources.chat, keys, lambda source, asked: source.channel_messages(asked))


async def messages(sources: Sources, asked: Sequence[MessagesAsked]) -> list[Found[Message] | ConnectorError]:
    """Newest first, over every chat service."""
    return await merged(sources.chat, asked, lambda source, keys: source.messages(keys))


async def message_by_id(sources: Sources, keys: Sequence[At[str]]) -> list[Message | ConnectorError | None]:
    """None where there is no such message."""
    return await at(sources.chat, keys, lambda source, ids: source.messages_by_id(ids))
