"""The imitation by itself, asked without the connector."""

from collections.abc import Sequence
from typing import Any

import httpx

from connectors.bluesky.sandbox import imitate
from connectors.bluesky.sandbox_square import did
from connectors.sandbox import Handler
from tests.connectors.support import crowd

Json = Any  # JSON enters here

PEOPLE = crowd(60)
PERSON = PEOPLE[7]
DID = did(PERSON)
HANDLE = f"{PERSON.handle}.bsky.social"
HANDLER = imitate(PEOPLE, lambda: 0.0)


def ask(method: str, handler: Handler = HANDLER, /, **params: str | int | Sequence[str]) -> httpx.Response:
    return handler(httpx.Request("GET", f"https://public.api.bsky.app/xrpc/app.bsky.{method}", params=params))


def told(method: str, handler: Handler = HANDLER, /, **params: str | int | Sequence[str]) -> Json:
    response = ask(method, handler, **params)
    assert response.status_code == 200, response.text
    return response.json()


def pages(method: str, items: str, limit: int, **params: str) -> list[Json]:
    found: list[Json] = []
    page = told(method, limit=limit, **params)
    while "cursor" in page:
        assert len(page[items]) <= limit
        found += page[items]
        page = told(method, limit=limit, cursor=page["cursor"], **params)
    return found + list(page[items])


def said_at(post: Json) -> str:
    """When a post was said, as its author claims."""
    return str(post["record"]["createdAt"])


def came_at(post: Json) -> str:
    """When a post was said at the latest: as feeds and searches are ordered."""
    return min(str(post["indexedAt"]), said_at(post))


def pages_of_own() -> list[Json]:
    """What `PERSON` said, and did not pass on."""
    return [item for item in pages("feed.getAuthorFeed", "feed", 100, actor=DID) if "reason" not in item]
