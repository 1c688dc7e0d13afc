"""The connections to one service: aiohttp's pool, made to mistrust what comes over them.

What aiohttp alone would do: send PUT and DELETE twice where the connection breaks off, give an idle connection on with
an answer in it that nobody asked for, read interim responses without end, and take a body for whole that was reset.
"""

import asyncio
import select
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.http_parser import RawResponseMessage
from aiohttp.streams import StreamReader

HEAD = 64 * 1024  # bytes: all that may come before the body, interim responses (RFC 9110 section 15.2) included
INTERIM = 20  # responses before the final one; each takes twenty times its bytes until it is read
KEEP_ALIVE = 60.0  # seconds
_READ = 64 * 1024  # bytes that are read at once, as uvloop does; asyncio would take four times as many
_SLICE = 16 * 1024  # bytes that are parsed at a time before the body


class Broken(aiohttp.ClientError):
    """The connection broke off before the answer was whole."""


class Gone(Broken):
    """It had served before and broke off before anything of this answer came: the request may not have been read."""


class Garbled(aiohttp.ClientError):
    """What came is not HTTP."""


class Excess(Garbled):
    """More came before the body than anybody means to say."""


class Pool(aiohttp.TCPConnector):
    """Keeps connections open for reuse. Made inside the running loop."""

    def __init__(self, *, limit: int, tls: ssl.SSLContext | None) -> None:
        super().__init__(limit=limit, keepalive_timeout=KEEP_ALIVE, ssl=True if tls is None else tls)
        self._factory = partial(_line, self._loop)


@contextmanager
def paused(answer: aiohttp.ClientResponse) -> Iterator[None]:
    """Nothing more of the answer is read meanwhile."""
    protocol = answer.connection and answer.connection.protocol
    if protocol is None:  # all of it is here
        yield
        return
    protocol.pause_reading()
    try:
        yield
    finally:
        protocol.resume_reading()


class _Line(ResponseHandler):
    """One connection."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop)
        self._requests = 0
        self._silent = True  # nothing of this answer has come
        self._head: int | None = 0  # bytes before the body so far; None when the body has begun
        self._interim = 0  # responses before the final one so far

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It is open."""
        if hasattr(transport, "max_size"):
            transport.max_size = _READ
        super().connection_made(transport)

    def set_response_params(self, **params: Any) -> None:  # noqa: ANN401 - aiohttp's own, handed on
        """A request is about to be sent."""
        self._requests += 1
        self._silent, self._head, self._interim = True, 0, 0
        super().set_response_params(**params)

    def is_connected(self) -> bool:
        """Whether a request may be sent: on an idle connection, anything that can be read is its end or a mistake."""
        if self.transport is None or self.transport.is_closing():
            return False
        poll = select.poll()
        poll.register(self.transport.get_extra_info("socket").fileno(), select.POLLIN)
        return not poll.poll(0)

    def data_received(self, data: bytes) -> None:
        """Parses what came, a little at a time until the body begins."""
        if not data:  # aiohttp takes up again what it had put aside
            super().data_received(data)
        elif self._answered():
            self.abort()  # nobody has asked
        else:
            self._silent = False
            self._parse(data)

    def _parse(self, data: bytes) -> None:
        while self._head is not None and data and self._exception is None:
            piece, data = data[:_SLICE], data[_SLICE:]
            self._head += len(piece)
            super().data_received(piece)
            if self._exceeds():
                self.abort()
                self.set_exception(Excess())
        if data and self._exception is None:
            super().data_received(data)

    def _exceeds(self) -> bool:
        return self._interim > INTERIM or (self._head is not None and self._head > HEAD)

    def feed_data(self, data: tuple[RawResponseMessage, StreamReader], size: int = 0) -> None:
        """A head is complete."""
        if data[0].code >= 200:  # noqa: PLR2004 - RFC 9110 section 15: the final one
            self._head = None
        else:
            self._interim += 1
        if self._interim <= INTERIM:
            super().feed_data(data, size)

    def set_exception(self, exc: BaseException, exc_cause: BaseException | None = None) -> None:
        """Tells those who wait, in terms on which aiohttp does not send a request a second time of its own accord."""
        if isinstance(exc, (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError)):
            exc = Gone() if self._requests > 1 and self._silent else Broken()
        super().set_exception(exc, *(() if exc_cause is None else (exc_cause,)))
        self._break(exc if isinstance(exc, aiohttp.ClientError) else Garbled())

    def connection_lost(self, exc: BaseException | None) -> None:
        """A body that ends with its connection (RFC 9112 section 6.3) is whole only where that was closed in order."""
        if exc is not None:
            self._break(Broken())
        super().connection_lost(exc)

    def _break(self, error: BaseException) -> None:
        if self._payload is not None and not self._payload.is_eof():
            self._payload.set_exception(error)

    def _answered(self) -> bool:
        return self._head is None and (self._payload is None or self._payload.is_eof())


def _line(loop: asyncio.AbstractEventLoop) -> ResponseHandler:
    return _Line(loop)
