"""Slack, as a source of channels and messages: https://docs.slack.dev/reference/methods."""

import asyncio
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from connectors.api import Api
from connectors.domain.answers import Answers
from connectors.domain.chat import Channel, ChannelMessagesAsked, Message, MessagesAsked, NewMessage
from connectors.domain.code import HostPage, HostSlice
from connectors.domain.errors import ConnectorError, Rejected
from connectors.domain.offer import Offer
from connectors.domain.page import Position, Slice
from connectors.domain.service import Service
from connectors.fan_out import fan_out
from connectors.paging import collect
from connectors.slack import wire
from connectors.slack.calls import Calls
from connectors.slack.said import Look, Said, place

CHANNELS = 30  # that are looked through for one person's messages; 50 calls a minute are allowed
_TICK = timedelta(microseconds=1)

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class _Names:
    """What ids stand for, and where the workspace is; what could not be read is missing."""

    channels: Mapping[str, str]
    authors: Mapping[str, str]
    workspace: str | None

    def message(self, said: Said) -> Message:
        author = wire.spoken_for(said.body) or self.authors.get(said.body.user or "")
        return said.message(self.channels.get(said.channel), author, self.workspace)

    def slice(self, found: Slice[Said]) -> Slice[Message]:
        return Slice(tuple(self.message(said) for said in found.items), found.horizon)


class Slack:
    """A `ChatSource` and a `Messenger`. There is no history by person: channels are read once for a whole batch."""

    def __init__(self, api: Api) -> None:
        self._calls = Calls(api)

    @property
    def offer(self) -> Offer:
        """Channels and messages, and messages to be sent."""
        return Offer(chat=self, messenger=self)

    async def ping(self) -> None:
        """Asks who we are."""
        await self._calls.workspace()

    async def warm(self) -> None:
        """The address of the workspace, which stands in every message's link."""
        await self._calls.workspace()

    async def channels(self, asked: Sequence[HostPage]) -> Answers[HostPage, HostSlice[Channel]]:
        """A call for every 999 channels."""
        return await fan_out(asked, self._channel_page)

    async def messages(self, asked: Sequence[MessagesAsked]) -> Answers[MessagesAsked, Slice[Message]]:
        """The newest 200 messages of each channel that the bot is in, read once for everybody who asks from one place.

        Of more than 30 channels, the 30 with the most members are read. Where the messages of a page lie further back,
        the horizon says how far was looked, and the next page looks on from there. Answers in threads are not in it.
        """
        users = {one: one.ref.link(Service.SLACK) for one in asked}
        starts = {one.page.after for one, user in users.items() if user}
        try:
            channels = await self._channels() if starts else []
        except ConnectorError as error:
            return {one: error if user else Slice(()) for one, user in users.items()}
        ours = _most_read(channels)
        looks = await fan_out(starts, lambda after: self._look(ours, after))
        found = {one: _found(one, user, looks) for one, user in users.items()}
        return await self._named(found, channels)

    async def channel_messages(
        self, asked: Sequence[ChannelMessagesAsked]
    ) -> Answers[ChannelMessagesAsked, Slice[Message]]:
        """A channel at a time, 200 messages a call."""
        return await self._named(await fan_out(asked, self._channel_messages))

    async def messages_by_id(self, ids: Sequence[str]) -> Answers[str, Message | None]:
        """One at a time."""
        found = await fan_out(filter(place, ids), self._calls.message)
        there = [said for said in found.values() if isinstance(said, Said)]
        names = await self._names(there) if there else _Names({}, {}, None)
        known = {id: names.message(said) if isinstance(said, Said) else said for id, said in found.items()}
        return {id: known.get(id) for id in ids}

    async def members_by_email(self, emails: Sequence[str]) -> Answers[str, str | None]:
        """One at a time."""
        return await fan_out(emails, self._calls.member)

    async def send_message(self, new: NewMessage, key: str) -> Message:  # noqa: ARG002 - Slack documents no such keys
        """What the message is shown with is read before it is sent, so that nothing can fail once it is said."""
        names = await self._names([])
        said = await self._calls.post(new.channel, new.text)
        return _Names(names.channels, await self._authors([said]), names.workspace).message(said)

    async def _channel_page(self, page: HostPage) -> HostSlice[Channel]:
        """Our cursor is the last channel's id, and Slack's cursor of the page that it was on."""
        last, _, cursor = (page.after or "").partition(" ")
        items: list[tuple[Channel, str]] = []
        async for here, bodies in self._calls.channels(cursor):
            ids = [body.id for body in bodies]
            rest = bodies[ids.index(last) + 1 :] if last in ids else bodies
            items += [(wire.channel(body), f"{body.id} {here}") for body in rest]
            if len(items) > page.first:
                break
        shown = items[: page.first]
        return HostSlice(tuple(one for one, _ in shown), tuple(at for _, at in shown), len(items) > page.first)

    async def _channels(self) -> list[wire.SlackChannel]:
        return [body async for _, bodies in self._calls.channels() for body in bodies]

    async def _look(self, channels: Sequence[str], after: Position | None) -> Look:
        """A channel that refuses has been left by the bot since they were listed; any other failure is everybody's."""
        read = await fan_out(channels, lambda channel: self._calls.page(channel, _until(after)))
        for page in read.values():
            if isinstance(page, ConnectorError) and not isinstance(page, Rejected):
                raise page
        return Look.over((channel, page) for channel, page in read.items() if isinstance(page, wire.History))

    async def _channel_messages(self, asked: ChannelMessagesAsked) -> Slice[Said]:
        pages = self._calls.pages(asked.channel, _until(asked.page.after))
        return await collect(pages, asked.page, lambda said: said.body.subtype in wire.SAID)

    async def _named(
        self, found: Mapping[K, Slice[Said] | ConnectorError], channels: Sequence[wire.SlackChannel] | None = None
    ) -> dict[K, Slice[Message] | ConnectorError]:
        shown = [said for slice_ in found.values() if isinstance(slice_, Slice) for said in slice_.items]
        names = await self._names(shown, channels) if shown else _Names({}, {}, None)
        return {one: names.slice(slice_) if isinstance(slice_, Slice) else slice_ for one, slice_ in found.items()}

    async def _names(self, shown: Sequence[Said], channels: Sequence[wire.SlackChannel] | None = None) -> _Names:
        """Side by side. A name or an address that cannot be read is missing; what was said is not."""
        return _Names(
            *await asyncio.gather(self._channel_names(channels), self._authors(shown), self._address()),
        )

    async def _channel_names(self, channels: Sequence[wire.SlackChannel] | None) -> dict[str, str]:
        try:
            listed = await self._channels() if channels is None else channels
        except ConnectorError:
            return {}  # it has been counted, and stands in `extensions.sources`
        return {body.id: body.name for body in listed}

    async def _authors(self, shown: Iterable[Said]) -> dict[str, str]:
        """Of those whose messages do not bring a name along, each asked for once."""
        nameless = (said.body.user for said in shown if said.body.user and not wire.spoken_for(said.body))
        found = await fan_out(nameless, self._calls.name)
        return {user: name for user, name in found.items() if isinstance(name, str)}

    async def _address(self) -> str | None:
        try:
            return await self._calls.workspace()
        except ConnectorError:
            return None


def _most_read(channels: Sequence[wire.SlackChannel]) -> list[str]:
    """The channels that the bot is in, those with the most members first."""
    ours = sorted((body for body in channels if body.is_member), key=lambda body: body.num_members or 0, reverse=True)
    return [body.id for body in ours[:CHANNELS]]


def _found(
    asked: MessagesAsked, user: str | None, looks: Answers[Position | None, Look]
) -> Slice[Said] | ConnectorError:
    if user is None:
        return Slice(())
    look = looks[asked.page.after]
    return look if isinstance(look, ConnectorError) else look.of(user, asked.page)


def _until(after: Position | None) -> str | None:
    """The bound for what comes after a place: in another channel, something may have been said at the same time."""
    return wire.stamp_of(after.at + _TICK) if after else None
