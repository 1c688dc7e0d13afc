"""Bluesky's connector over its imitation, and bodies as Bluesky writes them."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import httpx
import msgspec

from connectors.bluesky.client import Bluesky
from connectors.bluesky.sandbox_square import stamp
from connectors.bluesky.service import BLUESKY
from connectors.domain.page import Page, Slice
from connectors.domain.references import CustomerRef, ServiceLink
from connectors.domain.service import Service
from connectors.domain.social import Post, PostsAsked
from tests.connectors.support import connected, crowd

Body = dict[str, object]

NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)
ADA = "did:plc:adaadaadaadaadaadaadaada"


def over(wire: httpx.AsyncBaseTransport) -> Bluesky:
    connector = connected(BLUESKY, crowd(), wire).connector
    assert isinstance(connector, Bluesky)
    return connector


def linked(name: str, id: str = "1") -> CustomerRef:
    return CustomerRef(id, (ServiceLink(Service.BLUESKY, name),))


async def slice_of(bluesky: Bluesky, asked: PostsAsked) -> Slice[Post]:
    answer = (await bluesky.posts([asked]))[asked]
    assert isinstance(answer, Slice), answer
    return answer


async def joined(bluesky: Bluesky, first: int, ref: CustomerRef | None = None, search: str | None = None) -> list[Post]:
    """Page by page until the end."""
    found: list[Post] = []
    page = Page(first)
    while True:
        part = await slice_of(bluesky, PostsAsked(page, ref, search))
        assert len(part.items) <= first
        found += part.items
        if part.horizon is None:
            return found
        page = Page(first, part.horizon)


def view(number: int, *, at: datetime | None = None, author: str = ADA, **changes: object) -> Body:
    """A post view; post 0 is the latest, each one a minute older than the one before."""
    said = stamp(at or NOON - timedelta(minutes=number))
    return {
        "uri": f"at://{author}/app.bsky.feed.post/{number:013d}",
        "cid": "bafyrei",
        "author": {"did": author, "handle": "ada.example.com"},
        "record": {"$type": "app.bsky.feed.post", "text": f"post {number}", "createdAt": said},
        "indexedAt": said,
    } | changes


class Feed:
    """A network with one feed or one search of so many `views`, newest first, in pages as Bluesky cuts them."""

    def __init__(self, views: Sequence[Body], *, reposts: Callable[[int], bool] = lambda _: False) -> None:
        self.queries: list[dict[str, str]] = []
        self._views = views
        self._reposts = reposts

    def __call__(self, request: httpx.Request) -> httpx.Response:
        query = dict(request.url.params)
        self.queries.append(query)
        limit = int(query["limit"])
        if "searchPosts" in request.url.path:
            until = datetime.fromisoformat(query.get("until", "9999-01-01T00:00:00Z"))
            views = [one for one in self._views if datetime.fromisoformat(str(one["indexedAt"])) < until]
            return _reply({"posts": views[:limit]})
        start = int(query.get("cursor", "0"))
        items = [
            {"post": one} | ({"reason": {"$type": "app.bsky.feed.defs#reasonRepost"}} if self._reposts(place) else {})
            for place, one in enumerate(self._views)
        ]
        more: Body = {"cursor": str(start + limit)} if start + limit < len(items) else {}
        return _reply(more | {"feed": items[start : start + limit]})


def _reply(body: Body) -> httpx.Response:
    return httpx.Response(200, content=msgspec.json.encode(body))
