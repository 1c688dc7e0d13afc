"""An answer, faults and all, over a connection of uvicorn's: https://asgi.readthedocs.io/en/latest/specs/www.html.

What is no HTTP any more, such as a reset, takes the connection itself, which `OpenHanded` hands over.
"""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from connectors.faults.answers import Answer, Ending

Scope = MutableMapping[str, Any]  # what ASGI hands over is JSON-like
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Sleep = Callable[[float], Awaitable[None]]

_CONNECTION = "tributary.connection"
_FAULTY = "faulty"
_AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER: what is unsent is dropped and the peer is sent RST, socket(7)


class OpenHanded(HttpToolsProtocol):
    """uvicorn's own protocol, for `uvicorn.Config(http=...)`; the application finds the connection in its scope."""

    _handed: dict[object, object] | None = None

    def on_message_begin(self) -> None:
        """A request has begun: https://asgi.readthedocs.io/en/latest/extensions.html."""
        super().on_message_begin()
        self._handed = {"transport": self.transport}
        self.scope["extensions"] = {_CONNECTION: self._handed}

    def shutdown(self) -> None:
        """The server stops. A fault may have no end, so it is not waited for: the connection is dropped."""
        super().shutdown()
        if self._handed and _FAULTY in self._handed:
            self.transport.abort()


async def deliver(
    answer: Answer, scope: Scope, receive: Receive, send: Send, *, latency: float = 0.0, sleep: Sleep = asyncio.sleep
) -> None:
    """Sends it, `latency` seconds late, for as long as the client is there. The request has been read.

    Raises RuntimeError where it takes the connection, and the server is not `OpenHanded`.
    """
    scope.get("extensions", {}).get(_CONNECTION, {})[_FAULTY] = True
    telling = asyncio.create_task(_tell(answer, scope, send, latency, sleep))
    gone = asyncio.create_task(_gone(receive))
    try:
        await asyncio.wait({telling, gone}, return_when=asyncio.FIRST_COMPLETED)
        if telling.done():
            telling.result()
            await _left(answer, gone)
    finally:
        telling.cancel()
        gone.cancel()
        await asyncio.gather(telling, gone, return_exceptions=True)


async def _left(answer: Answer, gone: "asyncio.Task[None]") -> None:
    """The server takes an answer without an end for a bug, unless its client is gone first."""
    if answer.ending is not Ending.WHOLE:
        await asyncio.wait({gone})


async def _tell(answer: Answer, scope: Scope, send: Send, latency: float, sleep: Sleep) -> None:
    await sleep(latency)
    if answer.status is not None:
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
    await _pieces(answer, scope, send, sleep)
    match answer.ending:
        case Ending.WHOLE:
            await send({"type": "http.response.body"})
        case Ending.CUT:
            _connection(scope).close()
        case Ending.RESET:
            _reset(_connection(scope))


async def _pieces(answer: Answer, scope: Scope, send: Send, sleep: Sleep) -> None:
    for piece in answer.pieces:
        if answer.status is None:
            _connection(scope).write(piece)
        else:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await sleep(answer.pause)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _reset(connection: asyncio.Transport) -> None:
    if connection.is_closing():  # the client was faster, and its socket is gone
        return
    connection.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
    connection.abort()


def _connection(scope: Scope) -> asyncio.Transport:
    try:
        transport: asyncio.Transport = scope["extensions"][_CONNECTION]["transport"]
    except KeyError:
        raise RuntimeError("this fault takes the connection itself: serve with uvicorn's http=OpenHanded") from None
    return transport
