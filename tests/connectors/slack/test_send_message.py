"""What is said through us: once, as plain text, and shown as the service keeps it."""

import httpx
import pytest

from connectors.connection import Access, Mode, connect, imitated
from connectors.domain.chat import Messenger, NewMessage
from connectors.domain.errors import RateLimited, Rejected, Unauthorized, Unavailable
from connectors.domain.page import Page
from connectors.slack.client import Slack
from connectors.slack.service import SLACK
from connectors.transport.cache_store import MemoryStore
from tests.connectors.slack.support import ARCHIVED, GENERAL, PEOPLE, RANDOM, calls, imitation, over, said_in
from tests.connectors.support import Recorder


@pytest.fixture
def wire() -> Recorder:
    return imitation()


@pytest.fixture
def slack(wire: Recorder) -> Slack:
    return over(wire)


def new(text: str = "Hello", channel: str = GENERAL.id) -> NewMessage:
    return NewMessage(channel=channel, text=text)


def test_slack_is_a_messenger(slack: Slack) -> None:
    messenger: Messenger = slack
    assert messenger.send_message.__doc__


async def test_what_is_said_is_there_afterwards(slack: Slack, wire: Recorder) -> None:
    said = await slack.send_message(new("Grüße an alle 👋"), "key-1")
    assert (said.channel, said.author, said.text) == ("general", "Tributary", "Grüße an alle 👋")
    assert said.url
    assert calls(wire) == {"conversations.list": 1, "auth.test": 1, "chat.postMessage": 1}
    assert (await said_in(slack, GENERAL.id, Page(1))).items == (said,)
    assert await slack.messages_by_id([said.external_id]) == {said.external_id: said}


@pytest.mark.parametrize(
    "text", ["<!channel> & <@U123|you>", "https://a.example/?b=1&c=2", "a < b > c", "&amp;", "*stars*"]
)
async def test_text_is_plain_nobody_is_called_by_mistake(slack: Slack, wire: Recorder, text: str) -> None:
    said = await slack.send_message(new(text), "key-1")
    assert said.text == text
    form = next(one for one in wire.requests if one.url.path.endswith("postMessage"))
    assert form.headers["content-type"] == "application/x-www-form-urlencoded"
    assert b"%3C" not in form.content


async def test_two_messages_are_two_however_alike(slack: Slack) -> None:
    first, second = [await slack.send_message(new(), "key-1") for _ in range(2)]
    assert first.external_id != second.external_id
    assert (await said_in(slack, GENERAL.id, Page(2))).items == (second, first)


@pytest.mark.parametrize(
    ("message", "status", "words"),
    [
        (new(channel="C0NOWHERE0"), 404, "channel_not_found: there is no such channel"),
        (new(channel=RANDOM.id), 400, "not_in_channel"),
        (new(channel=ARCHIVED.id), 400, "is_archived: the channel is archived"),
        (new("  "), 400, "no_text: there is nothing to say"),
        (new("x" * 40_001), 400, "msg_too_long"),
    ],
)
async def test_a_refused_input_is_told(slack: Slack, message: NewMessage, status: int, words: str) -> None:
    with pytest.raises(Rejected, match=words) as refusal:
        await slack.send_message(message, "key-1")
    assert refusal.value.status == status


@pytest.mark.parametrize(
    ("response", "error"),
    [
        (httpx.Response(200, json={"ok": False, "error": "rate_limited"}), RateLimited),
        (httpx.Response(200, json={"ok": False, "error": "token_revoked"}), Unauthorized),
        (httpx.Response(503), Unavailable),
    ],
)
async def test_what_fails_is_not_sent_again(response: httpx.Response, error: type[Exception]) -> None:
    inner, posts = imitation(), []

    async def failing(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("postMessage"):
            posts.append(request)
            return response
        return await inner.handle_async_request(request)

    with pytest.raises(error):
        await layered(httpx.MockTransport(failing)).send_message(new(), "key-1")
    assert len(posts) == 1


async def test_a_name_that_cannot_be_read_takes_nothing_from_what_was_said() -> None:
    inner = imitation()

    async def nameless(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith(("postMessage", "history")):
            return await inner.handle_async_request(request)
        return httpx.Response(500)

    said = await over(httpx.MockTransport(nameless)).send_message(new(), "key-1")
    assert (said.text, said.channel, said.url) == ("Hello", GENERAL.id, None)


async def test_a_channel_that_was_kept_shows_what_is_said_into_it() -> None:
    wire = imitation()
    slack = layered(wire)
    before = (await said_in(slack, GENERAL.id, Page(1))).items
    assert (await said_in(slack, GENERAL.id, Page(1))).items == before
    assert calls(wire)["conversations.history"] == 1
    said = await slack.send_message(new(), "key-1")
    assert (await said_in(slack, GENERAL.id, Page(1))).items == (said,)


def layered(wire: httpx.AsyncBaseTransport) -> Slack:
    """Over the whole upstream stack."""
    access = Access(mode=Mode.LIVE, base_url=SLACK.base_url, credentials=imitated(SLACK))
    connector = connect(SLACK, access, PEOPLE, wire, store=MemoryStore()).connector
    assert isinstance(connector, Slack)
    return connector
