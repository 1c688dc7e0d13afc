"""An imitation of PagerDuty: its list of incidents, each by itself, and its errors, over the made-up company.

Left out: what the gateway does not call.
"""

import re
import time
from collections.abc import Callable
from itertools import islice

import httpx

from connectors.pagerduty.sandbox_incidents import Incidents
from connectors.pagerduty.sandbox_query import query
from connectors.pagerduty.sandbox_refusal import Refusal
from connectors.sandbox import Handler, Router, reply
from connectors.seed.people import People

LIMIT = 960  # calls a minute: https://support.pagerduty.com/main/docs/rest-api-rate-limits
WINDOW = 60  # seconds

Clock = Callable[[], float]


def imitate(people: People, clock: Clock = time.time) -> Handler:
    """A PagerDuty account of its own, of a company whose customers are `people`; `clock` is in Unix seconds."""
    return _Account(people, clock).handle


class _Account:
    def __init__(self, people: People, clock: Clock) -> None:
        self._people = people
        self._incidents = Incidents(people)
        self._clock = clock
        self._window = -1
        self._calls = 0
        self._route = Router(
            {"GET /incidents": self._list, "GET /incidents/{id}": self._show},
            unknown=_unknown,
        )

    def handle(self, request: httpx.Request) -> httpx.Response:
        try:
            _authenticate(request)
        except Refusal as refusal:
            return refusal.reply
        headers = self._spend()
        response = self._answered(request)
        response.headers.update(headers | {"Cache-Control": "max-age=0, private, must-revalidate"})
        return response

    def _answered(self, request: httpx.Request) -> httpx.Response:
        if self._calls > LIMIT:
            return Refusal(429, 2020, "Rate Limit Exceeded").reply
        try:
            return self._route(request)
        except Refusal as refusal:
            return refusal.reply

    def _spend(self) -> dict[str, str]:
        """https://support.pagerduty.com/main/docs/rest-api-rate-limits: the reset is in seconds from now."""
        window, second = divmod(int(self._clock()), WINDOW)
        if window != self._window:
            self._window, self._calls = window, 0
        self._calls += 1
        return {
            "ratelimit-limit": str(LIMIT),
            "ratelimit-remaining": str(max(0, LIMIT - self._calls)),
            "ratelimit-reset": str(WINDOW - second),
        }

    def _list(self, request: httpx.Request) -> httpx.Response:
        asked = query(request, self._people.now, self._incidents.begins)
        found = self._incidents.listed(asked, _api(request))
        bodies = list(islice(found, asked.offset, asked.offset + asked.limit + 1))
        kept = bodies[: asked.limit]
        more = len(bodies) > asked.limit
        total = asked.offset + len(bodies) + sum(1 for _ in found) if asked.total else None
        return reply({"incidents": kept, "limit": asked.limit, "offset": asked.offset, "total": total, "more": more})

    def _show(self, request: httpx.Request, id: str) -> httpx.Response:
        body = self._incidents.find(id, _api(request))
        if body is None:
            raise Refusal(404, 2100, "Not Found")
        return reply({"incident": body})


def _authenticate(request: httpx.Request) -> None:
    """https://developer.pagerduty.com/docs/authentication."""
    if not re.fullmatch(r"Token token=\S+", request.headers.get("authorization", "")):
        raise Refusal(401, 2006, "Unauthenticated")


def _api(request: httpx.Request) -> str:
    return str(request.url.copy_with(path="/", query=None)).rstrip("/")


def _unknown(_: httpx.Request) -> httpx.Response:
    raise Refusal(404, 2100, "Not Found")
