"""What becomes of many callers while a service says 429, and when it stops: the layers together, in virtual time."""

import asyncio
from collections import Counter
from random import Random

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.domain.errors import ConnectorError, RateLimited
from connectors.domain.service import Service
from connectors.transport.call import Call, Priority, attach
from connectors.transport.deadline import within
from connectors.transport.limiter import Limiter
from connectors.transport.patience import Patience
from connectors.transport.quota_budget import QuotaBudget
from connectors.transport.quota_gate import QuotaGate
from connectors.transport.retry import Retry
from connectors.transport.retry_budget import RetryBudget
from connectors.transport.stats import ServiceStats
from tests.connectors.transport.timeless import in_virtual_time
from tests.connectors.transport.virtual_time import clock

LATENCY = 0.05  # seconds
CONCURRENCY = 8


class Throttled(httpx.AsyncBaseTransport):
    """Says 429, without a word of how long, before `until`."""

    def __init__(self, until: float, headers: dict[str, str] | None = None) -> None:
        self.until = until
        self.headers = headers
        self.sent: list[float] = []
        self.inside = self.most = 0
        self.paused_until = 0.0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        assert clock() >= self.paused_until, "a call is sent during a pause"
        self.sent.append(clock())
        self.inside += 1
        self.most = max(self.most, self.inside)
        try:
            await asyncio.sleep(LATENCY)
        finally:
            self.inside -= 1
        if clock() >= self.until:
            return httpx.Response(200, request=request)
        self.paused_until = clock() + float((self.headers or {}).get("Retry-After", "1"))
        return httpx.Response(429, headers=self.headers, request=request)


class Stack:
    """Retry, patience, limiter and gate over a throttled service."""

    def __init__(self, wire: Throttled, *, queue: int = 256, concurrency: int = CONCURRENCY) -> None:
        self.wire = wire
        self.stats = ServiceStats(Service.STRIPE)
        chance = Random(1).random  # noqa: S311 - jitter is no secret
        self.budget = QuotaBudget(Service.STRIPE, clock=clock)
        gate = QuotaGate(wire, self.budget)
        self.limiter = Limiter(gate, Service.STRIPE, concurrency=concurrency, queue=queue, clock=clock)
        self.patience = Patience(self.limiter, random=chance, clock=clock)
        self.retries = RetryBudget(clock=clock)
        self.top = Retry(self.patience, Service.STRIPE, self.stats, self.retries, random=chance, clock=clock)

    async def call(self, number: int = 0, seconds: float = 10.0, call: Call | None = None) -> int | ConnectorError:
        request = httpx.Request("GET", f"https://vendor.example/{number}")
        with within(seconds, clock):
            try:
                attached = attach(request, call or Call(repeatable=True))
                return (await self.top.handle_async_request(attached)).status_code
            except ConnectorError as error:
                return error

    def nothing_is_left(self) -> None:
        assert (self.limiter.inside, self.limiter.waiting, self.patience.waiting) == (0, 0, 0)
        assert (self.retries.reserved, self.budget.under_way) == (0, 0)


@in_virtual_time
async def test_a_429_without_retry_after_is_sent_again_after_the_pause_and_answered() -> None:
    stack = Stack(Throttled(until=clock() + 0.5))
    began = clock()
    assert await stack.call() == 200
    assert len(stack.wire.sent) == 2, "the repetition is sent, not refused for the pause that the 429 began"
    assert 1.0 <= stack.wire.sent[1] - began <= 2.2
    assert stack.stats.totals.retries == 1


@in_virtual_time
async def test_a_429_without_retry_after_is_given_at_once_where_the_pause_does_not_fit() -> None:
    stack = Stack(Throttled(until=clock() + 0.5))
    began = clock()
    assert await stack.call(seconds=1.0) == 429
    assert len(stack.wire.sent) == 1
    assert clock() - began == pytest.approx(LATENCY)


@in_virtual_time
async def test_who_comes_during_a_short_pause_waits_for_its_end_and_is_answered() -> None:
    stack = Stack(Throttled(until=clock() + 0.5))
    first = asyncio.create_task(stack.call())
    await asyncio.sleep(0.3)
    later = [asyncio.create_task(stack.call(number)) for number in range(1, 20)]
    background = await stack.call(99, call=Call(repeatable=True, priority=Priority.BACKGROUND))
    assert isinstance(background, RateLimited), "what nobody waits for is refused at once"
    assert await asyncio.gather(first, *later) == [200] * 20
    stack.nothing_is_left()


@in_virtual_time
async def test_a_long_pause_is_told_to_everybody_at_once() -> None:
    stack = Stack(Throttled(until=clock() + 60, headers={"Retry-After": "60"}))
    assert await stack.call() == 429
    began = clock()
    told = await stack.call(1)
    assert isinstance(told, RateLimited)
    assert told.retry_after == pytest.approx(60, abs=0.1)
    assert clock() == began


@pytest.mark.parametrize(("concurrency", "at_once"), [(8, 8), (100, 8)])
@in_virtual_time
async def test_when_a_pause_ends_those_who_waited_for_it_do_not_come_as_a_herd(concurrency: int, at_once: int) -> None:
    stack = Stack(Throttled(until=clock() + 0.5), concurrency=concurrency)
    first = asyncio.create_task(stack.call())
    await asyncio.sleep(0.1)
    calls = [asyncio.create_task(stack.call(number)) for number in range(1, 201)]
    assert await asyncio.gather(first, *calls) == [200] * 201
    assert stack.wire.most <= concurrency, "the limiter bounds who is let through at once"
    moments = Counter(round(at, 2) for at in stack.wire.sent[1:])
    assert max(moments.values()) <= at_once, "many come in one moment"
    assert stack.wire.sent[-1] - stack.wire.sent[1] >= 0.9, "they are spread over a second"
    stack.nothing_is_left()


@pytest.mark.parametrize("headers", [None, {"Retry-After": "2"}])
@in_virtual_time
async def test_those_who_were_refused_together_do_not_come_back_together(headers: dict[str, str] | None) -> None:
    stack = Stack(Throttled(until=clock() + 0.1, headers=headers), concurrency=100)
    assert await asyncio.gather(*(stack.call(number) for number in range(60))) == [200] * 60
    again = Counter(round(at, 2) for at in stack.wire.sent[60:])
    assert len(stack.wire.sent) == 120
    assert max(again.values()) <= 5, "many come back in one moment"
    stack.nothing_is_left()


@settings(derandomize=True, max_examples=60, deadline=None)
@given(
    data=st.data(),
    lasts=st.sampled_from([0.0, 0.3, 1.2, 2.5, 5.0]),
    asks=st.sampled_from([None, "1", "2", "7"]),
)
def test_no_order_of_arrivals_leaks_a_slot_or_outlasts_a_deadline_or_sends_during_a_pause(
    data: st.DataObject, lasts: float, asks: str | None
) -> None:
    arrivals = data.draw(st.lists(st.tuples(st.floats(0, 4), st.sampled_from([0.5, 2.0, 9.0]), st.booleans())))

    @in_virtual_time
    async def main() -> None:
        headers = None if asks is None else {"Retry-After": asks}
        stack = Stack(Throttled(clock() + lasts, headers), queue=4)

        async def arrive(number: int, at: float, seconds: float, *, leaves: bool) -> None:
            await asyncio.sleep(at)
            began, call = clock(), asyncio.create_task(stack.call(number, seconds))
            if leaves:
                await asyncio.sleep(seconds / 3)
                call.cancel()
            await asyncio.wait({call})
            # A call that is sent may take its time; nothing waits beyond the deadline.
            assert clock() - began <= seconds + LATENCY, "a wait outlasts its deadline"

        both = enumerate(arrivals)
        await asyncio.gather(*(arrive(number, at, given, leaves=away) for number, (at, given, away) in both))
        assert stack.wire.most <= CONCURRENCY, "more calls are under way than there are slots"
        stack.nothing_is_left()

    main()
