"""What the upstream stack does for callers, seen from outside: HTTP in, sockets out."""

import asyncio
import time
from functools import partial
from typing import Any

import httpx
import pytest

from connectors.seed.people import People
from connectors.stripe.service import STRIPE
from connectors.transport import stack
from connectors.transport.cache import Cache
from tests.acceptance.faults import hanging, replying
from tests.acceptance.upstream_faults import Upstream, imitating
from tests.acceptance.world import Graph, application, gateway, listening

PAYMENTS = "{ customers(first: 3) { edges { node { name payments(first: 2) { edges { node { id } } } } } } }"
OTHERS = '{ tickets(first: 2) { edges { node { subject } } } exchangeRate(base: "USD", quote: "EUR") { rate } }'
STATUS = "{ services { service state calls coalesced } }"
BROKEN = replying("500 Internal Server Error", b"oops")


def sources(answer: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """`extensions.sources` by service."""
    return {source["service"]: source for source in answer["extensions"]["sources"]}


def payments(answer: dict[str, Any]) -> list[Any]:
    """What stands in each customer's field."""
    return [edge["node"]["payments"] for edge in answer["data"]["customers"]["edges"]]


def codes(answer: dict[str, Any]) -> set[str]:
    return {error["extensions"]["code"] for error in answer.get("errors", ())}


async def status(graph: Graph) -> dict[str, Any]:
    """Stripe's entry in `services`."""
    services = (await graph.data(STATUS))["services"]
    return next(one for one in services if one["service"] == "STRIPE")


async def joined(graph: Graph, calls: int) -> None:
    """Waits until so many reads share another's call."""
    async with asyncio.timeout(10):
        while (await status(graph))["coalesced"] < calls:
            pass


@pytest.fixture
def right(people: People) -> "partial[Any]":
    """Stripe's own answers."""
    return partial(imitating, STRIPE.imitate(people))


@pytest.fixture
def to(environment: dict[str, str]) -> "partial[dict[str, str]]":
    """The settings that lead to another Stripe."""
    return partial(lambda stripe, timeout=2: environment | {"STRIPE_BASE_URL": stripe, "STRIPE_TIMEOUT": str(timeout)})


async def test_a_client_that_goes_away_takes_its_calls_along(monkeypatch: pytest.MonkeyPatch, to: Any) -> None:
    stripe = Upstream(hanging)
    async with stripe.listening() as address:
        with listening(application(monkeypatch, to(address, 10)), lifespan="on") as url:
            async with httpx.AsyncClient(base_url=url) as http:
                asking = asyncio.create_task(http.post("/graphql", json={"query": PAYMENTS}))
                await stripe.until(lambda it: it.open == 3)
                asking.cancel()
                left = time.monotonic()
                await stripe.until(lambda it: not it.open, 2)
                print("FIG gone", time.monotonic() - left)
                assert time.monotonic() - left <= 0.5


async def test_a_client_that_goes_away_leaves_what_another_waits_for(
    monkeypatch: pytest.MonkeyPatch, to: Any, right: Any
) -> None:
    released = asyncio.Event()
    stripe, zendesk = Upstream(right(released=released)), Upstream(hanging)
    both = PAYMENTS[:-1] + " tickets(first: 2) { totalCount } }"
    async with stripe.listening() as address, zendesk.listening() as desk:
        settings = to(address, 10) | {"ZENDESK_BASE_URL": desk}
        with listening(application(monkeypatch, settings), lifespan="on") as url:
            async with httpx.AsyncClient(base_url=url, timeout=10) as http, httpx.AsyncClient(base_url=url) as leaving:
                going = asyncio.create_task(leaving.post("/graphql", json={"query": both}))
                await stripe.until(lambda it: it.open == 3)
                await zendesk.until(lambda it: it.open == 1)
                staying = asyncio.create_task(Graph(http).ask(PAYMENTS))
                await joined(Graph(http), 3)
                going.cancel()
                await zendesk.until(lambda it: not it.open, 2)  # it has been noticed
                assert stripe.open == 3
                released.set()
                answer = await staying
    assert codes(answer) == set()
    assert all(payments(answer))
    assert stripe.calls == 3


async def test_150_calls_that_are_stuck_in_one_service_leave_the_others_alone(
    monkeypatch: pytest.MonkeyPatch, to: Any, people: People
) -> None:
    stripe = Upstream(hanging)
    stuck = "query($email: String!) { customer(email: $email) { name payments { edges { node { id } } } } }"
    async with stripe.listening() as address, gateway(monkeypatch, to(address)) as graph:
        await graph.ask(OTHERS)
        asking = [asyncio.create_task(graph.ask(stuck, email=people[n].email)) for n in range(150)]
        await stripe.until(lambda it: it.open == 32)
        fresh = ['{ exchangeRate(base: "USD", quote: "%s") { rate } tickets(first: %d) { edges { node { subject } } } }' % (q, n) for n, q in enumerate(["GBP", "CHF", "SEK", "NOK", "PLN"], 3)]
        for query in fresh:
            start = time.monotonic()
            data = await graph.data(query)
            seconds = time.monotonic() - start
            print("FIG healthy", seconds, stripe.open)
            assert data["exchangeRate"]["rate"] and data["tickets"]["edges"]
            assert seconds <= 1
        assert not any(task.done() for task in asking)
        start = time.monotonic()
        answers = await asyncio.gather(*asking)
        print("FIG stuck", time.monotonic() - start, stripe.calls)
    assert {code for answer in answers for code in codes(answer)} == {"UPSTREAM_TIMEOUT"}
    assert all(answer["data"]["customer"] == {"name": people[n].name, "payments": None} for n, answer in enumerate(answers))


async def test_100_identical_operations_at_once_cost_one_call_for_each_read(
    monkeypatch: pytest.MonkeyPatch, to: Any, right: Any
) -> None:
    released = asyncio.Event()
    stripe = Upstream(right(released=released))
    async with stripe.listening() as address, gateway(monkeypatch, to(address, 10)) as graph:
        start = time.monotonic()
        asking = [asyncio.create_task(graph.ask(PAYMENTS)) for _ in range(100)]
        await joined(graph, 297)
        released.set()
        answers = await asyncio.gather(*asking)
        print("FIG coalesced", time.monotonic() - start)
    assert stripe.calls == 3
    assert all(payments(answers[0]))
    assert all(answer["data"] == answers[0]["data"] and not codes(answer) for answer in answers)
    costs = sorted((sources(a)["STRIPE"]["calls"], sources(a)["STRIPE"]["coalesced"]) for a in answers)
    assert costs == [(0, 3)] * 99 + [(3, 0)]


async def test_what_was_asked_just_before_is_not_asked_again(graph: Graph) -> None:
    query = PAYMENTS[:-1] + OTHERS[1:]
    first, second = await graph.ask(query), await graph.ask(query)
    assert first["data"] == second["data"]
    for service in ("STRIPE", "ZENDESK", "FRANKFURTER"):
        assert sources(first)[service]["calls"] > 0
        print("FIG", sources(second)[service])
        assert sources(second)[service]["calls"] == 0
        assert sources(second)[service]["cached"] == sources(first)[service]["calls"]
        assert not sources(second)[service]["stale"]
        assert sources(second)[service]["ageSeconds"] >= 0


@pytest.mark.parametrize("manner", [BROKEN, hanging], ids=["500", "hang"])
async def test_a_service_that_fails_after_it_has_answered_costs_nothing_but_freshness(
    monkeypatch: pytest.MonkeyPatch, to: Any, right: Any, manner: Any
) -> None:
    passed = 0
    monkeypatch.setattr(stack, "Cache", partial(Cache, now=lambda: time.time() + passed))
    stripe = Upstream(right())
    async with stripe.listening() as address, gateway(monkeypatch, to(address, 1)) as graph:
        before = await graph.ask(PAYMENTS)
        assert stripe.calls == 3
        stripe.manner, passed = manner, 600
        after = await graph.ask(PAYMENTS)
        print("FIG stale", sources(after)["STRIPE"], stripe.calls, codes(after))
    assert codes(after) == set()
    assert after["data"] == before["data"]
    assert sources(after)["STRIPE"]["stale"]
    assert 600 <= sources(after)["STRIPE"]["ageSeconds"] <= 605


async def test_a_caller_in_a_hurry_gets_in_time_what_is_there_in_time(
    monkeypatch: pytest.MonkeyPatch, to: Any
) -> None:
    stripe = Upstream(hanging)
    async with stripe.listening() as address, gateway(monkeypatch, to(address, 10)) as graph:
        await graph.ask(OTHERS)
        start = time.monotonic()
        query = {"query": PAYMENTS[:-1] + OTHERS[1:]}
        response = await graph.http.post("/graphql", json=query, headers={"X-Request-Timeout": "0.5"})
        seconds = time.monotonic() - start
        print("FIG hurry", seconds)
    answer = response.json()
    assert 0.5 <= seconds <= 1
    assert codes(answer) == {"UPSTREAM_TIMEOUT"}
    assert payments(answer) == [None] * 3
    assert [error["path"] for error in answer["errors"]] == [["customers", "edges", n, "node", "payments"] for n in range(3)]
    assert answer["data"]["exchangeRate"]["rate"]
    assert answer["data"]["tickets"]["edges"]


async def test_a_service_that_always_fails_is_left_alone(monkeypatch: pytest.MonkeyPatch, to: Any) -> None:
    stripe = Upstream(BROKEN)
    async with stripe.listening() as address, gateway(monkeypatch, to(address)) as graph:
        await graph.ask(PAYMENTS.replace("3", "20"))
        calls = stripe.calls
        assert (await status(graph))["state"] == "DOWN"
        start = time.monotonic()
        answer = await graph.ask(PAYMENTS.replace("2", "5"))
        seconds = time.monotonic() - start
        print("FIG open", seconds, calls, answer["errors"][0]["message"])
    assert stripe.calls == calls
    assert seconds < 0.5
    assert codes(answer) == {"UPSTREAM_UNAVAILABLE"}
    assert sources(answer)["STRIPE"]["calls"] == 0


async def test_a_service_that_asks_to_be_left_alone_is_asked_by_nobody(
    monkeypatch: pytest.MonkeyPatch, to: Any
) -> None:
    stripe = Upstream(replying("429 Too Many Requests", b"{}", "Retry-After: 7"))
    async with stripe.listening() as address, gateway(monkeypatch, to(address)) as graph:
        first = await graph.ask("{ balance { amount } }")
        assert codes(first) == {"UPSTREAM_RATE_LIMITED"}
        assert stripe.calls == 1
        second = await graph.ask(PAYMENTS)
        print("FIG 429", [error["extensions"] for error in second["errors"]])
    assert stripe.calls == 1
    assert codes(second) == {"UPSTREAM_RATE_LIMITED"}
    assert sources(second)["STRIPE"]["calls"] == 0
    assert all(6 < error["extensions"]["retryAfter"] <= 7 for error in second["errors"])
