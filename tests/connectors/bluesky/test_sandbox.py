import itertools
from datetime import UTC, datetime

import httpx
import pytest

from connectors.bluesky import sandbox
from connectors.bluesky.sandbox import imitate
from connectors.bluesky.sandbox_square import did, stamp
from connectors.seed.people import MOST
from connectors.seed.timeline import Timeline
from tests.connectors.bluesky.sandboxed import DID, HANDLER, PEOPLE, ask, told
from tests.connectors.bluesky.support import ADA
from tests.connectors.support import crowd

# errors and limits


@pytest.mark.parametrize(
    ("method", "params", "message"),
    [
        ("actor.getProfile", {"actor": ADA}, "Profile not found"),
        ("actor.getProfile", {"actor": "a b"}, "Error: actor must be a valid did or a handle"),
        ("actor.getProfiles", {}, 'Error: Params must have the property "actors"'),
        ("actor.getProfiles", {"actors": [ADA] * 26}, "Error: actors must not have more than 25 elements"),
        ("actor.getProfiles", {"actors": [ADA, "?"]}, "Error: actors/1 must be a valid did or a handle"),
        ("feed.getAuthorFeed", {"actor": ADA}, "Profile not found"),
        ("feed.getAuthorFeed", {"actor": DID, "limit": 101}, "Error: limit can not be greater than 100"),
        ("feed.getAuthorFeed", {"actor": DID, "limit": 0}, "Error: limit can not be less than 1"),
        ("feed.getAuthorFeed", {"actor": DID, "limit": "ten"}, "Error: limit must be an integer"),
        ("feed.getAuthorFeed", {"actor": DID, "cursor": "nonsense"}, "Malformed cursor"),
        ("feed.getAuthorFeed", {"actor": DID, "cursor": "9" * 40 + "::3m22222222222"}, "Malformed cursor"),
        ("feed.getPosts", {"uris": ["https://bsky.app"]}, "Error: uris/0 must be a valid at-uri"),
        ("feed.searchPosts", {}, 'Error: Params must have the property "q"'),
        ("feed.searchPosts", {"q": "a", "since": "soon"}, "Error: since must be an ISO8601 datetime or date"),
        ("feed.searchPosts", {"q": "a", "cursor": "x"}, "Malformed cursor"),
        ("feed.searchPosts", {"q": "a", "author": "?"}, "Error: author must be a valid did or a handle"),
    ],
)
def test_a_wrong_question_is_refused_in_blueskys_words(
    method: str, params: dict[str, str | int | list[str]], message: str
) -> None:
    response = ask(method, **params)
    assert response.status_code == 400
    assert response.json() == {"error": "InvalidRequest", "message": message}


def test_parameters_that_it_does_not_know_are_ignored() -> None:
    assert told("actor.getProfile", actor=DID, unheard="of") == told("actor.getProfile", actor=DID)


def test_a_method_that_it_does_not_have_is_not_implemented() -> None:
    response = ask("feed.getTimeline")
    assert (response.status_code, response.json()["error"]) == (501, "MethodNotImplemented")
    posted = HANDLER(httpx.Request("POST", "https://public.api.bsky.app/xrpc/app.bsky.feed.getPosts"))
    assert (posted.status_code, posted.json()["message"]) == (400, "Incorrect HTTP method (POST) expected GET")


def test_calls_are_counted_down_and_begin_anew_with_the_next_window() -> None:
    now = itertools.chain([1000.0, 1000.9, 1299.0], itertools.repeat(1300.0))
    handler = imitate(PEOPLE, lambda: next(now))
    seen = [ask("actor.getProfile", handler, actor=name).headers for name in (DID, ADA, DID, DID)]
    assert [headers["ratelimit-remaining"] for headers in seen] == ["2999", "2998", "2997", "2999"]
    assert [headers["ratelimit-reset"] for headers in seen] == ["1300", "1300", "1300", "1600"]
    assert {(headers["ratelimit-limit"], headers["ratelimit-policy"]) for headers in seen} == {("3000", "3000;w=300")}


def test_one_call_too_many_is_refused_until_the_window_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "LIMIT", 2)
    now = itertools.chain([0.0, 0.0, 0.0], itertools.repeat(300.0))
    handler = imitate(PEOPLE, lambda: next(now))
    answers = [ask("actor.getProfile", handler, actor=DID) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 429, 200]
    assert answers[2].json() == {"error": "RateLimitExceeded", "message": "Rate Limit Exceeded"}
    assert answers[2].headers["ratelimit-remaining"] == "0"


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
    count = Counter(monkeypatch)
    people = crowd(MOST)
    handler = imitate(people, lambda: 0.0)
    someone = did(people[MOST - 1])
    assert len(told("feed.getAuthorFeed", handler, actor=someone, limit=20)["feed"]) == 20
    assert count.looked < 150
    count.looked = 0
    assert told("actor.getProfile", handler, actor=someone)["postsCount"] > 60
    assert count.looked <= 120
    count.looked = 0
    assert len(told("feed.searchPosts", handler, q="coffee", limit=10)["posts"]) == 10
    assert count.looked < 500
    count.looked = 0
    assert told("feed.searchPosts", handler, q="zyzzyva") == {"posts": []}
    assert count.looked <= sandbox.LOOKED_THROUGH


def test_a_search_goes_through_the_same_posts_only_once(monkeypatch: pytest.MonkeyPatch) -> None:
    handler = imitate(crowd(MOST), lambda: 0.0)
    told("feed.searchPosts", handler, q="zyzzyva")
    count = Counter(monkeypatch)
    told("feed.searchPosts", handler, q="zyzzyvas")
    assert count.looked == 0


def test_nobody_at_all_is_a_quiet_place() -> None:
    handler = imitate(crowd(0), lambda: 0.0)
    assert told("actor.getProfiles", handler, actors=[DID]) == {"profiles": []}
    assert told("feed.searchPosts", handler, q="coffee") == {"posts": []}
    assert told("feed.getPosts", handler, uris=[f"at://{DID}/app.bsky.feed.post/3m22222222222"]) == {"posts": []}


def test_one_person_alone_may_pass_themselves_on() -> None:
    alone = crowd(1)
    feed = told("feed.getAuthorFeed", imitate(alone, lambda: 0.0), actor=did(alone[0]), limit=100)["feed"]
    assert {item["post"]["author"]["did"] for item in feed} == {did(alone[0])}


def test_two_imitations_tell_the_same() -> None:
    again = imitate(crowd(60), lambda: 0.0)
    assert told("feed.getAuthorFeed", again, actor=DID) == told("feed.getAuthorFeed", actor=DID)


def test_times_are_written_in_milliseconds() -> None:
    assert stamp(datetime(2026, 1, 2, 3, 4, 5, 678900, tzinfo=UTC)) == "2026-01-02T03:04:05.678Z"
