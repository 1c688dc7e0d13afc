import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from connectors.domain.service import Service
from connectors.transport.deadline import within
from connectors.transport.retry import Retry
from connectors.transport.retry_budget import RetryBudget
from connectors.transport.stats import ServiceStats
from tests.connectors.transport.retrying import GET, RESET, SLOW, Outcome, Subject, Wire


@pytest.mark.parametrize(
    ("failure", "waits"), [(503, [0.025, 0.05, 0.1]), (RESET, [0.025, 0.05, 0.1]), (429, [1.5, 2.0, 3.0])]
)
async def test_waits_grow_twofold_from_fifty_milliseconds_or_from_a_second_on_top_of_the_pause_when_throttled(
    failure: Outcome, waits: list[float]
) -> None:
    subject = Subject(failure, attempts=4)
    await subject.call()
    assert subject.waits == pytest.approx(waits)


async def test_no_wait_is_longer_than_twenty_seconds() -> None:
    subject = Subject(503, attempts=14, rand=1.0)
    await subject.call()
    assert subject.waits[-5:] == pytest.approx([12.8, 20, 20, 20, 20])


@pytest.mark.parametrize("rand", [0.0, 0.25, 0.999])
async def test_waits_are_spread_over_the_whole_range_by_chance(rand: float) -> None:
    subject = Subject(503, rand=rand)
    await subject.call()
    assert subject.waits == pytest.approx([0.05 * rand, 0.1 * rand])


def asking(status: int, retry_after: str) -> httpx.Response:
    return httpx.Response(status, headers={"Retry-After": retry_after})


@pytest.mark.parametrize("status", [429, 500, 503])
@pytest.mark.parametrize("value", ["7", "Sun, 22 Nov 2026 12:00:07 GMT"])
@pytest.mark.parametrize("rand", [0.0, 0.5, 0.999])
async def test_a_service_is_given_the_pause_that_it_asks_for_and_callers_come_back_one_by_one(
    status: int, value: str, rand: float
) -> None:
    subject = Subject(asking(status, value), 200, rand=rand)
    assert await subject.call() == 200
    assert subject.waits == pytest.approx([7 + rand])


async def test_a_429_that_does_not_say_for_how_long_is_a_pause_of_a_second() -> None:
    subject = Subject(429, 200, rand=0.0)
    assert await subject.call() == 200
    assert subject.waits == [1.0]


@pytest.mark.parametrize(("resets", "sent"), [("4", 2), ("1800", 1)])
async def test_a_429_whose_quota_says_when_it_is_counted_anew_is_a_pause_until_then(resets: str, sent: int) -> None:
    quota = {"RateLimit-Limit": "10", "RateLimit-Remaining": "0", "RateLimit-Reset": resets}
    subject = Subject(httpx.Response(429, headers=quota), 200, rand=0.0)
    assert await subject.call() == (200 if sent == 2 else 429)
    assert subject.waits == [4.0][: sent - 1]


@pytest.mark.parametrize("value", ["0", "-5", "soon", "nan", "Sun, 22 Nov 2026 11:00:00 GMT"])
async def test_a_pause_of_nothing_or_nonsense_leaves_the_wait_as_it_is(value: str) -> None:
    subject = Subject(asking(503, value), 200)
    await subject.call()
    assert subject.waits == pytest.approx([0.025])


@pytest.mark.parametrize(
    ("left", "waits"), [(9.0, [7.5]), (7.4, [7.3]), (7.11, [7.01]), (7.05, []), (7.0, []), (0.0, [])]
)
async def test_a_wait_that_leaves_no_time_for_the_call_is_not_begun(left: float, waits: list[float]) -> None:
    subject = Subject(asking(429, "7"), 200)
    with within(left, subject.clock):
        assert await subject.call() == (200 if waits else 429)
    assert len(subject.wire.sent) == 1 + len(waits)
    assert subject.waits == pytest.approx(waits)


async def test_a_service_that_asks_for_more_than_twenty_seconds_is_not_waited_for() -> None:
    subject = Subject(asking(503, "20"), asking(503, "21"), rand=0.0)
    assert await subject.call() == 503
    assert subject.waits == [20]


async def test_the_waits_can_be_set() -> None:
    subject = Subject(503, 429, 503, attempts=4, rand=1.0, base=1.0, throttled_base=3.0, ceiling=5.0)
    await subject.call()
    assert subject.waits == [1.0, 1.0 + 5.0, 4.0]
    patient = Subject(asking(503, "4.5"), asking(503, "5.5"), rand=0.0, ceiling=5.0)
    await patient.call()
    assert patient.waits == [4.5]


async def test_an_error_at_the_deadline_is_given_at_once() -> None:
    subject = Subject(SLOW)
    with within(0.1, subject.clock):
        assert await subject.call() is SLOW
    assert (len(subject.wire.sent), subject.waits) == (1, [])


class Waiting:
    """A call that waits for its second attempt, or whose second attempt is never answered."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self.budget = RetryBudget()
        self.stats = ServiceStats(Service.STRIPE)

    async def forever(self, _: float = 0) -> None:
        self.reached.set()
        await asyncio.Event().wait()

    async def cancelled(self, call: asyncio.Task[httpx.Response]) -> None:
        await self.reached.wait()
        assert self.budget.reserved == 1
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call


@pytest.fixture
async def waiting() -> AsyncIterator[Waiting]:
    waiting = Waiting()
    yield waiting
    assert waiting.budget.reserved == 0, "a cancelled call keeps nothing of the budget"


async def test_a_wait_that_is_cancelled_was_no_retry(waiting: Waiting) -> None:
    retry = Retry(Wire(503), Service.STRIPE, waiting.stats, waiting.budget, sleep=waiting.forever)
    before = waiting.budget.left
    await waiting.cancelled(asyncio.create_task(retry.handle_async_request(GET)))
    assert (waiting.budget.left, waiting.stats.totals.retries) == (before, 0)


async def test_a_retry_that_is_cancelled_under_way_was_one(waiting: Waiting) -> None:
    class FirstOnly(Wire):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if self.sent:
                await waiting.forever()
            return await super().handle_async_request(request)

    async def at_once(_: float) -> None:
        return

    retry = Retry(FirstOnly(503), Service.STRIPE, waiting.stats, waiting.budget, sleep=at_once)
    before = waiting.budget.left
    await waiting.cancelled(asyncio.create_task(retry.handle_async_request(GET)))
    assert (before - waiting.budget.left, waiting.stats.totals.retries) == (1, 1)
