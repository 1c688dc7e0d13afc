"""Users who poll the same dashboard, second by second, on clocks of the test's: how often a vendor is asked for it.

`python -m benchmarks.polling` makes the same run at full size and in real time.
"""

import asyncio
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from connectors.seed.people import People
from connectors.stripe.service import STRIPE
from connectors.transport import stack
from connectors.transport.breaker import Breaker
from connectors.transport.cache import Cache
from gateway.execution import reuse
from gateway.execution.kept import Kept
from tests.acceptance.upstream import BROKEN, Environment, codes, sources, with_stripe
from tests.acceptance.upstream_faults import Upstream, imitating
from tests.acceptance.world import Graph

USERS, SECONDS, READS = 10, 20, 20
DASHBOARD = f"""{{ customers(first: {READS}) {{ edges {{ node {{
  name invoices(first: 3) {{ edges {{ node {{ number total {{ amount }} }} }} }}
}} }} }} }}"""
Answers = list[dict[str, Any]]


class Time:
    """Passes when a test says so, for all that is kept and for the breaker."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.passed = 0.0
        wall = time.time()
        patch.setattr(stack, "Cache", partial(Cache, now=lambda: wall + self.passed))
        patch.setattr(stack, "Breaker", partial(Breaker, clock=lambda: self.passed))
        patch.setattr(reuse, "Kept", partial(Kept, clock=lambda: self.passed))


class Users:
    """All of them ask at the same moment, once a second."""

    def __init__(self, graph: Graph, clock: Time, upstream: Upstream, *, alike: bool) -> None:
        """Who is not `alike` asks in words of their own, so that no two operations are executed as one."""
        self._graph = graph
        self._clock = clock
        self._upstream = upstream
        self._alike = alike

    async def ask(self) -> Answers:
        """What each of them is shown, and then a second is over."""
        comments = ("" if self._alike else f"# {user}" for user in range(USERS))
        answers = await asyncio.gather(*(self._graph.ask(DASHBOARD + comment) for comment in comments))
        await self._renewed()
        self._clock.passed += 1
        return answers

    async def _renewed(self) -> None:
        """What is renewed behind their backs has been asked for."""
        calls = -1
        while calls != self._upstream.calls or self._upstream.open:
            calls = self._upstream.calls
            await asyncio.sleep(0.03)

    async def poll(self, seconds: int) -> list[Answers]:
        return [await self.ask() for _ in range(seconds)]


def all_there(answer: dict[str, Any]) -> bool:
    edges = answer["data"]["customers"]["edges"]
    return not codes(answer) and len(edges) == READS and all(edge["node"]["invoices"] for edge in edges)


@pytest.mark.parametrize("alike", [True, False], ids=["in the same words", "each in their own"])
async def test_the_vendor_is_asked_for_5_of_100_reads_at_most(
    monkeypatch: pytest.MonkeyPatch, environment: Environment, people: People, *, alike: bool
) -> None:
    clock, stripe = Time(monkeypatch), Upstream(imitating(STRIPE.imitate(people)))
    async with with_stripe(monkeypatch, environment, stripe, seconds=10) as graph:
        rounds = await Users(graph, clock, stripe, alike=alike).poll(SECONDS)
    assert all(all_there(answer) for answers in rounds for answer in answers)
    assert stripe.calls <= 0.05 * USERS * SECONDS * READS
    assert stripe.calls <= READS * (1 + SECONDS // 10), "once for each time that what is kept goes stale"
    ages = [sources(answer)["STRIPE"]["ageSeconds"] for answers in rounds for answer in answers]
    assert max(ages) <= 10 + 3, "what is shown while it is renewed is not shown for long"


@pytest.mark.parametrize("alike", [True, False], ids=["in the same words", "each in their own"])
async def test_an_outage_costs_no_field_says_so_and_ends_without_a_herd(
    monkeypatch: pytest.MonkeyPatch, environment: Environment, people: People, *, alike: bool
) -> None:
    right: Callable[..., Any] = imitating(STRIPE.imitate(people))
    clock, stripe = Time(monkeypatch), Upstream(right)
    own = {"STRIPE_CACHE": "0.05", "STRIPE_RETRY_DELAY": "0"}  # fresh for half a second, then stale for three
    async with with_stripe(monkeypatch, environment | own, stripe, seconds=10) as graph:
        users = Users(graph, clock, stripe, alike=alike)
        await users.poll(3)
        stripe.manner, well = BROKEN, stripe.calls
        outage = await users.poll(SECONDS)
        down = stripe.calls - well
        stripe.manner, before = right, stripe.calls
        await users.ask()
        first_second = stripe.calls - before
        back = await users.poll(8)
    assert all(all_there(answer) for answers in outage for answer in answers), "a stale value exists for each field"
    later = [sources(answer)["STRIPE"] for answers in outage[5:] for answer in answers]
    assert all(source["stale"] for source in later)
    ages = [max(sources(answer)["STRIPE"]["ageSeconds"] for answer in answers) for answers in outage]
    assert ages[5:] == sorted(ages[5:])
    assert ages[-1] >= SECONDS - 2
    assert down <= well + SECONDS / 5 * 2, "once half have failed the breaker leaves it alone, but for a probe in 5 s"
    assert first_second <= READS, "each read is made once, whoever waits for it"
    assert all(all_there(answer) for answers in back for answer in answers)
    assert all(sources(answer)["STRIPE"]["ageSeconds"] <= 3 for answer in back[-1])
