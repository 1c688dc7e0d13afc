"""One path that goes past the router, for the requests that are many."""

from starlette.types import ASGIApp, Receive, Scope, Send


class Shortcut:
    """Pure ASGI middleware: an HTTP request for exactly `path` goes straight to `to`, anything else the usual way.

    The router has a route for the path too, which serves it where the process is mounted below another path.
    """

    def __init__(self, app: ASGIApp, *, path: str, to: ASGIApp) -> None:
        self._app = app
        self._path = path
        self._to = to

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        straight = scope["type"] == "http" and scope["path"] == self._path
        await (self._to if straight else self._app)(scope, receive, send)
