"""A message where it was said, and how far a look back over channels reaches."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from connectors.domain.chat import Message
from connectors.domain.page import Page, Position, Slice, position
from connectors.domain.service import Service
from connectors.slack import wire

_ID = re.compile(r"([CGD][A-Z0-9]{2,}):([0-9]{1,11}\.[0-9]{6})")


@dataclass(frozen=True, slots=True)
class Said:
    """One message of a channel, before its author is named."""

    channel: str
    body: wire.SlackMessage

    @property
    def service(self) -> Service:
        """Slack."""
        return Service.SLACK

    @property
    def external_id(self) -> str:
        """Channel and `ts`: the latter alone names a message in its channel only."""
        return f"{self.channel}:{self.body.ts}"

    @property
    def created_at(self) -> datetime:
        """When it was said."""
        return wire.time_of(self.body.ts)

    def message(self, channel: str | None, author: str | None, workspace: str | None) -> Message:
        """With the names of its channel and author, and the address of the workspace, as far as they are known."""
        return Message(
            service=Service.SLACK,
            external_id=self.external_id,
            channel=channel or self.channel,
            author=author,
            text=wire.plain(self.body.text),
            created_at=self.created_at,
            url=wire.permalink(workspace, self.channel, self.body.ts),
        )


def place(id: str) -> tuple[str, str] | None:
    """The channel and the `ts` behind a message's id; None where it is not spelled like one."""
    match = _ID.fullmatch(id)
    return (match[1], match[2]) if match else None


@dataclass(frozen=True, slots=True)
class Look:
    """What was said lately: everything newer than `horizon` in every channel; None where there is nothing older."""

    said: Sequence[Said]
    horizon: Position | None

    @classmethod
    def over(cls, channels: Iterable[tuple[str, wire.History]]) -> "Look":
        """From one page of each channel: it reaches as far back as the one that ends first."""
        read = [([Said(channel, body) for body in page.messages or ()], page.has_more) for channel, page in channels]
        horizon = max((position(said[-1]) for said, more in read if more and said), default=None)
        inside = (one for said, _ in read for one in said if horizon is None or position(one) >= horizon)
        return cls(sorted(inside, key=position, reverse=True), horizon)

    def of(self, user: str, page: Page) -> Slice[Said]:
        """What one person said, after the place where the page begins."""
        theirs = (one for one in self.said if one.body.user == user and one.body.subtype in wire.SAID)
        kept = (one for one in theirs if page.after is None or position(one) < page.after)
        return Slice(tuple(kept), self.horizon).cut(page)
