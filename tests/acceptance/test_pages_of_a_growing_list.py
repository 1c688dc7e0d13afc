"""A list of two services is read page by page over HTTP, while it grows and one of them fails now and then."""

from collections.abc import Iterator
from random import Random

import pytest

from connectors.domain.service import Service
from connectors.sandbox_server import SandboxServer, address
from connectors.seed.people import People
from tests.acceptance.growing import Growing
from tests.acceptance.world import Graph, gateway, listening

AT_START, ADDED, SIZE = 5_000, 500, 20
PEOPLE = 660
STUCK = 1_000  # pages: far more than it takes
QUERY = """query($after: String) { payments(first: 20, after: $after) {
  edges { node { externalId service } } pageInfo { hasNextPage endCursor } } }"""


@pytest.fixture(scope="module")
def growing() -> Growing:
    return Growing(People(PEOPLE))


@pytest.fixture
def server(growing: Growing) -> SandboxServer:
    return SandboxServer(growing.vendors, People(PEOPLE))


@pytest.fixture
def settings(server: SandboxServer, growing: Growing, store_uri: str) -> Iterator[dict[str, str]]:
    """A call is sent once and the breaker stays closed, so that a failure of the service is one of the page."""
    with listening(server) as url:
        addresses = {f"{vendor.service.name}_BASE_URL": address(vendor, url) for vendor in growing.vendors}
        once = {"STRIPE_ATTEMPTS": "1", "STRIPE_BREAKER_CALLS": "100000"}
        yield {"MONGODB_URI": store_uri, "TRIBUTARY_LOG_LEVEL": "error", **addresses, **once}


async def test_no_payment_comes_twice_and_none_that_was_there_at_the_start_is_lost(
    monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], server: SandboxServer, growing: Growing
) -> None:
    random = Random(7)  # noqa: S311 - it is to be repeatable
    every = growing.payments()
    assert len(every) == len(set(every)) > AT_START + ADDED
    newest, rest = every[: ADDED * 3 // 5], every[ADDED * 3 // 5 :]
    random.shuffle(rest)
    there, later = set(rest[:AT_START]), [*newest, *rest[AT_START : AT_START + ADDED - len(newest)]]
    random.shuffle(later)
    growing.hidden = {*every} - there
    server.faults.set("stripe:status=503,rate=0.15")
    async with gateway(monkeypatch, settings) as graph:
        seen, partial = await read(graph, growing, later)
    assert len(seen) == len(set(seen))
    assert there <= set(seen)
    assert partial > AT_START / SIZE / 20, "one of them failed now and then"
    assert later == []


async def read(graph: Graph, growing: Growing, later: list[str]) -> tuple[list[str], int]:
    """Every page to the end, taking what there is; and how many were not whole."""
    seen: list[str] = []
    after, partial = None, 0
    for _ in range(STUCK):
        answer = await graph.ask(QUERY, after=after)
        failed = {error["extensions"]["service"] for error in answer.get("errors", ())}
        assert failed <= {Service.STRIPE.name}
        partial += bool(failed)
        page = answer["data"]["payments"]
        seen += [edge["node"]["externalId"] for edge in page["edges"]]
        if not failed and not page["pageInfo"]["hasNextPage"]:
            return seen, partial
        after = page["pageInfo"]["endCursor"]
        for _ in range(3):
            if later:
                growing.hidden.discard(later.pop())
    raise AssertionError("it never ends")
