"""Mastodon's connector over its imitation, and statuses as Mastodon writes them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import httpx
import msgspec

from connectors.domain.page import Page, Slice
from connectors.domain.references import CustomerRef, ServiceLink
from connectors.domain.service import Service
from connectors.domain.social import Post, PostsAsked
from connectors.mastodon.client import Mastodon
from connectors.mastodon.sandbox_square import stamp
from connectors.mastodon.service import MASTODON
from connectors.mastodon.snowflake import first_id
from connectors.seed.people import MASTODON_ACCOUNT, People
from tests.connectors.support import connected, crowd

Body = dict[str, object]

NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)
ADA = "109348000000000001"


def over(wire: httpx.AsyncBaseTransport) -> Mastodon:
    connector = connected(MASTODON, crowd(), wire).connector
    assert isinstance(connector, Mastodon)
    return connector


def linked(account: str, id: str = "1") -> CustomerRef:
    return CustomerRef(id, (ServiceLink(Service.MASTODON, account),))


def refs(people: People) -> list[CustomerRef]:
    """Everybody, with the id of their account here."""
    return [linked(MASTODON_ACCOUNT.encode(number), str(number)) for number in range(people.count)]


async def slice_of(mastodon: Mastodon, asked: PostsAsked) -> Slice[Post]:
    answer = (await mastodon.posts([asked]))[asked]
    assert isinstance(answer, Slice), answer
    return answer


async def joined(
    mastodon: Mastodon, first: int, ref: CustomerRef | None = None, search: str | None = None
) -> list[Post]:
    """Page by page until the end."""
    found: list[Post] = []
    page = Page(first)
    while True:
        part = await slice_of(mastodon, PostsAsked(page, ref, search))
        assert len(part.items) <= first
        found += part.items
        if part.horizon is None:
            return found
        page = Page(first, part.horizon)


def account(**changes: object) -> Body:
    return {"id": ADA, "acct": "ada", "uri": "https://mastodon.social/users/ada"} | changes


def status(
    number: int, *, at: datetime | None = None, late: timedelta = timedelta(), id: int | None = None, **changes: object
) -> Body:
    """A status; status 0 is the latest, each one a minute older than the one before. It came so `late`."""
    said = at or NOON - timedelta(minutes=number)
    return {
        "id": str(id or first_id(said + late) + 999 - number % 1000),
        "created_at": stamp(said),
        "account": account(),
        "uri": f"https://mastodon.social/users/ada/statuses/{number}",
        "content": f"<p>post {number}</p>",
    } | changes


class Timeline:
    """A network with one list of statuses, in pages as Mastodon cuts them: by id, newest first."""

    def __init__(self, statuses: Sequence[Body]) -> None:
        self.queries: list[dict[str, str]] = []
        self._statuses = sorted(statuses, key=lambda one: int(str(one["id"])), reverse=True)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        query = dict(request.url.params)
        self.queries.append(query)
        below = int(query.get("max_id", str(2**63)))
        found = [one for one in self._statuses if int(str(one["id"])) < below]
        return httpx.Response(200, content=msgspec.json.encode(found[: int(query["limit"])]))
