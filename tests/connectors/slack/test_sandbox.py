"""The imitation by itself: lists, histories, people, what is posted, and who may call."""

import httpx
import pytest

from connectors.seed import timeline as timeline_module
from connectors.seed.people import MOST, STRIPE_CUSTOMER, People
from connectors.seed.timeline import Event
from connectors.slack.sandbox import imitate
from connectors.slack.sandbox_access import BURST, MESSAGES, TIERS
from connectors.slack.sandbox_team import BOT_USER, JOINED, ROOMS, STAFF, Room
from tests.connectors.slack.support import (
    ARCHIVED,
    BASE,
    EMEA,
    GENERAL,
    HEADERS,
    PEOPLE,
    RANDOM,
    Call,
    Clock,
    Json,
    calling,
    ts,
    user,
)
from tests.connectors.support import NOW

KINDS = "public_channel,private_channel"


@pytest.fixture
def call() -> Call:
    return calling()


def whole(call: Call, room: Room = EMEA) -> list[Json]:
    return call.pages("conversations.history", "messages", channel=room.id, limit=999)


@pytest.mark.parametrize("limit", [1, 3, 999])
def test_pages_of_channels_join_to_the_whole(call: Call, limit: int) -> None:
    listed = call.pages("conversations.list", "channels", types=KINDS, limit=limit)
    assert [one["id"] for one in listed] == [room.id for room in ROOMS]


def test_channels_are_public_and_archived_ones_shown_unless_asked_otherwise(call: Call) -> None:
    names = [one["name"] for one in call.told("conversations.list")["channels"]]
    assert names == [room.name for room in ROOMS if not room.private]
    shown = call.told("conversations.list", types="private_channel", exclude_archived="true")["channels"]
    assert [one["name"] for one in shown] == ["beta-testers"]
    assert call.told("conversations.list", types="im,mpim")["channels"] == []
    assert ARCHIVED.name not in [
        one["name"] for one in call.told("conversations.list", exclude_archived="true")["channels"]
    ]


@pytest.mark.parametrize("limit", [1, 7, 999])
@pytest.mark.parametrize("room", JOINED[:3], ids=lambda room: room.name)
def test_pages_of_a_history_join_to_the_whole_newest_first(call: Call, limit: int, room: Room) -> None:
    joined = call.pages("conversations.history", "messages", channel=room.id, limit=limit)
    assert joined == whole(call, room)
    stamps = [one["ts"] for one in joined]
    assert len(joined) > 5
    assert stamps == sorted(set(stamps), reverse=True)


def test_a_history_is_continued_by_time_too(call: Call) -> None:
    found: list[Json] = []
    latest: dict[str, str] = {}
    while True:
        body = call.told("conversations.history", channel=EMEA.id, limit=4, **latest)
        found += body["messages"]
        if not body["has_more"]:
            break
        assert len(body["messages"]) == 4
        latest = {"latest": body["messages"][-1]["ts"]}
    assert found == whole(call)


def test_a_history_has_a_hundred_messages_by_default() -> None:
    call = calling(People(1000, NOW))
    body = call.told("conversations.history", channel=EMEA.id)
    assert (len(body["messages"]), body["has_more"]) == (100, True)


@pytest.mark.parametrize("inclusive", ["true", "false"])
def test_a_history_is_bounded_by_time(call: Call, inclusive: str) -> None:
    every = whole(call)
    newest, oldest = every[2]["ts"], every[-3]["ts"]
    bounded = call.told(
        "conversations.history", channel=EMEA.id, latest=newest, oldest=oldest, inclusive=inclusive, limit=999
    )["messages"]
    assert bounded == (every[2:-2] if inclusive == "true" else every[3:-3])


def test_one_message_is_found_by_its_time(call: Call) -> None:
    for message in whole(call)[:5]:
        at = message["ts"]
        body = call.told("conversations.history", channel=EMEA.id, latest=at, oldest=at, inclusive="true", limit=1)
        assert (body["messages"], body["has_more"]) == ([message], False)
    assert call.told("conversations.history", channel=EMEA.id, latest="0", limit=5)["messages"] == []


def test_every_message_is_in_one_channel_and_by_somebody_known(call: Call) -> None:
    every = [message for room in JOINED for message in whole(call, room)]
    ids = [message["client_msg_id"] for message in every if "client_msg_id" in message]
    assert len(set(ids)) == len(ids)
    for author in {message["user"] for message in every}:
        assert call.told("users.info", user=author)["user"]["id"] == author
    assert {message.get("subtype") for message in every} == {None, "channel_join"}


def test_outsiders_bring_their_profile_and_guests_do_not(call: Call) -> None:
    every = [message for room in JOINED for message in whole(call, room) if "subtype" not in message]
    outsiders = {user(number) for number in range(1, PEOPLE.count, 2)}
    assert {message["user"] in outsiders for message in every if "user_profile" in message} == {True}
    assert {message["user"] in outsiders for message in every if "user_profile" not in message} == {False}


def test_people_are_found_by_id_and_by_address(call: Call) -> None:
    found = call.told("users.info", user=user(7))["user"]
    assert (found["name"], found["profile"]["email"]) == (PEOPLE[7].handle, PEOPLE[7].email)
    assert call.told("users.lookupByEmail", email=PEOPLE[7].email.upper())["user"] == found
    assert call.told("users.lookupByEmail", email=str(STAFF[1].email))["user"]["id"] == STAFF[1].id
    assert call.told("users.info", user=BOT_USER)["user"]["is_bot"] is True


@pytest.mark.parametrize("id", ["", "U1", "nobody", STRIPE_CUSTOMER.encode(1), user(PEOPLE.count)])
def test_who_is_not_there_is_not_found(call: Call, id: str) -> None:
    assert call.error("users.info", user=id) == "user_not_found"


@pytest.mark.parametrize("email", ["", "nobody@new.example", "x.7@company.example", "9" * 9 + "@x.example", "None"])
def test_an_address_that_nobody_has_is_not_found(call: Call, email: str) -> None:
    assert call.error("users.lookupByEmail", email=email) == "users_not_found"


def test_the_bot_is_told_who_it_is(call: Call) -> None:
    body = call.told("auth.test")
    assert (body["url"], body["user_id"]) == ("https://imitation.slack.com/", BOT_USER)
    request = httpx.Request("POST", f"{BASE}/auth.test", headers=HEADERS)
    assert call.handle(request).json() == body


def test_what_is_posted_is_there_afterwards(call: Call) -> None:
    before = whole(call)
    posted = call.post(channel=EMEA.id, text="Hej &amp; hallo")
    assert (posted["ok"], posted["channel"], posted["ts"]) == (True, EMEA.id, posted["message"]["ts"])
    assert whole(call) == [posted["message"], *before]
    assert posted["message"]["bot_profile"]["name"] == "Tributary"
    again = call.post(channel=f"#{EMEA.name}", text="Hej igen")
    assert again["channel"] == EMEA.id
    assert again["ts"] > posted["ts"]


def test_what_is_posted_is_dated_by_the_clock_and_never_twice_the_same() -> None:
    clock = Clock()
    clock.now += 3600
    call = calling(clock=clock)
    stamps = [call.post(channel=GENERAL.id, text="now")["ts"] for _ in range(3)]
    assert stamps == ["1793538000.000000", "1793538000.000001", "1793538000.000002"]
    assert stamps[0] > ts(0)


def test_a_message_may_be_sent_as_json(call: Call) -> None:
    def send(content: bytes) -> Json:
        headers = HEADERS | {"Content-Type": "application/json; charset=utf-8"}
        return call.handle(httpx.Request("POST", f"{BASE}/chat.postMessage", content=content, headers=headers)).json()

    assert send(b'{"channel": "general", "text": "hi", "mrkdwn": true}')["message"]["text"] == "hi"
    assert send(b"[]")["error"] == "json_not_object"
    assert send(b"{")["error"] == "invalid_json"


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"channel": "C0NOWHERE0", "text": "x"}, "channel_not_found"),
        ({"text": "x"}, "channel_not_found"),
        ({"channel": RANDOM.id, "text": "x"}, "not_in_channel"),
        ({"channel": ARCHIVED.id, "text": "x"}, "is_archived"),
        ({"channel": GENERAL.id}, "no_text"),
        ({"channel": GENERAL.id, "text": " "}, "no_text"),
        ({"channel": GENERAL.id, "text": "x" * 40_001}, "msg_too_long"),
    ],
)
def test_a_message_that_breaks_a_rule_is_refused_and_not_there(call: Call, form: dict[str, str], error: str) -> None:
    before = whole(call, GENERAL)
    assert call.post(**form) == {"ok": False, "error": error}
    assert whole(call, GENERAL) == before


@pytest.mark.parametrize(
    ("method", "arguments", "error"),
    [
        ("conversations.list", {"types": "public_channel,secret"}, "invalid_types"),
        ("conversations.list", {"limit": "0"}, "invalid_limit"),
        ("conversations.list", {"limit": "1000"}, "invalid_limit"),
        ("conversations.list", {"limit": "many"}, "invalid_limit"),
        ("conversations.list", {"cursor": "x"}, "invalid_cursor"),
        ("conversations.list", {"cursor": "dGVhbTpDMDYxRkE1UEI="}, "invalid_cursor"),
        ("conversations.history", {}, "channel_not_found"),
        ("conversations.history", {"channel": "general"}, "channel_not_found"),
        ("conversations.history", {"channel": RANDOM.id}, "not_in_channel"),
        ("conversations.history", {"channel": EMEA.id, "latest": "now"}, "invalid_ts_latest"),
        ("conversations.history", {"channel": EMEA.id, "oldest": "-1"}, "invalid_ts_oldest"),
        ("conversations.history", {"channel": EMEA.id, "oldest": "9" * 20}, "invalid_ts_oldest"),
        ("conversations.history", {"channel": EMEA.id, "cursor": "dGVhbTpD"}, "invalid_cursor"),
        ("conversations.history", {"channel": EMEA.id, "cursor": "€"}, "invalid_cursor"),
        ("chat.postMessage", {}, "unknown_method"),
        ("chat.nowhere", {}, "unknown_method"),
    ],
)
def test_what_slack_would_not_take_is_refused_by_name(
    call: Call, method: str, arguments: dict[str, str], error: str
) -> None:
    assert call.error(method, **arguments) == error


@pytest.mark.parametrize(
    ("headers", "error"),
    [
        ({}, "not_authed"),
        ({"Authorization": "Bearer "}, "not_authed"),
        ({"Authorization": "Basic eG94Yi0x"}, "not_authed"),
        ({"Authorization": "Bearer secret"}, "invalid_auth"),
        ({"Authorization": "Bearer xoxa-1"}, "invalid_auth"),
    ],
)
@pytest.mark.parametrize("method", ["auth.test", "conversations.list", "chat.nowhere"])
def test_without_a_token_nothing_is_told(headers: dict[str, str], error: str, method: str) -> None:
    assert Call(imitate(PEOPLE), headers).error(method) == error


def test_a_method_that_is_called_too_often_asks_to_be_left_alone() -> None:
    clock = Clock()
    call = calling(clock=clock)
    clock.now += 20
    told = [call.response("conversations.list").status_code for _ in range(TIERS["conversations.list"] * BURST + 1)]
    assert told == [200] * (len(told) - 1) + [429]
    refused = call.response("conversations.list")
    assert (refused.json(), refused.headers["retry-after"]) == ({"ok": False, "error": "ratelimited"}, "40")
    assert call.response("users.info", user=user(1)).status_code == 200
    clock.now += 40
    assert call.response("conversations.list").status_code == 200


def test_a_channel_takes_one_message_a_second() -> None:
    call = calling()
    assert [call.post(channel=GENERAL.id, text="x")["ok"] for _ in range(MESSAGES + 1)] == [True] * MESSAGES + [False]
    assert call.post(channel=EMEA.id, text="x")["ok"] is True


def test_two_imitations_do_not_share_what_is_posted() -> None:
    one, other = calling(), calling()
    one.post(channel=GENERAL.id, text="only here")
    assert len(whole(one, GENERAL)) == len(whole(other, GENERAL)) + 1


@pytest.mark.parametrize(
    "arguments",
    [{}, {"latest": f"{int(NOW.timestamp()) - 100 * 24 * 3600}.000000"}, {"oldest": ts(600)}, {"latest": "1.000000"}],
)
def test_a_history_over_a_hundred_thousand_people_makes_up_no_more_than_it_shows(
    arguments: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[int | None] = []
    find = timeline_module.Timeline.find

    def counted(self: timeline_module.Timeline, number: int | None) -> Event | None:
        looked.append(number)
        return find(self, number)

    monkeypatch.setattr(timeline_module.Timeline, "find", counted)
    call = calling(People(MOST, NOW))
    assert len(call.told("conversations.history", channel=EMEA.id, limit=200, **arguments)["messages"]) <= 200
    assert len(looked) <= 400


def test_texts_are_in_many_languages_and_in_slacks_markup() -> None:
    call = calling(People(400, NOW))
    texts = " ".join(message["text"] for room in JOINED for message in whole(call, room))
    for words in (
        "Guten Morgen",
        "Bonjour",
        "おはようございます",
        "Merhaba",
        "Dzień dobry",
        "&amp;",
        "<@U07",
        "<!here>",
    ):
        assert words in texts
