"""The store, as the command line uses it before and beside the server."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from connectors.domain.service import Service
from connectors.mongo.embedded import EmbeddedMongo
from connectors.mongo.store import Store, open_store
from connectors.seed.people import People
from connectors.transport.stats import ServiceStats
from gateway.settings import Settings

SEEDED = "seeded"  # beside the embedded server's data: how many customers it was filled with


def opened(uri: str) -> Store:
    """The store at `uri`. Raises InvalidStoreUri."""
    return open_store(uri, ServiceStats(Service.STORE))


def well_formed(settings: Settings) -> None:
    """Raises InvalidStoreUri where the driver cannot read the URI, be the store up or down."""

    async def check(uri: str) -> None:
        await opened(uri).close()

    if settings.mongodb_uri:
        asyncio.run(check(settings.mongodb_uri.get_secret_value()))


@contextmanager
def embedded(settings: Settings) -> Iterator[str]:
    """The URI of a server of our own, filled with made-up customers the first time. Raises EmbeddedMongoError."""
    folder = settings.data_dir / "mongo"
    with EmbeddedMongo(folder) as uri:
        if _seeded(folder) < settings.sandbox_customers:
            asyncio.run(fill(uri, settings.sandbox_customers))
            (folder / SEEDED).write_text(str(settings.sandbox_customers))
        yield uri


async def fill(uri: str, count: int) -> int:
    """Puts the made-up customers into the store; says how many are new there. Raises ConnectorError, IndexFailure."""
    store, people = opened(uri), People(count)
    try:
        await store.ensure_indexes()
        return await store.customers.seed(people[number].customer() for number in range(count))
    finally:
        await store.close()


def _seeded(folder: Path) -> int:
    """How many it was filled with. Who has deleted one since then does not get it back at the next start."""
    try:
        return int((folder / SEEDED).read_text())
    except (OSError, ValueError):
        return 0
