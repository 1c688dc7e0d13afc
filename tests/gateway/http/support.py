"""An engine on graphql-core, and what speaks to an endpoint over it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from inspect import isawaitable
from typing import Any, TypedDict, Unpack

import httpx
import msgspec
from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLResolveInfo,
    build_schema,
    execute,
    get_operation_ast,
    parse,
    subscribe,
    validate,
)
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Message, Scope

from gateway.execution.operation import Answer, Freshness, Part, Prepared, UnfitError
from gateway.http.documents import Documents
from gateway.http.graphql import GraphQLEndpoint

URL = "http://gateway/graphql"
JSON = {"Content-Type": "application/json"}
RESPONSE = "application/graphql-response+json"
SCHEMA = build_schema("""
    type Query { greeting(name: String = "world"): String!, allowed: Float, broken: String, met: Int!
                 echo(a: Int): Int }
    type Mutation { shout: String! }
    type Subscription { ticks: Int! }
""")


class Root:
    """`met` is answered only when two operations are asking for it at the same time."""

    def __init__(self) -> None:
        self._barrier = asyncio.Barrier(2)

    def greeting(self, _info: object, name: str) -> str:
        return f"Hello, {name}!"

    def allowed(self, info: GraphQLResolveInfo[list[float | None]]) -> float | None:
        seconds: float | None = info.context[0]
        return seconds

    def broken(self, _info: object) -> str:
        raise GraphQLError("It is broken")

    async def met(self, _info: object) -> int:
        return await self._barrier.wait()

    def echo(self, _info: object, a: int) -> int:
        return a

    async def ticks(self, _info: object) -> AsyncIterator[dict[str, int]]:
        for number in (1, 2):
            yield {"ticks": number}

    def shout(self, _info: object) -> str:
        return "HELLO"


@dataclass(frozen=True, slots=True)
class Planned:
    """A document of which one operation is chosen."""

    document: DocumentNode
    kind: str
    name: str | None
    incremental: bool = False


@dataclass(slots=True)
class CoreEngine:
    """Parses, validates and executes; `freshness` is what it says of every answer, `executed` what it was given."""

    freshness: Freshness = field(default_factory=Freshness)
    executed: list[str] = field(default_factory=list)
    root: Root = field(default_factory=Root)

    def prepare(self, query: str, name: str | None) -> Planned:
        try:
            document = parse(query)
        except GraphQLError as error:
            raise UnfitError(told([error], "GRAPHQL_PARSE_FAILED")) from None
        errors = validate(SCHEMA, document)
        operation = get_operation_ast(document, name)
        if errors or operation is None:
            raise UnfitError(told(errors or [GraphQLError("Which operation?")], "GRAPHQL_VALIDATION_FAILED"))
        self.executed.append(query)
        return Planned(document, operation.operation.value, operation.name.value if operation.name else None)

    async def execute(self, prepared: Prepared, variables: Mapping[str, Any] | None, context: object) -> Answer:
        assert isinstance(prepared, Planned)
        given = dict(variables) if variables else None
        done = execute(SCHEMA, prepared.document, self.root, context, given, prepared.name)
        result = await done if isawaitable(done) else done
        errors = result.errors or []
        if result.data is None and all(error.path is None for error in errors):
            return Answer(msgspec.json.encode({"errors": told(errors, "BAD_USER_INPUT")}), executed=False)
        body = {"data": result.data} | ({"errors": told(errors, "INTERNAL")} if errors else {})
        return Answer(msgspec.json.encode(body), freshness=self.freshness)

    @asynccontextmanager
    async def deliver(
        self, prepared: Prepared, variables: Mapping[str, Any] | None, context: object
    ) -> AsyncIterator[Answer | AsyncIterator[Part]]:
        yield await self.execute(prepared, variables, context)

    @asynccontextmanager
    async def subscribe(
        self, prepared: Prepared, variables: Mapping[str, Any] | None, context: object
    ) -> AsyncIterator[Answer | AsyncIterator[Answer]]:
        assert isinstance(prepared, Planned)
        given = dict(variables) if variables else None
        stream = subscribe(SCHEMA, prepared.document, self.root, context, given, prepared.name)
        assert not isinstance(stream, ExecutionResult)
        assert not isawaitable(stream)
        yield (Answer(msgspec.json.encode({"data": result.data})) async for result in stream)


def told(errors: Iterable[GraphQLError], code: str) -> list[dict[str, Any]]:
    return [{**error.formatted, "extensions": {"code": code}} for error in errors]


class Options(TypedDict, total=False):
    """Of an endpoint."""

    documents: Documents
    batch: int
    page: Callable[[Headers], Response | None]


def seconds_alone(seconds: float | None) -> list[float | None]:
    """A context that holds what the caller allows."""
    return [seconds]


def endpoint(
    engine: CoreEngine | None = None,
    make_context: Callable[[float | None], object] = seconds_alone,
    **options: Unpack[Options],
) -> GraphQLEndpoint:
    return GraphQLEndpoint(engine or CoreEngine(), make_context, **options)


def client(
    engine: CoreEngine | None = None,
    make_context: Callable[[float | None], object] = seconds_alone,
    **options: Unpack[Options],
) -> httpx.AsyncClient:
    """Speaks to an endpoint with these options."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(endpoint(engine, make_context, **options)))


def codes(answer: httpx.Response) -> list[str]:
    return [error["extensions"]["code"] for error in answer.json()["errors"]]


def http_scope(method: str = "POST", headers: Iterable[tuple[bytes, bytes]] = (), query_string: bytes = b"") -> Scope:
    given = [(b"content-type", b"application/json"), *headers]
    return {"type": "http", "method": method, "path": "/graphql", "headers": given, "query_string": query_string}


class Sender:
    """A server's side of one request, which says how much of the body was asked for, and keeps what is sent."""

    def __init__(self, *parts: bytes, complete: bool = True) -> None:
        self._messages = [
            {"type": "http.request", "body": part, "more_body": not complete or number < len(parts)}
            for number, part in enumerate(parts, 1)
        ]
        self.received = 0
        self.sent: list[Message] = []

    async def receive(self) -> Message:
        self.received += 1
        return self._messages.pop(0) if self._messages else {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        self.sent.append(message)

    @property
    def status(self) -> int:
        status: int = self.sent[0]["status"]
        return status

    @property
    def headers(self) -> dict[bytes, bytes]:
        return dict(self.sent[0]["headers"])
