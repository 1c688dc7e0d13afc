"""Subscriptions over a real WebSocket, between two gateways that share one store."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from connectors.domain.service import Service
from connectors.seed.people import People
from schema.relay import node_id
from tests.acceptance.world import Graph, application, listening
from tests.gateway.http.sockets.world import Client, asking, begun

ACTIVITY = """subscription Activity($id: ID!) { customerActivity(customerId: $id) {
  kind service title node { id ... on Ticket { subject } }
} }"""
NOTE = "mutation($id: ID!, $text: String!) { addNote(customerId: $id, text: $text) { errors { message } } }"
TICKET = """mutation($input: OpenTicketInput!) {
  openTicket(input: $input) { ticket { id } errors { message } }
}"""
PAYMENT = """query($id: ID!) { customer(id: $id) { payments(first: 20) { edges { node { id service status } } } } }"""
REFUND = "mutation($input: RefundPaymentInput!) { refundPayment(input: $input) { payment { id } errors { message } } }"
STATUS = "subscription { serviceStatus(services: [STRIPE]) { service state lastError } }"


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]) -> Iterator[str]:
    with listening(application(monkeypatch, environment), lifespan="on") as url:
        yield url


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]) -> Iterator[str]:
    """Another process would do no more than this: nothing is shared with the first but the store."""
    with listening(application(monkeypatch, environment), lifespan="on") as url:
        yield url


@pytest.fixture
def ada(people: People) -> str:
    return node_id("Customer", Service.STORE, people[0].customer().id)


@asynccontextmanager
async def asked(url: str) -> AsyncIterator[Graph]:
    async with httpx.AsyncClient(base_url=url, timeout=30) as http:
        yield Graph(http)


async def next_(client: Client) -> Any:  # noqa: ANN401 - JSON, as a client gets it
    message = await client.hear()
    assert message["type"] == "next", message
    assert "errors" not in message["payload"], message
    (found,) = message["payload"]["data"].values()
    return found


async def followed(client: Client, graph: Graph, id: str) -> None:
    """Asks, and returns when the subscription is under way: the last of the notes that are written is told."""
    await client.say(asking("1", ACTIVITY, variables={"id": id}))
    hearing = asyncio.ensure_future(next_(client))
    number = 0
    while not hearing.done():
        number += 1
        assert number < 50, "nothing is told"
        await graph.data(NOTE, id=id, text=str(number))
        await asyncio.wait((hearing,), timeout=0.3)
    told = hearing.result()
    while told["title"] != str(number):
        told = await next_(client)


def socket(url: str) -> str:
    return url.replace("http://", "ws://") + "/graphql"


async def test_what_is_done_through_one_gateway_is_told_by_another_in_order(here: str, there: str, ada: str) -> None:
    async with begun(socket(here)) as client, asked(there) as graph:
        await followed(client, graph, ada)
        payments = await graph.data(PAYMENT, id=ada)
        succeeded = [
            edge["node"]["id"]
            for edge in payments["customer"]["payments"]["edges"]
            if edge["node"]["status"] == "SUCCEEDED" and edge["node"]["service"] == "STRIPE"
        ]
        await graph.data(NOTE, id=ada, text="hello")
        opened = await graph.data(TICKET, input={"customerId": ada, "subject": "Broken", "text": "It is"})
        refunded = await graph.data(REFUND, input={"paymentId": succeeded[0]})
        assert refunded["refundPayment"]["errors"] == []
        note, ticket = await next_(client), await next_(client)
        assert note == {"kind": "NOTE", "service": "STORE", "title": "hello", "node": None}
        assert (ticket["kind"], ticket["title"], ticket["node"]["id"]) == (
            "TICKET",
            "Broken",
            opened["openTicket"]["ticket"]["id"],
        )
        payment = await next_(client)
        assert (payment["kind"], payment["node"]["id"]) == ("PAYMENT", succeeded[0])


async def test_somebody_who_is_deleted_is_followed_no_longer(here: str, ada: str) -> None:
    async with begun(socket(here)) as client, asked(here) as graph:
        await followed(client, graph, ada)
        await graph.data("mutation($id: ID!) { deleteCustomer(id: $id) { deletedId } }", id=ada)
        assert await client.hear() == {"id": "1", "type": "complete"}


async def test_nobody_and_forged_ids_are_answered_with_codes(here: str) -> None:
    async with begun(socket(here)) as client:
        codes = []
        for id in (node_id("Customer", Service.STORE, "f" * 24), "forged"):
            answer, _ = await client.ask(id, ACTIVITY, variables={"id": id})
            codes.append(answer["payload"]["errors"][0]["extensions"]["code"])
    assert codes == ["NOT_FOUND", "BAD_USER_INPUT"]


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]) -> Iterator[str]:
    with listening(
        application(monkeypatch, environment | {"STRIPE_BASE_URL": "http://127.0.0.1:9"}), lifespan="on"
    ) as url:
        yield url


async def test_a_service_that_goes_down_is_told(failing: str, ada: str) -> None:
    async with begun(socket(failing)) as client, asked(failing) as graph:
        await client.say(asking("1", STATUS))
        assert await next_(client) == {"service": "STRIPE", "state": "UP", "lastError": None}
        await graph.ask(PAYMENT, id=ada)
        told = await next_(client)
        assert told["state"] in {"DEGRADED", "DOWN"}
        assert "STRIPE" in told["lastError"]


async def test_a_subscription_is_heard_as_events_too(here: str) -> None:
    async with httpx.AsyncClient(base_url=here, timeout=30) as http:
        headers = {"Accept": "text/event-stream"}
        async with http.stream("POST", "/graphql", json={"query": STATUS}, headers=headers) as response:
            lines = response.aiter_lines()
            heard = [await anext(lines) for _ in range(4)]
    assert heard[2] == "event: next"
    assert '"service":"STRIPE"' in heard[3]
