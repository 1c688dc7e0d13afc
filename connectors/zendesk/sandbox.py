"""An imitation of Zendesk: its search and lists of tickets, its errors and new tickets, over the made-up people.

Left out: what the gateway does not call, and every order of a search but by relevance and the newest first.
"""

import re
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

import httpx
from cachetools import TTLCache

from connectors.sandbox import Handler, Route, Router, reply
from connectors.seed.people import People
from connectors.zendesk import sandbox_bodies as bodies
from connectors.zendesk.sandbox_access import Quota, writer
from connectors.zendesk.sandbox_bodies import Body
from connectors.zendesk.sandbox_desk import Clock, Desk, Filed
from connectors.zendesk.sandbox_new import draft
from connectors.zendesk.sandbox_query import LARGEST, LONGEST_ID, Refusal, Terms, ids, integer, invalid_search, terms

RESULTS = 1000  # https://developer.zendesk.com/api-reference/ticketing/ticket-management/search/#results-limit
COUNTED = 1000  # results that are counted one by one; beyond, as many are taken to stand in each day
REMEMBERED = 2 * 3600  # seconds: https://developer.zendesk.com/api-reference/ticketing/introduction/#idempotency
KEYS = 10_000
LONGEST_KEY = 255  # characters


def imitate(people: People, clock: Clock = time.time) -> Handler:
    """A Zendesk account of its own, whose end users are `people`; `clock` (Unix seconds) dates what is new."""
    return _Account(people, clock).handle


@dataclass(frozen=True, slots=True)
class _Answered:
    """What a write asked for, and what it was answered."""

    content: bytes
    response: httpx.Response

    def again(self, lookup: str) -> httpx.Response:
        """The same answer; `lookup` tells whether the key was known."""
        headers = [*self.response.headers.raw, (b"x-idempotency-lookup", lookup.encode())]
        return httpx.Response(self.response.status_code, content=self.response.content, headers=headers)


class _Account:
    def __init__(self, people: People, clock: Clock) -> None:
        self._desk = Desk(people, clock)
        self._quota = Quota(clock)
        self._answered: TTLCache[str, _Answered] = TTLCache(KEYS, REMEMBERED, timer=clock)
        routes: dict[str, Route] = {
            "GET /api/v2/search": self._search,
            "GET /api/v2/tickets": self._list,
            "POST /api/v2/tickets": self._create,
            "GET /api/v2/tickets/show_many": self._show_many,
            "GET /api/v2/tickets/{id}": self._show,
        }
        with_suffix = {f"{route}.json": function for route, function in routes.items()}
        self._route = Router(with_suffix | routes, unknown=_unknown)

    def handle(self, request: httpx.Request) -> httpx.Response:
        headers = self._quota.spend(request)
        response = self._admitted(request, headers)
        response.headers.update(headers)
        return response

    def _admitted(self, request: httpx.Request, headers: Mapping[str, str]) -> httpx.Response:
        if "Retry-After" in headers:
            return httpx.Response(429, text="Number of allowed API requests per minute exceeded")
        try:
            writer(request)
            return self._route(request)
        except Refusal as refusal:
            return refusal.reply

    def _search(self, request: httpx.Request) -> httpx.Response:
        query = _query(request)
        if query.get("sort_by", "created_at") != "created_at" or query.get("sort_order", "desc") != "desc":
            raise invalid_search("only the newest are searched for first here")
        size, number = integer(query, "per_page", LARGEST, LARGEST), integer(query, "page", 1)
        if size * number > RESULTS:
            raise invalid_search("Requested response size was greater than Search Response Limits")
        asked = terms(query.get("query", ""))
        by_relevance = asked.words and "sort_by" not in query
        matches = self._desk.best_first(asked) if by_relevance else self._desk.newest_first(asked)
        skipped = sum(1 for _ in islice(matches, size * (number - 1)))
        found = list(islice(matches, size))
        count = skipped + len(found) + self._rest(matches, asked)
        more = count > size * number
        body: Body = {
            "results": [bodies.ticket(one, _api(request)) | {"result_type": "ticket"} for one in found],
            "facets": None,
            "next_page": str(request.url.copy_merge_params({"page": number + 1})) if more else None,
            "previous_page": str(request.url.copy_merge_params({"page": number - 1})) if number > 1 else None,
            "count": count,
        }
        included = re.fullmatch(r"tickets\(([a-z_,]+)\)", query.get("include", ""))
        return reply(body | self._sideloaded(request, found, included[1] if included else ""))

    def _show_many(self, request: httpx.Request) -> httpx.Response:
        query = _query(request)
        found = [one for id in dict.fromkeys(ids(query)) if (one := self._desk.find(id))]
        body: Body = {
            "tickets": [bodies.ticket(one, _api(request)) for one in found],
            "next_page": None,
            "previous_page": None,
            "count": len(found),
        }
        return reply(body | self._sideloaded(request, found, query.get("include", "")))

    def _list(self, request: httpx.Request) -> httpx.Response:
        """Oldest first, by cursor: https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#list-tickets."""
        query = _query(request)
        if "page[size]" not in query or {"page[before]", "sort", "sort_by"} & query.keys():
            raise _unfit("Tickets are listed by page[size] and page[after] here, from the oldest on")
        size = integer(query, "page[size]", LARGEST, LARGEST)
        after = _id(query["page[after]"]) if "page[after]" in query else 0
        read = list(islice(self._desk.oldest_first(after), size + 1))
        found, more = read[:size], len(read) > size
        last = _cursor(found[-1]) if found else None
        body: Body = {
            "tickets": [bodies.ticket(one, _api(request)) for one in found],
            "meta": {"has_more": more, "after_cursor": last, "before_cursor": _cursor(found[0]) if found else None},
            "links": {
                "prev": None,
                "next": str(request.url.copy_merge_params({"page[after]": last})) if more else None,
            },
        }
        return reply(body | self._sideloaded(request, found, query.get("include", "")))

    def _show(self, request: httpx.Request, id: str) -> httpx.Response:
        filed = self._desk.find(int(id)) if id.isascii() and id.isdecimal() and len(id) <= LONGEST_ID else None
        if filed is None:
            raise Refusal(404, {"error": "RecordNotFound", "description": "Not found"})
        body: Body = {"ticket": bodies.ticket(filed, _api(request))}
        return reply(body | self._sideloaded(request, [filed], _query(request).get("include", "")))

    def _create(self, request: httpx.Request) -> httpx.Response:
        key = request.headers.get("idempotency-key")
        if key is None:
            return self._created(request)
        if not 0 < len(key) <= LONGEST_KEY:
            raise _misused(f"An idempotency key has 1 to {LONGEST_KEY} characters")
        known = self._answered.get(key)
        if known is None:
            known = self._answered[key] = _Answered(request.content, self._created(request))
            return known.again("miss")
        if known.content != request.content:
            raise _misused("Request parameters don't match the given idempotency key")
        return known.again("hit")

    def _created(self, request: httpx.Request) -> httpx.Response:
        filed = self._desk.open(draft(request.content, self._desk, writer(request)))
        body = bodies.ticket(filed, _api(request))
        return reply({"ticket": body, "audit": bodies.audit(filed)}, 201, {"Location": str(body["url"])})

    def _sideloaded(self, request: httpx.Request, found: Iterable[Filed], include: str) -> Body:
        """https://developer.zendesk.com/documentation/ticketing/using-the-zendesk-api/side_loading/."""
        if "users" not in include.split(","):
            return {}
        named = dict.fromkeys(id for one in found for id in (one.requester, one.assignee) if id is not None)
        return {"users": [bodies.user(user, _api(request)) for id in named if (user := self._desk.users.find(id))]}

    def _rest(self, matches: Iterator[Filed], asked: Terms) -> int:
        """How many more there are."""
        rest = list(islice(matches, COUNTED))
        if len(rest) < COUNTED:
            return len(rest)
        seen = rest[0].created_at - rest[-1].created_at
        unseen = rest[-1].created_at - self._desk.begins(asked)
        return COUNTED + max(0, round(COUNTED * (unseen / max(seen, timedelta(seconds=1)))))


def _query(request: httpx.Request) -> dict[str, str]:
    return dict(request.url.params.multi_items())


def _api(request: httpx.Request) -> str:
    return str(request.url.copy_with(path="/api/v2", query=None))


def _cursor(filed: Filed) -> str:
    return urlsafe_b64encode(f"id:{filed.id}".encode()).decode()


def _id(cursor: str) -> int:
    try:
        name, _, id = urlsafe_b64decode(cursor).decode().partition(":")
    except (NotBase64, ValueError):
        name = id = ""
    if name != "id" or not (id.isascii() and id.isdecimal()) or len(id) > LONGEST_ID:
        raise _unfit("page[after] is not a cursor")
    return int(id)


def _unfit(detail: str) -> Refusal:
    fault = {"code": "InvalidPaginationParameter", "title": "Invalid pagination parameter", "detail": detail}
    return Refusal(400, {"errors": [fault]})


def _misused(text: str) -> Refusal:
    return Refusal(400, {"error": "IdempotentRequestError", "description": text})


def _unknown(_: httpx.Request) -> httpx.Response:
    raise Refusal(404, {"error": "InvalidEndpoint", "description": "Not found"})
