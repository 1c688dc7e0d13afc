import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from connectors.domain.errors import RateLimited, Unavailable
from connectors.domain.service import Service
from connectors.transport.call import Priority
from connectors.transport.limiter import Limiter
from connectors.transport.quota import Quota
from connectors.transport.quota_budget import QuotaBudget
from connectors.transport.quota_gate import QuotaGate
from tests.connectors.transport.held import Held, request
from tests.connectors.transport.virtual_time import INSTANT, clock, run

START = datetime(2026, 11, 22, 12, tzinfo=UTC)


def now() -> datetime:
    return START + timedelta(seconds=clock() - 1000)  # virtual time starts at 1000 s


def answer(remaining: int, status: int = 200, **headers: str) -> httpx.Response:
    """Of 100 until 60 s after the start."""
    quota = {
        "X-RateLimit-Limit": "100",
        "X-RateLimit-Remaining": f"{remaining}",
        "X-RateLimit-Reset": f"{START.timestamp() + 60:.0f}",
    }
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, headers=quota | named, content=b"{}")


class Subject:
    """A gate over a network that holds its calls."""

    def __init__(self) -> None:
        self.wire = Held()
        self.budget = QuotaBudget(Service.GITHUB, clock=clock, now=now)
        self.gate = QuotaGate(self.wire, self.budget, now=now)

    async def start(self, name: str, priority: Priority = Priority.INTERACTIVE) -> asyncio.Task[httpx.Response]:
        task = asyncio.create_task(self.gate.handle_async_request(request(name, priority)))
        await asyncio.sleep(INSTANT)
        return task

    async def get(self, name: str, response: httpx.Response) -> httpx.Response:
        task = await self.start(name)
        self.wire.end(name, response)
        return await task


def gated(scenario: Callable[[Subject], Awaitable[None]]) -> None:
    async def main() -> None:
        subject = Subject()
        await scenario(subject)
        assert subject.budget.under_way == len(subject.wire.inside) == 0, "nothing is left behind"

    run(main())


def test_what_an_answer_tells_is_heard_and_the_answer_is_passed_on_as_it_is() -> None:
    async def scenario(subject: Subject) -> None:
        response = answer(42)
        assert await subject.get("a", response) is response
        assert subject.budget.current() == Quota(100, 42, START + timedelta(seconds=60))

    gated(scenario)


def test_a_call_that_the_vendor_would_refuse_is_not_sent() -> None:
    async def scenario(subject: Subject) -> None:
        await subject.get("a", answer(0))
        task = await subject.start("b")
        assert isinstance(task.exception(), RateLimited)
        assert subject.wire.began == ["a"]
        await asyncio.sleep(60)
        assert (await subject.get("c", answer(99))).status_code == 200

    gated(scenario)


def test_the_background_is_kept_back_first() -> None:
    async def scenario(subject: Subject) -> None:
        await subject.get("a", answer(9))
        background = await subject.start("b", Priority.BACKGROUND)
        assert isinstance(background.exception(), RateLimited)
        assert (await subject.get("c", answer(8))).status_code == 200

    gated(scenario)


def test_a_429_travels_up_and_pauses_the_service_for_everybody() -> None:
    async def scenario(subject: Subject) -> None:
        refused = await subject.get("a", answer(50, 429, Retry_After="7"))
        assert refused.status_code == 429
        for priority in Priority:
            task = await subject.start("b", priority)
            error = task.exception()
            assert isinstance(error, RateLimited)
            assert error.retry_after == pytest.approx(7, abs=0.01)
        await asyncio.sleep(7)
        assert (await subject.get("c", answer(49))).status_code == 200

    gated(scenario)


def test_refusals_side_by_side_pause_it_once() -> None:
    async def scenario(subject: Subject) -> None:
        tasks = [await subject.start(name) for name in "abc"]
        for name, seconds in zip("abc", ("5", "9", "2"), strict=True):
            subject.wire.end(name, answer(50, 429, Retry_After=seconds))
        assert [(await task).status_code for task in tasks] == [429] * 3
        await asyncio.sleep(8.9)
        assert isinstance((await subject.start("early")).exception(), RateLimited)
        await asyncio.sleep(0.2)
        assert (await subject.get("d", answer(49))).status_code == 200

    gated(scenario)


@pytest.mark.parametrize("status", [403, 503])
def test_retry_after_is_a_pause_in_a_403_and_in_a_503_too(status: int) -> None:
    async def scenario(subject: Subject) -> None:
        refused = answer(50, status, Retry_After="Sun, 22 Nov 2026 12:00:30 GMT")
        assert (await subject.get("a", refused)).status_code == status
        assert isinstance((await subject.start("b")).exception(), RateLimited)
        await asyncio.sleep(30)
        assert (await subject.get("c", answer(49))).status_code == 200

    gated(scenario)


def test_a_call_that_fails_or_is_cancelled_gives_its_place_back_and_is_taken_as_spent() -> None:
    async def scenario(subject: Subject) -> None:
        await subject.get("a", answer(3))
        broken = Unavailable(Service.GITHUB, "reset")
        failing, leaving = await subject.start("b"), await subject.start("c")
        subject.wire.end("b", broken)
        leaving.cancel()
        with pytest.raises(Unavailable) as failure:
            await failing
        assert failure.value is broken
        with pytest.raises(asyncio.CancelledError):
            await leaving
        last = await subject.start("d")
        assert isinstance((await subject.start("e")).exception(), RateLimited), "of three, two may have been counted"
        subject.wire.end("d", answer(2))
        await last

    gated(scenario)


def test_answers_that_overtake_each_other_leave_the_smaller_figure() -> None:
    async def scenario(subject: Subject) -> None:
        await subject.get("a", answer(50))
        tasks = [await subject.start(name) for name in ("b", "c")]
        subject.wire.end("c", answer(48))
        await asyncio.sleep(1)
        subject.wire.end("b", answer(49))
        await asyncio.gather(*tasks)
        current = subject.budget.current()
        assert current
        assert current.remaining == 48

    gated(scenario)


def test_after_a_pause_the_limiter_still_bounds_the_wave() -> None:
    async def scenario(subject: Subject) -> None:
        await subject.get("a", answer(50, 429, Retry_After="5"))
        limiter = Limiter(subject.gate, Service.GITHUB, concurrency=2, queue=50, clock=clock)

        async def come_back(name: str) -> httpx.Response:
            try:
                return await limiter.handle_async_request(request(name))
            except RateLimited as paused:
                await asyncio.sleep(paused.retry_after or 0)
                return await limiter.handle_async_request(request(name))

        wave = [asyncio.create_task(come_back(f"w{number}")) for number in range(20)]
        await asyncio.sleep(4.9)
        assert subject.wire.began == ["a"], "nothing is sent before its end"
        await asyncio.sleep(0.2)
        most = 0
        while subject.wire.inside:
            most = max(most, len(subject.wire.inside))
            subject.wire.end(next(iter(subject.wire.inside)), answer(40))
            await asyncio.sleep(INSTANT)
        assert [(await task).status_code for task in wave] == [200] * 20
        assert most == 2

    gated(scenario)


def test_closing_it_closes_the_transport_inside() -> None:
    subject = Subject()
    run(subject.gate.aclose())
    assert subject.wire.closed
