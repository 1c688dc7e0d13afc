"""Failures that Slack tells inside of an answer that HTTP calls right, through every layer, and in the graph."""

import httpx
import pytest

from connectors.connection import Access, Connection, Mode, connect, imitated
from connectors.domain.code import HostPage
from connectors.domain.deeds import State
from connectors.domain.errors import RateLimited, Unauthorized, Unavailable
from connectors.domain.service import Service
from connectors.slack.client import Slack
from connectors.slack.errors import meaning
from connectors.slack.sandbox import imitate
from connectors.slack.service import SLACK
from connectors.sources import Sources
from connectors.transport.cache_store import MemoryStore
from connectors.transport.limits import Limits
from connectors.transport.quota_body import TOLD, Said
from connectors.transport.stats import ServiceStats
from schema.relay import node_id
from tests.connectors.slack.support import PEOPLE, Clock
from tests.connectors.support import Recorder
from tests.schema.fake_deeds import Deeds
from tests.schema.fakes import Book
from tests.schema.harness import run

LISTED = HostPage(3)
QUERY = "{ channels(first: 3) { edges { node { name } } } }"
SEND = 'mutation($channel: ID!) { sendMessage(channelId: $channel, text: "Hello") { message { text } } }'


class Moody:
    """A Slack that answers with a word of failure where it has one for a method."""

    def __init__(self) -> None:
        self.words: dict[str, str] = {}
        self.headers: dict[str, str] = {}
        self.wire = Recorder(httpx.MockTransport(self.handle))
        self._team = imitate(PEOPLE, Clock())

    def handle(self, request: httpx.Request) -> httpx.Response:
        word = self.words.get(request.url.path.rpartition("/")[2])
        if word:
            return httpx.Response(200, json={"ok": False, "error": word}, headers=self.headers)
        return self._team(request)

    def connection(self) -> Connection:
        """Through every layer; it is tried again at once."""
        limits = Limits(retry_delay=0.0)
        access = Access(mode=Mode.LIVE, base_url=SLACK.base_url, credentials=imitated(SLACK), limits=limits)
        return connect(SLACK, access, PEOPLE, self.wire, store=MemoryStore())

    def asked(self, method: str) -> int:
        return sum(request.url.path.endswith(method) for request in self.wire.requests)


@pytest.fixture
def moody() -> Moody:
    return Moody()


@pytest.fixture
def connection(moody: Moody) -> Connection:
    return moody.connection()


@pytest.fixture
def slack(connection: Connection) -> Slack:
    assert isinstance(connection.connector, Slack)
    return connection.connector


@pytest.fixture
def sources(connection: Connection) -> Sources:
    return Sources(Book(), ServiceStats(Service.STORE), [connection], Deeds())


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"ok": true, "channels": []}', None),
        (b'{"ok": false, "error": "ratelimited"}', Said(refused=30.0)),
        (b'{"ok": false, "error": "fatal_error"}', Said(status=503)),
        (b'{"ok": false, "error": "invalid_auth"}', Said(status=TOLD)),
        (b'{"ok": false}', Said(status=TOLD)),
        (b"<html>", None),
        (b"{}", None),
        (b"\xff", None),
        (b"[" * 100_000, None),
    ],
)
def test_a_body_means_a_status(body: bytes, said: Said | None) -> None:
    assert meaning(body) == said


@pytest.mark.parametrize(("headers", "seconds"), [({}, 30), ({"Retry-After": "21"}, 21)])
async def test_too_often_says_how_long_to_wait_and_pauses_slack_for_everybody(
    moody: Moody, slack: Slack, headers: dict[str, str], seconds: int
) -> None:
    moody.words, moody.headers = {"conversations.list": "ratelimited"}, headers
    for _ in range(2):
        error = (await slack.channels([LISTED]))[LISTED]
        assert isinstance(error, RateLimited)
        assert error.retry_after == pytest.approx(seconds, abs=1)
    assert moody.asked("conversations.list") == 1


@pytest.mark.parametrize(
    ("word", "error", "sent"), [("internal_error", Unavailable, 3), ("invalid_auth", Unauthorized, 1)]
)
async def test_a_failure_is_not_kept_as_an_answer_and_one_that_passes_is_tried_again(
    moody: Moody, slack: Slack, word: str, error: type[Exception], sent: int
) -> None:
    moody.words = {"conversations.list": word}
    assert isinstance((await slack.channels([LISTED]))[LISTED], error)
    assert moody.asked("conversations.list") == sent
    moody.words = {}
    assert not isinstance((await slack.channels([LISTED]))[LISTED], Exception)


@pytest.mark.parametrize(
    ("word", "extensions"),
    [
        ("ratelimited", {"code": "UPSTREAM_RATE_LIMITED", "service": "SLACK", "retryAfter": 30}),
        ("invalid_auth", {"code": "UPSTREAM_UNAUTHORIZED", "service": "SLACK"}),
        ("internal_error", {"code": "UPSTREAM_UNAVAILABLE", "service": "SLACK"}),
        ("made_up", {"code": "UPSTREAM_REJECTED", "service": "SLACK"}),
    ],
)
async def test_a_word_has_its_code_in_the_graph(
    moody: Moody, sources: Sources, word: str, extensions: dict[str, object]
) -> None:
    moody.words = {"conversations.list": word}
    assert (await run(sources, QUERY)).only_error["extensions"] == extensions


@pytest.mark.parametrize(
    ("word", "code", "result"),
    [
        ("ratelimited", "UPSTREAM_RATE_LIMITED", State.FAILED),
        ("invalid_auth", "UPSTREAM_UNAUTHORIZED", State.FAILED),
        ("fatal_error", "UPSTREAM_TIMEOUT", State.UNKNOWN),
    ],
)
async def test_of_a_message_only_what_slack_is_sure_of_was_not_sent(
    moody: Moody, sources: Sources, word: str, code: str, result: State
) -> None:
    """Some part of a request may have been done before a fatal_error: https://docs.slack.dev/reference/methods/chat.postMessage."""
    moody.words = {"chat.postMessage": word}
    channel = node_id("Channel", Service.SLACK, "C1")
    assert (await run(sources, SEND, channel=channel)).codes == [code]
    assert moody.asked("chat.postMessage") == 1
    deeds = sources.deeds
    assert isinstance(deeds, Deeds)
    assert deeds.results == ["begun", result]
