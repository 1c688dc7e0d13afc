"""One id a request, in every log line and in the answer: the caller's own where that is safe, else a new one."""

import re
from contextvars import ContextVar
from typing import Final
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER: Final = "X-Request-Id"
_SAFE: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")

_request_id: ContextVar[str | None] = ContextVar("request_id", default=None)


def current_request_id() -> str | None:
    """The id of the request that this code serves; None outside of one."""
    return _request_id.get()


class RequestId:
    """Pure ASGI middleware, for HTTP and WebSocket."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Names the request while `app` serves it."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        request_id = _accepted(Headers(scope=scope).get(HEADER, ""))

        async def send_named(message: Message) -> None:
            if message["type"] in {"http.response.start", "websocket.accept"}:
                message.setdefault("headers", [])  # optional in ASGI
                MutableHeaders(scope=message)[HEADER] = request_id
            await send(message)

        token = _request_id.set(request_id)
        try:
            await self._app(scope, receive, send_named)
        finally:
            _request_id.reset(token)


def _accepted(offered: str) -> str:
    return offered if _SAFE.fullmatch(offered) else uuid4().hex
