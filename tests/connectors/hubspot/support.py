"""HubSpot's client over its imitation, or over an account whose deals a test has chosen."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import httpx

from connectors.connection import imitated
from connectors.domain.crm import Deal, DealsAsked
from connectors.domain.errors import ConnectorError
from connectors.domain.page import Page, Slice
from connectors.domain.references import CustomerRef, ServiceLink
from connectors.domain.service import Service
from connectors.hubspot.client import HubSpot
from connectors.hubspot.sandbox import imitate
from connectors.hubspot.service import HUBSPOT
from connectors.sandbox import Handler, reply
from connectors.seed.people import HUBSPOT_CONTACT, People
from tests.connectors.support import NOW, Recorder, connected, crowd

HOST = "https://api.hubapi.com"
AUTHORIZATION = HUBSPOT.headers(imitated(HUBSPOT))["Authorization"]
PEOPLE = crowd()
EVERYTHING = Page(None)
EPOCH = datetime(2026, 11, 1, tzinfo=UTC)

CONTACTS = "/crm/v3/objects/contacts/batch/read"
COMPANIES = "/crm/v3/objects/companies/batch/read"
DEALS = "/crm/v3/objects/deals/batch/read"
DEAL_SEARCH = "/crm/v3/objects/deals/search"
CONTACT_SEARCH = "/crm/v3/objects/contacts/search"
WITH_COMPANIES = "/crm/v4/associations/contacts/companies/batch/read"
WITH_DEALS = "/crm/v4/associations/contacts/deals/batch/read"
OWNERS = "/crm/v3/owners"
PIPELINES = "/crm/v3/pipelines/deals"
ACCOUNT = "/account-info/v3/details"

Body = dict[str, Any]
V = TypeVar("V")


class Clock:
    """Stands still until it is moved."""

    def __init__(self, at: datetime = NOW) -> None:
        self.now = at.timestamp()

    def __call__(self) -> float:
        return self.now


def contact_id(number: int) -> str:
    return HUBSPOT_CONTACT.encode(number)


def ref(contact: int | str) -> CustomerRef:
    """A customer who is linked: to one of the people by number, or to any id."""
    id = contact_id(contact) if isinstance(contact, int) else contact
    return CustomerRef(f"customer {contact}", (ServiceLink(Service.HUBSPOT, id),))


def over(wire: httpx.AsyncBaseTransport, people: People = PEOPLE) -> HubSpot:
    connector = connected(HUBSPOT, people, wire).connector
    assert isinstance(connector, HubSpot)
    return connector


def imitation(people: People = PEOPLE, clock: Clock | None = None) -> Recorder:
    return Recorder(httpx.MockTransport(imitate(people, clock or Clock())))


def paths(wire: Recorder) -> list[str]:
    return [request.url.path for request in wire.requests]


def sent(wire: Recorder, path: str) -> list[Body]:
    """The bodies that were sent to one path."""
    return [json.loads(request.content) for request in wire.requests if request.url.path == path]


def value(answer: V | ConnectorError) -> V:
    assert not isinstance(answer, ConnectorError), answer
    return answer


async def listed(hubspot: HubSpot, asked: DealsAsked) -> Slice[Deal]:
    return value((await hubspot.deals([asked]))[asked])


def names(found: Slice[Deal]) -> list[str]:
    return [deal.name for deal in found.items]


async def paged(hubspot: HubSpot, contact: CustomerRef | None, size: int) -> list[Deal]:
    """A whole list, page by page."""
    deals: list[Deal] = []
    page = Page(size)
    while True:
        found = await listed(hubspot, DealsAsked(contact, page))
        deals += found.items
        if found.horizon is None:
            return deals
        assert page.after is None or found.horizon < page.after
        page = Page(size, found.horizon)


@dataclass(frozen=True)
class Call:
    """Asks an imitation as its client would; `authorization` None for nobody's credentials."""

    handle: Handler
    authorization: str | None = AUTHORIZATION

    def get(self, path: str, **query: str | int) -> httpx.Response:
        return self.send(httpx.Request("GET", HOST + path, params=query))

    def post(self, path: str, body: object) -> httpx.Response:
        return self.send(httpx.Request("POST", HOST + path, json=body))

    def search(self, path: str = DEAL_SEARCH, **body: object) -> Body:
        response = self.post(path, body)
        assert response.status_code == 200, response.text
        found: Body = response.json()
        return found

    def send(self, request: httpx.Request) -> httpx.Response:
        if self.authorization:
            request.headers["authorization"] = self.authorization
        return self.handle(request)


def calling(people: People = PEOPLE, clock: Clock | None = None) -> Call:
    return Call(imitate(people, clock or Clock()))


NEWEST = [{"propertyName": "createdate", "direction": "DESCENDING"}]


def filtered(*filters: tuple[str, str, str]) -> list[Body]:
    return [{"filters": [{"propertyName": name, "operator": how, "value": value} for name, how, value in filters]}]


def inputs(ids: Iterable[str]) -> list[Body]:
    return [{"id": id} for id in ids]


@dataclass(frozen=True)
class Stub:
    """A deal that a test has chosen; `moment` is milliseconds after EPOCH, `says` other properties."""

    id: str
    contact: str
    moment: int
    says: Mapping[str, str | None] | None = None

    def body(self) -> Body:
        at = (EPOCH + timedelta(milliseconds=self.moment)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        properties = {"dealname": f"deal {self.id}", "dealstage": "won", "createdate": at} | dict(self.says or {})
        return {"id": self.id, "properties": properties, "createdAt": at, "url": f"https://app.hubspot.com/{self.id}"}


class FakeAccount:
    """Deals as a test has chosen them: association, batch and search, at most `most` results a search.

    `failing`: what is answered instead for a path, by its first call's number on (from 1).
    """

    def __init__(self, stubs: Iterable[Stub], most: int = 200, listed: int = 500) -> None:
        self.stubs = list(stubs)
        self._most = most
        self._listed = listed
        self.failing: dict[str, Callable[[httpx.Request], httpx.Response | None]] = {}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        failure = self.failing[path](request) if path in self.failing else None
        if failure:
            return failure
        if path == PIPELINES:
            stages = [{"id": "won", "label": "Won"}, {"id": "open", "label": "In talks"}]
            return reply({"results": [{"id": "p", "stages": stages}]})
        if path == ACCOUNT:
            return reply({"portalId": 7, "companyCurrency": "DKK", "uiDomain": "app-eu1.hubspot.com"})
        return {WITH_DEALS: self._associated, DEALS: self._batch, DEAL_SEARCH: self._search}[path](request)

    def _associated(self, request: httpx.Request) -> httpx.Response:
        results = []
        for one in json.loads(request.content)["inputs"]:
            ids = [stub.id for stub in self.stubs if stub.contact == one["id"]]
            paging = {"paging": {"next": {"after": "500"}}} if len(ids) > self._listed else {}
            to = [{"toObjectId": int(id), "associationTypes": []} for id in ids[: self._listed]]
            results.append({"from": {"id": one["id"]}, "to": to} | paging)
        return reply({"status": "COMPLETE", "results": [one for one in results if one["to"]]}, 207)

    def _batch(self, request: httpx.Request) -> httpx.Response:
        wanted = {one["id"] for one in json.loads(request.content)["inputs"]}
        return reply({"results": [stub.body() for stub in self.stubs if stub.id in wanted]}, 207)

    def _search(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        found = [stub for stub in self.stubs if all(_fits(stub, one) for one in _filters(body))]
        found.sort(key=lambda stub: stub.moment, reverse=True)
        start, size = int(body.get("after", "0")), min(body["limit"], self._most)
        more = {"paging": {"next": {"after": str(start + size)}}} if start + size < len(found) else {}
        return reply({"total": len(found), "results": [one.body() for one in found[start : start + size]]} | more)


def _filters(body: Body) -> list[Body]:
    return [one for group in body["filterGroups"] for one in group["filters"]]


def _fits(stub: Stub, one: Body) -> bool:
    if one["propertyName"] == "associations.contact":
        return stub.contact == str(one["value"])
    at = EPOCH + timedelta(milliseconds=stub.moment)
    return int(at.timestamp() * 1000) <= int(one["value"])


def fake(account: FakeAccount) -> tuple[HubSpot, Recorder]:
    wire = Recorder(httpx.MockTransport(account))
    return over(wire), wire


def expected(stubs: Sequence[Stub], contact: str | None, page: Page) -> list[str]:
    """The ids that one list of everything would show on this page."""
    kept = [
        (EPOCH + timedelta(milliseconds=one.moment), f"hubspot:{one.id}", one.id)
        for one in stubs
        if contact in (None, one.contact)
    ]
    after = [one for one in sorted(kept, reverse=True) if page.after is None or one[:2] < page.after]
    return [id for _, _, id in after[: page.first]]
