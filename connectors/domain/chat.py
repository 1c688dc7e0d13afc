"""Chat channels and what is said in them, and who provides them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from connectors.domain.answers import Answers
from connectors.domain.code import HostPage, HostSlice
from connectors.domain.page import Page, Slice
from connectors.domain.references import CustomerRef
from connectors.domain.service import Service


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A place to talk; `members` counts them, where the service says."""

    service: Service
    external_id: str
    name: str
    topic: str | None
    members: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Something said in a channel: `channel` and `author` are names, `text` is plain."""

    service: Service
    external_id: str
    channel: str
    author: str | None
    text: str
    created_at: datetime
    url: str | None


@dataclass(frozen=True, slots=True)
class MessagesAsked:
    """What one customer said, in any channel."""

    ref: CustomerRef
    page: Page


@dataclass(frozen=True, slots=True)
class ChannelMessagesAsked:
    """What was said in one channel, by its service's own id."""

    channel: str
    page: Page


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """Plain text for a channel, which is named by its service's own id."""

    channel: str
    text: str


class ChatSource(Protocol):
    """A chat service. Every method answers each key asked, and never raises for one of them."""

    async def channels(self, asked: Sequence[HostPage]) -> Answers[HostPage, HostSlice[Channel]]:
        """In the service's own order, without archived ones."""

    async def messages(self, asked: Sequence[MessagesAsked]) -> Answers[MessagesAsked, Slice[Message]]:
        """Newest first. A customer who is not linked to the service has said nothing."""

    async def channel_messages(
        self, asked: Sequence[ChannelMessagesAsked]
    ) -> Answers[ChannelMessagesAsked, Slice[Message]]:
        """Newest first; Rejected where there is no such channel, or it is not ours to read."""

    async def messages_by_id(self, ids: Sequence[str]) -> Answers[str, Message | None]:
        """By the ids that messages have here; None where there is no such message."""

    async def members_by_email(self, emails: Sequence[str]) -> Answers[str, str | None]:
        """Who has an address: the service's own id of them, fit for a customer's link; None where nobody has."""


class Messenger(Protocol):
    """A chat service in which we can speak."""

    async def send_message(self, new: NewMessage, key: str) -> Message:
        """The message as the service keeps it now.

        `key` (64 characters of [A-Za-z0-9_-] at most) stands for this one wish: a service that knows idempotency keys
        says it once however often it is sent. Raises ConnectorError, Rejected with the service's words where it
        refuses the input.
        """
