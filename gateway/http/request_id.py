"""One id a request, in every log line and in the answer: the caller's own where that is safe, else a new one."""

import random
import re
from collections.abc import Awaitable, Iterable
from contextvars import ContextVar
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER: Final = "X-Request-Id"
_NAME: Final = HEADER.lower().encode()
_SAFE: Final = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_STARTS: Final = frozenset({"http.response.start", "websocket.accept"})

_request_id: ContextVar[str | None] = ContextVar("request_id", default=None)


def current_request_id() -> str | None:
    """The id of the request that this code serves; None outside of one."""
    return _request_id.get()


def name_request(request_id: str) -> None:
    """Names what the current task does from now on: over one socket there are many operations."""
    _request_id.set(request_id)


class RequestId:
    """Pure ASGI middleware, for HTTP and WebSocket."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Names the request while `app` serves it."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        request_id = _accepted(scope["headers"])
        header = (_NAME, request_id.encode())

        def send_named(message: Message) -> Awaitable[None]:
            if message["type"] in _STARTS:
                headers = message.get("headers", ())  # optional in ASGI
                message["headers"] = [*[kept for kept in headers if kept[0].lower() != _NAME], header]
            return send(message)

        token = _request_id.set(request_id)
        try:
            await self._app(scope, receive, send_named)
        finally:
            _request_id.reset(token)


def _accepted(headers: Iterable[tuple[bytes, bytes]]) -> str:
    for name, value in headers:
        if name == _NAME:
            return value.decode() if _SAFE.fullmatch(value) else _new()
    return _new()


def _new() -> str:
    """128 random bits, in hexadecimal digits. They tell requests apart, and give access to nothing."""
    return f"{random.getrandbits(128):032x}"
