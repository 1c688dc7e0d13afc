"""The imitation by itself, asked without the connector."""

import re
from collections.abc import Sequence
from typing import Any

import httpx

from connectors.mastodon.sandbox import imitate
from connectors.sandbox import Handler
from connectors.seed.people import MASTODON_ACCOUNT
from tests.connectors.support import crowd

Json = Any  # JSON enters here

PEOPLE = crowd(60)
PERSON = PEOPLE[7]
ID = MASTODON_ACCOUNT.encode(7)
FEED = f"accounts/{ID}/statuses"
HANDLER = imitate(PEOPLE, lambda: 0.0)

_NEIGHBOUR = re.compile(r'<([^>]+)>; rel="(\w+)"')


def unlimited() -> Handler:
    """An imitation whose clock runs on with every call, so that no window is ever used up."""
    now = iter(range(0, 10**9, 300))
    return imitate(PEOPLE, lambda: float(next(now)))


def ask(path: str, handler: Handler = HANDLER, /, **params: str | int | Sequence[str]) -> httpx.Response:
    """`path` is that below /api/v1/; arrays are sent with brackets."""
    query = {(name if isinstance(value, str | int) else f"{name}[]"): value for name, value in params.items()}
    return handler(httpx.Request("GET", f"https://mastodon.social/api/v1/{path}", params=query))


def told(path: str, handler: Handler | None = None, /, **params: str | int | Sequence[str]) -> Json:
    response = ask(path, handler or unlimited(), **params)
    assert response.status_code == 200, response.text
    return response.json()


def neighbours(response: httpx.Response) -> dict[str, str]:
    """Where the `Link` header leads, by relation."""
    return {relation: url for url, relation in _NEIGHBOUR.findall(response.headers.get("link", ""))}


def pages(path: str, limit: int, **params: str) -> list[Json]:
    """The whole of a list, following `Link`."""
    handler, found = unlimited(), list[Json]()
    response = ask(path, handler, limit=limit, **params)
    while True:
        assert response.status_code == 200, response.text
        assert len(response.json()) <= limit
        found += response.json()
        older = neighbours(response).get("next")
        if older is None:
            return found
        response = handler(httpx.Request("GET", older))
