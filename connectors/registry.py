"""The third-party services there are, and how all of them are opened and closed."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from connectors.bluesky.service import BLUESKY
from connectors.connection import Access, Connection, connect
from connectors.domain.service import Service
from connectors.frankfurter.service import FRANKFURTER
from connectors.github.service import GITHUB
from connectors.hubspot.service import HUBSPOT
from connectors.intercom.service import INTERCOM
from connectors.jira.service import JIRA
from connectors.mastodon.service import MASTODON
from connectors.open_meteo.service import OPEN_METEO
from connectors.pagerduty.service import PAGERDUTY
from connectors.paypal.service import PAYPAL
from connectors.seed.people import People
from connectors.slack.service import SLACK
from connectors.stripe.service import STRIPE
from connectors.transport.cache_store import MemoryStore
from connectors.vendor import Vendor
from connectors.zendesk.service import ZENDESK

VENDORS: tuple[Vendor, ...] = (
    STRIPE,
    PAYPAL,
    ZENDESK,
    INTERCOM,
    HUBSPOT,
    GITHUB,
    JIRA,
    PAGERDUTY,
    SLACK,
    BLUESKY,
    MASTODON,
    FRANKFURTER,
    OPEN_METEO,
)


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
