"""`/graphql` over WebSocket: from the handshake to the close."""

import logging
from collections.abc import Callable, Iterator
from typing import Final

import msgspec
from starlette.types import Receive, Scope, Send

from gateway.execution.operation import Engine
from gateway.http import fields
from gateway.http.documents import AsSent, Documents
from gateway.http.fields import Fields
from gateway.http.refusal import Refused
from gateway.http.sockets.closing import Closed, Gone
from gateway.http.sockets.line import Line
from gateway.http.sockets.messages import PROTOCOL
from gateway.http.sockets.operation import Runner
from gateway.http.sockets.origin import Allows, same_or
from gateway.http.sockets.socket import Bounds, Socket

log = logging.getLogger(__name__)
_CONNECT: Final = "websocket.connect"
_NO_PROTOCOL: Final = Closed(4406, f"Subprotocol not acceptable: only {PROTOCOL} is spoken here")
_BUG: Final = Closed(1011, "Internal error")
_WITH_BODY: Final = "websocket.http.response"  # the extension by which a handshake is refused with a body


class GraphQLSockets:
    """An ASGI application for WebSocket. Queries and mutations run as over HTTP; subscriptions run until they end."""

    def __init__(
        self,
        engine: Engine,
        make_context: Callable[[float | None], object],
        *,
        documents: Documents | None = None,
        allows: Allows | None = None,
        bounds: Bounds | None = None,
    ) -> None:
        """The first three as for `GraphQLEndpoint`. `allows`: whose pages may open a socket; our own by default."""
        self._runner = Runner(engine, make_context, documents or AsSent())
        self._allows = allows or same_or()
        self._bounds = bounds or Bounds()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one socket, and returns when it is over."""
        if (await receive())["type"] != _CONNECT:
            return
        try:
            given = self._allowed(scope)
        except Refused as refusal:
            await _refuse(scope, send, refusal)
            return
        line = Line(send, self._bounds.stalled)
        offered = scope.get("subprotocols") or []
        if PROTOCOL not in offered:
            await send({"type": "websocket.accept", "subprotocol": next(iter(offered), None)})
            await line.close(_NO_PROTOCOL)
            return
        await send({"type": "websocket.accept", "subprotocol": PROTOCOL})
        await _served(Socket(self._runner, receive, line, self._bounds, fields.seconds_allowed(given)), line)

    def _allowed(self, scope: Scope) -> Fields:
        given = fields.read(scope)
        if not self._allows(given):
            raise Refused(403, "FORBIDDEN", "A page of this origin may not open a socket here.")
        return given


async def _served(socket: Socket, line: Line) -> None:
    try:
        await socket.serve()
    except ExceptionGroup as ended:
        reasons = list(_reasons(ended))
        bugs = [one for one in reasons if not isinstance(one, Closed | Gone)]
        if bugs:
            log.exception("a socket ended by a bug", exc_info=bugs[0])
        elif any(isinstance(one, Gone) for one in reasons):
            return
        await line.close(_BUG if bugs else next(one for one in reasons if isinstance(one, Closed)))


def _reasons(group: ExceptionGroup[Exception]) -> Iterator[Exception]:
    for one in group.exceptions:
        yield from _reasons(one) if isinstance(one, ExceptionGroup) else (one,)


async def _refuse(scope: Scope, send: Send, refusal: Refused) -> None:
    """Before the handshake: by a status, and where the server can do that with what is wrong."""
    if _WITH_BODY not in (scope.get("extensions") or {}):
        await send({"type": "websocket.close"})
        return
    body = msgspec.json.encode({"errors": [{"message": str(refusal), "extensions": {"code": refusal.code}}]})
    headers = [(b"content-type", b"application/json; charset=utf-8"), (b"cache-control", refusal.cache_control)]
    await send({"type": "websocket.http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": body})
