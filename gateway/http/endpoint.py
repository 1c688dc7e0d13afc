"""`/graphql`: operations by POST, queries by GET, and a page for browsers where there is one.

Until the protocol is our own, Strawberry's ASGI view reads requests and writes responses.
"""

from collections.abc import Callable
from typing import Any

import msgspec
from cross_web import HTTPException
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.schema import BaseSchema

# A page elsewhere can make a browser send these without asking first (Fetch, "CORS-safelisted request-header").
_SIMPLE = {"application/x-www-form-urlencoded", "multipart/form-data", "text/plain"}
TIMEOUT = "x-request-timeout"
_PREFLIGHT = ("x-apollo-operation-name", "apollo-require-preflight", "graphql-require-preflight")


class Endpoint(GraphQL[Any, None]):
    """An ASGI application for one schema; `make_context` is called once an operation."""

    def __init__(
        self,
        schema: BaseSchema,
        make_context: Callable[[float | None], object],
        *,
        page: Callable[[Headers], Response | None] | None = None,
    ) -> None:
        """`make_context` is given the seconds that the caller allows, where they say.

        `page` answers a browser that navigates here, and returns None for anybody else.
        """
        super().__init__(schema, graphql_ide=None, subscription_protocols=())
        self._make_context = make_context
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        response = self._without_operation(scope) if scope["type"] == "http" else None
        if response is None:
            await super().__call__(scope, receive, send)
        else:
            await response(scope, receive, send)

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> object:  # noqa: ARG002 - the view's signature
        """Made anew: nothing outlives an operation."""
        return self._make_context(_allowed(request.headers))

    def parse_json(self, data: str | bytes) -> object:
        """An object, or a list of them; 400 for any other JSON, and for what is none."""
        parsed: object = super().parse_json(data)
        if not isinstance(parsed, dict | list):
            raise HTTPException(400, "The body is not a JSON object with a query")
        return parsed

    def encode_json(self, data: object) -> bytes:
        """UTF-8, as it is; several times as quick as the standard library."""
        return msgspec.json.encode(data)

    def _without_operation(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        if scope["method"] in ("GET", "HEAD") and self._page and (page := self._page(headers)):
            return page
        return _forged() if _may_be_forged(headers) else None


def _allowed(headers: Headers) -> float | None:
    """Seconds, from the header `X-Request-Timeout`; None where it is absent, or no number above 0."""
    try:
        seconds = float(headers.get(TIMEOUT, ""))
    except ValueError:
        return None
    return seconds if seconds > 0 else None


def _may_be_forged(headers: Headers) -> bool:
    """Whether another site's page could have made a browser send this (CSRF)."""
    if any(name in headers for name in _PREFLIGHT):
        return False
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    return media_type in _SIMPLE


def _forged() -> Response:
    needed = "send Content-Type: application/json, or the header GraphQL-Require-Preflight"
    error = {"message": f"This request could have been forged: {needed}.", "extensions": {"code": "BAD_REQUEST"}}
    return JSONResponse({"errors": [error]}, status_code=400)
