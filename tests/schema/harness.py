"""The graph over whatever sources a test needs: a store, imitated vendors, or small sources that count and fail."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

import httpx
import msgspec
import strawberry

from connectors.connection import Access, Connection, Mode, connect, imitated
from connectors.domain.customers import CustomerStore
from connectors.domain.deeds import DeedStore
from connectors.domain.offer import Offer
from connectors.domain.service import Service
from connectors.registry import VENDORS
from connectors.seed.people import People
from connectors.sources import Sources
from connectors.transport.stats import ServiceStats
from connectors.vendor import Vendor
from gateway.execution.documents import Documents
from gateway.execution.engine import Engine
from gateway.execution.limits import Limits
from gateway.execution.operation import UnfitError
from schema.build import build_schema, new_context
from schema.hooks import GraphHooks
from tests.schema.fake_deeds import Deeds
from tests.schema.fakes import Book

REQUEST = "request-7"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One response, before it is encoded."""

    data: Any
    errors: list[dict[str, Any]]
    extensions: dict[str, Any]

    @property
    def codes(self) -> list[str]:
        return [error["extensions"]["code"] for error in self.errors]

    @property
    def whole(self) -> Any:  # noqa: ANN401 - JSON, as a caller gets it
        """The data of an operation in which nothing went wrong."""
        assert self.errors == []
        return self.data

    @property
    def only_error(self) -> dict[str, Any]:
        assert len(self.errors) == 1, self.errors
        return self.errors[0]

    def calls(self, service: Service) -> int:
        """How often a service was called."""
        return sum(entry["calls"] for entry in self.extensions["sources"] if entry["service"] == service.name)


@cache
def graph() -> strawberry.Schema:
    """Made once: it holds nothing of an operation."""
    return build_schema()


@cache
def engine() -> Engine:
    """As the product executes the graph, but for its limits, which have tests of their own."""
    return engine_over(graph())


def engine_over(schema: strawberry.Schema) -> Engine:
    """The same for a schema that a test made."""
    limits = Limits(depth=30, aliases=200, root_fields=200, calls=10**9, cost=10**9)
    inner = schema._schema  # noqa: SLF001 - strawberry has no public way to what graphql-core executes
    return Engine(schema, Documents(inner, limits), limits=limits, hooks=GraphHooks())


async def run(sources: Sources, query: str, /, **variables: object) -> Answer:
    """Executes one operation, in a context of its own."""
    return await run_in(engine(), new_context(sources, REQUEST), query, variables)


async def run_in(engine: Engine, context: object, query: str, variables: Mapping[str, object] | None = None) -> Answer:
    """The response, as a client reads it."""
    try:
        prepared = engine.prepare(query, None)
    except UnfitError as unfit:
        return Answer(data=None, errors=[dict(error) for error in unfit.errors], extensions={})
    answer = await engine.execute(prepared, variables, context)
    response = msgspec.json.decode(answer.body)
    return Answer(
        data=response.get("data"), errors=response.get("errors", []), extensions=response.get("extensions", {})
    )


class Source(Protocol):
    """A fake that says which service it is and what it offers."""

    service: Service

    @property
    def offer(self) -> Offer: ...


def hub(*fakes: Source, customers: CustomerStore | None = None, deeds: DeedStore | None = None) -> Sources:
    """Fakes under the nouns that they offer, and a store, by default an empty one."""
    connections = [offering(one.service, one.offer) for one in fakes]
    return Sources(customers or Book(), ServiceStats(Service.STORE), connections, deeds or Deeds())


def imitations(people: People, customers: CustomerStore, modes: Mapping[Service, Mode] | None = None) -> Sources:
    """Every vendor of the registry over its imitation; `modes` turns some of them off."""
    chosen = modes or {}
    connections = [imitation(vendor, people, chosen.get(vendor.service, Mode.IMITATED)) for vendor in VENDORS]
    return Sources(customers, ServiceStats(Service.STORE), connections, Deeds())


def imitation(vendor: Vendor, people: People, mode: Mode = Mode.IMITATED) -> Connection:
    credentials = imitated(vendor)
    access = Access(mode=mode, base_url=vendor.base_url.format_map(credentials), credentials=credentials)
    return connect(vendor, access, people)


@dataclass(frozen=True, slots=True)
class Offering:
    """A connector that is nothing but what it offers."""

    offer: Offer

    async def ping(self) -> None:
        """Needs nobody."""


def offering(service: Service, offer: Offer, *, customer_url: str | None = None, mode: Mode = Mode.LIVE) -> Connection:
    """A connection to sources that a test made; nothing goes over its client."""
    return Connection(
        service=service,
        access=Access(mode=mode, base_url="https://vendor.example", credentials={}),
        stats=ServiceStats(service),
        connector=Offering(offer),
        customer_url=customer_url,
        client=httpx.AsyncClient(transport=httpx.MockTransport(lambda _: httpx.Response(500))),
    )
