"""What the wire's tests talk to over loopback: a server that plays a script, and remembers."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import httpx

from connectors.domain.service import Service
from connectors.transport.call import Call, attach
from connectors.transport.wire import LARGEST, Wire
from tests.acceptance.faults import read_request

Reader = asyncio.StreamReader
Writer = asyncio.StreamWriter
Manner = Callable[[Reader, Writer], Awaitable[None]]
HANG_UP = b""  # a reply: the connection is closed without a word


def reply(body: bytes = b"{}", *headers: str, status: str = "200 OK") -> bytes:
    head = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers])
    return head.encode() + b"\r\n\r\n" + body


class Peer:
    """Answers the n-th request with the n-th reply, and every further one with the last."""

    def __init__(self, *replies: bytes) -> None:
        self.requests: list[bytes] = []
        self.connections = 0
        self.lost = asyncio.Event()  # the client has closed a connection
        self._replies = replies or (reply(),)

    async def treat(self, reader: Reader, writer: Writer) -> None:
        self.connections += 1
        try:
            while True:
                request = await read_request(reader)
                answer = self._replies[min(len(self.requests), len(self._replies) - 1)]
                self.requests.append(request)
                if answer == HANG_UP:
                    return
                writer.write(answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            self.lost.set()


@asynccontextmanager
async def wire_to(
    url: str,
    *,
    concurrency: int = 32,
    largest: int = LARGEST,
    connect_timeout: float = 2.0,
    timeout: float = 10.0,  # noqa: ASYNC109 - the wire's own setting, not this function's
) -> AsyncIterator["Line"]:
    """A wire of STRIPE's that is closed in the end."""
    wire = Wire(
        Service.STRIPE, concurrency=concurrency, largest=largest, connect_timeout=connect_timeout, timeout=timeout
    )
    try:
        yield Line(wire, url)
    finally:
        await wire.aclose()


class Line:
    """Requests to one address over one wire."""

    def __init__(self, wire: Wire, url: str) -> None:
        self.wire = wire
        self.url = url

    async def send(
        self,
        method: str = "GET",
        path: str = "/",
        *,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
        call: Call | None = None,
    ) -> httpx.Response:
        request = httpx.Request(method, self.url + path, headers=headers, content=body)
        return await self.wire.handle_async_request(attach(request, call) if call else request)
