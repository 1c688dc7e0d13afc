"""One wide event a request, with all that is known when it is over: https://www.honeycomb.io/blog/structured-events."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import Final

import structlog
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.http.request_id import current_request_id

CLIENT_GONE: Final = 499  # nginx's status for a caller that did not wait for the answer
PROBES: Final = frozenset({"/healthz", "/readyz"})
_ERROR: Final = 500


class RequestLog:
    """Pure ASGI middleware. The endpoint adds what it knows to the event: `scope["state"]["operation"]`.

    Over a WebSocket every operation is an event, which the socket writes itself.
    An exception that nothing else has caught is logged here, and answered by a 500 that gives nothing away.
    The query string is left out of the event: over GET it holds the variables of the operation.
    """

    def __init__(self, app: ASGIApp, clock: Callable[[], float] = perf_counter) -> None:
        self._app = app
        self._clock = clock
        self._bound: structlog.typing.FilteringBoundLogger | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves an HTTP request, and logs it once it is over."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status, failure = self._clock(), 0, None

        def watch(message: Message) -> Awaitable[None]:
            nonlocal status
            if message["type"] == "http.response.start":
                status = int(message["status"])
            return send(message)

        scope.setdefault("state", {})
        try:
            await self._app(scope, receive, watch)
        except (ClientDisconnect, asyncio.CancelledError) as gone:
            status = CLIENT_GONE
            if isinstance(gone, asyncio.CancelledError):
                raise
        except Exception as error:
            failure = error
            if status:
                raise  # the answer has begun: the server can only break it off
            await _masked()(scope, receive, watch)
        finally:
            self._event(scope, status, 1000 * (self._clock() - began), failure)

    @property
    def _log(self) -> structlog.typing.FilteringBoundLogger:
        """Bound at the first request, when logging has been configured: structlog's proxy binds anew at every use."""
        if self._bound is None:
            self._bound = structlog.get_logger().bind()
        return self._bound

    def _event(self, scope: Scope, status: int, ms: float, failure: Exception | None) -> None:
        path, log = scope["path"], self._log
        level = _level(path, status, failure)
        if log.is_enabled_for(level):
            known = {"operation": name} if (name := scope["state"].get("operation")) else {}
            event = {"method": scope["method"], "path": path, "status": status, "ms": round(ms, 1), **known}
            log.log(level, "request", exc_info=failure, **event)


def _level(path: str, status: int, failure: Exception | None) -> int:
    """How much it matters: probes come every few seconds, and an unready process is no error of the code."""
    if failure:
        return logging.ERROR
    if path in PROBES:
        return logging.WARNING if status >= _ERROR else logging.DEBUG
    return logging.ERROR if status >= _ERROR else logging.INFO


def _masked() -> JSONResponse:
    extensions = {"code": "INTERNAL", "requestId": current_request_id()}
    return JSONResponse({"errors": [{"message": "Internal error", "extensions": extensions}]}, _ERROR)
