"""What is found again by id, address or name, and what goes wrong on the way."""

from collections.abc import Mapping

import httpx
import pytest

from connectors.domain.chat import MessagesAsked
from connectors.domain.code import HostPage
from connectors.domain.errors import Malformed, RateLimited, Unauthorized, Unavailable
from connectors.domain.page import Page, Position
from connectors.slack.client import Slack
from connectors.slack.service import SLACK
from tests.connectors.slack.support import (
    EMEA,
    NOON,
    PEOPLE,
    FakeTeam,
    Stub,
    calls,
    fake,
    imitation,
    linked,
    over,
    ref,
    said_by,
    said_in,
    ts,
    user,
)
from tests.connectors.support import Recorder, answering, connected


@pytest.fixture
def wire() -> Recorder:
    return imitation()


@pytest.fixture
def slack(wire: Recorder) -> Slack:
    return over(wire)


async def test_messages_are_found_again_by_id_and_none_for_the_rest(slack: Slack, wire: Recorder) -> None:
    whole = (await said_in(slack, EMEA.id, Page(5))).items
    ids = [message.external_id for message in whole]
    wire.requests.clear()
    gone = [f"{EMEA.id}:{ts(10**7)}", "C0NOWHERE0:1793351365.999991", "nope", "C0:1", ""]
    answers = await slack.messages_by_id([*ids, *gone, *ids])
    assert list(answers) == [*ids, *gone]
    assert [answers[id] for id in ids] == list(whole)
    assert [answers[id] for id in gone] == [None] * 5
    assert calls(wire)["conversations.history"] == 7


async def test_ids_that_are_none_cost_no_call(slack: Slack, wire: Recorder) -> None:
    assert await slack.messages_by_id(["x", "C1:1", f"{EMEA.id}:1793351365.99"]) == dict.fromkeys(
        ["x", "C1:1", f"{EMEA.id}:1793351365.99"]
    )
    assert wire.requests == []


async def test_members_are_known_by_their_address(slack: Slack, wire: Recorder) -> None:
    emails = [PEOPLE[3].email, PEOPLE[4].email.upper(), "nobody@new.example", PEOPLE[3].email]
    assert await slack.members_by_email(emails) == {
        PEOPLE[3].email: user(3),
        PEOPLE[4].email.upper(): user(4),
        "nobody@new.example": None,
    }
    assert len(wire.requests) == 3


NAMELESS: Mapping[str, str] = {"users.info": "user_not_found", "auth.test": "internal_error"}


async def test_names_and_addresses_that_cannot_be_read_cost_themselves_alone() -> None:
    team = FakeTeam({"C11": [Stub(1)]})

    def nameless(request: httpx.Request) -> httpx.Response:
        word = NAMELESS.get(request.url.path.rpartition("/")[2])
        return httpx.Response(200, json={"ok": False, "error": word}) if word else team(request)

    [message] = (await said_by(over(httpx.MockTransport(nameless)), linked("U1"), Page(5))).items
    assert (message.text, message.author, message.url, message.channel) == ("said 1", None, None, "c11")


async def test_a_channel_whose_name_cannot_be_read_goes_by_its_id() -> None:
    team = FakeTeam({"C11": [Stub(1)]})

    def unlisted(request: httpx.Request) -> httpx.Response:
        listing = request.url.path.endswith("conversations.list")
        return httpx.Response(500) if listing else team(request)

    [message] = (await said_in(over(httpx.MockTransport(unlisted)), "C11", Page(5))).items
    assert (message.channel, message.author) == ("C11", "Name of U1")


@pytest.mark.parametrize(
    ("wire", "error", "words"),
    [
        (answering(200, b'{"ok": false, "error": "invalid_auth"}'), Unauthorized, "invalid_auth"),
        (
            answering(200, b'{"ok": false, "error": "missing_scope", "needed": "channels:read"}'),
            Unauthorized,
            "lacks the scope channels:read",
        ),
        (answering(429, b'{"ok": false, "error": "ratelimited"}', {"Retry-After": "7"}), RateLimited, "7 s"),
        (answering(200, b'{"ok": false, "error": "internal_error"}'), Unavailable, "internal_error"),
        (answering(500), Unavailable, "500"),
        (answering(200, b'{"ok": true}'), Malformed, r"\$.channels: it is missing"),
        (answering(200, b"<html>"), Malformed, "not JSON"),
    ],
)
async def test_what_goes_wrong_takes_the_place_of_each_answer(
    wire: httpx.AsyncBaseTransport, error: type[Exception], words: str
) -> None:
    slack = over(wire)
    asked = MessagesAsked(ref(0), Page(3))
    answers = await slack.messages([asked])
    listed = await slack.channels([HostPage(3)])
    assert type(answers[asked]) is type(listed[HostPage(3)]) is error
    with pytest.raises(error, match=words):
        raise answers[asked]  # type: ignore[misc]  # an error, as has just been seen


async def test_a_failure_inside_an_answer_is_counted() -> None:
    connection = connected(SLACK, PEOPLE, answering(200, b'{"ok": false, "error": "internal_error"}'))
    with pytest.raises(Unavailable):
        await connection.connector.ping()
    assert connection.stats.totals.errors == 1


async def test_a_place_in_another_channel_at_the_same_time_is_not_lost() -> None:
    slack, _ = fake(FakeTeam({"C11": [Stub(1), Stub(2)], "C22": [Stub(1)]}))
    place = Position(NOON.replace(hour=11, minute=59, second=59), f"slack:C22:{ts(1)}")
    found = (await said_by(slack, linked("U1"), Page(5, place))).items
    assert [message.external_id for message in found] == [f"C11:{ts(1)}", f"C11:{ts(2)}"]
