"""An imitation of what a Mastodon server shows everybody: accounts, statuses and the timelines of hashtags.

Left out: signing in and what needs it (the full-text search among it), pictures, polls and mentions; the second limit
that Mastodon sets on paging (300 pages in 15 minutes).
"""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import httpx

from connectors.mastodon.sandbox_query import Params, Range, Refusal, links, number
from connectors.mastodon.sandbox_square import BOOST, Heard, Square, status_id
from connectors.mastodon.snowflake import given_at
from connectors.sandbox import Handler, Router, reply
from connectors.seed.people import People
from connectors.seed.timeline import Event

Clock = Callable[[], float]

ACCOUNTS, STATUSES = 40, 20  # of one call
OTHER_TAGS = 4  # of each kind that are looked at
LOOKED_THROUGH = 4000  # slots that a timeline goes back, of which three in four hold a post
LIMIT, WINDOW = 300, 300  # calls, seconds: https://docs.joinmastodon.org/api/rate-limits/

_LISTS = {"Cache-Control": "max-age=15, public, stale-while-revalidate=30, stale-if-error=86400"}
_BY_ID = {"Cache-Control": "private, no-store"}


def imitate(people: People, clock: Clock = time.time) -> Handler:
    """A server on which `people` are; `clock` (Unix seconds) tells when calls are counted from nought again."""
    return _Server(people, clock).handle


class _Quota:
    """So many calls in each window; the windows are the clock's own five minutes."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._window = -1
        self._used = 0

    def spend(self) -> dict[str, str]:
        """Counts a call; the headers that tell of it."""
        window = int(self._clock()) // WINDOW
        if window != self._window:
            self._window, self._used = window, 0
        self._used += 1
        reset = datetime.fromtimestamp((window + 1) * WINDOW, UTC)
        return {
            "X-RateLimit-Limit": str(LIMIT),
            "X-RateLimit-Remaining": str(max(0, LIMIT - self._used)),
            "X-RateLimit-Reset": reset.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        }

    @property
    def exceeded(self) -> bool:
        return self._used > LIMIT


class _Server:
    def __init__(self, people: People, clock: Clock) -> None:
        self._square = Square(people)
        self._quota = _Quota(clock)
        self._route = Router(
            {
                "GET /api/v1/accounts": self._accounts,
                "GET /api/v1/accounts/{id}/statuses": self._feed,
                "GET /api/v1/statuses": self._statuses,
                "GET /api/v1/timelines/tag/{tag}": self._tagged,
            },
            unknown=_unknown,
        )

    def handle(self, request: httpx.Request) -> httpx.Response:
        headers = self._quota.spend()
        try:
            response = self._admitted(request)
        except Refusal as refusal:
            response = refusal.reply
        response.headers.update(headers)
        return response

    def _admitted(self, request: httpx.Request) -> httpx.Response:
        if self._quota.exceeded:
            raise Refusal(429, "Too many requests")
        return self._route(request)

    def _accounts(self, request: httpx.Request) -> httpx.Response:
        people = (self._square.person(str(number(id))) for id in Params(request).many("id", ACCOUNTS))
        return reply([self._square.account(person) for person in people if person], headers=_BY_ID)

    def _statuses(self, request: httpx.Request) -> httpx.Response:
        events = (self._square.event(str(number(id))) for id in Params(request).many("id", STATUSES))
        return reply([self._square.status(event) for event in events if event], headers=_BY_ID)

    def _feed(self, request: httpx.Request, id: str) -> httpx.Response:
        person = self._square.person(str(number(id)))
        if person is None:
            raise Refusal(404, "Record not found")
        params = Params(request)
        page = params.range()
        found = page.cut((status_id(one), one) for one in self._square.feed(person) if self._fits(one, params))
        return self._page(request, found, ends=len(found) < page.limit)

    def _fits(self, event: Event, params: Params) -> bool:
        """Nobody posts pictures or pins anything here."""
        if params.flag("only_media") or params.flag("pinned"):
            return False
        if (params.flag("exclude_reblogs") and event.kind == BOOST) or (
            params.flag("exclude_replies") and self._square.is_answer(event)
        ):
            return False
        tag = params.text("tagged")
        heard = self._square.heard(event.number) if tag and event.kind != BOOST else None
        return tag is None or (heard is not None and tag.lower() in heard.tags)

    def _tagged(self, request: httpx.Request, tag: str) -> httpx.Response:
        params = Params(request)
        everyone, anyone, nobody = (_tags(params, name) for name in ("all", "any", "none"))
        page = params.range()
        found = page.cut(
            (status_id(one.event), one.event)
            for one in self._recent(page)
            if not params.flag("only_media")
            and ({tag.lower()} | anyone) & one.tags
            and everyone <= one.tags
            and not nobody & one.tags
            and self._square.is_listed(one.event)
        )
        return self._page(request, found, ends=not found)

    def _recent(self, page: Range) -> Iterator[Heard]:
        return self._square.recent(given_at(str(page.max)), LOOKED_THROUGH)

    def _page(self, request: httpx.Request, found: list[tuple[int, Event]], *, ends: bool) -> httpx.Response:
        """`ends`: nothing older follows, as far as Mastodon tells it from this page."""
        ids = [id for id, _ in found]
        neighbours = links(request, older=None if ends else min(ids, default=None), newer=max(ids, default=None))
        return reply([self._square.status(event) for _, event in found], headers=_LISTS | neighbours)


def _tags(params: Params, name: str) -> set[str]:
    return {tag.lower() for tag in params.many(name)[:OTHER_TAGS]}


def _unknown(_: httpx.Request) -> httpx.Response:
    raise Refusal(404, "Not Found")
