"""Composition root: settings -> sources -> application."""

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import structlog
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute

from connectors.domain.errors import ConnectorError
from connectors.domain.service import Service
from connectors.mongo.store import IndexFailure, Store, open_store
from connectors.registry import open_connections
from connectors.seed.people import People
from connectors.sources import Sources
from connectors.transport.stats import ServiceStats
from connectors.warming import warm_up
from gateway import collection, health, settings, telemetry
from gateway.developer import developer
from gateway.execution.documents import Documents
from gateway.execution.engine import Engine
from gateway.execution.limits import Limits
from gateway.execution.validation import RULES, WITHOUT_INTROSPECTION
from gateway.health import StoreHealth
from gateway.http.gone import EndsWithCaller
from gateway.http.graphql import GraphQLEndpoint
from gateway.http.plans import Planner
from gateway.http.published import PublishedDocuments
from gateway.http.request_id import RequestId, current_request_id
from gateway.http.request_log import RequestLog
from gateway.http.shortcut import Shortcut
from gateway.http.sockets.endpoint import GraphQLSockets
from gateway.http.sockets.origin import same_or
from gateway.settings import Settings, SettingsError
from gateway.tariff import public_tariff
from gateway.variables import Run
from gateway.web.graphiql import assets, graphiql_page, wants_html
from schema.build import build_schema, new_context
from schema.context import Context
from schema.errors import extensions
from schema.hooks import GraphHooks
from schema.principal import ANONYMOUS

GRAPHQL = "/graphql"
CANNOT_START = 3  # the exit code at which uvicorn's supervisor gives up instead of trying again


class Backend:
    """The store and the connected services, from the start of the process to its end."""

    def __init__(self, read: Settings) -> None:
        self._settings = read
        self._principal = developer() if read.run is Run.DEV else ANONYMOUS  # nobody is asked who they are yet
        self._store: Store | None = None
        self._sources: Sources | None = None
        self.published = PublishedDocuments(self._operations, failures=(ConnectorError,))
        self.health = StoreHealth(self._ping, self._prepare, failures=(ConnectorError, IndexFailure))

    def context(self, seconds: float | None = None) -> Context:
        """What one operation is given; it may take `seconds`, where its caller says."""
        if self._sources is None:
            raise RuntimeError("the application has to be started before it serves: its lifespan has not run")
        return new_context(self._sources, current_request_id(), seconds, self._principal)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """What is sent before the first request, to prepare the store and to warm up, is not waited for."""
        read, figures = self._settings, ServiceStats(Service.STORE)
        if read.mongodb_uri is None:
            raise SettingsError(["MONGODB_URI is required: `tributary dev` sets it to the embedded server's"])
        self._store = open_store(read.mongodb_uri.get_secret_value(), figures)
        async with open_connections(read.access, People(read.sandbox_customers)) as connections:
            store = self._store
            self._sources = Sources(store.customers, figures, connections, store.deeds, store.activity)
            meanwhile = [
                asyncio.create_task(self.health.keep_preparing()),
                asyncio.create_task(warm_up(connections, _not_warm)),
            ]
            if read.operations.collection:
                meanwhile.append(asyncio.create_task(self.published.keep_fresh()))
            try:
                yield
            finally:
                for task in meanwhile:
                    task.cancel()
                await asyncio.wait(meanwhile)
                await self._store.close()

    async def _operations(self) -> Mapping[str, str]:
        collection = self._settings.operations.collection
        return await self._store.operations(collection).read() if self._store and collection else {}

    async def _ping(self) -> None:
        if self._store:
            await self._store.ping()

    async def _prepare(self) -> None:
        if self._store:
            await self._store.ensure_indexes()


def create_app(read: Settings) -> Starlette:
    """The application. It starts without the store and without any service; `/readyz` tells what is missing."""
    backend = Backend(read)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        log: structlog.typing.FilteringBoundLogger = structlog.get_logger()
        for warning in read.warnings:
            log.warning(warning)
        async with backend.open():
            log.info("started", run=read.run, **_modes(read))
            yield
        log.info("stopped")

    graphql, sockets = _endpoints(read, backend)
    middleware = [
        Middleware(EndsWithCaller),
        Middleware(RequestId),
        Middleware(RequestLog),
        Middleware(Shortcut, path=GRAPHQL, to=graphql),
    ]
    app = Starlette(routes=_routes(read, backend, graphql, sockets), lifespan=lifespan, middleware=middleware)
    app.state.health = backend.health
    return app


def factory() -> Starlette:
    """For `uvicorn --factory gateway.app:factory`: reads the settings, and sets the logging up, in this process."""
    try:
        read = settings.load()
    except SettingsError as error:
        sys.stderr.write(f"The settings cannot be used:\n{error}\n")
        raise SystemExit(CANNOT_START) from None
    telemetry.configure(pretty=read.run is Run.DEV, level=read.log_level, secrets=read.secrets())
    app = create_app(read)
    collection.settle()
    return app


def _endpoints(read: Settings, backend: Backend) -> tuple[GraphQLEndpoint, GraphQLSockets]:
    """Both over the same engine, and the same documents."""
    dev = read.run is Run.DEV
    taken = read.operations
    engine = build_engine(introspection=dev, limits=taken.limits)
    documents = backend.published if taken.collection else taken.documents()
    planner: Planner | None = (
        (lambda prepared, variables: engine.explained(prepared, variables).as_json()) if dev else None
    )
    page = _page if dev else None
    return (
        GraphQLEndpoint(engine, backend.context, documents=documents, batch=taken.batch, page=page, planner=planner),
        GraphQLSockets(engine, backend.context, documents=documents, allows=same_or(taken.origins, loopback=dev)),
    )


def _routes(read: Settings, backend: Backend, graphql: GraphQLEndpoint, sockets: GraphQLSockets) -> list[BaseRoute]:
    routes: list[BaseRoute] = [
        Route(GRAPHQL, graphql),
        WebSocketRoute(GRAPHQL, sockets),
        *health.routes(backend.health, {service: access.mode for service, access in read.access.items()}),
    ]
    return [*routes, Mount("/graphiql", assets()), Route("/", _to_graphql)] if read.run is Run.DEV else routes


def build_engine(*, introspection: bool, limits: Limits | None = None) -> Engine:
    """The public graph, ready to be executed. Without `introspection` errors do not suggest names either."""
    schema = build_schema()
    inner = schema._schema  # noqa: SLF001 - strawberry has no public way to what graphql-core executes
    limits = limits or Limits()
    documents = Documents(
        inner,
        limits,
        rules=RULES if introspection else WITHOUT_INTROSPECTION,
        suggestions=introspection,
        tariff=public_tariff(inner),
    )
    return Engine(schema, documents, limits=limits, hooks=GraphHooks(), hide_suggestions=not introspection)


def _modes(read: Settings) -> dict[str, list[str]]:
    modes: dict[str, list[str]] = {}
    for service, access in read.access.items():
        modes.setdefault(access.mode, []).append(service)
    return modes


def _not_warm(error: ConnectorError) -> None:
    log: structlog.typing.FilteringBoundLogger = structlog.get_logger()
    log.info("not warmed up", **extensions(error), reason=str(error))


def _page(headers: Headers) -> Response | None:
    return graphiql_page() if wants_html(headers) else None


async def _to_graphql(_: Request) -> RedirectResponse:
    return RedirectResponse(GRAPHQL)
