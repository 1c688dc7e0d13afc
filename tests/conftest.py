"""What every test may ask for: a real MongoDB, one server a test run (one a worker under xdist)."""

from collections.abc import AsyncIterator, Iterator
from uuid import uuid4

import pytest

from connectors.domain.service import Service
from connectors.mongo.embedded import EmbeddedMongo
from connectors.mongo.store import Store, open_store
from connectors.transport.stats import ServiceStats


@pytest.fixture(scope="session")
def mongo_uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An embedded server in a folder of its own."""
    with EmbeddedMongo(tmp_path_factory.mktemp("mongo")) as uri:
        yield uri


@pytest.fixture
def store_uri(mongo_uri: str) -> str:
    """A database that nobody has used; it goes with the server."""
    return mongo_uri.replace("/?", f"/{uuid4().hex}?")


@pytest.fixture
async def store(store_uri: str) -> AsyncIterator[Store]:
    """An empty store with its indexes."""
    opened = open_store(store_uri, ServiceStats(Service.STORE))
    await opened.ensure_indexes()
    yield opened
    await opened.close()
