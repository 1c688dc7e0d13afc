"""Jira's client over its imitation, or over a tracker whose issues a test has chosen."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from connectors.connection import imitated
from connectors.domain.code import Issue, IssuesAsked, IssueState
from connectors.domain.errors import ConnectorError
from connectors.domain.page import Page, Slice, position
from connectors.domain.references import CustomerRef, ServiceLink
from connectors.domain.service import Service
from connectors.jira.client import Jira
from connectors.jira.sandbox import imitate
from connectors.jira.service import JIRA
from connectors.sandbox import Handler, reply
from connectors.seed.people import JIRA_ACCOUNT, People
from tests.connectors.support import NOW, Recorder, connected, crowd

HOST = "https://imitation.atlassian.net"
API = f"{HOST}/rest/api/3"
AUTHORIZATION = JIRA.headers(imitated(JIRA))["Authorization"]
PEOPLE = crowd()
EPOCH = datetime(2026, 11, 1, tzinfo=UTC)
HERE = Path(__file__).parent

Body = dict[str, Any]


class Clock:
    """Stands still until it is moved."""

    def __init__(self, at: datetime = NOW) -> None:
        self.now = at.timestamp()

    def __call__(self) -> float:
        return self.now


def over(wire: httpx.AsyncBaseTransport, people: People = PEOPLE) -> Jira:
    connector = connected(JIRA, people, wire).connector
    assert isinstance(connector, Jira)
    return connector


def imitation(people: People = PEOPLE) -> Recorder:
    return Recorder(httpx.MockTransport(imitate(people, Clock())))


def ref(account: int | str) -> CustomerRef:
    """A customer, by the account that they have, or by the place of a made-up person."""
    id = JIRA_ACCOUNT.encode(account) if isinstance(account, int) else account
    return CustomerRef(f"customer {account}", (ServiceLink(Service.JIRA, id),))


def sent(request: httpx.Request) -> Body:
    body = json.loads(request.content)
    assert isinstance(body, dict)
    return body


def queries(wire: Recorder) -> list[str]:
    """The JQL of every search that was sent."""
    return [sent(one)["jql"] for one in wire.requests if one.url.path.endswith("/search/jql")]


def reporters(jql: str) -> list[str]:
    """Whom a search is for."""
    found = re.search(r"reporter in \(([^)]*)\)", jql)
    return re.findall(r'"([^"]*)"', found[1]) if found else []


def sliced(answer: Slice[Issue] | ConnectorError) -> Slice[Issue]:
    assert isinstance(answer, Slice), answer
    return answer


async def listed(jira: Jira, asked: IssuesAsked) -> Slice[Issue]:
    return sliced((await jira.issues([asked]))[asked])


async def everybodys(jira: Jira) -> list[Issue]:
    return list((await listed(jira, IssuesAsked(None, Page(None)))).items)


@dataclass(frozen=True)
class Call:
    """Asks an imitation as its client would; `authorization` None for nobody's credentials."""

    handle: Handler
    authorization: str | None = AUTHORIZATION

    def post(self, path: str, body: object) -> httpx.Response:
        return self.send(httpx.Request("POST", API + path, json=body))

    def search(self, jql: str, **more: object) -> httpx.Response:
        return self.post("/search/jql", {"jql": jql} | more)

    def keys(self, jql: str, **more: object) -> list[str]:
        """The keys of what is found, all on one page."""
        response = self.search(jql, **{"maxResults": 5000} | more)
        assert response.status_code == 200, response.text
        return [issue["key"] for issue in response.json()["issues"]]

    def send(self, request: httpx.Request) -> httpx.Response:
        if self.authorization:
            request.headers["authorization"] = self.authorization
        return self.handle(request)


def calling(people: People = PEOPLE, clock: Clock | None = None) -> Call:
    return Call(imitate(people, clock or Clock()))


def messages(response: httpx.Response) -> list[str]:
    """What a refusal says, with its status in front."""
    body = response.json()
    return [
        str(response.status_code),
        *body["errorMessages"],
        *(f"{key}: {why}" for key, why in body["errors"].items()),
    ]


@dataclass(frozen=True)
class Stub:
    """An issue that a test has chosen; `second` counts from EPOCH."""

    id: int
    reporter: str
    second: float
    done: bool = False

    @property
    def created_at(self) -> datetime:
        return EPOCH + timedelta(seconds=self.second)

    @property
    def body(self) -> Body:
        instant = f"{self.created_at:%Y-%m-%dT%H:%M:%S}.{self.created_at.microsecond // 1000:03}+0000"
        return {
            "id": str(self.id),
            "key": f"OPS-{self.id}",
            "self": f"{API}/issue/{self.id}",
            "fields": {
                "summary": f"Stub {self.id}",
                "status": {"statusCategory": {"key": "done" if self.done else "new"}},
                "reporter": {"accountId": self.reporter, "displayName": self.reporter.title()},
                "assignee": None,
                "labels": [],
                "created": instant,
                "updated": instant,
            },
        }


class FakeTracker:
    """Searches stubs as Jira does, `page` issues at a time at most. Those calls that are `failing` are answered 503."""

    def __init__(
        self, stubs: Iterable[Stub], *, page: int = 5000, failing: Sequence[int] = (), strangers: Sequence[str] = ()
    ) -> None:
        self.stubs = sorted(stubs, key=lambda stub: (stub.second, stub.id), reverse=True)
        self.calls = 0
        self._page = page
        self._failing = failing
        self._strangers = strangers

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.calls += 1
        asked = sent(request)
        unknown = [name for name in reporters(asked["jql"]) if name in self._strangers]
        if self.calls in self._failing:
            return httpx.Response(503)
        if unknown:
            return self.refusal(unknown)
        found = [stub for stub in self.stubs if self._fits(stub, asked["jql"])]
        start, size = int(asked.get("nextPageToken", 0)), min(asked["maxResults"], self._page)
        page: Body = {"issues": [stub.body for stub in found[start : start + size]]}
        more = start + size < len(found)
        return reply(page | ({"nextPageToken": str(start + size)} if more else {"isLast": True}))

    def refusal(self, unknown: Sequence[str]) -> httpx.Response:
        texts = [f"The value '{name}' does not exist for the field 'reporter'." for name in unknown]
        return reply({"errorMessages": texts, "errors": {}}, 400)

    def _fits(self, stub: Stub, jql: str) -> bool:
        until = re.search(r"created <= (\d+)", jql)
        asked = reporters(jql)
        late = until is not None and stub.created_at.timestamp() * 1000 > int(until[1])
        open_only, done_only = "statusCategory !=" in jql, "statusCategory =" in jql
        return (
            (not asked or stub.reporter in asked)
            and not late
            and not (stub.done if open_only else done_only and not stub.done)
        )


def fake(tracker: FakeTracker) -> tuple[Jira, Recorder]:
    wire = Recorder(httpx.MockTransport(tracker))
    return over(wire), wire


def expected(stubs: Iterable[Stub], reporter: str, page: Page) -> list[str]:
    """The ids that one reporter's page shows."""
    theirs = sorted((stub for stub in stubs if stub.reporter == reporter), key=_place, reverse=True)
    below = [stub for stub in theirs if page.after is None or _place(stub) < page.after]
    return [str(stub.id) for stub in below[: page.first]]


def _place(stub: Stub) -> tuple[datetime, str]:
    return stub.created_at, f"{Service.JIRA.value}:{stub.id}"


def ids(found: Slice[Issue]) -> list[str]:
    assert list(found.items) == sorted(found.items, key=position, reverse=True)
    return [one.external_id for one in found.items]


def recorded(name: str) -> bytes:
    """A body that lies beside the tests."""
    return (HERE / f"{name}.json").read_bytes()


OPEN, CLOSED = IssueState.OPEN, IssueState.CLOSED
