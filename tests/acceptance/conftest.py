from collections.abc import AsyncIterator, Iterator
from uuid import uuid4

import pytest

from connectors.domain.service import Service
from connectors.mongo.store import Timeouts, open_store
from connectors.seed.people import People
from connectors.transport.stats import ServiceStats
from tests.acceptance.store_gate import StoreGate, before
from tests.acceptance.world import Graph, gateway, imitations

CUSTOMERS = 1000
HASTY = Timeouts(selection=0.2)  # until a store that is down is found to be


@pytest.fixture(scope="session")
def people() -> People:
    return People(CUSTOMERS)


@pytest.fixture(scope="module")
def addresses(people: People) -> Iterator[dict[str, str]]:
    """For each module its own: the imitations limit how much may be asked of them, as their services do."""
    with imitations(people) as found:
        yield found


@pytest.fixture
async def seeded(mongo_uri: str, people: People) -> str:
    """The URI of a database of its own with every made-up customer in it."""
    uri = mongo_uri.replace("/?", f"/{uuid4().hex}?")
    store = open_store(uri, ServiceStats(Service.STORE))
    await store.ensure_indexes()
    await store.customers.seed([people[number].customer() for number in range(people.count)])
    await store.close()
    return uri


@pytest.fixture
async def before_store(seeded: str) -> AsyncIterator[tuple[StoreGate, str]]:
    """A gate, and the URI of a store behind it."""
    async with before(seeded) as found:
        yield found


@pytest.fixture
def store_gate(before_store: tuple[StoreGate, str]) -> StoreGate:
    return before_store[0]


@pytest.fixture
def environment(seeded: str, addresses: dict[str, str]) -> dict[str, str]:
    return {"MONGODB_URI": seeded, "TRIBUTARY_LOG_LEVEL": "error", **addresses}


@pytest.fixture
async def graph(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]) -> AsyncIterator[Graph]:
    async with gateway(monkeypatch, environment) as opened:
        yield opened
