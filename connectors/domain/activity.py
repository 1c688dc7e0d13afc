"""What happens with a customer, told as it happens: by this process, by others over the same store, by vendors."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from connectors.domain.errors import ConnectorError, NotConfigured, Overloaded
from connectors.domain.service import Service

WAITING = 256  # happenings that a follower may leave lying


class TimelineKind(StrEnum):
    """What can happen with a customer."""

    PAYMENT = "payment"
    INVOICE = "invoice"
    TICKET = "ticket"
    DEAL = "deal"
    POST = "post"
    MESSAGE = "message"
    NOTE = "note"
    ISSUE = "issue"


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """Something that has just happened with the customer whose id in the store is `customer`.

    `key` is what it goes by: what is published twice with the same one is told once. `external_id` names the noun in
    its service.
    """

    key: str
    customer: str
    kind: TimelineKind
    service: Service
    external_id: str
    title: str
    url: str | None = None


class Turns:
    """Of many who are told the same, one reads what the service says now; the others wait, and are shown its answer.

    Where the first one comes to nothing, each of those who waited reads for itself.
    """

    def __init__(self) -> None:
        self._read: asyncio.Future[bool] | None = None

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[bool]:
        """Whether it has to be read past everything that is kept."""
        if self._read is not None:
            yield not await asyncio.shield(self._read)
            return
        self._read = asyncio.get_running_loop().create_future()
        well = False
        try:
            yield True
            well = True
        finally:
            self._read.set_result(well)


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening(News):
    """News, as they are told: with their time. All who are told in this process are given the same one."""

    at: datetime
    turns: Turns = field(default_factory=Turns, compare=False, repr=False)


class Following(Protocol):
    """What happens with one customer from now on: each happening once, in order.

    It ends where the customer is deleted. Raises Missed where `WAITING` happenings were not taken, and ConnectorError
    where the store fails; either is the last of it.
    """

    def __aiter__(self) -> AsyncIterator[Happening]:
        """Itself."""

    async def __anext__(self) -> Happening:
        """Waits for the next one."""

    async def aclose(self) -> None:
        """Nobody waits any more. Has to be called."""


class Activity(Protocol):
    """The channel between those who know and those who want to. Methods raise ConnectorError of the store."""

    async def publish(self, news: News, at: datetime | None = None) -> None:
        """Tells everybody who follows the customer, in every process; `at` is now where it is None.

        For whoever knows of something: mutations, and what vendors report. Notes are told by the store itself.
        """

    async def follow(self, customer: str) -> Following:
        """Raises NotFound where there is no such customer, and NoChanges."""


class NoChanges(NotConfigured):
    """The store is a single server, and only replica sets tell of changes."""

    def __init__(self) -> None:
        text = "STORE does not tell of changes: MongoDB has to run as a replica set for that"
        ConnectorError.__init__(self, Service.STORE, text)


class Missed(Overloaded):
    """More happened than its follower took."""

    def __init__(self) -> None:
        text = "more happened than was taken: subscribe again, and read in the timeline what was missed"
        ConnectorError.__init__(self, Service.STORE, text)


class Silent:
    """A channel that nobody listens to, for a graph without a store."""

    async def publish(self, news: News, at: datetime | None = None) -> None:
        """Forgets it."""

    async def follow(self, customer: str) -> Following:  # noqa: ARG002 - the Protocol's signature
        """There is nobody to follow."""
        raise NoChanges
