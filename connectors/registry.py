"""The third-party services there are, and how all of them are opened and closed."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from connectors.bluesky.service import BLUESKY
from connectors.connection import Access, Connection, connect
from connectors.domain.service import Service
from connectors.frankfurter.service import FRANKFURTER
from connectors.github.service import GITHUB
from connectors.seed.people import People
from connectors.stripe.service import STRIPE
from connectors.transport.cache_store import MemoryStore
from connectors.vendor import Vendor
from connectors.zendesk.service import ZENDESK

VENDORS: tuple[Vendor, ...] = (STRIPE, ZENDESK, GITHUB, BLUESKY, FRANKFURTER)


@asynccontextmanager
async def open_connections(
    access: Mapping[Service, Access], people: People, vendors: Sequence[Vendor] = VENDORS
) -> AsyncIterator[Sequence[Connection]]:
    """A connection for every vendor, in their order; `access` says how each is reached. Nothing is sent yet.

    `people` are whom the imitations know. At the end every pool is closed, whatever happens to the others.
    """
    store = MemoryStore()
    async with AsyncExitStack() as pools:
        connections = [connect(vendor, access[vendor.service], people, store=store) for vendor in vendors]
        for connection in connections:
            pools.push_async_callback(connection.client.aclose)
        yield connections
