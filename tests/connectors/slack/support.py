"""Slack's client over its imitation, or over channels whose messages a test has chosen."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from connectors.connection import imitated
from connectors.domain.chat import ChannelMessagesAsked, Message, MessagesAsked
from connectors.domain.errors import ConnectorError
from connectors.domain.page import Page, Slice
from connectors.domain.references import CustomerRef, ServiceLink
from connectors.domain.service import Service
from connectors.sandbox import Handler, reply
from connectors.seed.people import SLACK_USER, People
from connectors.slack.client import Slack
from connectors.slack.sandbox import imitate
from connectors.slack.sandbox_team import JOINED, ROOMS
from connectors.slack.service import SLACK
from tests.connectors.support import NOW, Recorder, connected, crowd

Json = Any  # JSON, as Slack writes it

BASE = "https://slack.com/api"
HEADERS = dict(SLACK.headers(imitated(SLACK)))
PEOPLE = crowd(60)
GENERAL, EMEA = JOINED[0], JOINED[1]
RANDOM = next(room for room in ROOMS if room.name == "random")
ARCHIVED = next(room for room in ROOMS if room.archived)
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


class Clock:
    """Stands still until it is moved."""

    def __init__(self, at: datetime = NOW) -> None:
        self.now = at.timestamp()

    def __call__(self) -> float:
        return self.now


def over(wire: httpx.AsyncBaseTransport, people: People = PEOPLE) -> Slack:
    connector = connected(SLACK, people, wire).connector
    assert isinstance(connector, Slack)
    return connector


def imitation(people: People = PEOPLE) -> Recorder:
    return Recorder(httpx.MockTransport(imitate(people, Clock())))


def user(number: int) -> str:
    """The id of the person in this place."""
    return SLACK_USER.encode(number)


def linked(id: str) -> CustomerRef:
    return CustomerRef(f"customer {id}", (ServiceLink(Service.SLACK, id),))


def ref(number: int) -> CustomerRef:
    return linked(user(number))


def calls(wire: Recorder) -> dict[str, int]:
    """How often each method was called."""
    counted: dict[str, int] = {}
    for request in wire.requests:
        method = request.url.path.rpartition("/")[2]
        counted[method] = counted.get(method, 0) + 1
    return counted


def sliced(answer: Slice[Message] | ConnectorError) -> Slice[Message]:
    assert isinstance(answer, Slice), answer
    return answer


async def said_by(slack: Slack, whose: CustomerRef, page: Page) -> Slice[Message]:
    asked = MessagesAsked(whose, page)
    return sliced((await slack.messages([asked]))[asked])


async def said_in(slack: Slack, channel: str, page: Page) -> Slice[Message]:
    asked = ChannelMessagesAsked(channel, page)
    return sliced((await slack.channel_messages([asked]))[asked])


async def joined(slack: Slack, whose: CustomerRef, first: int) -> list[Message]:
    """All pages of what one person said."""
    found: list[Message] = []
    page = Page(first)
    while True:
        part = await said_by(slack, whose, page)
        assert len(part.items) <= first
        found += part.items
        if part.horizon is None:
            return found
        page = Page(first, part.horizon)


@dataclass(frozen=True)
class Call:
    """Asks an imitation by hand."""

    handle: Handler
    headers: dict[str, str] = field(default_factory=lambda: HEADERS)

    def response(self, method: str, **arguments: str | int) -> httpx.Response:
        return self.handle(httpx.Request("GET", f"{BASE}/{method}", params=arguments, headers=self.headers))

    def get(self, method: str, **arguments: str | int) -> Json:
        response = self.response(method, **arguments)
        assert response.status_code == 200
        return response.json()

    def told(self, method: str, **arguments: str | int) -> Json:
        body = self.get(method, **arguments)
        assert body["ok"] is True, body
        return body

    def error(self, method: str, **arguments: str | int) -> str:
        body = self.get(method, **arguments)
        assert body["ok"] is False, body
        return str(body["error"])

    def post(self, **form: str) -> Json:
        request = httpx.Request("POST", f"{BASE}/chat.postMessage", data=form, headers=self.headers)
        return self.handle(request).json()

    def pages(self, method: str, items: str, **arguments: str | int) -> list[Json]:
        """All of a list, by its cursors."""
        found: list[Json] = []
        cursor: dict[str, str | int] = {}
        while True:
            body = self.told(method, **(arguments | cursor))
            found += body[items]
            following = body.get("response_metadata", {}).get("next_cursor")
            if not following:
                return found
            cursor = {"cursor": following}


def calling(people: People = PEOPLE, clock: Clock | None = None) -> Call:
    return Call(imitate(people, clock or Clock()))


def ts(second: float) -> str:
    """A message's name, so many seconds before noon."""
    at = NOON - timedelta(seconds=second)
    return f"{int(at.timestamp())}.{at.microsecond:06}"


@dataclass(frozen=True)
class Stub:
    """A message that a test has chosen; `second` counts back from noon."""

    second: float
    user: str = "U1"
    subtype: str | None = None

    def body(self) -> Json:
        said = {"type": "message", "ts": ts(self.second), "user": self.user, "text": f"said {self.second:g}"}
        return said | ({"subtype": self.subtype} if self.subtype else {})


class FakeTeam:
    """Channels with these messages, `most` a page. `failing` are channels, by what Slack says of them."""

    def __init__(
        self, channels: Mapping[str, Iterable[Stub]], most: int = 200, failing: Mapping[str, str] | None = None
    ) -> None:
        self._channels = {name: sorted(stubs, key=lambda one: one.second) for name, stubs in channels.items()}
        self._most = most
        self._failing = failing or {}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        method, params = request.url.path.rpartition("/")[2], request.url.params
        if method == "auth.test":
            return reply({"ok": True, "url": "https://acme.slack.com/"})
        if method == "users.info":
            name = params["user"]
            return reply({"ok": True, "user": {"id": name, "profile": {"real_name": f"Name of {name}"}}})
        if method == "conversations.list":
            listed = [{"id": id, "name": id.lower(), "is_member": True, "num_members": 5} for id in self._channels]
            return reply({"ok": True, "channels": listed, "response_metadata": {"next_cursor": ""}})
        return self._history(params["channel"], params.get("latest", ts(-1)))

    def _history(self, channel: str, latest: str) -> httpx.Response:
        if channel in self._failing:
            word = self._failing[channel]
            return httpx.Response(503) if word == "503" else reply({"ok": False, "error": word})
        found: Sequence[Stub] = [one for one in self._channels[channel] if ts(one.second) < latest]
        shown = [one.body() for one in found[: self._most]]
        return reply({"ok": True, "messages": shown, "has_more": len(found) > self._most})


def fake(team: FakeTeam) -> tuple[Slack, Recorder]:
    wire = Recorder(httpx.MockTransport(team))
    return over(wire), wire
