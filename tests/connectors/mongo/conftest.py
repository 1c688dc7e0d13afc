from collections.abc import AsyncIterator

import pytest

from connectors.domain.service import Service
from connectors.mongo.customers import MongoCustomers
from connectors.mongo.store import open_store
from connectors.transport.stats import ServiceStats
from tests.connectors.mongo.support import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def kept(store_uri: str, clock: Clock) -> AsyncIterator[MongoCustomers]:
    store = open_store(store_uri, ServiceStats(Service.STORE), clock=clock)
    await store.ensure_indexes()
    yield store.customers
    await store.close()
