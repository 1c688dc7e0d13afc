"""Every way in which a vendor can fail a caller, and a vendor whose manner changes while it is watched."""

import asyncio
import gzip
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import NamedTuple

import httpx

from connectors.seed.people import People
from connectors.stripe.service import STRIPE
from connectors.vendor import Handler
from tests.acceptance.faults import Answer, dripping, hanging, repeating, replying, resetting, saying, serving

Reader = asyncio.StreamReader
Writer = asyncio.StreamWriter
Place = Callable[[str], AbstractAsyncContextManager[str]]  # from the address of another server to the faulty one's
CUSTOMERS = 20
OK = b"HTTP/1.1 200 OK\r\n"
BLOCK = b"10000\r\n%s\r\n" % bytes(2**16)  # a chunk
BOMB = gzip.compress(bytes(300 * 2**20))  # 300 kB
EMPTY_LIST = b'{"object": "list", "has_more": false, "data": []}'
WRONG_TYPE = b'{"object": "list", "has_more": false, "data": [{"id": 7}]}'


class Fault(NamedTuple):
    """Where it is met, and the code in which it ends; None where the data comes in the end."""

    place: Place
    code: str | None


class Upstream:
    """A vendor whose manner can be changed, and who knows who is there. Every call has a connection of its own."""

    def __init__(self, manner: Answer) -> None:
        self.manner = manner
        self.calls = 0
        self.open = 0
        self._changed = asyncio.Condition()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[str]:
        """Its address."""
        async with serving(self._treat) as address:
            yield address

    async def until(self, law: Callable[["Upstream"], bool], seconds: float = 5.0) -> None:
        """Waits until `law` holds; raises TimeoutError after so many seconds."""
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(lambda: law(self))

    async def _treat(self, reader: Reader, writer: Writer) -> None:
        await self._count(1)
        try:
            await self.manner(reader, writer)
        finally:
            await self._count(-1)

    async def _count(self, step: int) -> None:
        async with self._changed:
            self.calls += max(0, step)
            self.open += step
            self._changed.notify_all()


def imitating(handle: Handler, *, pause: float = 0.0, released: asyncio.Event | None = None) -> Answer:
    """Right answers of Stripe's imitation, `pause` seconds late, and not before they are released."""

    async def answer(reader: Reader, writer: Writer) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        if released:
            await released.wait()
        gone = asyncio.ensure_future(reader.read())
        await asyncio.wait({gone}, timeout=pause)
        gone.cancel()
        writer.write(_answered(handle, head.decode()))
        await writer.drain()

    return answer


def _answered(handle: Handler, head: str) -> bytes:
    line, *fields = head.rstrip().split("\r\n")
    method, target, _ = line.split()
    headers = [(name, value) for name, _, value in (field.partition(": ") for field in fields)]
    response = handle(httpx.Request(method, f"{STRIPE.base_url}{target}", headers=headers))
    length = f"Content-Length: {len(response.content)}\r\nConnection: close\r\n\r\n"
    return f"HTTP/1.1 {response.status_code} {response.reason_phrase}\r\n{length}".encode() + response.content


@asynccontextmanager
async def refusing(_: str) -> AsyncIterator[str]:
    """An address where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{probe.getsockname()[1]}"


def at(answer: Answer) -> Place:
    """A server of its own, whatever else there is."""
    return lambda _: serving(answer)


def elsewhere(other: str) -> AbstractAsyncContextManager[str]:
    """Everything is said to have moved to the other server."""
    return serving(replying("307 Temporary Redirect", b"", f"Location: {other}/v1/charges"))


DOWN, MALFORMED, LATE = "UPSTREAM_UNAVAILABLE", "UPSTREAM_MALFORMED", "UPSTREAM_TIMEOUT"
FAULTS = {
    "refused": Fault(refusing, DOWN),
    "reset": Fault(at(resetting), DOWN),
    "hang": Fault(at(hanging), LATE),
    "drip header": Fault(at(dripping(OK + b"X-Header: ", b"v")), LATE),
    "drip body": Fault(at(dripping(OK + b"Content-Length: 4000\r\n\r\n", b" ")), LATE),
    "endless body": Fault(at(repeating(OK + b"Transfer-Encoding: chunked\r\n\r\n", BLOCK)), MALFORMED),
    "truncated": Fault(at(saying(OK + b"Content-Length: 400\r\n\r\n", EMPTY_LIST)), DOWN),
    "wrong content-length": Fault(at(saying(OK + b"Content-Length: 9\r\n\r\n", EMPTY_LIST)), DOWN),
    "gzip bomb": Fault(at(replying("200 OK", BOMB, "Content-Encoding: gzip")), MALFORMED),
    "HTML": Fault(at(replying("200 OK", b"<html>Welcome</html>", "Content-Type: text/html")), MALFORMED),
    "empty": Fault(at(replying("200 OK", b"")), MALFORMED),
    "wrong type": Fault(at(replying("200 OK", WRONG_TYPE)), MALFORMED),
    "wrong shape": Fault(at(replying("200 OK", b"[]")), MALFORMED),
    "1xx storm": Fault(at(repeating(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n" * 100)), DOWN),
    "redirect loop": Fault(at(replying("302 Found", b"", "Location: /v1/charges")), DOWN),
    "redirect to another host": Fault(elsewhere, DOWN),
    "401": Fault(at(replying("401 Unauthorized", b'{"error": {}}')), "UPSTREAM_UNAUTHORIZED"),
    "404": Fault(at(replying("404 Not Found", b'{"error": {}}')), "UPSTREAM_REJECTED"),
    "429": Fault(at(replying("429 Too Many Requests", b"{}")), "UPSTREAM_RATE_LIMITED"),
    "500": Fault(at(replying("500 Internal Server Error", b"oops")), DOWN),
    "slow then right": Fault(at(imitating(STRIPE.imitate(People(CUSTOMERS)), pause=1.0)), None),
}
