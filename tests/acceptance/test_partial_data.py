"""Stripe fails in every way there is: its own fields say so, and everything else is there, also what PayPal has."""

import socket
import time
from typing import Any

import pytest

from tests.acceptance.faults import Answer, hanging, replying, resetting, serving
from tests.acceptance.world import Graph, gateway

QUERY = """{
  customers(first: 10) { edges { node {
    name
    payments(first: 2) { edges { node { service } } pageInfo { hasNextPage } }
    plans { status }
    tickets(first: 2) { edges { node { subject } } }
    developer { login }
    profiles { handle }
  } } }
  exchangeRate(base: "USD", quote: "EUR") { rate }
}"""
WRONG_SHAPE = b'{"object": "list", "has_more": false, "data": [{"id": 7}]}'


def closed_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


async def ask(patch: pytest.MonkeyPatch, environment: dict[str, str], stripe: str) -> tuple[Graph, dict[str, Any]]:
    async with gateway(patch, environment | {"STRIPE_BASE_URL": stripe, "STRIPE_TIMEOUT": "2"}) as graph:
        await graph.ask("{ services { service } }")
        start = time.monotonic()
        answer = await graph.ask(QUERY)
        assert time.monotonic() - start <= 3
        return graph, answer


def check(answer: dict[str, Any], code: str) -> list[dict[str, Any]]:
    """Every customer has everything but what Stripe has; every list that lacks it has its own error."""
    nodes = [edge["node"] for edge in answer["data"]["customers"]["edges"]]
    assert len(nodes) == 10
    assert all(node["plans"] is None for node in nodes)
    payments = {edge["node"]["service"] for node in nodes for edge in node["payments"]["edges"]}
    assert "PAYPAL" in payments
    assert "STRIPE" not in payments
    assert all(node["payments"]["pageInfo"]["hasNextPage"] for node in nodes), "Stripe's are still to come"
    assert all(node["name"] and node["developer"]["login"] and node["profiles"] for node in nodes)
    assert all(node["tickets"] is not None for node in nodes)
    assert answer["data"]["exchangeRate"]["rate"]
    errors: list[dict[str, Any]] = answer["errors"]
    assert sorted(error["path"] for error in errors) == [
        ["customers", "edges", n, "node", field] for n in range(10) for field in ("payments", "plans")
    ]
    assert {error["extensions"]["code"] for error in errors} == {code}
    assert {error["extensions"]["service"] for error in errors} == {"STRIPE"}
    stripe = next(source for source in answer["extensions"]["sources"] if source["service"] == "STRIPE")
    assert stripe["errors"] == 20
    assert stripe["calls"] == 20 + stripe["retries"]
    return errors


async def test_a_closed_port_costs_what_stripe_has_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]
) -> None:
    _, answer = await ask(monkeypatch, environment, closed_port())
    check(answer, "UPSTREAM_UNAVAILABLE")


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (replying("200 OK", b"<html>Bad gateway</html>"), "UPSTREAM_MALFORMED"),
        (replying("200 OK", WRONG_SHAPE), "UPSTREAM_MALFORMED"),
        (replying("401 Unauthorized", b'{"error": {"message": "Invalid API Key"}}'), "UPSTREAM_UNAUTHORIZED"),
        (replying("404 Not Found", b'{"error": {"message": "No such customer"}}'), "UPSTREAM_REJECTED"),
        (replying("429 Too Many Requests", b"{}", "Retry-After: 7"), "UPSTREAM_RATE_LIMITED"),
        (replying("500 Internal Server Error", b"oops"), "UPSTREAM_UNAVAILABLE"),
        (hanging, "UPSTREAM_TIMEOUT"),
        (resetting, "UPSTREAM_UNAVAILABLE"),
    ],
    ids=["not JSON", "wrong shape", "401", "404", "429", "500", "hang", "reset"],
)
async def test_every_kind_of_failure_costs_what_stripe_has_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], fault: Answer, code: str
) -> None:
    async with serving(fault) as address:
        _, answer = await ask(monkeypatch, environment, address)
    check(answer, code)


async def test_a_wrong_shape_names_the_path_and_a_rate_limit_the_wait(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]
) -> None:
    async with serving(replying("200 OK", WRONG_SHAPE)) as address:
        _, answer = await ask(monkeypatch, environment, address)
    assert "$.data[0].id" in answer["errors"][0]["message"]
    async with serving(replying("429 Too Many Requests", b"{}", "Retry-After: 7")) as address:
        _, answer = await ask(monkeypatch, environment, address)
    assert answer["errors"][0]["extensions"]["retryAfter"] == 7
