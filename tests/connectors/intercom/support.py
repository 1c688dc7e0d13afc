"""Intercom's client over its imitation, or over an inbox whose conversations a test has chosen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import msgspec

from connectors.connection import imitated
from connectors.domain.errors import ConnectorError
from connectors.domain.page import Page, Slice
from connectors.domain.references import CustomerRef, ServiceLink
from connectors.domain.service import Service
from connectors.domain.tickets import Ticket, TicketsAsked
from connectors.intercom.client import Intercom
from connectors.intercom.sandbox import imitate
from connectors.intercom.service import INTERCOM
from connectors.sandbox import Handler, reply
from connectors.seed.people import INTERCOM_CONTACT, People
from tests.connectors.support import NOW, Recorder, connected, crowd

Json = Any  # JSON, as Intercom writes it

BASE = "https://api.intercom.io"
HEADERS = dict(INTERCOM.headers(imitated(INTERCOM)))
PEOPLE = crowd(60)
EVERYTHING = Page(None)
EPOCH = datetime(2026, 11, 1, tzinfo=UTC)


class Clock:
    """Stands still until it is moved."""

    def __init__(self, at: datetime = NOW) -> None:
        self.now = at.timestamp()

    def __call__(self) -> float:
        return self.now


def over(wire: httpx.AsyncBaseTransport, people: People = PEOPLE) -> Intercom:
    connector = connected(INTERCOM, people, wire).connector
    assert isinstance(connector, Intercom)
    return connector


def imitation(people: People = PEOPLE) -> Recorder:
    return Recorder(httpx.MockTransport(imitate(people, Clock())))


def contact(number: int) -> str:
    """The id of the person in this place."""
    return INTERCOM_CONTACT.encode(number)


def linked(id: str) -> CustomerRef:
    return CustomerRef(f"customer {id}", (ServiceLink(Service.INTERCOM, id),))


def ref(number: int) -> CustomerRef:
    return linked(contact(number))


def sliced(answer: Slice[Ticket] | ConnectorError) -> Slice[Ticket]:
    assert isinstance(answer, Slice), answer
    return answer


async def listed(intercom: Intercom, asked: TicketsAsked) -> Slice[Ticket]:
    return sliced((await intercom.tickets([asked]))[asked])


async def joined(intercom: Intercom, whose: CustomerRef | None, first: int) -> list[Ticket]:
    """All pages of a list, one after the other."""
    found: list[Ticket] = []
    page = Page(first)
    while True:
        part = await listed(intercom, TicketsAsked(whose, page))
        assert len(part.items) <= first
        found += part.items
        if part.horizon is None:
            return found
        page = Page(first, part.horizon)


def searches(wire: Recorder) -> list[Json]:
    """The bodies of the searches for conversations that were sent."""
    sent = [one for one in wire.requests if one.url.path == "/conversations/search"]
    return [msgspec.json.decode(one.content) for one in sent]


def filters(query: Json) -> list[Json]:
    """All that have to hold."""
    if "field" in query:
        return [query]
    assert query["operator"] == "AND"
    return [leaf for one in query["value"] for leaf in filters(one)]


def asked_for(body: Json) -> list[str]:
    """Whom a search was for."""
    return next((one["value"] for one in filters(body["query"]) if one["field"] == "contact_ids"), [])


@dataclass(frozen=True)
class Call:
    """Asks an imitation by hand."""

    handle: Handler
    headers: dict[str, str] = field(default_factory=lambda: HEADERS)

    def get(self, path: str, status: int = 200) -> Json:
        return self._answer(httpx.Request("GET", BASE + path, headers=self.headers), status)

    def post(self, path: str, body: object, status: int = 200) -> Json:
        return self._answer(httpx.Request("POST", BASE + path, json=body, headers=self.headers), status)

    def search(self, *asked: Json, expect: int = 200, **pagination: Json) -> Json:
        body = {"query": {"operator": "AND", "value": list(asked)}, "pagination": pagination}
        return self.post("/conversations/search", body, expect)

    def pages(self, size: int, *asked: Json) -> list[Json]:
        """All of a search, page by page."""
        found: list[Json] = []
        cursor: dict[str, Json] = {"per_page": size}
        while True:
            page = self.search(*asked, **cursor)
            found += page["conversations"]
            if not page["pages"].get("next"):
                return found
            assert len(page["conversations"]) == size
            cursor["starting_after"] = page["pages"]["next"]["starting_after"]

    def _answer(self, request: httpx.Request, status: int) -> Json:
        response = self.handle(request)
        assert response.status_code == status, response.text
        return response.json()


def calling(people: People = PEOPLE, clock: Clock | None = None) -> Call:
    return Call(imitate(people, clock or Clock()))


def where(name: str, operator: str, value: object) -> Json:
    return {"field": name, "operator": operator, "value": value}


@dataclass(frozen=True)
class Stub:
    """A conversation that a test has chosen; `second` counts from EPOCH."""

    id: int
    contacts: tuple[str, ...]
    second: int
    state: str = "open"
    admin: int | None = None

    @property
    def created_at(self) -> int:
        return int((EPOCH + timedelta(seconds=self.second)).timestamp())

    def body(self) -> Json:
        return {
            "id": str(self.id),
            "created_at": self.created_at,
            "updated_at": self.created_at,
            "state": self.state,
            "admin_assignee_id": self.admin,
            "contacts": {"contacts": [{"id": one} for one in self.contacts]},
        }


class FakeInbox:
    """A search over stubs, `most` a page; calls whose number (from 1) is in `failing` are answered 503."""

    def __init__(self, stubs: Iterable[Stub], most: int = 150, failing: Sequence[int] = ()) -> None:
        self._stubs = sorted(stubs, key=lambda stub: (stub.second, stub.id), reverse=True)
        self._most = most
        self._failing = failing
        self.calls = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/admins":
            return reply({"admins": [{"id": "7", "name": "Kwame Mensah"}, None]})
        self.calls += 1
        if self.calls in self._failing:
            return httpx.Response(503)
        asked = msgspec.json.decode(request.content)
        fitting = [one for one in self._stubs if all(_fits(one, filter_) for filter_ in filters(asked["query"]))]
        start = int(asked["pagination"].get("starting_after", 0))
        size = min(asked["pagination"]["per_page"], self._most)
        more = {"next": {"starting_after": str(start + size)}} if start + size < len(fitting) else {}
        return reply({"conversations": [one.body() for one in fitting[start : start + size]], "pages": more})


def _fits(stub: Stub, asked: Json) -> bool:
    match asked["field"], asked["operator"], asked["value"]:
        case "contact_ids", "IN", ids:
            return bool(set(ids) & set(stub.contacts))
        case "created_at", "<", edge:
            return stub.created_at <= int(edge)
        case "created_at", ">", 0:
            return True
        case "state", "=", state:
            return stub.state == str(state)
    raise AssertionError(asked)


def fake(inbox: FakeInbox) -> tuple[Intercom, Recorder]:
    wire = Recorder(httpx.MockTransport(inbox))
    return over(wire), wire
