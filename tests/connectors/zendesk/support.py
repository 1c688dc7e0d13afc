"""Zendesk's client over its imitation, or over a desk whose tickets a test has chosen."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from connectors.connection import imitated
from connectors.domain.errors import ConnectorError
from connectors.domain.page import Page, Slice, position
from connectors.domain.references import CustomerRef, ServiceLink
from connectors.domain.service import Service
from connectors.domain.tickets import Ticket, TicketsAsked, TicketStatus
from connectors.sandbox import Handler, reply
from connectors.seed.people import People
from connectors.zendesk.client import Zendesk
from connectors.zendesk.sandbox import imitate
from connectors.zendesk.service import ZENDESK
from tests.connectors.support import NOW, Recorder, connected, crowd, refs

HOST = "https://imitation.zendesk.com"
AUTHORIZATION = ZENDESK.headers(imitated(ZENDESK))["Authorization"]
PEOPLE = crowd()
REF = refs(PEOPLE, [0])[0]
EVERYTHING = Page(None)
EPOCH = datetime(2026, 11, 1, tzinfo=UTC)

Body = dict[str, Any]


class Clock:
    """Stands still until it is moved."""

    def __init__(self, at: datetime = NOW) -> None:
        self.now = at.timestamp()

    def __call__(self) -> float:
        return self.now


def over(wire: httpx.AsyncBaseTransport, people: People = PEOPLE) -> Zendesk:
    connector = connected(ZENDESK, people, wire).connector
    assert isinstance(connector, Zendesk)
    return connector


def imitation(people: People = PEOPLE) -> Recorder:
    return Recorder(httpx.MockTransport(imitate(people, Clock())))


def ref(requester: int | str) -> CustomerRef:
    return CustomerRef(f"customer {requester}", (ServiceLink(Service.ZENDESK, str(requester)),))


def queries(wire: Recorder) -> list[list[str]]:
    """The words of every search that was sent."""
    return [request.url.params["query"].split() for request in wire.requests if "query" in request.url.params]


def requesters(wire: Recorder) -> list[list[str]]:
    """Whom every search was for."""
    return [[word[10:] for word in words if word.startswith("requester:")] for words in queries(wire)]


def sliced(answer: Slice[Ticket] | ConnectorError) -> Slice[Ticket]:
    assert isinstance(answer, Slice), answer
    return answer


async def listed(zendesk: Zendesk, asked: TicketsAsked) -> Slice[Ticket]:
    return sliced((await zendesk.tickets([asked]))[asked])


async def everybodys(zendesk: Zendesk, status: TicketStatus | None = None) -> list[Ticket]:
    """All there are, or all in one state."""
    return list((await listed(zendesk, TicketsAsked(None, EVERYTHING, status))).items)


@dataclass(frozen=True)
class Call:
    """Asks an imitation as its client would; `authorization` None for nobody's credentials."""

    handle: Handler
    authorization: str | None = AUTHORIZATION

    def get(self, path: str, **query: str | int) -> httpx.Response:
        return self.send(httpx.Request("GET", HOST + path, params=query))

    def post(self, path: str, body: object, **headers: str) -> httpx.Response:
        return self.send(httpx.Request("POST", HOST + path, json=body, headers=headers))

    def search(self, query: str, **more: str | int) -> httpx.Response:
        return self.get("/api/v2/search.json", query=query, **more)

    def send(self, request: httpx.Request) -> httpx.Response:
        if self.authorization:
            request.headers["authorization"] = self.authorization
        return self.handle(request)


def calling(people: People = PEOPLE, clock: Clock | None = None) -> Call:
    return Call(imitate(people, clock or Clock()))


@dataclass(frozen=True)
class Stub:
    """A ticket that a test has chosen; `second` counts from EPOCH."""

    id: int
    requester: int
    second: int
    status: str = "open"

    @property
    def created_at(self) -> datetime:
        return EPOCH + timedelta(seconds=self.second)

    def body(self) -> dict[str, object]:
        at = f"{self.created_at:%Y-%m-%dT%H:%M:%SZ}"
        return {
            "id": self.id,
            "url": f"{HOST}/api/v2/tickets/{self.id}.json",
            "subject": f"ticket {self.id}",
            "status": self.status,
            "priority": None,
            "requester_id": self.requester,
            "assignee_id": None,
            "created_at": at,
            "updated_at": at,
        }


class FakeDesk:
    """A search that answers `most` tickets a page, those of one second in the order in which they were given.

    Every call whose number (from 1) is in `failing` is answered 503.
    """

    def __init__(self, stubs: Iterable[Stub], most: int = 100, failing: Sequence[int] = ()) -> None:
        self._stubs = sorted(stubs, key=lambda stub: stub.second, reverse=True)
        self._most = most
        self._failing = failing
        self.calls = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.calls += 1
        if self.calls in self._failing:
            return httpx.Response(503)
        params = request.url.params
        found = [stub for stub in self._stubs if _fits(stub, params["query"])]
        size = min(int(params["per_page"]), self._most)
        start = size * (int(params["page"]) - 1)
        more = "https://next.example" if len(found) > start + size else None
        results = [stub.body() for stub in found[start : start + size]]
        return reply({"results": results, "count": len(found), "next_page": more, "users": []})


def _fits(stub: Stub, query: str) -> bool:
    wanted = {int(id) for id in re.findall(r"requester:(\d+)", query)}
    statuses = re.findall(r"status:(\w+)", query)
    until = re.search(r"created<=(\S+)", query)
    return (
        (not wanted or stub.requester in wanted)
        and (not statuses or stub.status in statuses)
        and (until is None or stub.created_at <= datetime.fromisoformat(until[1]))
    )


def fake(desk: FakeDesk) -> tuple[Zendesk, Recorder]:
    wire = Recorder(httpx.MockTransport(desk))
    return over(wire), wire


def expected(stubs: Iterable[Stub], requester: int | None, page: Page, statuses: Sequence[str] = ()) -> list[str]:
    """The ids that one list of everything would show on this page."""
    kept = [stub for stub in stubs if requester in (None, stub.requester) and (not statuses or stub.status in statuses)]
    ordered = sorted(kept, key=lambda stub: (stub.created_at, f"zendesk:{stub.id}"), reverse=True)
    after = [one for one in ordered if page.after is None or (one.created_at, f"zendesk:{one.id}") < page.after]
    return [str(one.id) for one in after[: page.first]]


def ids(found: Slice[Ticket]) -> list[str]:
    return [ticket.external_id for ticket in found.items]


def noun(number: int, requester: str, second: int, status: TicketStatus = TicketStatus.OPEN) -> Ticket:
    """A ticket as the domain knows it."""
    at = EPOCH + timedelta(seconds=second)
    return Ticket(
        service=Service.ZENDESK,
        external_id=str(number),
        url=None,
        subject=f"ticket {number}",
        status=status,
        priority=None,
        assignee=None,
        created_at=at,
        updated_at=at,
        customer=requester,
    )


def following(page: Page, found: Slice[Ticket]) -> Page:
    """The page after what was found."""
    assert found.horizon is not None
    return replace(page, after=found.horizon)


def newest_first(found: Sequence[Ticket]) -> bool:
    return list(found) == sorted(found, key=position, reverse=True)


def results(response: httpx.Response) -> list[Body]:
    assert response.status_code == 200, response.text
    bodies: list[Body] = response.json()["results"]
    return bodies


def everything(call: Call, query: str = "type:ticket") -> list[Body]:
    """By following the links."""
    bodies: list[Body] = []
    response = call.search(query, sort_by="created_at", sort_order="desc", per_page=100)
    while True:
        bodies += results(response)
        if not (more := response.json()["next_page"]):
            return bodies
        response = call.send(httpx.Request("GET", more))


def cursored(call: Call, size: int) -> Iterator[list[Body]]:
    """List Tickets, page by page, by following the links."""
    response = call.get("/api/v2/tickets.json", **{"page[size]": size})
    while True:
        body = response.json()
        yield body["tickets"]
        if not body["meta"]["has_more"]:
            assert body["links"]["next"] is None
            return
        response = call.send(httpx.Request("GET", body["links"]["next"]))
