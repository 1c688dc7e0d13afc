from collections.abc import AsyncIterator, Iterator

import pytest

from connectors.seed.people import People
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
    monkeypatch: pytest.MonkeyPatch, seeded: str, behind: tuple[Gate, dict[str, str]]
) -> AsyncIterator[Graph]:
    """A gateway that asks each thing once, and anew each time."""
    environment = {"MONGODB_URI": seeded, "TRIBUTARY_LOG_LEVEL": "error", **behind[1]}
    async with gateway(monkeypatch, environment) as opened:
        yield opened
