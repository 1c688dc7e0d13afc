"""What a vendor's `service.py` says of itself: all that the rest of the process knows of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

import httpx

from connectors.api import Api, ErrorMessage
from connectors.domain.offer import Offer
from connectors.domain.reading import Reading
from connectors.domain.service import Service
from connectors.seed.people import People
from connectors.transport.quota_body import ReadsQuota
from connectors.treatment import Keep

Handler = Callable[[httpx.Request], httpx.Response]
Credentials = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """An environment variable: what it holds, what it looks like, and the value with which the imitation is content."""

    name: str
    about: str
    looks_like: str
    pattern: str
    secret: bool
    imitated: str


class Connector(Protocol):
    """The client of one vendor."""

    @property
    def offer(self) -> Offer:
        """Which nouns it provides."""

    async def ping(self) -> None:
        """The cheapest call that proves address and credentials right. Raises ConnectorError."""


@runtime_checkable
class Warm(Protocol):
    """A client that knows what is worth having before anybody asks: what many reads need besides, and keeps long."""

    async def warm(self) -> None:
        """Reads it into what is kept, in few calls. Raises ConnectorError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor:
    """A third-party service.

    `about` is how the graph describes it. `base_url` may hold names of its variables in braces. `headers` turns
    credentials into the headers of every call.
    `customer_url` is where people look at a customer there, with `{id}` for the customer's id; it may hold names of
    variables that are not secret. `keeps` says what may be shown again where the vendor gives no directives.
    `reads` says what its reads take, by the names that `schema/upstream.py` has for those that fields do.
    `reads_quota` is for one that tells in its bodies what its status and headers do not say of rate limits and failure.
    `connect` makes the client, `imitate` an imitation that answers the same requests, with state of its own.
    """

    service: Service
    about: str
    documentation: str
    base_url: str
    variables: tuple[Variable, ...] = ()
    headers: Callable[[Credentials], Mapping[str, str]]
    error_message: ErrorMessage
    customer_url: str | None = None
    keeps: tuple[Keep, ...] = ()
    reads: Mapping[str, Reading] = field(hash=False)
    reads_quota: ReadsQuota | None = None
    connect: Callable[[Api], Connector]
    imitate: Callable[[People], Handler]
