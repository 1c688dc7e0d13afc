"""How one service is reached: for real, through its imitation, or not at all."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from hashlib import blake2b

import httpx

from connectors.api import Api
from connectors.domain.service import Service
from connectors.faults.fault import Fault
from connectors.faults.faults import Faults
from connectors.faults.faulty import Faulty
from connectors.seed.people import People
from connectors.transport.cache_store import CacheStore
from connectors.transport.limits import Limits
from connectors.transport.stack import Stack, stack
from connectors.transport.stats import ServiceStats
from connectors.transport.trace import Sent, Trace
from connectors.transport.wire import Wire
from connectors.treatment import Treatment
from connectors.vendor import Connector, Vendor

MIB = 2**20  # bytes


class Mode(StrEnum):
    """Who answers in the name of a service."""

    LIVE = "live"
    IMITATED = "imitated"
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What settings say of one service. `credentials` are by variable name, `limits` what its stack is given.

    `fault` is what its imitation does wrong.
    """

    mode: Mode
    base_url: str
    credentials: Mapping[str, str] = field(repr=False)
    limits: Limits = field(default_factory=Limits)
    fault: Fault | None = None

    @property
    def timeout(self) -> float:
        """Seconds for a whole call."""
        return self.limits.timeout


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """One service for the life of the process: its client, its pool, its figures."""

    service: Service
    access: Access
    stats: ServiceStats
    connector: Connector
    customer_url: str | None
    client: httpx.AsyncClient
    stack: Stack | None = None


def connect(
    vendor: Vendor,
    access: Access,
    people: People,
    wire: httpx.AsyncBaseTransport | None = None,
    *,
    store: CacheStore | None = None,
) -> Connection:
    """Makes client and pool; nothing is sent yet.

    `store` keeps answers; without one there are no layers but the trace. `wire` stands in for the network in tests.
    """
    stats = ServiceStats(vendor.service)
    innermost = wire or _wire(vendor, access, people)
    layers = None if store is None else stack(innermost, stats, store, access.limits, vendor.reads_quota)
    transport = layers.top if layers else Trace(Sent(innermost, stats), stats)
    # A service that is off may lack its credentials; nothing is ever sent to it.
    headers = {} if access.mode is Mode.OFF else vendor.headers(access.credentials)
    client = httpx.AsyncClient(
        base_url=access.base_url,
        headers={"User-Agent": "tributary"} | dict(headers),
        transport=transport,
        trust_env=False,  # no proxy and no .netrc: credentials go to the base URL alone
    )
    api = Api(
        vendor.service,
        client,
        stats,
        transport=transport,
        timeout=access.timeout,
        error_message=vendor.error_message,
        secrets=[access.credentials.get(variable.name, "") for variable in vendor.variables if variable.secret],
        configured=access.mode is not Mode.OFF,
        treatment=_treatment(vendor, access),
    )
    return Connection(
        service=vendor.service,
        access=access,
        stats=stats,
        connector=vendor.connect(api),
        customer_url=_customer_url(vendor, access),
        client=client,
        stack=layers,
    )


def _treatment(vendor: Vendor, access: Access) -> Treatment:
    """What everybody may read, a vendor without secrets tells to everybody."""
    return Treatment(
        credential=_fingerprint(access),
        private=any(variable.secret for variable in vendor.variables),
        keeps=tuple(keep.times(access.limits.cache) for keep in vendor.keeps),
    )


def _fingerprint(access: Access) -> str:
    """Tells credentials apart, and does not tell them."""
    named = "\0".join(f"{name}={value}" for name, value in sorted(access.credentials.items()))
    return blake2b(named.encode(), digest_size=12).hexdigest()


def _customer_url(vendor: Vendor, access: Access) -> str | None:
    if vendor.customer_url is None:
        return None
    credentials = {**imitated(vendor), **access.credentials}
    public = {variable.name: credentials[variable.name] for variable in vendor.variables if not variable.secret}
    return vendor.customer_url.format(id="{id}", **public)


def imitated(vendor: Vendor) -> Mapping[str, str]:
    """Credentials that the imitation of a vendor is content with."""
    return {variable.name: variable.imitated for variable in vendor.variables}


def base_url(vendor: Vendor, credentials: Mapping[str, str]) -> str:
    """Where the real service is, for these credentials."""
    return vendor.base_url.format_map(credentials)


def _wire(vendor: Vendor, access: Access, people: People) -> httpx.AsyncBaseTransport:
    if access.mode is Mode.IMITATED:
        return _imitation(vendor, access, people)
    limits = access.limits
    return Wire(
        vendor.service,
        concurrency=limits.concurrency,
        tls=_tls(),
        largest=int(limits.max_body * MIB),
        connect_timeout=min(limits.connect_timeout, limits.timeout),
        timeout=limits.timeout,
    )


def _imitation(vendor: Vendor, access: Access, people: People) -> httpx.AsyncBaseTransport:
    imitation = httpx.MockTransport(vendor.imitate(people))
    if access.fault is None:
        return imitation
    faults = Faults([vendor.service], {vendor.service: str(access.fault)})
    return Faulty(imitation, vendor.service, faults, timeout=access.timeout)


@cache
def _tls() -> ssl.SSLContext:
    """One context for all services: reading the certificates takes longer than anything else at boot."""
    return httpx.create_ssl_context()
