"""PagerDuty's client over its imitation, or over an account whose incidents a test has chosen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from connectors.connection import imitated
from connectors.domain.errors import ConnectorError
from connectors.domain.incidents import Incident, IncidentsAsked, IncidentStatus
from connectors.domain.page import Page, Slice, position
from connectors.pagerduty.client import PagerDuty
from connectors.pagerduty.sandbox import imitate
from connectors.pagerduty.service import PAGERDUTY
from connectors.sandbox import Handler, reply
from connectors.seed.people import People
from tests.connectors.support import NOW, Recorder, connected, crowd

HOST = "https://api.pagerduty.com"
HEADERS = dict(PAGERDUTY.headers(imitated(PAGERDUTY)))
PEOPLE = crowd()
EVERYTHING = Page(None)
EPOCH = datetime(2026, 11, 1, tzinfo=UTC)
HALF_A_YEAR = timedelta(days=184)
HERE = Path(__file__).parent

Body = dict[str, Any]


class Clock:
    """Stands still until it is moved."""

    def __init__(self, at: datetime = NOW) -> None:
        self.now = at.timestamp()

    def __call__(self) -> float:
        return self.now


def over(wire: httpx.AsyncBaseTransport, people: People = PEOPLE) -> PagerDuty:
    connector = connected(PAGERDUTY, people, wire).connector
    assert isinstance(connector, PagerDuty)
    return connector


def imitation(people: People = PEOPLE) -> Recorder:
    return Recorder(httpx.MockTransport(imitate(people, Clock())))


def sliced(answer: Slice[Incident] | ConnectorError) -> Slice[Incident]:
    assert isinstance(answer, Slice), answer
    assert list(answer.items) == sorted(answer.items, key=position, reverse=True)
    return answer


async def listed(pagerduty: PagerDuty, asked: IncidentsAsked) -> Slice[Incident]:
    return sliced((await pagerduty.incidents([asked]))[asked])


async def all_of(
    pagerduty: PagerDuty, status: IncidentStatus | None = None, since: datetime | None = None
) -> list[Incident]:
    found = await listed(pagerduty, IncidentsAsked(EVERYTHING, status, since))
    assert found.horizon is None
    return list(found.items)


@dataclass(frozen=True)
class Call:
    """Asks an imitation as its client would."""

    handle: Handler
    authorization: str | None = HEADERS["Authorization"]

    def get(self, path: str, query: Sequence[tuple[str, str | int]] = ()) -> httpx.Response:
        headers = {"Authorization": self.authorization} if self.authorization else {}
        return self.handle(httpx.Request("GET", HOST + path, params=list(query), headers=headers))

    def list(self, *query: tuple[str, str | int]) -> Any:  # noqa: ANN401 - JSON enters here
        response = self.get("/incidents", query)
        assert response.status_code == 200, response.text
        return response.json()


def calling(people: People = PEOPLE, clock: Clock | None = None) -> Call:
    return Call(imitate(people, clock or Clock()))


def refusal(response: httpx.Response) -> tuple[int, int, str, list[str]]:
    """Status, code, message, details."""
    error = response.json()["error"]
    return response.status_code, error["code"], error["message"], error.get("errors", [])


@dataclass(frozen=True)
class Stub:
    """An incident that a test has chosen; `second` counts from EPOCH."""

    number: int
    second: int
    status: str = "resolved"

    @property
    def created_at(self) -> datetime:
        return EPOCH + timedelta(seconds=self.second)

    @property
    def body(self) -> Body:
        return {
            "id": f"Q{self.number:06}",
            "incident_number": self.number,
            "title": f"Stub {self.number}",
            "created_at": f"{self.created_at:%Y-%m-%dT%H:%M:%SZ}",
            "status": self.status,
            "html_url": f"https://acme.pagerduty.com/incidents/Q{self.number:06}",
        }


class FakeAccount:
    """Lists stubs as PagerDuty does; `until` is in what is asked for where it is `inclusive`."""

    def __init__(self, stubs: Iterable[Stub], *, inclusive: bool = False, failing: Sequence[int] = ()) -> None:
        self.stubs = list(stubs)
        self.calls = 0
        self._inclusive = inclusive
        self._failing = failing

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.calls += 1
        if self.calls in self._failing:
            return httpx.Response(502)
        params = request.url.params
        offset, limit = int(params.get("offset", 0)), int(params["limit"])
        if limit > 100 or offset + limit > 10_000:
            return reply({"error": {"message": "Arguments Caused Error", "code": 2002}}, 400)
        found = sorted(self._found(params), key=lambda stub: (stub.second, stub.number))
        found = found if params["sort_by"] == "created_at:asc" else found[::-1]
        bodies = [stub.body for stub in found[offset : offset + limit]]
        return reply({"incidents": bodies, "more": offset + limit < len(found), "total": None})

    def _found(self, params: httpx.QueryParams) -> list[Stub]:
        statuses = params.get_list("statuses[]")
        kept = [stub for stub in self.stubs if not statuses or stub.status in statuses]
        if params.get("date_range") == "all":
            return kept
        since, until = (datetime.fromisoformat(params[name]) for name in ("since", "until"))
        assert timedelta(0) < until - since <= HALF_A_YEAR
        return [one for one in kept if since <= one.created_at < until or (self._inclusive and one.created_at == until)]


def fake(account: FakeAccount) -> tuple[PagerDuty, Recorder]:
    wire = Recorder(httpx.MockTransport(account))
    return over(wire), wire


def numbers(found: Slice[Incident]) -> list[int]:
    return [one.number for one in found.items]


def recorded(name: str) -> bytes:
    """A body that lies beside the tests."""
    return (HERE / f"{name}.json").read_bytes()
