"""The server's own limit, over a real socket."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
import uvicorn
from uvicorn.server import ServerState

from gateway.http.bounded import BoundedHttp
from gateway.http.fields import LIMIT
from gateway.http.gone import EndsWithCaller
from gateway.http.graphql import GraphQLEndpoint
from tests.gateway.http.serving import serving
from tests.gateway.http.sockets.world import PATIENCE, Watch, engine
from tests.gateway.http.support import endpoint

BODY = b'{"query": "{ greeting }"}'
HEAD = b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n"
LINE = b"X-%d: " + b"x" * 1000 + b"\r\n"


@asynccontextmanager
async def connection() -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    async with serving(endpoint(), http=BoundedHttp) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            yield reader, writer
        finally:
            writer.close()
            await writer.wait_closed()


async def answer(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """The status line's end, and the body."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    return head.partition(b"\r\n")[0].removeprefix(b"HTTP/1.1 "), await reader.readexactly(length)


class Wire(asyncio.Transport):
    """A connection of which a test says what arrives, and in which parts."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.closed = False
        config = uvicorn.Config(endpoint(), http=BoundedHttp, ws="none", lifespan="off", log_config=None)
        config.load()
        self._protocol = BoundedHttp(config, ServerState(), {})
        self._protocol.connection_made(self)

    def arrive(self, *parts: bytes) -> None:
        for part in parts:
            self._protocol.data_received(part)

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += data

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed


ENDLESS = {
    "lines": (HEAD % 5, [LINE % number for number in range(2 * LIMIT // len(LINE))]),
    "one line": (HEAD % 5 + b"X: ", [b"x" * 1000] * (2 * LIMIT // 1000)),
    "a url": (b"GET /graphql?query=", [b"x" * 1000] * (2 * LIMIT // 1000)),
}


@pytest.mark.parametrize("kind", ENDLESS)
async def test_a_head_without_an_end_is_refused_once_and_the_connection_closed(kind: str) -> None:
    start, parts = ENDLESS[kind]
    wire = Wire()
    wire.arrive(start, *parts)
    head, _, body = wire.written.partition(b"\r\n\r\n")
    assert wire.closed
    assert head.startswith(b"HTTP/1.1 431 Request Header Fields Too Large\r\n")
    assert json.loads(body)["errors"][0]["extensions"] == {"code": "HEADERS_TOO_LARGE"}
    assert b"content-length: %d\r\n" % len(body) in head


@pytest.mark.parametrize(("more", "refused"), [(LIMIT, False), (LIMIT + 1, True)])
async def test_a_head_may_take_its_time_up_to_the_limit(more: int, *, refused: bool) -> None:
    wire = Wire()
    wire.arrive(HEAD % 5 + b"X: ", b"x" * 100, b"x" * (more - 100))
    assert (wire.closed, bool(wire.written)) == (refused, refused)


async def test_what_was_received_before_a_head_began_is_not_counted() -> None:
    wire = Wire()
    wire.arrive(HEAD % LIMIT + b"\r\n", b"x" * (LIMIT - 10), b"x" * 10 + HEAD % 5, b"X: " + b"x" * (LIMIT - 3))
    assert not wire.closed


async def test_a_large_head_that_ends_is_the_endpoints_to_refuse() -> None:
    async with connection() as (reader, writer):
        lines = b"".join(LINE % number for number in range(65))
        writer.write(HEAD % len(BODY) + lines + b"\r\n" + BODY)
        status, body = await answer(reader)
        assert status == b"431 Request Header Fields Too Large"
        assert b"larger than 64,000 bytes" in body


async def test_requests_of_one_connection_do_not_add_up() -> None:
    lines = b"".join(LINE % number for number in range(30))
    async with connection() as (reader, writer):
        for _ in range(5):
            request = HEAD % len(BODY) + lines + b"\r\n" + BODY
            for start in range(0, len(request), 5000):
                writer.write(request[start : start + 5000])
                await writer.drain()
                await asyncio.sleep(0)
            assert (await answer(reader))[0] == b"200 OK"


async def test_a_body_is_not_counted() -> None:
    body = b'{"query": "{ greeting }"' + b" " * 500_000 + b"}"
    async with connection() as (reader, writer):
        writer.write(HEAD % len(body) + b"\r\n" + body)
        await writer.drain()
        assert (await answer(reader))[0] == b"200 OK"


async def test_what_is_no_http_is_refused_as_ever() -> None:
    async with connection() as (reader, writer):
        writer.write(b"\x16\x03\x01 nonsense\r\n\r\n")
        assert (await answer(reader))[0] == b"400 Bad Request"


async def test_a_body_over_its_limit_is_refused_before_it_is_sent() -> None:
    async with connection() as (reader, writer):
        writer.write(HEAD % 1_000_001 + b"\r\n")
        status, body = await answer(reader)
        assert status.startswith(b"413 ")
        assert b'"code":"CONTENT_TOO_LARGE"' in body
        assert await reader.read() == b""


async def test_a_server_that_stops_ends_the_streams_that_have_no_end_and_waits_for_the_rest() -> None:
    watch = Watch()
    app = EndsWithCaller(GraphQLEndpoint(engine(), lambda _: watch), patience=0.01)
    headers = {"Accept": "text/event-stream"}
    async with httpx.AsyncClient(timeout=PATIENCE) as http:
        async with serving(app, http=BoundedHttp) as port:
            url = f"http://127.0.0.1:{port}/graphql"
            slow = asyncio.ensure_future(http.post(url, json={"query": "{ soon }"}))
            await watch.started.wait()
            watch.started.clear()
            body = {"query": "subscription { stuck }"}
            stream = http.stream("POST", url, json=body, headers=headers)
            await stream.__aenter__()
            await watch.started.wait()
        assert watch.ended.is_set()
        assert (await slow).json() == {"data": {"soon": 1}}
        await stream.__aexit__(None, None, None)
