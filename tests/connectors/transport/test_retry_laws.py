"""Retry over breaker over a network that dies and heals, with the defaults of all three, in virtual time."""

import asyncio
from collections import Counter
from random import Random

import httpx
import pytest

from connectors.domain.errors import ConnectorError, Unavailable
from connectors.domain.service import Service
from connectors.transport.breaker import Breaker, BreakerState, LeftAlone
from connectors.transport.call import Call, attach
from connectors.transport.retry import Retry
from connectors.transport.retry_budget import RetryBudget
from connectors.transport.stats import ServiceStats
from tests.connectors.transport.virtual_time import clock, run

LATENCY = 0.005  # seconds until a connection is refused, or an answer is there
SEEDS = range(5)


class Network(httpx.AsyncBaseTransport):
    """Refuses or answers by chance: `failing` is the share that it refuses. Keeps when it was asked, and for what."""

    def __init__(self, seed: int, failing: float = 1.0) -> None:
        self.failing = failing
        self.asked: list[tuple[float, str]] = []
        self._chance = Random(seed)  # noqa: S311 - which call fails is no secret

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append((clock(), request.url.path))
        await asyncio.sleep(LATENCY)
        if self._chance.random() < self.failing:
            raise Unavailable(Service.STRIPE, "refused")
        return httpx.Response(200, request=request)

    @property
    def calls(self) -> set[str]:
        """The calls of which it was asked at all, however often."""
        return {path for _, path in self.asked}


class Stack:
    """What a connector calls: `answers` is what became of each call, in the order of their ends."""

    def __init__(self, network: Network, seed: int, *, breaker: bool = True) -> None:
        self.network = network
        self.breaker = Breaker(network, Service.STRIPE, clock=clock)
        self.stats = ServiceStats(Service.STRIPE)
        self.offered: list[float] = []
        self.answers: list[tuple[float, int | ConnectorError]] = []
        self.budget = RetryBudget(clock=clock)
        inner = self.breaker if breaker else network
        chance = Random(seed).random  # noqa: S311 - jitter is no secret
        self._retry = Retry(inner, Service.STRIPE, self.stats, self.budget, random=chance, clock=clock)

    async def call(self, *, repeatable: bool = True) -> None:
        request = httpx.Request("GET", f"https://vendor.example/{len(self.offered)}")
        self.offered.append(clock())
        try:
            answer: int | ConnectorError = (
                await self._retry.handle_async_request(attach(request, Call(repeatable=repeatable)))
            ).status_code
        except ConnectorError as error:
            answer = error
        self.answers.append((clock(), answer))

    async def offer(self, count: int, per_second: float) -> None:
        """So many calls at an even pace, whatever becomes of them; ends when all have."""
        async with asyncio.TaskGroup() as calls:
            for _ in range(count):
                calls.create_task(self.call())
                await asyncio.sleep(1 / per_second)
        assert self.budget.reserved == 0


@pytest.mark.parametrize("seed", SEEDS)
def test_of_a_hundred_calls_one_after_the_other_a_dead_path_gets_at_most_ten(seed: int) -> None:
    async def main() -> Stack:
        stack = Stack(Network(seed), seed)
        for _ in range(100):
            await stack.call()
        return stack

    stack = run(main())
    sent, requests = len(stack.network.calls), len(stack.network.asked)
    assert sent <= 10, f"{sent} of 100 calls were sent to a dead path ({requests} requests)"
    assert requests == 20, f"the breaker takes 20 failures to open, and got {requests}"
    assert sum(isinstance(answer, LeftAlone) for _, answer in stack.answers) >= 100 - sent


@pytest.mark.parametrize("seed", SEEDS)
def test_of_a_hundred_calls_at_ten_a_second_a_dead_path_gets_at_most_ten(seed: int) -> None:
    async def main() -> Stack:
        stack = Stack(Network(seed), seed)
        await stack.offer(100, per_second=10)
        return stack

    stack = run(main())
    sent, requests = len(stack.network.calls), len(stack.network.asked)
    assert sent <= 10, f"{sent} of 100 calls were sent to a dead path ({requests} requests)"
    assert requests <= 22, f"20 failures open the breaker, a probe follows every 5 s: {requests} requests in 10 s"


@pytest.mark.parametrize("per_second", [10, 100])
def test_a_path_that_stays_dead_gets_one_request_in_five_seconds_whatever_is_offered(per_second: int) -> None:
    async def main() -> tuple[Stack, int]:
        stack = Stack(Network(0), 0)
        await stack.offer(5 * per_second, per_second)
        opened = len(stack.network.asked)
        await stack.offer(50 * per_second, per_second)
        return stack, len(stack.network.asked) - opened

    stack, probes = run(main())
    assert 9 <= probes <= 10, f"{probes} requests in 50 s, of {50 * per_second} calls offered"
    assert stack.stats.totals.retries <= 20, f"{stack.stats.totals.retries} retries, all before the breaker opened"


def test_calls_that_must_not_be_repeated_cost_a_dead_path_twenty_requests_and_its_probes() -> None:
    async def main() -> Stack:
        stack = Stack(Network(0), 0)
        for _ in range(100):
            await stack.call(repeatable=False)
            await asyncio.sleep(0.1)
        return stack

    stack = run(main())
    requests = len(stack.network.asked)
    assert 20 <= requests <= 22, f"{requests} of 100 calls that are not repeatable were sent to a dead path"


@pytest.mark.parametrize("dead_for", [1.0, 3.0, 5.9, 6.1, 8.5, 12.0, 31.7])
@pytest.mark.parametrize("per_second", [2, 10, 50])
def test_a_path_that_heals_is_in_full_use_again_within_ten_seconds(dead_for: float, per_second: float) -> None:
    async def main() -> tuple[float, float, BreakerState]:
        stack = Stack(Network(0, failing=0.0), 0)
        await stack.offer(10, per_second)
        stack.network.failing = 1.0
        await stack.offer(int(dead_for * per_second), per_second)
        stack.network.failing = 0.0
        healed = clock()
        await stack.offer(int(15 * per_second), per_second)
        failed = [at for at, answer in stack.answers if at >= healed and answer != 200]
        last = max(failed, default=healed)
        return (
            last - healed,
            min(at for at, answer in stack.answers if at >= healed and answer == 200) - healed,
            (stack.breaker.state),
        )

    last_failure, first_success, state = run(main())
    assert first_success <= 10, f"the first call was answered {first_success:.2f} s after the path had healed"
    assert last_failure <= 10, f"a call still failed {last_failure:.2f} s after the path had healed"
    assert state is BreakerState.CLOSED


def ten_second_windows(stack: Stack) -> list[tuple[int, int]]:
    """What was offered and what was sent, in every ten seconds of the clock once there have been ten."""
    offered = Counter(int(at) for at in stack.offered)
    sent = Counter(int(at) for at, _ in stack.network.asked)
    return [
        (sum(offered[second] for second in span), sum(sent[second] for second in span))
        for span in (range(end - 10, end) for end in range(min(offered) + 10, max(offered) + 1))
    ]


@pytest.mark.parametrize("per_second", [50, 60, 100, 200])
def test_under_total_failure_upstream_traffic_is_at_most_a_fifth_above_what_is_offered(per_second: int) -> None:
    async def main() -> Stack:
        stack = Stack(Network(0), 0, breaker=False)  # the budget alone: a breaker would stop nearly all of it
        await stack.offer(30 * per_second, per_second)
        return stack

    stack = run(main())
    offered, sent = len(stack.offered), len(stack.network.asked)
    # What is under way when a retry is counted shifts the figures of a window by a few calls.
    assert sent <= 1.2 * offered, f"{sent} requests for {offered} calls: {sent / offered:.3f} x"
    for calls, requests in ten_second_windows(stack):
        assert requests <= 1.2 * calls + 2, f"{requests} requests for {calls} calls in 10 s: {requests / calls:.3f} x"


@pytest.mark.parametrize("failing", [0.1, 0.3, 0.45, 0.7])
def test_under_partial_failure_too(failing: float) -> None:
    async def main() -> Stack:
        stack = Stack(Network(1, failing), 1, breaker=False)
        await stack.offer(4000, per_second=200)
        return stack

    stack = run(main())
    offered, sent = len(stack.offered), len(stack.network.asked)
    assert sent <= 1.2 * offered, f"{sent} requests for {offered} calls of which {failing:.0%} fail"
    assert sent > 1.04 * offered, f"only {sent - offered} retries for {offered} calls of which {failing:.0%} fail"


def test_with_the_breaker_total_failure_is_no_more_than_a_trickle() -> None:
    async def main() -> Stack:
        stack = Stack(Network(0), 0)
        await stack.offer(3000, per_second=100)
        return stack

    stack = run(main())
    sent = len(stack.network.asked)
    assert sent <= 40, f"{sent} requests for 3000 calls in 30 s"


def test_little_traffic_may_retry_all_that_fails() -> None:
    async def main() -> Stack:
        stack = Stack(Network(3, failing=0.4), 3, breaker=False)  # which opens now and then at so many failures
        await stack.offer(200, per_second=2)
        return stack

    stack = run(main())
    answered = sum(answer == 200 for _, answer in stack.answers)
    asked = Counter(path for _, path in stack.network.asked)
    assert answered >= 180, f"{answered} of 200 calls were answered where 40 % of all requests fail"
    assert sum(count == 3 for count in asked.values()) >= 200 - answered, "whoever gave up had three attempts"
