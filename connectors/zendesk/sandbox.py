"""An imitation of Zendesk: its search and lists of tickets, its errors and new tickets, over the made-up people.

Left out: what the gateway does not call, and every order of a search but the newest first.
"""

import time
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice

import httpx

from connectors.sandbox import Handler, Route, Router, reply
from connectors.seed.people import People
from connectors.zendesk import sandbox_bodies as bodies
from connectors.zendesk.sandbox_bodies import Body
from connectors.zendesk.sandbox_desk import Clock, Desk, Filed
from connectors.zendesk.sandbox_new import draft
from connectors.zendesk.sandbox_query import LARGEST, Refusal, Terms, ids, integer, invalid_attribute, invalid_search, terms
from connectors.zendesk.sandbox_quota import Quota

RESULTS = 1000  # https://developer.zendesk.com/api-reference/ticketing/ticket-management/search/#results-limit
COUNTED = 1000  # results that are counted one by one; beyond, as many are taken to stand in each day
REMEMBERED = 2 * 3600  # seconds: https://developer.zendesk.com/api-reference/ticketing/introduction/#idempotency


def imitate(people: People, clock: Clock = time.time) -> Handler:
    """A Zendesk account of its own, whose end users are `people`; `clock` (Unix seconds) dates what is new."""
    return _Account(people, clock).handle


class _Account:
    def __init__(self, people: People, clock: Clock) -> None:
        self._desk = Desk(people, clock)
        self._quota = Quota(clock)
        self._clock = clock
        self._answered: dict[str, tuple[float, bytes, httpx.Response]] = {}
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
            _writer(request)
            return self._route(request)
        except Refusal as refusal:
            return refusal.reply
    ...
