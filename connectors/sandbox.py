"""What the imitations share: routing by method and path, and replies."""

import re
from collections.abc import Callable, Mapping

import httpx
import msgspec

Route = Callable[..., httpx.Response]
Handler = Callable[[httpx.Request], httpx.Response]


class Router:
    """A pure `handle(request) -> response`. Path templates are written as vendors do: `/v1/charges/{charge}`."""

    def __init__(self, routes: Mapping[str, Route], *, unknown: Handler) -> None:
        """`routes`: "METHOD /path/{name}" to a function of the request and the named segments; the first fit wins."""
        self._routes = [(*_compile(route), function) for route, function in routes.items()]
        self._unknown = unknown

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """The reply of the first route that fits, or `unknown`'s."""
        for method, path, function in self._routes:
            if method == request.method and (match := path.fullmatch(request.url.path)):
                return function(request, **match.groupdict())
        return self._unknown(request)


def reply(body: object, status: int = 200, headers: Mapping[str, str] | None = None) -> httpx.Response:
    """A JSON response."""
    content = msgspec.json.encode(body)
    return httpx.Response(status, content=content, headers={"Content-Type": "application/json"} | dict(headers or {}))


def _compile(route: str) -> tuple[str, re.Pattern[str]]:
    method, _, template = route.partition(" ")
    parts = re.split(r"\{(\w+)\}", template)
    pattern = "".join(f"(?P<{part}>[^/]+)" if place % 2 else re.escape(part) for place, part in enumerate(parts))
    return method, re.compile(pattern)
