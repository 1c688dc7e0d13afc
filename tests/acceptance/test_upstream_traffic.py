"""What the upstream stack does for callers, seen from outside: HTTP in, sockets out.

Each row of what it promises has tests that are named after it. T is here, R is `test_upstream_resilience.py`:

| row | tests |
|---|---|
| operation deadline | T `test_operation_deadline_…` |
| connect / whole-call timeout | R `test_connect_timeout_…`, `test_whole_call_timeout_…` |
| upstream body | R `test_upstream_body_…`, and every fault of `test_upstream_faults.py` within 20 MB |
| retry | R `test_retry_…`, T `test_retry_after_…`; the waits themselves in `test_retry_waits.py` of the layers |
| retry budget | R `test_retry_budget_…`; by the window in `test_retry_laws.py` |
| what is retried | R `test_what_is_retried_…` |
| breaker | `test_upstream_breaker.py`, T `test_breaker_…`; with retries and their budget in `test_retry_laws.py` |
| concurrency | T `test_concurrency_…`, R `test_concurrency_…` |
| coalescing | T `test_coalescing_…`; who shares with whom in `test_coalesce.py` |
| cache | T `test_cache_…` |
| client gone | T `test_client_gone_…` |
| headers upstream | R `test_headers_upstream_…` |
| redirects, cookies | R `test_redirects_…`, `test_cookies_…` |
"""

import asyncio
import time
from functools import partial

import pytest

from connectors.seed.people import People
from connectors.stripe.service import STRIPE
from connectors.transport import stack
from connectors.transport.cache import Cache
from tests.acceptance.faults import Answer, hanging, replying
from tests.acceptance.upstream import (
    BOTH,
    BROKEN,
    INVOICES,
    OTHERS,
    READS,
    Environment,
    caller,
    codes,
    invoices,
    joined,
    over_sockets,
    sources,
    states,
    with_stripe,
)
from tests.acceptance.upstream_faults import Upstream, imitating
from tests.acceptance.world import Graph


async def test_client_gone_its_calls_are_cancelled_within_half_a_second(
    monkeypatch: pytest.MonkeyPatch, environment: Environment
) -> None:
    stripe = Upstream(hanging)
    async with stripe.listening() as address:
        settings = environment | {"STRIPE_BASE_URL": address}
        async with over_sockets(monkeypatch, settings) as url, caller(url) as graph:
            asking = asyncio.create_task(graph.ask(INVOICES))
            await stripe.until(lambda it: it.open == READS)
            asking.cancel()
            await stripe.until(lambda it: not it.open, seconds=0.5)


async def test_client_gone_what_another_waits_for_goes_on(
    monkeypatch: pytest.MonkeyPatch, environment: Environment, people: People
) -> None:
    released = asyncio.Event()
    stripe, zendesk = Upstream(imitating(STRIPE.imitate(people), released=released)), Upstream(hanging)
    async with stripe.listening() as address, zendesk.listening() as desk:
        settings = environment | {"STRIPE_BASE_URL": address, "ZENDESK_BASE_URL": desk}
        async with over_sockets(monkeypatch, settings) as url, caller(url) as one, caller(url) as other:
            going = asyncio.create_task(one.ask(BOTH))
            await stripe.until(lambda it: it.open == READS)
            await zendesk.until(lambda it: it.open == 1)
            staying = asyncio.create_task(other.ask(INVOICES))
            await joined(other, READS)
            going.cancel()
            await zendesk.until(lambda it: not it.open, seconds=0.5)  # it has been noticed
            assert stripe.open == READS
            released.set()
            answer = await staying
    assert not codes(answer)
    assert all(invoices(answer))
    assert stripe.calls == READS


async def test_concurrency_150_calls_that_are_stuck_in_one_service_leave_the_others_alone(
    monkeypatch: pytest.MonkeyPatch, environment: Environment, people: People
) -> None:
    stuck = "query($email: String!) { customer(email: $email) { name invoices { edges { node { id } } } } }"
    healthy = OTHERS.replace("EUR", "SEK").replace("2", "3")  # which nobody has asked before
    stripe = Upstream(hanging)
    async with with_stripe(monkeypatch, environment, stripe) as graph:
        await graph.data(OTHERS)
        asking = [asyncio.create_task(graph.ask(stuck, email=people[n].email)) for n in range(150)]
        await stripe.until(lambda it: it.open == 32)
        start = time.monotonic()
        data = await graph.data(healthy)
        assert time.monotonic() - start <= 1
        assert not any(task.done() for task in asking)
        answers = await asyncio.gather(*asking)
    assert data["exchangeRate"]["rate"]
    assert data["tickets"]["edges"]
    assert all(codes(answer) == {"UPSTREAM_TIMEOUT"} for answer in answers)
    expected = [{"name": people[n].name, "invoices": None} for n in range(150)]
    assert [answer["data"]["customer"] for answer in answers] == expected


async def test_coalescing_100_operations_at_once_that_read_the_same_cost_one_call_for_each_read(
    monkeypatch: pytest.MonkeyPatch, environment: Environment, people: People
) -> None:
    released = asyncio.Event()
    stripe = Upstream(imitating(STRIPE.imitate(people), released=released))
    async with with_stripe(monkeypatch, environment, stripe, seconds=10) as graph:
        # Differing in a comment, they are not executed as one.
        asking = [asyncio.create_task(graph.ask(f"{INVOICES} # {number}")) for number in range(100)]
        await joined(graph, 99 * READS)
        released.set()
        answers = await asyncio.gather(*asking)
    assert stripe.calls == READS
    assert all(invoices(answers[0]))
    assert all(answer["data"] == answers[0]["data"] and not codes(answer) for answer in answers)
    costs = [sources(answer)["STRIPE"] for answer in answers]
    assert sorted((cost["calls"], cost["coalesced"]) for cost in costs) == [(0, READS)] * 99 + [(READS, 0)]


async def check_kept(graph: Graph, *services: str) -> None:
    """The second of two identical operations asks none of `services`."""
    first, second = await graph.ask(BOTH), await graph.ask(BOTH)
    assert first["data"] == second["data"]
    for service in services:
        cost = sources(second)[service]
        assert (cost["calls"], cost["cached"]) == (0, sources(first)[service]["calls"])
        assert (cost["stale"], cost["cached"] > 0, cost["ageSeconds"] >= 0) == (False, True, True)


async def test_cache_what_was_asked_just_before_is_not_asked_again(
    monkeypatch: pytest.MonkeyPatch, environment: Environment, people: People
) -> None:
    stripe = Upstream(imitating(STRIPE.imitate(people)))
    async with with_stripe(monkeypatch, environment, stripe) as graph:
        await check_kept(graph, "STRIPE", "FRANKFURTER")
    assert stripe.calls == READS


async def test_cache_answers_of_a_service_below_a_path_are_kept_as_well(graph: Graph) -> None:
    await check_kept(graph, "STRIPE", "ZENDESK")


@pytest.mark.parametrize("manner", [BROKEN, hanging], ids=["500", "hang"])
async def test_cache_a_service_that_fails_after_it_has_answered_costs_nothing_but_freshness(
    monkeypatch: pytest.MonkeyPatch, environment: Environment, people: People, manner: Answer
) -> None:
    passed = 0.0
    monkeypatch.setattr(stack, "Cache", partial(Cache, now=lambda: time.time() + passed))
    stripe = Upstream(imitating(STRIPE.imitate(people)))
    async with with_stripe(monkeypatch, environment, stripe, seconds=1) as graph:
        before = await graph.ask(INVOICES)
        stripe.manner, passed = manner, 600.0
        after = await graph.ask(INVOICES)
    assert stripe.calls > READS, "it was asked before its old answers were shown"
    assert not codes(after)
    assert after["data"] == before["data"]
    assert all(invoices(after))
    assert sources(after)["STRIPE"]["stale"]
    assert sources(after)["STRIPE"]["errors"] == 0, "a stale answer stood in"
    assert 600 <= sources(after)["STRIPE"]["ageSeconds"] <= 605


async def test_operation_deadline_a_caller_in_a_hurry_gets_in_time_what_is_there_in_time(
    monkeypatch: pytest.MonkeyPatch, environment: Environment
) -> None:
    async with with_stripe(monkeypatch, environment, Upstream(hanging), seconds=10) as graph:
        await graph.data(OTHERS)
        start = time.monotonic()
        response = await graph.http.post("/graphql", json={"query": BOTH}, headers={"X-Request-Timeout": "0.5"})
        assert time.monotonic() - start <= 1
    answer = response.json()
    assert codes(answer) == {"UPSTREAM_TIMEOUT"}
    paths = [["customers", "edges", n, "node", "invoices"] for n in range(READS)]
    assert sorted(error["path"] for error in answer["errors"]) == paths
    assert invoices(answer) == [None] * READS
    assert answer["data"]["exchangeRate"]["rate"]
    assert answer["data"]["tickets"]["edges"]


async def test_breaker_a_service_that_always_fails_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, environment: Environment
) -> None:
    stripe = Upstream(BROKEN)
    async with with_stripe(monkeypatch, environment, stripe) as graph:
        await graph.ask(INVOICES.replace("3", "20"))
        found, calls = await states(graph), stripe.calls
        start = time.monotonic()
        answer = await graph.ask(INVOICES.replace("2", "5"))
        assert time.monotonic() - start <= 0.5
    assert {service for service, state in found.items() if state == "DOWN"} == {"STRIPE"}
    assert stripe.calls == calls
    assert codes(answer) == {"UPSTREAM_UNAVAILABLE"}
    assert sources(answer)["STRIPE"]["calls"] == 0


async def test_retry_after_of_some_seconds_is_heeded_for_everybody(
    monkeypatch: pytest.MonkeyPatch, environment: Environment
) -> None:
    stripe = Upstream(replying("429 Too Many Requests", b"{}", "Retry-After: 7"))
    async with with_stripe(monkeypatch, environment, stripe) as graph:
        first = await graph.ask("{ balance { amount } }")
        second = await graph.ask(INVOICES)
    assert stripe.calls == 1
    assert codes(first) == codes(second) == {"UPSTREAM_RATE_LIMITED"}
    assert sources(second)["STRIPE"]["calls"] == 0
    assert all(5 < error["extensions"]["retryAfter"] <= 7 for error in second["errors"])
