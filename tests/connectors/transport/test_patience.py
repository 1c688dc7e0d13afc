"""Short pauses are waited out, by whom and for how long."""

import asyncio

import httpx
import pytest

from connectors.domain.errors import RateLimited, Unavailable
from connectors.domain.service import Service
from connectors.transport.call import Call, Priority, attach
from connectors.transport.deadline import within
from connectors.transport.patience import Patience

PAUSED = RateLimited(Service.STRIPE, 1.5)
Outcome = Exception | int


class Subject:
    """The layer over outcomes that come one after the other, the last one for ever."""

    def __init__(self, *outcomes: Outcome, rand: float = 0.0, most: int = 256) -> None:
        self.now = 1000.0
        self.waits: list[float] = []
        self.asked = 0
        self._outcomes = list(outcomes)
        wire = httpx.MockTransport(self._answer)
        self.layer = Patience(wire, most=most, random=lambda: rand, sleep=self.sleep, clock=self.clock)

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        assert self.layer.waiting == 1
        self.waits.append(seconds)
        self.now += seconds

    def _answer(self, _: httpx.Request) -> httpx.Response:
        self.asked += 1
        outcome = self._outcomes.pop(0) if len(self._outcomes) > 1 else self._outcomes[0]
        if isinstance(outcome, Exception):
            raise outcome
        return httpx.Response(outcome)

    async def call(self, priority: Priority = Priority.INTERACTIVE, *, method: str = "GET") -> int | Exception:
        request = attach(httpx.Request(method, "https://vendor.example/"), Call(priority=priority))
        try:
            return (await self.layer.handle_async_request(request)).status_code
        except (RateLimited, Unavailable) as error:
            return error
        finally:
            assert self.layer.waiting == 0


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_what_was_kept_back_for_a_moment_is_sent_when_that_is_over(method: str) -> None:
    subject = Subject(PAUSED, 200)
    assert await subject.call(method=method) == 200
    assert subject.waits == [1.5]


@pytest.mark.parametrize("rand", [0.0, 0.4, 0.999])
async def test_callers_come_back_within_a_second_of_its_end_one_by_one(rand: float) -> None:
    subject = Subject(PAUSED, 200, rand=rand)
    await subject.call()
    assert subject.waits == [1.5 + rand]


async def test_a_pause_that_is_renewed_is_waited_for_again() -> None:
    subject = Subject(PAUSED, RateLimited(Service.STRIPE, 1.0), 200)
    assert await subject.call() == 200
    assert subject.waits == [1.5, 1.0]


async def test_nobody_waits_for_more_than_three_seconds_in_all() -> None:
    subject = Subject(PAUSED)
    assert await subject.call() is PAUSED
    assert (subject.waits, subject.asked) == ([1.5, 1.5], 3)


@pytest.mark.parametrize("pause", [3.1, 60.0, None])
async def test_a_pause_that_is_long_or_has_no_end_is_told_at_once(pause: float | None) -> None:
    told = RateLimited(Service.STRIPE, pause)
    subject = Subject(told, 200)
    assert await subject.call() is told
    assert (subject.waits, subject.asked) == ([], 1)


@pytest.mark.parametrize(("left", "waits"), [(1.7, [1.6]), (1.65, [1.55]), (1.55, []), (0.0, [])])
async def test_a_wait_that_leaves_no_time_for_the_call_is_not_begun(left: float, waits: list[float]) -> None:
    subject = Subject(PAUSED, 200, rand=1.0)
    with within(left, subject.clock):
        assert await subject.call() == (200 if waits else PAUSED)
    assert subject.waits == pytest.approx(waits)


async def test_what_nobody_waits_for_does_not_wait() -> None:
    subject = Subject(PAUSED, 200)
    assert await subject.call(Priority.BACKGROUND) is PAUSED
    assert subject.waits == []


@pytest.mark.parametrize("outcome", [200, 429, 503, Unavailable(Service.STRIPE, "reset")])
async def test_everything_else_travels_up_as_it_is(outcome: Outcome) -> None:
    subject = Subject(outcome)
    assert await subject.call() == outcome
    assert (subject.waits, subject.asked) == ([], 1)


class Paused(httpx.AsyncBaseTransport):
    """Keeps everything back until it is told otherwise."""

    def __init__(self) -> None:
        self.over = False
        self.closed = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if not self.over:
            raise RateLimited(Service.STRIPE, 1.0)
        return httpx.Response(200, request=request)

    async def aclose(self) -> None:
        self.closed = True


async def test_only_so_many_wait_and_one_that_is_cancelled_makes_room() -> None:
    wire, over = Paused(), asyncio.Event()

    async def until_over(_: float) -> None:
        await over.wait()

    layer = Patience(wire, most=2, sleep=until_over)
    get = httpx.Request("GET", "https://vendor.example/")
    calls = [asyncio.create_task(layer.handle_async_request(get)) for _ in range(3)]
    await asyncio.wait(calls, return_when=asyncio.FIRST_COMPLETED)
    assert isinstance(calls[2].exception(), RateLimited)
    calls[0].cancel()
    with pytest.raises(asyncio.CancelledError):
        await calls[0]
    assert layer.waiting == 1
    late = asyncio.create_task(layer.handle_async_request(get))
    await asyncio.sleep(0)
    assert layer.waiting == 2
    wire.over = True
    over.set()
    assert [(await call).status_code for call in (calls[1], late)] == [200, 200]
    assert layer.waiting == 0


async def test_closing_it_closes_the_transport_inside() -> None:
    wire = Paused()
    await Patience(wire).aclose()
    assert wire.closed
