"""A service that is dead is left alone until it is well again; `test_upstream_traffic.py` has the list."""

from functools import partial

import pytest

from connectors.seed.people import People
from connectors.stripe.service import STRIPE
from connectors.transport import stack
from connectors.transport.breaker import Breaker
from tests.acceptance.faults import hanging, replying
from tests.acceptance.upstream import BALANCE, BROKEN, Environment, codes, sources, states, with_stripe
from tests.acceptance.upstream_faults import Upstream, imitating, refusing
from tests.acceptance.world import Graph, gateway


async def asked_often(graph: Graph, times: int) -> list[int]:
    """What each of so many operations, one after the other, took of Stripe."""
    return [sources(await graph.ask(BALANCE))["STRIPE"]["calls"] for _ in range(times)]


async def test_breaker_a_path_that_is_dead_gets_at_most_10_calls_of_100(
    monkeypatch: pytest.MonkeyPatch, environment: Environment
) -> None:
    stripe = Upstream(BROKEN)
    async with with_stripe(monkeypatch, environment, stripe) as graph:
        calls = await asked_often(graph, 100)
    assert sum(count > 0 for count in calls) <= 10
    assert stripe.calls == sum(calls) <= 22  # twenty open it; a probe may follow after five seconds


@pytest.mark.parametrize("dead", ["500", "reset", "hang"])
async def test_breaker_recovery_comes_within_10_s_of_healing(
    monkeypatch: pytest.MonkeyPatch, environment: Environment, people: People, dead: str
) -> None:
    passed = 0.0
    monkeypatch.setattr(stack, "Breaker", partial(Breaker, clock=lambda: 1000 + passed))
    manner = {"500": BROKEN, "hang": hanging, "reset": replying("", b"")}[dead]
    stripe = Upstream(manner)
    own = {"STRIPE_ATTEMPTS": "1", "STRIPE_BREAKER_CALLS": "3"}
    async with with_stripe(monkeypatch, environment | own, stripe, seconds=1) as graph:
        await asked_often(graph, 4)
        assert (await states(graph))["STRIPE"] == "DOWN"
        stripe.manner, before = imitating(STRIPE.imitate(people)), stripe.calls
        assert await asked_often(graph, 5) == [0] * 5, "it is left alone, though it is well again"
        passed = 5.0
        answers = [await graph.ask(BALANCE) for _ in range(10)]
        assert (await states(graph))["STRIPE"] == "UP"
    assert not any(codes(answer) for answer in answers)
    assert stripe.calls > before


async def test_breaker_a_service_that_refuses_is_a_service_that_is_there(
    monkeypatch: pytest.MonkeyPatch, environment: Environment
) -> None:
    stripe = Upstream(replying("404 Not Found", b"{}"))
    async with with_stripe(monkeypatch, environment, stripe) as graph:
        assert await asked_often(graph, 40) == [1] * 40


async def test_breaker_a_service_that_nobody_runs_is_found_out(
    monkeypatch: pytest.MonkeyPatch, environment: Environment
) -> None:
    async with refusing("") as nobody, gateway(monkeypatch, environment | {"STRIPE_BASE_URL": nobody}) as graph:
        calls = await asked_often(graph, 40)
    assert sum(count > 0 for count in calls) <= 10
