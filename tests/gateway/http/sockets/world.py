"""A graph whose operations can be watched, and sockets to it through a real server."""

import asyncio
import json
import socket
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypedDict, Unpack

import strawberry
import uvicorn
from starlette.types import ASGIApp
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from gateway.cli import server
from gateway.execution.documents import Documents as Known
from gateway.execution.engine import Engine
from gateway.execution.limits import Limits
from gateway.http.documents import Documents
from gateway.http.request_id import RequestId, current_request_id
from gateway.http.sockets.endpoint import GraphQLSockets
from gateway.http.sockets.messages import PROTOCOL
from gateway.http.sockets.origin import Allows
from gateway.http.sockets.socket import Bounds

PATIENCE = 10  # seconds that a test waits for what has to come
BEGIN = {"type": "connection_init"}


@dataclass
class Watch:
    """What the operations of a test do. `contexts` counts how many there were."""

    started: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    contexts: int = 0
    counted: int = 0

    async def forever(self) -> None:
        self.started.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.ended.set()


Info = strawberry.Info[Watch, None]


@strawberry.type
class Query:
    @strawberry.field
    def greeting(self, name: str = "world") -> str:
        return f"Hello, {name}!"

    @strawberry.field
    def large(self, size: int) -> str:
        return "x" * size

    @strawberry.field
    async def soon(self, info: Info) -> int:
        info.context.started.set()
        await asyncio.sleep(0.2)
        return 1

    @strawberry.field
    async def stuck(self, info: Info) -> int:
        await info.context.forever()
        return 0


@strawberry.type
class Mutation:
    @strawberry.mutation
    def request(self) -> str:
        return str(current_request_id())


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def count(self, to: int = 3) -> AsyncGenerator[int, None]:
        for number in range(1, to + 1):
            yield number

    @strawberry.subscription
    async def stuck(self, info: Info) -> AsyncGenerator[int, None]:
        yield 0
        await info.context.forever()

    @strawberry.subscription
    async def flood(self, info: Info, size: int = 1000) -> AsyncGenerator[str, None]:
        try:
            while True:
                info.context.counted += 1
                yield "x" * size
                await asyncio.sleep(0)
        finally:
            info.context.ended.set()

    @strawberry.subscription
    async def failing(self) -> AsyncGenerator[int, None]:
        yield 1
        raise LookupError("it fails")

    @strawberry.subscription
    async def refusing(self) -> AsyncGenerator[int, None]:
        raise LookupError("it is refused")
        yield 1


def engine(limits: Limits | None = None) -> Engine:
    schema = strawberry.Schema(Query, Mutation, Subscription)
    inner = schema._schema  # noqa: SLF001 - strawberry has no public way to what graphql-core executes
    return Engine(schema, Known(inner, limits or Limits()), limits=limits)


class Options(TypedDict, total=False):
    """Of the sockets."""

    documents: Documents
    allows: Allows
    bounds: Bounds


@asynccontextmanager
async def served(app: ASGIApp) -> AsyncIterator[str]:
    """The address of `app` behind the server that the command line starts, in the loop of the test."""
    config = server.config(app, grace=1)
    config.lifespan, config.loop = "off", "none"
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # as uvloop does by itself
        running = uvicorn.Server(config)
        serving = asyncio.create_task(running._serve([listener]))  # noqa: SLF001 - `serve` takes the signals from pytest
        try:
            yield f"ws://127.0.0.1:{listener.getsockname()[1]}/graphql"
        finally:
            running.should_exit = True
            await serving


@asynccontextmanager
async def listening(watch: Watch | None = None, **options: Unpack[Options]) -> AsyncIterator[str]:
    """The address of sockets over the graph."""
    seen = watch or Watch()

    def make_context(_: float | None) -> Watch:
        seen.contexts += 1
        return seen

    async with served(RequestId(GraphQLSockets(engine(), make_context, **options))) as url:
        yield url


class Client:
    """Speaks messages."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def say(self, *messages: object) -> None:
        for message in messages:
            await self.connection.send(message if isinstance(message, str | bytes) else json.dumps(message))

    async def hear(self) -> Any:  # noqa: ANN401 - JSON
        async with asyncio.timeout(PATIENCE):
            return json.loads(await self.connection.recv())

    async def hear_of(self, id: str) -> list[Any]:
        """Every message about one operation, to its last."""
        heard: list[Any] = []
        while not heard or heard[-1]["type"] not in {"complete", "error"}:
            heard.append(await self.hear())
        assert {message["id"] for message in heard} == {id}
        return heard

    async def ask(self, id: str, query: str, **more: object) -> list[Any]:
        await self.say(asking(id, query, **more))
        return await self.hear_of(id)

    async def closed(self) -> tuple[int | None, str | None]:
        """How the server closes; what it sends until then is passed over."""
        async with asyncio.timeout(PATIENCE):
            try:
                while True:
                    await self.connection.recv()
            except ConnectionClosed:
                return self.connection.close_code, self.connection.close_reason


def asking(id: str, query: str, **more: object) -> dict[str, object]:
    return {"id": id, "type": "subscribe", "payload": {"query": query, **more}}


@asynccontextmanager
async def unbegun(
    url: str, *protocols: str, queue: int = 16, headers: Mapping[str, str] | None = None
) -> AsyncIterator[Client]:
    """A socket over which nothing has been said; its client reads `queue` messages ahead."""
    opening = connect(
        url,
        subprotocols=[Subprotocol(one) for one in protocols or (PROTOCOL,)],
        additional_headers=headers,
        max_size=None,
        max_queue=queue,
        proxy=None,
        close_timeout=0.1,
    )
    async with opening as connection:
        yield Client(connection)


@asynccontextmanager
async def begun(url: str, queue: int = 16) -> AsyncIterator[Client]:
    """A socket that is acknowledged."""
    async with unbegun(url, queue=queue) as client:
        await client.say(BEGIN)
        assert await client.hear() == {"type": "connection_ack"}
        yield client
