from datetime import timedelta

import httpx
import pytest

from connectors.bluesky.client import Bluesky
from connectors.bluesky.service import BLUESKY
from connectors.domain.errors import Rejected
from connectors.domain.page import Page, Position, position
from connectors.domain.references import CustomerRef
from connectors.domain.search import Stretch, TextAsked
from connectors.domain.social import Post, PostsAsked
from tests.connectors.bluesky.support import ADA, NOON, Feed, joined, linked, over, slice_of, view
from tests.connectors.support import Recorder, crowd, matches, refs

PEOPLE = crowd(30)
REFS = refs(PEOPLE, range(30))
REF = REFS[1]


@pytest.fixture
def wire() -> Recorder:
    return Recorder(httpx.MockTransport(BLUESKY.imitate(PEOPLE)))


@pytest.fixture
def bluesky(wire: Recorder) -> Bluesky:
    return over(wire)


def feed_of(feed: Feed) -> Bluesky:
    return over(httpx.MockTransport(feed))


async def whole_feed(bluesky: Bluesky, ref: CustomerRef = REF) -> list[Post]:
    return list((await slice_of(bluesky, PostsAsked(Page(None), ref))).items)


# feeds


async def test_a_page_of_posts_is_one_call_newest_first_and_the_customers_own(bluesky: Bluesky, wire: Recorder) -> None:
    posts = (await slice_of(bluesky, PostsAsked(Page(10), REF))).items
    assert len(wire.requests) == 1
    assert len(posts) == 10
    assert list(posts) == sorted(posts, key=position, reverse=True)
    assert {post.author for post in posts} == {f"{PEOPLE[1].handle}.bsky.social"}


async def test_pages_of_a_feed_join_to_the_whole(bluesky: Bluesky) -> None:
    whole = await whole_feed(bluesky)
    assert len(whole) > 60
    for first in (9, 40):
        assert await joined(bluesky, first, REF) == whole


async def test_what_somebody_passed_on_is_not_in_it() -> None:
    feed = Feed([view(number) for number in range(30)], reposts=lambda place: place % 3 == 0)
    posts = (await slice_of(feed_of(feed), PostsAsked(Page(10), linked(ADA)))).items
    assert [post.text for post in posts] == [f"post {number}" for number in range(16) if number % 3][:10]
    assert len(feed.queries) == 1


async def test_what_somebody_else_said_is_not_in_it() -> None:
    views = [view(0, author="did:plc:somebodyelse"), view(1)]
    posts = (await slice_of(feed_of(Feed(views)), PostsAsked(Page(10), linked(ADA)))).items
    assert [post.text for post in posts] == ["post 1"]


async def test_a_feed_full_of_reposts_is_walked_by_its_cursor() -> None:
    feed = Feed([view(number) for number in range(400)], reposts=lambda place: place < 250)
    posts = (await slice_of(feed_of(feed), PostsAsked(Page(5), linked(ADA)))).items
    assert [post.text for post in posts] == [f"post {number}" for number in range(250, 255)]
    assert [(query["limit"], query.get("cursor")) for query in feed.queries] == [
        ("12", None),
        ("100", "12"),
        ("100", "112"),
        ("100", "212"),
    ]


async def test_an_empty_page_with_a_cursor_is_not_the_end() -> None:
    def wire(request: httpx.Request) -> httpx.Response:
        if "cursor" in request.url.params:
            return httpx.Response(200, json={"feed": [{"post": view(0)}]})
        return httpx.Response(200, json={"feed": [], "cursor": "x"})

    part = await slice_of(over(httpx.MockTransport(wire)), PostsAsked(Page(5), linked(ADA)))
    assert [post.text for post in part.items] == ["post 0"]
    assert part.horizon is None


async def test_a_page_deep_in_a_feed_is_found_however_many_pages_lie_before_it() -> None:
    feed = Feed([view(number) for number in range(2600)])
    after = Position(NOON - timedelta(minutes=2300), "bluesky:")
    posts = (await slice_of(feed_of(feed), PostsAsked(Page(3, after), linked(ADA)))).items
    assert [post.text for post in posts] == ["post 2301", "post 2302", "post 2303"]
    assert len(feed.queries) == 24


async def test_posts_of_one_instant_are_never_lost_between_pages() -> None:
    views = [view(number, at=NOON - timedelta(seconds=number // 7)) for number in range(40)]
    posts = await joined(feed_of(Feed(views)), 3, linked(ADA))
    assert sorted(post.text for post in posts) == sorted(f"post {number}" for number in range(40))


async def test_every_author_is_one_call_and_asked_twice_is_asked_once(bluesky: Bluesky, wire: Recorder) -> None:
    asked = [PostsAsked(Page(5), ref) for ref in REFS[:20]] * 2
    answers = await bluesky.posts(asked)
    assert len(answers) == len(wire.requests) == 20


async def test_an_account_that_is_gone_has_no_posts(bluesky: Bluesky) -> None:
    part = await slice_of(bluesky, PostsAsked(Page(5), linked(ADA)))
    assert (part.items, part.horizon) == ((), None)


async def test_another_refusal_of_a_feed_is_an_error_beside_the_others() -> None:
    def wire(request: httpx.Request) -> httpx.Response:
        if request.url.params["actor"] == ADA:
            return httpx.Response(200, json={"feed": []})
        body = {"error": "BlockedActor", "message": "Requester has blocked actor: did:plc:x"}
        return httpx.Response(400, json=body)

    blocked, fine = PostsAsked(Page(5), REF), PostsAsked(Page(5), linked(ADA))
    answers = await over(httpx.MockTransport(wire)).posts([blocked, fine])
    refusal = answers[blocked]
    assert isinstance(refusal, Rejected)
    assert "Requester has blocked actor" in str(refusal)
    assert not isinstance(answers[fine], Exception)


async def test_who_is_not_linked_has_no_posts_and_costs_no_call(bluesky: Bluesky, wire: Recorder) -> None:
    for ref in (CustomerRef("0"), linked("not a handle")):
        assert (await slice_of(bluesky, PostsAsked(Page(5), ref))).items == ()
    assert wire.requests == []


# search


async def test_a_search_is_one_call_for_the_latest(bluesky: Bluesky, wire: Recorder) -> None:
    posts = (await slice_of(bluesky, PostsAsked(Page(10), search=" coffee "))).items
    assert [dict(request.url.params) for request in wire.requests] == [{"q": "coffee", "sort": "latest", "limit": "12"}]
    assert len(posts) == 10
    assert all("coffee" in post.text.casefold() for post in posts)
    assert list(posts) == sorted(posts, key=position, reverse=True)


async def test_a_search_goes_on_by_time_and_never_by_cursor(bluesky: Bluesky, wire: Recorder) -> None:
    first = await slice_of(bluesky, PostsAsked(Page(10), search="coffee"))
    await slice_of(bluesky, PostsAsked(Page(10, first.horizon), search="coffee"))
    assert first.horizon
    bound = first.horizon.at + timedelta(milliseconds=1)
    assert wire.requests[1].url.params["until"] == bound.strftime("%Y-%m-%dT%H:%M:%S.001Z")
    assert len(wire.requests) == 2
    assert not any("cursor" in request.url.params for request in wire.requests)


async def test_pages_of_a_search_join_to_the_whole() -> None:
    feed = Feed([view(number) for number in range(150)])
    whole = await slice_of(feed_of(feed), PostsAsked(Page(None), search="post"))
    assert [post.text for post in whole.items] == [f"post {number}" for number in range(150)]
    assert len(feed.queries) == 2
    for first in (9, 60):
        assert await joined(feed_of(feed), first, search="post") == list(whole.items)


async def test_matches_of_one_instant_are_never_lost_between_pages() -> None:
    views = [view(number, at=NOON - timedelta(milliseconds=number // 60)) for number in range(300)]
    posts = await joined(feed_of(Feed(views)), 30, search="post")
    assert sorted(post.text for post in posts) == sorted(f"post {number}" for number in range(300))


async def test_a_search_in_which_one_instant_fills_a_page_still_ends() -> None:
    feed = Feed([view(number, at=NOON) for number in range(130)] + [view(200)])
    posts = (await slice_of(feed_of(feed), PostsAsked(Page(110), search="post"))).items
    assert len(posts) >= 100
    assert len(feed.queries) <= 4


async def test_a_search_without_end_stops_and_says_how_far_it_looked() -> None:
    feed = Feed([view(number) for number in range(2500)])
    part = await slice_of(feed_of(feed), PostsAsked(Page(None), search="post"))
    assert len(feed.queries) <= 21
    assert len(part.items) > 1900
    assert part.horizon is not None
    assert part.horizon.at <= part.items[-1].created_at


async def test_a_search_that_finds_nothing_or_asks_nothing_is_empty(bluesky: Bluesky, wire: Recorder) -> None:
    assert (await slice_of(bluesky, PostsAsked(Page(5), search="zyzzyva"))).items == ()
    assert (await slice_of(bluesky, PostsAsked(Page(5), search="  "))).items == ()
    assert len(wire.requests) == 1


# searches over all services


async def test_a_search_over_all_services_takes_the_latest(bluesky: Bluesky, wire: Recorder) -> None:
    asked = [TextAsked("coffee", 5), TextAsked("coffee", 8), TextAsked("zyzzyva", 5)]
    answers = await bluesky.search_posts(asked)
    listed = (await slice_of(bluesky, PostsAsked(Page(8), search="coffee"))).items
    assert [matches(answers[one]) for one in asked] == [listed[:5], listed, ()]
    assert len(wire.requests) == 4


async def test_a_search_over_all_services_takes_two_calls_and_goes_on_where_it_stopped() -> None:
    feed = Feed([view(number) for number in range(250)])
    asked = TextAsked("post", 230)
    found = (await feed_of(feed).search_posts([asked]))[asked]
    assert isinstance(found, Stretch)
    posts = [post.text for post in found.items]
    assert found.more
    assert found.horizon
    then = TextAsked("post", 230, found.horizon)
    posts += [post.text for post in matches((await feed_of(feed).search_posts([then]))[then])]
    assert posts == [f"post {number}" for number in range(250)]


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("from:ada  coffee", "from ada coffee"),
        ('"iced coffee" -tea', "iced coffee tea"),
        ("(#coffee) since:2026-01-01", "#coffee since 2026-01-01"),
        ("flat-white", "flat-white"),
        ("coffee OR tea && NOT milk*", "coffee or tea not milk"),
    ],
)
async def test_a_search_over_all_services_is_of_words_alone(
    bluesky: Bluesky, wire: Recorder, text: str, sent: str
) -> None:
    await bluesky.search_posts([TextAsked(text, 5)])
    assert wire.requests[0].url.params["q"] == sent


@pytest.mark.parametrize("asked", [TextAsked("  ", 5), TextAsked(' - "":() ', 5), TextAsked("coffee", 0)])
async def test_a_search_for_nothing_costs_no_call(bluesky: Bluesky, wire: Recorder, asked: TextAsked) -> None:
    assert await bluesky.search_posts([asked]) == {asked: Stretch()}
    assert wire.requests == []


async def test_a_search_over_all_services_goes_on_after_a_place(bluesky: Bluesky, wire: Recorder) -> None:
    listed = (await slice_of(bluesky, PostsAsked(Page(20), search="coffee"))).items
    wire.requests.clear()
    asked = TextAsked("coffee", 5, position(listed[6]))
    assert matches((await bluesky.search_posts([asked]))[asked]) == listed[7:12]
    assert "until" in wire.requests[0].url.params
