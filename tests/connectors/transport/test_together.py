"""The cache over the sharing of calls: whenever a second reader comes, the service is asked once for what both get."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

import pytest

from connectors.domain.service import Service
from connectors.transport.cache import Cache
from connectors.transport.cache_store import MemoryStore
from connectors.transport.coalesce import Coalesce
from connectors.transport.live import unhurried
from connectors.transport.stats import ServiceStats
from tests.connectors.transport.cached import NOON
from tests.connectors.transport.timeless import turns
from tests.connectors.transport.vendor_wire import Waiting, read

RENEWED, GONE_STALE = 70, 200  # seconds after the first answer: it is shown while it is renewed, and no more
KEPT = {"Cache-Control": "max-age=60, stale-while-revalidate=30, stale-if-error=600"}


Manner = Callable[[], AbstractContextManager[object]]


class Subject:
    """Both layers over a network that answers when told to."""

    def __init__(self) -> None:
        self.now = NOON
        self.wire = Waiting()
        stats = ServiceStats(Service.GITHUB)
        inner = Coalesce(self.wire, Service.GITHUB, stats)
        self.layer = Cache(inner, Service.GITHUB, stats, MemoryStore(), now=lambda: self.now)

    def start(self) -> asyncio.Task[bytes]:
        return asyncio.create_task(self._ask())

    async def keep(self) -> None:
        """One answer is there."""
        first = self.start()
        await turns()
        self.answer(b"old")
        await first

    def answer(self, body: bytes) -> None:
        self.wire.calls[-1].answer(body, headers=KEPT)

    async def _ask(self) -> bytes:
        return (await self.layer.handle_async_request(read())).content


@pytest.mark.parametrize("turn", range(16))
@pytest.mark.parametrize("kept", [False, True], ids=["of nothing yet", "of what is too old to be shown"])
async def test_a_reader_who_has_to_wait(turn: int, *, kept: bool) -> None:
    subject = Subject()
    if kept:
        await subject.keep()
        subject.now += GONE_STALE
    before = len(subject.wire.calls)
    first = subject.start()
    await turns()
    subject.answer(b"new")
    await turns(turn)
    second = subject.start()
    assert [await first, await second] == [b"new", b"new"]
    assert len(subject.wire.calls) == before + 1


@pytest.mark.parametrize("turn", range(16))
@pytest.mark.parametrize("first", [nullcontext, unhurried], ids=["behind a reader's back", "for one who has time"])
async def test_a_reader_of_what_is_being_renewed(
    turn: int, first: Callable[[], AbstractContextManager[object]]
) -> None:
    subject = Subject()
    await subject.keep()
    subject.now += RENEWED
    with first():
        renewing = subject.start()
    await turns()
    subject.answer(b"new")
    await turns(turn)
    assert await subject.start() in (b"old", b"new")
    await turns()
    assert len(subject.wire.calls) == 2
    assert await renewing == (b"new" if first is unhurried else b"old")
    assert await subject.start() == b"new"
