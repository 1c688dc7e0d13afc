"""The store goes away and comes back under a gateway: nobody waits in a queue to be told so, and all is as before."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import pytest

from connectors.domain.service import Service
from connectors.mongo.driver import POOL, THREADS
from connectors.mongo.store import open_store
from connectors.seed.people import People
from schema.relay import node_id
from tests.acceptance.conftest import HASTY
from tests.acceptance.store_gate import StoreGate
from tests.acceptance.test_subscriptions import ACTIVITY
from tests.acceptance.world import Graph, gateway

CUSTOMERS = "query($first: Int!) { customers(first: $first) { edges { node { id } } } }"
FIGURES = "{ services { service calls state } }"
ENTER = 'mutation { createCustomer(input: {name: "Ada", email: "ada@new.example"}) { customer { id } } }'
ENTERED = '{ customer(email: "ada@new.example") { name } }'
DOWN = {"code": "UPSTREAM_UNAVAILABLE", "service": "STORE"}


@pytest.fixture
async def graph(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], before_store: tuple[StoreGate, str]
) -> AsyncIterator[Graph]:
    monkeypatch.setattr("gateway.app.open_store", partial(open_store, timeouts=HASTY))
    async with gateway(monkeypatch, environment | {"MONGODB_URI": before_store[1]}) as opened:
        await opened.data(CUSTOMERS, first=1)
        yield opened


async def a_hundred(graph: Graph) -> list[dict[str, Any]]:
    """Answers to operations of which none is like another."""
    return await asyncio.gather(*(graph.ask(CUSTOMERS, first=first) for first in range(1, 101)))


async def store(graph: Graph) -> dict[str, Any]:
    """Its figures."""
    services = (await graph.data(FIGURES))["services"]
    (found,) = (one for one in services if one["service"] == "STORE")
    return dict(found)


async def test_of_a_hundred_who_ask_in_an_outage_few_find_it_out_and_all_are_told(
    graph: Graph, store_gate: StoreGate
) -> None:
    before = (await store(graph))["calls"]
    store_gate.shut()
    for _ in range(2):
        answers = await a_hundred(graph)
        assert [answer["data"] for answer in answers] == [None] * 100
        assert [error["extensions"] for answer in answers for error in answer["errors"]] == [DOWN] * 100
    figures = await store(graph)
    assert figures["state"] == "DOWN"
    assert figures["calls"] - before <= 3 * min(POOL, THREADS), "no thread is kept by those who need not try"


async def test_it_is_found_again_by_who_asks_and_everybody_is_answered(graph: Graph, store_gate: StoreGate) -> None:
    store_gate.shut()
    await a_hundred(graph)
    store_gate.open()
    async with asyncio.timeout(2):
        while "errors" in await graph.ask(CUSTOMERS, first=1):
            pass
    answers = await a_hundred(graph)
    assert [len(answer["data"]["customers"]["edges"]) for answer in answers] == list(range(1, 101))
    assert (await store(graph))["state"] == "UP"


async def test_who_would_follow_a_customer_is_told_too(graph: Graph, store_gate: StoreGate, people: People) -> None:
    store_gate.shut()
    body = {"query": ACTIVITY, "variables": {"id": node_id("Customer", Service.STORE, people[0].customer().id)}}
    heard = await graph.http.post("/graphql", json=body, headers={"Accept": "text/event-stream"})
    (line,) = (line for line in heard.text.splitlines() if line.startswith("data: {"))
    assert '"code":"UPSTREAM_UNAVAILABLE","service":"STORE"' in line


async def test_a_write_whose_answer_is_lost_is_not_said_to_have_come_to_nothing(
    graph: Graph, store_gate: StoreGate
) -> None:
    store_gate.lose("insert")
    answer = await graph.ask(ENTER)
    store_gate.open()
    assert answer["data"] is None
    (error,) = answer["errors"]
    assert error["extensions"] == {"code": "UPSTREAM_TIMEOUT", "service": "STORE", "outcome": "UNKNOWN"}
    async with asyncio.timeout(2):
        while "errors" in (found := await graph.ask(ENTERED)):
            pass
    assert found["data"]["customer"]["name"] == "Ada", "it was done"


async def test_a_write_that_was_not_sent_has_no_outcome(graph: Graph, store_gate: StoreGate) -> None:
    store_gate.shut()
    await a_hundred(graph)
    (error,) = (await graph.ask(ENTER))["errors"]
    assert error["extensions"] == DOWN
