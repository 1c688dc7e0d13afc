"""One vendor's connector over its imitation, every exchange held to the vendor's contract where one is given."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import TypeVar

import httpx

from connectors.connection import Access, Connection, Mode, connect, imitated
from connectors.domain.errors import ConnectorError
from connectors.domain.references import CustomerRef
from connectors.domain.search import SearchKind, Stretch
from connectors.domain.service import Service
from connectors.registry import VENDORS
from connectors.seed.people import People
from connectors.vendor import Vendor

N = TypeVar("N")
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


class Recorder(httpx.AsyncBaseTransport):
    """Keeps what was sent, and passes it on."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self.requests: list[httpx.Request] = []
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return await self._inner.handle_async_request(request)


def crowd(count: int = 40) -> People:
    """Made-up people whose events end at `NOW`."""
    return People(count, NOW)


def refs(people: People, numbers: Sequence[int]) -> list[CustomerRef]:
    """The references of some of them."""
    return [people[number].customer().ref for number in numbers]


def connected(vendor: Vendor, people: People, wire: httpx.AsyncBaseTransport | None = None) -> Connection:
    """A connection whose network is `wire`, by default the vendor's imitation."""
    access = Access(
        mode=Mode.IMITATED, base_url=vendor.base_url.format_map(imitated(vendor)), credentials=imitated(vendor)
    )
    return connect(vendor, access, people, wire=wire)


def offering(noun: str) -> list[Service]:
    """The services that have a noun, by the offer's name for it, in the order of the registry."""
    people = crowd(1)
    return [one.service for one in VENDORS if getattr(connected(one, people).connector.offer, noun) is not None]


def searching(kind: SearchKind) -> list[Service]:
    """The services in which things of a kind are looked for by text, in the order of the registry."""
    people = crowd(1)
    return [one.service for one in VENDORS if kind in dict(connected(one, people).connector.offer.searches or ())]


def matches(answer: Stretch[N] | ConnectorError) -> tuple[N, ...]:
    """What a search found that did not fail."""
    assert isinstance(answer, Stretch), answer
    return answer.items


def answering(status: int = 200, body: bytes = b"{}", headers: dict[str, str] | None = None) -> httpx.MockTransport:
    """A network on which every call gets the same answer."""
    return httpx.MockTransport(lambda _: httpx.Response(status, content=body, headers=headers))


class Chunks(httpx.AsyncByteStream):
    """A body in pieces, as a network delivers it, that may break off."""

    def __init__(self, *chunks: bytes, broken: Exception | None = None) -> None:
        self.closed = 0
        self._chunks = chunks
        self._broken = broken

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self._chunks:
            yield chunk
        if self._broken:
            raise self._broken

    async def aclose(self) -> None:
        self.closed += 1


class Silence(httpx.AsyncBaseTransport):
    """A network that never answers. `asked` is set when it was called."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.set()
        await asyncio.Event().wait()
        raise AssertionError(request)
