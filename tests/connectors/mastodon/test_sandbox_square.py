from datetime import UTC, datetime, timedelta

import pytest

from connectors.mastodon.plain_text import plain_text
from connectors.mastodon.sandbox_accounts import account, actor, is_abroad, web_url
from connectors.mastodon.sandbox_square import LATEST, Square, stamp, status_id
from connectors.mastodon.sandbox_texts import said
from connectors.mastodon.snowflake import given_at
from connectors.seed.people import MASTODON_ACCOUNT, MOST
from tests.connectors.mastodon.sandboxed import ID, PEOPLE, PERSON, Json, pages, told
from tests.connectors.support import crowd

SQUARE = Square(PEOPLE)
FEEDS = {number: pages(f"accounts/{MASTODON_ACCOUNT.encode(number)}/statuses", 40) for number in (7, 9, 14)}
HERE, NAMELESS, ABROAD = FEEDS[7], FEEDS[9], FEEDS[14]


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def came(status: Json) -> datetime:
    at = given_at(status["id"])
    assert at is not None
    return at


# accounts


def test_an_account_is_whose_it_is() -> None:
    [mine] = told("accounts", id=[ID])
    assert (mine["display_name"], mine["username"]) == (PERSON.name, PERSON.handle.replace("-", "_"))
    assert mine["acct"] == mine["username"]
    assert mine["url"] == f"https://mastodon.social/@{mine['username']}"
    assert mine["statuses_count"] == len(HERE)
    assert mine["last_status_at"] == HERE[0]["created_at"][:10]


def test_every_fifth_is_of_another_server_and_half_of_those_have_no_address() -> None:
    everybody = [account(PEOPLE[number], posts=0, latest=None) for number in range(60)]
    abroad = [one for one in everybody if "@" in str(one["acct"])]
    assert len(abroad) == 12
    assert [one["url"] for one in abroad].count(None) == 6
    assert all(str(one["uri"]).startswith("https://troet.example/users/") for one in abroad)
    assert None not in [one["url"] for one in everybody if one not in abroad]


def test_some_have_neither_name_nor_picture() -> None:
    everybody = [account(PEOPLE[number], posts=0, latest=None) for number in range(60)]
    assert 0 < [one["display_name"] for one in everybody].count("") < 20
    pictures = {str(one["avatar"]) for one in everybody}
    assert len(pictures) == 51  # fifty, and the one of those who have none
    assert "https://mastodon.social/avatars/original/missing.png" in pictures


def test_who_never_said_anything_has_no_last_post() -> None:
    assert account(PERSON, posts=0, latest=None)["last_status_at"] is None


def test_names_are_told_apart_by_server() -> None:
    assert is_abroad(PEOPLE[4])
    assert not is_abroad(PEOPLE[5])
    assert web_url(PEOPLE[4]) == actor(PEOPLE[4]).replace("/users/", "/@")
    assert web_url(PEOPLE[9]) is None


# statuses


def test_ids_tell_when_a_status_came_and_lead_back_to_it() -> None:
    for person in (PEOPLE[7], PEOPLE[14]):
        for event in SQUARE.feed(person):
            assert SQUARE.event(str(status_id(event))) == event
    assert all(came(one) == instant(one["created_at"]) for one in HERE)


@pytest.mark.parametrize("count", [1, 7, MOST])
def test_ids_lead_back_in_a_crowd_of_any_size(count: int) -> None:
    square = Square(crowd(count))
    events = square.feed(crowd(count)[count - 1])
    assert len(events) > 30
    assert [square.event(str(status_id(event))) for event in events] == list(events)


@pytest.mark.parametrize("id", ["1", "0", str(2**63), "115000000000000000", ID])
def test_an_id_of_nothing_leads_nowhere(id: str) -> None:
    assert SQUARE.event(id) is None


def test_what_comes_from_elsewhere_comes_up_to_four_minutes_late() -> None:
    own = [one for one in ABROAD if not one["reblog"]]
    late = [came(one) - instant(one["created_at"]) for one in own]
    assert min(late) == timedelta()
    assert max(late) == LATEST


def test_posts_have_an_address_where_their_author_has_one() -> None:
    assert all(
        one["url"] == f"https://mastodon.social/@{one['account']['acct']}/{one['id']}"
        for one in HERE
        if not one["reblog"]
    )
    assert {one["url"] for one in NAMELESS if not one["reblog"]} == {None}
    assert all(one["uri"].startswith("https://troet.example/users/") for one in NAMELESS)


def test_what_is_passed_on_is_shown_as_the_passers_own_with_the_original_in_it() -> None:
    boosts = [one for one in HERE if one["reblog"]]
    assert len(boosts) > 5
    for one in boosts:
        assert one["account"]["id"] == ID
        assert one["content"] == one["reblog"]["content"]
        assert one["uri"].endswith("/activity")
        assert one["reblog"]["reblog"] is None
        assert instant(one["reblog"]["created_at"]) < instant(one["created_at"])
        assert told("statuses", id=[one["reblog"]["id"]]) == [one["reblog"]]
    assert {one["reblog"]["account"]["id"] for one in boosts} != {ID}


def test_answers_name_what_they_answer() -> None:
    answers = [one for one in HERE if one["in_reply_to_id"] and not one["reblog"]]
    assert answers
    for one in answers:
        [answered] = told("statuses", id=[one["in_reply_to_id"]])
        assert answered["account"]["id"] == one["in_reply_to_account_id"]
        assert instant(answered["created_at"]) < instant(one["created_at"])


def test_what_was_said_is_shown_in_markup_that_can_be_read_again() -> None:
    for event in SQUARE.feed(PERSON):
        if event.kind == "mastodon post":
            status = SQUARE.status(event)
            assert plain_text(str(status["content"])) == said(event).text


def test_some_posts_are_unlisted_and_some_hide_behind_a_warning() -> None:
    everything = [one for feed in FEEDS.values() for one in feed if not one["reblog"]]
    assert {one["visibility"] for one in everything} == {"public", "unlisted"}
    assert 0 < len([one for one in everything if one["spoiler_text"]]) < len(everything) / 4
    assert all(one["sensitive"] is bool(one["spoiler_text"]) for one in everything)


def test_times_are_written_in_milliseconds() -> None:
    assert stamp(datetime(2026, 1, 2, 3, 4, 5, 678900, tzinfo=UTC)) == "2026-01-02T03:04:05.678Z"
