from collections.abc import AsyncIterator, Iterator
from functools import partial

import pytest

from connectors.mongo.store import open_store
from connectors.seed.people import People
from tests.acceptance.conftest import HASTY
from tests.acceptance.store_gate import StoreGate
from tests.acceptance.walk.gate import Gate, gated
from tests.acceptance.world import Graph, gateway

CUSTOMERS = 100  # enough for everything there is to be there, and quick to make up


@pytest.fixture(scope="session")
def people() -> People:
    return People(CUSTOMERS)


@pytest.fixture
def behind(people: People) -> Iterator[tuple[Gate, dict[str, str]]]:
    """A gate, and the settings of a gateway that asks through it."""
    with gated(people) as found:
        yield found


@pytest.fixture
def gate(behind: tuple[Gate, dict[str, str]]) -> Gate:
    return behind[0]


@pytest.fixture
async def graph(
    monkeypatch: pytest.MonkeyPatch, before_store: tuple[StoreGate, str], behind: tuple[Gate, dict[str, str]]
) -> AsyncIterator[Graph]:
    """A gateway that asks each thing once, and anew each time."""
    environment = {"MONGODB_URI": before_store[1], "TRIBUTARY_LOG_LEVEL": "error", **behind[1]}
    monkeypatch.setattr("gateway.app.open_store", partial(open_store, timeouts=HASTY))
    async with gateway(monkeypatch, environment) as opened:
        yield opened
