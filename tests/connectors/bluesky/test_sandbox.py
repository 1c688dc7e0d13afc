import itertools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from connectors.bluesky import sandbox
from connectors.bluesky.sandbox import imitate
from connectors.bluesky.sandbox_square import POST_KEY, Square, basic, did, stamp
from connectors.bluesky.sandbox_texts import said
from connectors.sandbox import Handler
from connectors.seed.people import MOST
from connectors.seed.places import COUNTRIES
from connectors.seed.timeline import Timeline
from tests.connectors.bluesky.support import ADA
from tests.connectors.support import NOW, crowd

Json = Any  # JSON enters here

PEOPLE = crowd(60)
PERSON = PEOPLE[7]
DID = did(PERSON)
HANDLE = f"{PERSON.handle}.bsky.social"
HANDLER = imitate(PEOPLE, lambda: 0.0)


def ask(method: str, handler: Handler = HANDLER, /, **params: str | int | Sequence[str]) -> httpx.Response:
    return handler(httpx.Request("GET", f"https://public.api.bsky.app/xrpc/app.bsky.{method}", params=params))


def told(method: str, handler: Handler = HANDLER, /, **params: str | int | Sequence[str]) -> Json:
    response = ask(method, handler, **params)
    assert response.status_code == 200, response.text
    return response.json()


def pages(method: str, items: str, limit: int, **params: str) -> list[Json]:
    found: list[Json] = []
    page = told(method, limit=limit, **params)
    while "cursor" in page:
        assert len(page[items]) <= limit
        found += page[items]
        page = told(method, limit=limit, cursor=page["cursor"], **params)
    return found + list(page[items])


# profiles


def test_a_profile_is_found_by_did_and_by_handle() -> None:
    profile = told("actor.getProfile", actor=DID)
    assert profile == told("actor.getProfile", actor=HANDLE.upper())
    assert (profile["did"], profile["handle"], profile["displayName"]) == (DID, HANDLE, PERSON.name)
    assert profile["postsCount"] == len(pages_of_own())


def pages_of_own() -> list[Json]:
    return [item for item in pages("feed.getAuthorFeed", "feed", 100, actor=DID) if "reason" not in item]


def test_several_profiles_come_in_order_without_whom_nobody_knows() -> None:
    names = [DID, ADA, "nobody.bsky.social", did(PEOPLE[3]), "nobody.example.com"]
    assert [one["did"] for one in told("actor.getProfiles", actors=names)["profiles"]] == [DID, did(PEOPLE[3])]


def test_some_have_neither_name_nor_picture_and_pictures_are_where_they_would_be() -> None:
    everybody = [basic(PEOPLE[number]) for number in range(60)]
    assert 0 < sum("displayName" not in one for one in everybody) < 20
    assert 0 < sum("avatar" not in one for one in everybody) < 20
    pictures = [str(one["avatar"]) for one in everybody if "avatar" in one]
    assert len(set(pictures)) == len(pictures)
    assert all(picture.startswith("https://cdn.bsky.app/img/avatar/plain/did:plc:") for picture in pictures)


# feeds


def test_pages_of_a_feed_join_to_the_whole_and_end_without_a_cursor() -> None:
    whole = pages("feed.getAuthorFeed", "feed", 100, actor=DID)
    assert pages("feed.getAuthorFeed", "feed", 7, actor=DID) == whole
    assert pages("feed.getAuthorFeed", "feed", 1, actor=HANDLE) == whole
    assert len(whole) > 80


def test_a_feed_is_newest_first_by_when_each_came_into_it() -> None:
    came = [
        item["reason"]["indexedAt"] if "reason" in item else min(item["post"]["indexedAt"], said_at(item["post"]))
        for item in pages("feed.getAuthorFeed", "feed", 100, actor=DID)
    ]
    assert came == sorted(came, reverse=True)


def said_at(post: Json) -> str:
    return str(post["record"]["createdAt"])


def test_what_is_passed_on_is_older_and_says_who_did_it() -> None:
    reposts = [one for one in pages("feed.getAuthorFeed", "feed", 100, actor=DID) if "reason" in one]
    assert len(reposts) > 10
    for item in reposts:
        assert item["reason"]["$type"] == "app.bsky.feed.defs#reasonRepost"
        assert item["reason"]["by"]["did"] == DID
        assert said_at(item["post"]) < item["reason"]["indexedAt"]
    assert {item["post"]["author"]["did"] for item in reposts} != {DID}


def test_answers_carry_what_they_answer_and_can_be_left_out() -> None:
    whole = pages("feed.getAuthorFeed", "feed", 100, actor=DID)
    answers = [item for item in whole if "reply" in item]
    assert answers
    for item in answers:
        assert item["post"]["record"]["reply"]["parent"]["uri"] == item["reply"]["parent"]["uri"]
        assert said_at(item["reply"]["parent"]) < said_at(item["post"])
    without = pages("feed.getAuthorFeed", "feed", 100, actor=DID, filter="posts_no_replies")
    assert without == [item for item in whole if "reply" not in item]


def test_nobody_posts_pictures() -> None:
    assert told("feed.getAuthorFeed", actor=DID, filter="posts_with_media") == {"feed": []}


def test_some_clocks_are_fast_and_their_posts_are_in_order_all_the_same() -> None:
    fast = told("feed.getAuthorFeed", actor=did(PEOPLE[20]), limit=20, filter="posts_no_replies")["feed"]
    own = [item["post"] for item in fast if "reason" not in item]
    assert all(said_at(post) > post["indexedAt"] for post in own)
    assert [post["indexedAt"] for post in own] == sorted((post["indexedAt"] for post in own), reverse=True)


def test_a_post_is_found_again_by_its_uri_whoever_its_author_is_called() -> None:
    post = pages_of_own()[0]["post"]
    by_handle = post["uri"].replace(DID, HANDLE)
    assert told("feed.getPosts", uris=[post["uri"], by_handle])["posts"] == [post, post]
    assert told("feed.getPosts", uris=[post["uri"]] * 2)["posts"] == [post]


def test_a_post_of_another_author_or_key_is_left_out() -> None:
    uri = pages_of_own()[0]["post"]["uri"]
    others = [uri.replace(DID, did(PEOPLE[8])), uri[:-1] + "!", uri.replace("feed.post", "feed.like"), "at://x"]
    assert told("feed.getPosts", uris=others) == {"posts": []}


def test_keys_are_spelled_like_timestamps_and_lead_back() -> None:
    keys = [item["post"]["uri"].rpartition("/")[2] for item in pages_of_own()]
    assert all(len(key) == 13 and key[0] in "234567abcdefghij" for key in keys)
    numbers = [POST_KEY.decode(key) for key in keys]
    assert len(set(numbers)) == len(keys)
    assert None not in numbers


def test_hashtags_are_marked_by_their_bytes() -> None:
    marked = [post["record"] for post in told("feed.searchPosts", q="", tag="coffee", limit=20)["posts"]]
    assert len(marked) == 20
    for record in marked:
        [facet] = record["facets"]
        index = facet["index"]
        assert record["text"].encode()[index["byteStart"] : index["byteEnd"]] == b"#coffee"


# search


def test_a_search_finds_every_post_with_all_of_the_words() -> None:
    found = pages("feed.searchPosts", "posts", 100, q="Support customer")
    everybodys = [event for event in Square(PEOPLE).posts.events(range(4000)) if "Support got back" in said(event).text]
    assert len(found) == len(everybodys) > 20


def test_a_search_is_newest_first_and_its_pages_join() -> None:
    whole = pages("feed.searchPosts", "posts", 100, q="coffee")
    assert pages("feed.searchPosts", "posts", 13, q="coffee") == whole
    came = [min(post["indexedAt"], said_at(post)) for post in whole]
    assert came == sorted(came, reverse=True)


@pytest.mark.parametrize(
    ("query", "part"),
    [
        ("RÄTOROMANISCH", "Rätoromanisch"),
        ('"in four minutes"', "in four minutes"),
        ("#startup", "#startup"),
        ("返事", "返事"),
        ("🎉", "🎉"),
        ("धन्यवाद", "धन्यवाद"),
    ],
)
def test_words_phrases_tags_and_other_scripts_are_found(query: str, part: str) -> None:
    found = told("feed.searchPosts", q=query)["posts"]
    assert found
    assert all(part in post["record"]["text"] for post in found)


def test_a_part_of_a_word_is_not_the_word_and_nonsense_is_nowhere() -> None:
    assert told("feed.searchPosts", q="coff")["posts"] == []
    assert told("feed.searchPosts", q="!?")["posts"] == []


def test_a_search_is_bound_from_since_to_before_until() -> None:
    whole = pages("feed.searchPosts", "posts", 100, q="coffee")
    came = [min(post["indexedAt"], said_at(post)) for post in whole]
    bound = pages("feed.searchPosts", "posts", 100, q="coffee", since=came[9], until=came[4])
    assert bound == whole[5:10]
    day = (NOW - timedelta(days=30)).date().isoformat()
    assert {post["uri"] for post in pages("feed.searchPosts", "posts", 100, q="coffee", since=day)} == {
        post["uri"] for post, at in zip(whole, came, strict=True) if at >= day
    }


def test_a_search_is_narrowed_to_an_author_a_language_or_a_tag() -> None:
    by_author = told("feed.searchPosts", q="", author=HANDLE, limit=100)["posts"]
    assert {post["author"]["did"] for post in by_author} == {DID}
    assert {post["uri"] for post in by_author} == {item["post"]["uri"] for item in pages_of_own()}
    french = told("feed.searchPosts", q="", lang="fr")["posts"]
    assert {tuple(post["record"]["langs"]) for post in french} == {("fr",)}
    assert told("feed.searchPosts", q="", author="nobody.bsky.social") == {"posts": []}
    assert told("feed.searchPosts", q="", mentions=DID) == {"posts": []}


def test_the_top_of_a_search_is_what_most_people_like() -> None:
    liked = [post["likeCount"] for post in told("feed.searchPosts", q="coffee", sort="top")["posts"]]
    assert liked == sorted(liked, reverse=True)
    assert liked[0] > 20


def test_people_everywhere_speak_their_own_language() -> None:
    languages = {said(event).language for event in Square(crowd(200)).posts.events(range(400))}
    assert languages == {"de", "en", "fr", "ja", "pt", "hi", "pl", "sv", "es", "tr"}
    texts = {said(event).text for event in Square(crowd(200)).posts.events(range(400))}
    assert len(texts) > 150
    assert not any("{" in text for text in texts)
    assert len(COUNTRIES) == 14


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
