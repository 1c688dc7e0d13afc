import itertools

import httpx
import pytest

from connectors.mastodon import sandbox
from connectors.mastodon.sandbox import imitate
from connectors.seed.people import MASTODON_ACCOUNT, MOST
from connectors.seed.timeline import Timeline
from tests.connectors.mastodon.sandboxed import FEED, HANDLER, ID, PEOPLE, ask, neighbours, pages, told, unlimited
from tests.connectors.mastodon.support import ADA
from tests.connectors.support import crowd

# accounts and statuses by id


def test_accounts_come_by_id_without_whom_nobody_knows() -> None:
    found = told("accounts", id=[ID, ADA, "nonsense", MASTODON_ACCOUNT.encode(3), ID])
    assert [one["id"] for one in found] == [ID, MASTODON_ACCOUNT.encode(3)]


def test_statuses_come_by_id_without_those_that_are_not_there() -> None:
    listed = told(FEED, limit=5)
    strange = ["1", "x", ADA, str(int(listed[0]["id"]) + 2)]
    assert told("statuses", id=[*(one["id"] for one in listed), *strange]) == listed


def test_every_status_of_a_feed_is_found_again() -> None:
    feed = pages(FEED, 20)
    found = [told("statuses", id=[one["id"] for one in feed[start : start + 20]]) for start in range(0, len(feed), 20)]
    assert list(itertools.chain(*found)) == feed


def test_nobody_asked_for_is_nobody() -> None:
    assert told("accounts") == told("statuses") == []


@pytest.mark.parametrize(("path", "most"), [("accounts", 40), ("statuses", 20)])
def test_a_batch_that_is_too_large_is_refused_and_repeated_ids_count_once(path: str, most: int) -> None:
    ids = [str(number) for number in range(1, most + 2)]
    assert ask(path, id=ids[:-1] * 2).status_code == 200
    refused = ask(path, id=ids)
    assert (refused.status_code, refused.json()["error"]) == (422, "Mastodon::ValidationError")


# lists


@pytest.mark.parametrize("limit", [1, 7, 40])
def test_pages_of_a_feed_join_to_the_whole_and_back(limit: int) -> None:
    whole = told(FEED, limit=40) + told(FEED, limit=40, max_id=told(FEED, limit=40)[-1]["id"])
    assert pages(FEED, limit) == whole
    assert len(whole) > 40
    newer = told(FEED, limit=limit, min_id=whole[-1]["id"])
    assert newer == whole[max(0, len(whole) - 1 - limit) : len(whole) - 1]


def test_a_feed_is_newest_first_by_id() -> None:
    ids = [int(one["id"]) for one in pages(FEED, 40)]
    assert ids == sorted(set(ids), reverse=True)


def test_a_feed_may_begin_after_an_id() -> None:
    whole = pages(FEED, 40)
    assert told(FEED, limit=40, since_id=whole[5]["id"]) == whole[:5]
    assert told(FEED, limit=2, since_id=whole[5]["id"]) == whole[:2]


def test_neighbouring_pages_keep_what_else_was_asked() -> None:
    response = ask(FEED, limit=3, exclude_reblogs="true", max_id=str(2**62))
    found = neighbours(response)
    older, newer = httpx.URL(found["next"]), httpx.URL(found["prev"])
    assert older.copy_with(query=None) == f"https://mastodon.social/api/v1/{FEED}"
    ids = [one["id"] for one in response.json()]
    assert dict(older.params) == {"limit": "3", "exclude_reblogs": "true", "max_id": ids[-1]}
    assert dict(newer.params) == {"limit": "3", "exclude_reblogs": "true", "min_id": ids[0]}


def test_the_last_page_of_a_feed_leads_no_further() -> None:
    whole = pages(FEED, 40)
    assert set(neighbours(ask(FEED, max_id=whole[-3]["id"]))) == {"prev"}
    assert neighbours(ask(FEED, max_id=whole[-1]["id"])) == {}


def test_boosts_and_answers_and_pictures_are_left_out_on_demand() -> None:
    whole = pages(FEED, 40)
    assert 0 < len([one for one in whole if one["reblog"]]) < len(whole) / 2
    assert pages(FEED, 40, exclude_reblogs="true") == [one for one in whole if not one["reblog"]]
    unanswering = pages(FEED, 40, exclude_replies="true")
    assert unanswering == [one for one in whole if one["reblog"] or not one["in_reply_to_id"]]
    assert len(unanswering) < len(whole)
    assert pages(FEED, 40, only_media="true") == pages(FEED, 40, pinned="1") == []


def test_a_feed_may_be_narrowed_to_a_hashtag() -> None:
    whole = pages(FEED, 40, exclude_reblogs="true")
    tag = next(one["tags"][0]["name"] for one in whole if one["tags"])
    tagged = [one for one in whole if tag in {each["name"] for each in one["tags"]}]
    assert pages(FEED, 40, tagged=tag.upper()) == tagged


def test_a_hashtags_timeline_has_everybodys_public_posts_and_no_boosts() -> None:
    found = pages("timelines/tag/Coffee", 40)
    assert len(found) > 100
    assert len({one["account"]["id"] for one in found}) > 20
    assert {one["visibility"] for one in found} == {"public"}
    assert {one["reblog"] for one in found} == {None}
    assert all("coffee" in {tag["name"] for tag in one["tags"]} for one in found)
    assert pages("timelines/tag/coffee", 7) == found
    ids = [int(one["id"]) for one in found]
    assert ids == sorted(ids, reverse=True)


def test_hashtags_are_joined_and_excluded() -> None:
    def ids(tag: str, **others: list[str]) -> set[str]:
        return {one["id"] for one in told(f"timelines/tag/{tag}", limit=40, **others)}

    hiring, startup = ({one["id"] for one in pages(f"timelines/tag/{tag}", 40)} for tag in ("hiring", "startup"))
    assert ids("hiring", all=["Startup"])
    assert ids("hiring", all=["Startup"]) <= hiring & startup
    assert ids("hiring", none=["startup"]) <= hiring - startup
    assert ids("zyzzyva", any=["fika"]) == ids("fika", any=["fika"]) == ids("fika")
    assert ids("hiring", all=["zyzzyva"]) == set()


def test_an_empty_timeline_leads_nowhere_and_any_other_leads_on() -> None:
    assert neighbours(ask("timelines/tag/zyzzyva")) == {}
    assert set(neighbours(ask("timelines/tag/fika", limit=1))) == {"next", "prev"}
    assert told("timelines/tag/fika", only_media="true") == []


# errors, limits, directives


def test_a_feed_of_nobody_is_not_found() -> None:
    for path in (f"accounts/{ADA}/statuses", "accounts/x/statuses"):
        response = ask(path)
        assert (response.status_code, response.json()) == (404, {"error": "Record not found"})


def test_what_it_does_not_have_is_not_found() -> None:
    assert ask("timelines/home").status_code == 404
    posted = HANDLER(httpx.Request("POST", "https://mastodon.social/api/v1/statuses"))
    assert (posted.status_code, posted.json()) == (404, {"error": "Not Found"})


def test_parameters_that_it_does_not_know_are_ignored() -> None:
    assert told(FEED, unheard="of", limit=3) == told(FEED, limit=3)


def test_what_is_listed_may_be_kept_for_a_moment_and_what_is_read_by_id_may_not() -> None:
    assert ask(FEED).headers["cache-control"].startswith("max-age=15, public")
    assert ask("timelines/tag/coffee").headers["cache-control"].startswith("max-age=15, public")
    assert ask("accounts", id=[ID]).headers["cache-control"] == "private, no-store"
    assert ask("statuses").headers["cache-control"] == "private, no-store"


def test_calls_are_counted_down_and_begin_anew_with_the_next_five_minutes() -> None:
    now = itertools.chain([1000.0, 1000.9, 1199.9], itertools.repeat(1200.0))
    handler = imitate(PEOPLE, lambda: next(now))
    seen = [ask(path, handler).headers for path in ("accounts", "nothing", "accounts", "accounts")]
    assert [headers["x-ratelimit-remaining"] for headers in seen] == ["299", "298", "297", "299"]
    resets = ["1970-01-01T00:20:00.000000Z"] * 3 + ["1970-01-01T00:25:00.000000Z"]
    assert [headers["x-ratelimit-reset"] for headers in seen] == resets
    assert {headers["x-ratelimit-limit"] for headers in seen} == {"300"}


def test_one_call_too_many_is_refused_until_the_window_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "LIMIT", 2)
    now = itertools.chain([0.0, 0.0, 0.0], itertools.repeat(300.0))
    handler = imitate(PEOPLE, lambda: next(now))
    answers = [ask("accounts", handler) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 429, 200]
    assert answers[2].json() == {"error": "Too many requests"}
    assert answers[2].headers["x-ratelimit-remaining"] == "0"


# of any size


class Counter:
    """How many slots of a timeline were looked into."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.looked = 0
        find = Timeline.find

        def counted(line: Timeline, number: int | None) -> object:
            self.looked += 1
            return find(line, number)

        monkeypatch.setattr(Timeline, "find", counted)


def test_a_crowd_of_a_hundred_thousand_costs_no_more_than_what_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    handler = imitate(crowd(MOST), lambda: 0.0)
    someone = MASTODON_ACCOUNT.encode(MOST - 1)
    count = Counter(monkeypatch)
    feed = told(f"accounts/{someone}/statuses", handler, limit=20)
    assert len(feed) == 20
    assert count.looked < 1000
    count.looked = 0
    ids = [one["id"] for one in feed]
    assert told("statuses", handler, id=ids) == feed
    assert count.looked < 20 * 30
    count.looked = 0
    assert told("timelines/tag/zyzzyva", handler) == []
    assert count.looked <= sandbox.LOOKED_THROUGH
    count.looked = 0
    assert len(told("timelines/tag/coffee", handler, limit=40)) == 40
    assert count.looked < 40 * 150


def test_a_timeline_goes_through_the_same_posts_only_once(monkeypatch: pytest.MonkeyPatch) -> None:
    handler = imitate(crowd(MOST), lambda: 0.0)
    told("timelines/tag/zyzzyva", handler)
    count = Counter(monkeypatch)
    told("timelines/tag/zyzzyvas", handler)
    assert count.looked == 0


def test_nobody_at_all_is_a_quiet_place() -> None:
    handler = imitate(crowd(0), lambda: 0.0)
    assert told("accounts", handler, id=[ID]) == []
    assert told("statuses", handler, id=[ADA]) == []
    assert told("timelines/tag/coffee", handler) == []


def test_one_person_alone_may_pass_themselves_on() -> None:
    alone = MASTODON_ACCOUNT.encode(0)
    feed = told(f"accounts/{alone}/statuses", imitate(crowd(1), lambda: 0.0), limit=40)
    assert {(one["reblog"] or one)["account"]["id"] for one in feed} == {alone}


def test_two_imitations_tell_the_same() -> None:
    assert told(FEED, imitate(crowd(60), lambda: 0.0)) == told(FEED, unlimited())
