"""Twenty-one faults of one vendor: each costs its own fields, in time and within memory, and nothing else."""

import time
import tracemalloc
from typing import Any, NamedTuple

import pytest

from tests.acceptance.faults import hanging
from tests.acceptance.upstream_faults import CUSTOMERS, FAULTS, Upstream
from tests.acceptance.world import Graph, gateway

QUERY = """query Faulty($first: Int!) {
  customers(first: $first) { edges { node {
    name
    invoices(first: 2) { edges { node { id } } }
    tickets(first: 2) { edges { node { subject } } }
    developer { login }
    profiles { handle }
  } } }
  exchangeRate(base: "USD", quote: "EUR") { rate }
}"""
# What is made once a process is no part of what a fault costs.
WARM_UP = "{ customers(first: 1) { edges { node { tickets { totalCount } developer { login } } } } }"
TIMEOUT = 2  # seconds
MB = 10**6
MOST = 20 * MB


class Measured(NamedTuple):
    """An answer, what it took, and how much more memory Python held meanwhile, at most."""

    answer: dict[str, Any]
    seconds: float
    growth: int  # bytes


async def measured(graph: Graph) -> Measured:
    await graph.ask(WARM_UP)
    tracemalloc.start()
    try:
        start = time.monotonic()
        answer = await graph.ask(QUERY, first=CUSTOMERS)
        return Measured(answer, time.monotonic() - start, tracemalloc.get_traced_memory()[1])
    finally:
        tracemalloc.stop()


def siblings(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """The customers of an answer, who have everything but invoices for sure."""
    nodes = [edge["node"] for edge in answer["data"]["customers"]["edges"]]
    assert len(nodes) == CUSTOMERS
    assert all(node["name"] and node["developer"]["login"] and node["profiles"] for node in nodes)
    assert sum(len(node["tickets"]["edges"]) for node in nodes) > CUSTOMERS
    assert answer["data"]["exchangeRate"]["rate"]
    return nodes


def check_failed(answer: dict[str, Any], code: str) -> None:
    """Every list of invoices is missing, and has its own error."""
    assert [node["invoices"] for node in siblings(answer)] == [None] * CUSTOMERS
    errors = answer["errors"]
    paths = [["customers", "edges", n, "node", "invoices"] for n in range(CUSTOMERS)]
    assert sorted(error["path"] for error in errors) == paths
    assert {(error["extensions"]["code"], error["extensions"]["service"]) for error in errors} == {(code, "STRIPE")}
    stripe = next(source for source in answer["extensions"]["sources"] if source["service"] == "STRIPE")
    assert stripe["errors"] == CUSTOMERS


def check_right(answer: dict[str, Any]) -> None:
    assert "errors" not in answer
    assert sum(len(node["invoices"]["edges"]) for node in siblings(answer)) > CUSTOMERS


@pytest.mark.parametrize("name", FAULTS)
async def test_a_fault_costs_its_own_fields_in_time_and_within_memory(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], name: str
) -> None:
    place, code = FAULTS[name]
    other = Upstream(hanging)
    async with other.listening() as elsewhere, place(elsewhere) as stripe:
        settings = environment | {"STRIPE_BASE_URL": stripe, "STRIPE_TIMEOUT": str(TIMEOUT)}
        async with gateway(monkeypatch, settings) as graph:
            found = await measured(graph)
    if code:
        check_failed(found.answer, code)
    else:
        check_right(found.answer)
    assert found.seconds <= TIMEOUT + 1
    assert found.growth < MOST
    assert other.calls == 0, "another host was called"


async def test_bodies_without_end_together_stay_within_memory(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]
) -> None:
    async with FAULTS["endless body"].place("") as stripe:
        settings = environment | {"STRIPE_BASE_URL": stripe, "STRIPE_TIMEOUT": str(TIMEOUT)}
        async with gateway(monkeypatch, settings) as graph:
            assert (await measured(graph)).growth < MOST
