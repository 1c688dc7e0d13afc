"""What the upstream stack does for callers, seen from outside: HTTP in, sockets out."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import httpx
import pytest

from connectors.seed.people import People
from connectors.stripe.service import STRIPE
from connectors.transport import stack
from connectors.transport.cache import Cache
from tests.acceptance.faults import Answer, hanging, replying
from tests.acceptance.upstream_faults import Upstream, imitating
from tests.acceptance.world import Graph, application, gateway, listening

ALONE = "payments(first: 2) { edges { node { id } } }"
PAYMENTS = f"{{ customers(first: 3) {{ edges {{ node {{ name {ALONE} }} }} }} }}"
OTHERS = '{ tickets(first: 2) { edges { node { subject } } } exchangeRate(base: "USD", quote: "EUR") { rate } }'
BOTH = PAYMENTS[:-1] + OTHERS[1:]
READS = 3  # that PAYMENTS needs
BROKEN = replying("500 Internal Server Error", b"oops")
Environment = dict[str, str]


def sources(answer: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """`extensions.sources` by service."""
    return {source["service"]: source for source in answer["extensions"]["sources"]}


def payments(answer: dict[str, Any]) -> list[Any]:
    """What stands in each customer's field."""
    return [edge["node"]["payments"] for edge in answer["data"]["customers"]["edges"]]


def codes(answer: dict[str, Any]) -> set[str]:
    return {error["extensions"]["code"] for error in answer.get("errors", ())}


async def states(graph: Graph) -> dict[str, str]:
    services = (await graph.data("{ services { service state } }"))["services"]
    return {one["service"]: one["state"] for one in services}


async def joined(graph: Graph, reads: int) -> None:
    """Waits until so many reads share another's call."""
    async with asyncio.timeout(10):
        while True:
            services = (await graph.data("{ services { service coalesced } }"))["services"]
            if {"service": "STRIPE", "coalesced": reads} in services:
                return


@asynccontextmanager
async def with_stripe(
    patch: pytest.MonkeyPatch, environment: Environment, stripe: Upstream, seconds: float = 2
) -> AsyncIterator[Graph]:
    """A gateway whose Stripe is this one, and may take so long."""
    async with stripe.listening() as address:
        own = {"STRIPE_BASE_URL": address, "STRIPE_TIMEOUT": str(seconds)}
        async with gateway(patch, environment | own) as graph:
            yield graph


@asynccontextmanager
async def over_sockets(patch: pytest.MonkeyPatch, environment: Environment) -> AsyncIterator[str]:
    """The address of a gateway that waits for its services for 10 s."""
    with listening(application(patch, environment | {"STRIPE_TIMEOUT": "10", "ZENDESK_TIMEOUT": "10"}), "on") as url:
        yield url


@asynccontextmanager
async def caller(url: str) -> AsyncIterator[Graph]:
    """One with connections of their own."""
    async with httpx.AsyncClient(base_url=url, timeout=10) as http:
        yield Graph(http)


async def test_a_client_that_goes_away_takes_its_calls_along(
    monkeypatch: pytest.MonkeyPatch, environment: Environment
) -> None:
    stripe = Upstream(hanging)
    async with stripe.listening() as address:
        settings = environment | {"STRIPE_BASE_URL": address}
        async with over_sockets(monkeypatch, settings) as url, caller(url) as graph:
            asking = asyncio.create_task(graph.ask(PAYMENTS))
            await stripe.until(lambda it: it.open == READS)
            asking.cancel()
            await stripe.until(lambda it: not it.open, seconds=0.5)


async def test_a_client_that_goes_away_leaves_what_another_waits_for(
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
            staying = asyncio.create_task(other.ask(PAYMENTS))
            await joined(other, READS)
            going.cancel()
            await zendesk.until(lambda it: not it.open, seconds=0.5)  # it has been noticed
            assert stripe.open == READS
            released.set()
            answer = await staying
    assert not codes(answer)
    assert all(payments(answer))
    assert stripe.calls == READS


async def test_150_calls_that_are_stuck_in_one_service_leave_the_others_alone(
    monkeypatch: pytest.MonkeyPatch, environment: Environment, people: People
) -> None:
    stuck = "query($email: String!) { customer(email: $email) { name payments { edges { node { id } } } } }"
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
    expected = [{"name": people[n].name, "payments": None} for n in range(150)]
    assert [answer["data"]["customer"] for answer in answers] == expected


async def test_100_identical_operations_at_once_cost_one_call_for_each_read(
    monkeypatch: pytest.MonkeyPatch, environment: Environment, people: People
) -> None:
    released = asyncio.Event()
    stripe = Upstream(imitating(STRIPE.imitate(people), released=released))
    async with with_stripe(monkeypatch, environment, stripe, seconds=10) as graph:
        asking = [asyncio.create_task(graph.ask(PAYMENTS)) for _ in range(100)]
        await joined(graph, 99 * READS)
        released.set()
        answers = await asyncio.gather(*asking)
    assert stripe.calls == READS
    assert all(payments(answers[0]))
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


async def test_what_was_asked_just_before_is_not_asked_again(
    monkeypatch: pytest.MonkeyPatch, environment: Environment, people: People
) -> None:
    stripe = Upstream(imitating(STRIPE.imitate(people)))
    async with with_stripe(monkeypatch, environment, stripe) as graph:
        await check_kept(graph, "STRIPE", "FRANKFURTER")
    assert stripe.calls == READS


async def test_answers_of_a_service_below_a_path_are_kept_as_well(graph: Graph) -> None:
    await check_kept(graph, "STRIPE", "ZENDESK")


@pytest.mark.parametrize("manner", [BROKEN, hanging], ids=["500", "hang"])
async def test_a_service_that_fails_after_it_has_answered_costs_nothing_but_freshness(
    monkeypatch: pytest.MonkeyPatch, environment: Environment, people: People, manner: Answer
) -> None:
    passed = 0.0
    monkeypatch.setattr(stack, "Cache", partial(Cache, now=lambda: time.time() + passed))
    stripe = Upstream(imitating(STRIPE.imitate(people)))
    async with with_stripe(monkeypatch, environment, stripe, seconds=1) as graph:
        before = await graph.ask(PAYMENTS)
        stripe.manner, passed = manner, 600.0
        after = await graph.ask(PAYMENTS)
    assert stripe.calls > READS, "it was asked before its old answers were shown"
    assert not codes(after)
    assert after["data"] == before["data"]
    assert all(payments(after))
    assert sources(after)["STRIPE"]["stale"]
    assert 600 <= sources(after)["STRIPE"]["ageSeconds"] <= 605


async def test_a_caller_in_a_hurry_gets_in_time_what_is_there_in_time(
    monkeypatch: pytest.MonkeyPatch, environment: Environment
) -> None:
    async with with_stripe(monkeypatch, environment, Upstream(hanging), seconds=10) as graph:
        await graph.data(OTHERS)
        start = time.monotonic()
        response = await graph.http.post("/graphql", json={"query": BOTH}, headers={"X-Request-Timeout": "0.5"})
        assert time.monotonic() - start <= 1
    answer = response.json()
    assert codes(answer) == {"UPSTREAM_TIMEOUT"}
    paths = [["customers", "edges", n, "node", "payments"] for n in range(READS)]
    assert sorted(error["path"] for error in answer["errors"]) == paths
    assert payments(answer) == [None] * READS
    assert answer["data"]["exchangeRate"]["rate"]
    assert answer["data"]["tickets"]["edges"]


async def test_a_service_that_always_fails_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, environment: Environment
) -> None:
    stripe = Upstream(BROKEN)
    async with with_stripe(monkeypatch, environment, stripe) as graph:
        await graph.ask(PAYMENTS.replace("3", "20"))
        found, calls = await states(graph), stripe.calls
        start = time.monotonic()
        answer = await graph.ask(PAYMENTS.replace("2", "5"))
        assert time.monotonic() - start <= 0.5
    assert {service for service, state in found.items() if state == "DOWN"} == {"STRIPE"}
    assert stripe.calls == calls
    assert codes(answer) == {"UPSTREAM_UNAVAILABLE"}
    assert sources(answer)["STRIPE"]["calls"] == 0


async def test_a_service_that_asks_to_be_left_alone_is_asked_by_nobody(
    monkeypatch: pytest.MonkeyPatch, environment: Environment
) -> None:
    stripe = Upstream(replying("429 Too Many Requests", b"{}", "Retry-After: 7"))
    async with with_stripe(monkeypatch, environment, stripe) as graph:
        first = await graph.ask("{ balance { amount } }")
        second = await graph.ask(PAYMENTS)
    assert stripe.calls == 1
    assert codes(first) == codes(second) == {"UPSTREAM_RATE_LIMITED"}
    assert sources(second)["STRIPE"]["calls"] == 0
    assert all(5 < error["extensions"]["retryAfter"] <= 7 for error in second["errors"])
