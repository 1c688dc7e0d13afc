from datetime import timedelta

import httpx
import pytest

from connectors.domain.errors import Rejected, Unavailable
from connectors.domain.page import Page, Position, position
from connectors.domain.references import CustomerRef
from connectors.domain.search import Stretch, TextAsked
from connectors.domain.service import Service
from connectors.domain.social import Post, PostsAsked
from connectors.mastodon.client import Mastodon
from connectors.mastodon.service import MASTODON
from connectors.mastodon.snowflake import first_id
from tests.connectors.mastodon.support import ADA, NOON, Timeline, joined, linked, over, refs, slice_of, status
from tests.connectors.support import Recorder, crowd, matches

PEOPLE = crowd(30)
REFS = refs(PEOPLE)
REF = REFS[1]


@pytest.fixture
def wire() -> Recorder:
    return Recorder(httpx.MockTransport(MASTODON.imitate(PEOPLE)))


@pytest.fixture
def mastodon(wire: Recorder) -> Mastodon:
    return over(wire)


def showing(timeline: Timeline) -> Mastodon:
    return over(httpx.MockTransport(timeline))


def texts(posts: object) -> list[str]:
    assert isinstance(posts, tuple | list)
    return [post.text for post in posts]


async def whole_feed(mastodon: Mastodon, ref: CustomerRef = REF) -> list[Post]:
    return list((await slice_of(mastodon, PostsAsked(Page(None), ref))).items)


# feeds


async def test_a_page_of_posts_is_one_call_newest_first_and_the_customers_own(
    mastodon: Mastodon, wire: Recorder
) -> None:
    posts = (await slice_of(mastodon, PostsAsked(Page(10), REF))).items
    assert [request.url.path for request in wire.requests] == [
        f"/api/v1/accounts/{REF.link(Service.MASTODON)}/statuses"
    ]
    assert dict(wire.requests[0].url.params) == {"exclude_reblogs": "true", "limit": "12"}
    assert len(posts) == 10
    assert list(posts) == sorted(posts, key=position, reverse=True)
    assert {post.author for post in posts} == {PEOPLE[1].handle.replace("-", "_")}


async def test_a_page_of_posts_for_each_of_many_customers_is_one_call_each(mastodon: Mastodon, wire: Recorder) -> None:
    asked = [PostsAsked(Page(20), ref) for ref in REFS] * 2
    answers = await mastodon.posts(asked)
    assert len(answers) == len(wire.requests) == 30


@pytest.mark.parametrize("number", [1, 4, 9, 14])  # of here, and of elsewhere
async def test_pages_of_a_feed_join_to_the_whole(mastodon: Mastodon, number: int) -> None:
    whole = await whole_feed(mastodon, REFS[number])
    assert len(whole) > 30
    for first in (1, 9, 38, 40):
        assert await joined(mastodon, first, REFS[number]) == whole


async def test_a_later_page_begins_a_little_before_where_the_last_one_ended(mastodon: Mastodon, wire: Recorder) -> None:
    part = await slice_of(mastodon, PostsAsked(Page(5), REF))
    assert part.horizon
    await slice_of(mastodon, PostsAsked(Page(5, part.horizon), REF))
    assert wire.requests[1].url.params["max_id"] == str(first_id(part.horizon.at + timedelta(minutes=10)))
    assert len(wire.requests) == 2


async def test_a_page_may_follow_an_item_of_another_network(mastodon: Mastodon) -> None:
    whole = await whole_feed(mastodon)
    after = Position(whole[3].created_at, "\U0010ffff")
    part = await slice_of(mastodon, PostsAsked(Page(2, after), REF))
    assert list(part.items) == whole[3:5]


async def test_what_somebody_passed_on_is_not_in_it_even_where_the_server_shows_it() -> None:
    posts = [status(number, reblog=None if number % 3 else status(99)) for number in range(30)]
    part = await slice_of(showing(Timeline(posts)), PostsAsked(Page(10), linked(ADA)))
    assert texts(part.items) == [f"post {number}" for number in range(20) if number % 3][:10]


async def test_a_long_feed_is_walked_forty_at_a_time_by_its_last_id() -> None:
    timeline = Timeline([status(number) for number in range(100)])
    posts = (await slice_of(showing(timeline), PostsAsked(Page(None), linked(ADA)))).items
    assert texts(posts) == [f"post {number}" for number in range(100)]
    assert [query["limit"] for query in timeline.queries] == ["40"] * 3
    lasts = [str(status(number)["id"]) for number in (39, 79)]
    assert [query.get("max_id") for query in timeline.queries] == [None, *lasts]


async def test_a_feed_without_end_stops_and_says_how_far_it_looked() -> None:
    timeline = Timeline([status(number) for number in range(1200)])
    part = await slice_of(showing(timeline), PostsAsked(Page(None), linked(ADA)))
    assert len(timeline.queries) == 20
    assert len(part.items) > 790
    assert part.horizon is not None
    assert part.horizon.at <= part.items[-1].created_at


async def test_posts_of_one_instant_are_never_lost_between_pages() -> None:
    posts = [status(number, at=NOON - timedelta(seconds=number // 7)) for number in range(40)]
    found = await joined(showing(Timeline(posts)), 3, linked(ADA))
    assert sorted(texts(found)) == sorted(f"post {number}" for number in range(40))


async def test_posts_that_came_late_are_in_their_place_and_none_is_lost_between_pages() -> None:
    late = {number: timedelta(minutes=number % 4 * 3) for number in range(150)}
    posts = [status(number, late=late[number]) for number in range(150)]
    whole = [f"post {number}" for number in range(150)]
    assert texts(await joined(showing(Timeline(posts)), 7, linked(ADA))) == whole
    assert texts(await joined(showing(Timeline(posts)), 40, linked(ADA))) == whole


async def test_one_post_that_came_hours_late_hides_none_of_those_said_since() -> None:
    posts = [status(number) for number in range(1, 200)] + [
        status(0, at=NOON - timedelta(minutes=150.5), id=first_id(NOON))
    ]
    part = await slice_of(showing(Timeline(posts)), PostsAsked(Page(20), linked(ADA)))
    assert texts(part.items) == [f"post {number}" for number in range(1, 21)]
    assert part.horizon == position(part.items[-1])
    whole = (await slice_of(showing(Timeline(posts)), PostsAsked(Page(None), linked(ADA)))).items
    assert texts(whole) == [f"post {number}" for number in [*range(1, 151), 0, *range(151, 200)]]


async def test_ids_that_were_counted_up_are_walked_as_well() -> None:
    posts = [status(number, id=5000 - number) for number in range(90)]
    whole = [f"post {number}" for number in range(90)]
    assert texts(await joined(showing(Timeline(posts)), 25, linked(ADA))) == whole


async def test_a_server_that_shows_the_same_page_for_ever_is_asked_no_more_than_twice() -> None:
    asked: list[httpx.Request] = []

    def stuck(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json=[status(number) for number in range(40)])

    posts = (await slice_of(over(httpx.MockTransport(stuck)), PostsAsked(Page(60), linked(ADA)))).items
    assert len(asked) == 2
    assert posts[0].text == "post 0"


@pytest.mark.parametrize("gone", [404, 410])
async def test_an_account_that_is_gone_has_no_posts(gone: int) -> None:
    wire = httpx.MockTransport(lambda _: httpx.Response(gone, json={"error": "Record not found"}))
    part = await slice_of(over(wire), PostsAsked(Page(5), linked(ADA)))
    assert (part.items, part.horizon) == ((), None)


async def test_another_refusal_of_a_feed_is_an_error_beside_the_others() -> None:
    def wire(request: httpx.Request) -> httpx.Response:
        if ADA in request.url.path:
            return httpx.Response(200, json=[])
        return httpx.Response(422, json={"error": "This method requires an authenticated user"})

    refused, fine = PostsAsked(Page(5), REF), PostsAsked(Page(5), linked(ADA))
    answers = await over(httpx.MockTransport(wire)).posts([refused, fine])
    assert isinstance(answers[refused], Rejected)
    assert not isinstance(answers[fine], Exception)


async def test_a_feed_that_breaks_off_on_its_second_page_is_an_error() -> None:
    timeline = Timeline([status(number) for number in range(60)])

    def wire(request: httpx.Request) -> httpx.Response:
        return httpx.Response(503) if "max_id" in request.url.params else timeline(request)

    asked = PostsAsked(Page(50), linked(ADA))
    assert isinstance((await over(httpx.MockTransport(wire)).posts([asked]))[asked], Unavailable)


async def test_who_is_not_linked_has_no_posts_and_costs_no_call(mastodon: Mastodon, wire: Recorder) -> None:
    for ref in (CustomerRef("0"), linked("not an id"), linked("../statuses")):
        assert (await slice_of(mastodon, PostsAsked(Page(5), ref))).items == ()
    assert wire.requests == []


# search


async def test_a_word_is_looked_for_as_a_hashtag(mastodon: Mastodon, wire: Recorder) -> None:
    posts = (await slice_of(mastodon, PostsAsked(Page(10), search=" #Coffee! "))).items
    assert [request.url.raw_path for request in wire.requests] == [b"/api/v1/timelines/tag/coffee?limit=12"]
    assert len(posts) == 10
    assert all("#coffee" in post.text for post in posts)
    assert list(posts) == sorted(posts, key=position, reverse=True)


async def test_several_words_are_hashtags_of_the_same_post(mastodon: Mastodon, wire: Recorder) -> None:
    posts = (await slice_of(mastodon, PostsAsked(Page(5), search="hiring startup"))).items
    assert wire.requests[0].url.params.get_list("all[]") == ["startup"]
    assert posts
    assert all("#hiring" in post.text and "#startup" in post.text for post in posts)


async def test_words_of_any_script_travel_whole(mastodon: Mastodon, wire: Recorder) -> None:
    posts = (await slice_of(mastodon, PostsAsked(Page(3), search="散歩"))).items
    assert wire.requests[0].url.raw_path.startswith(b"/api/v1/timelines/tag/%E6%95%A3%E6%AD%A9?")
    assert all("#散歩" in post.text for post in posts)


@pytest.mark.parametrize("text", ["coffee", "hiring startup", "opensource"])
async def test_pages_of_a_search_join_to_the_whole(mastodon: Mastodon, text: str) -> None:
    whole = await joined(mastodon, 100, search=text)
    assert len(whole) > 3
    for first in (3, 38):
        assert await joined(mastodon, first, search=text) == whole


@pytest.mark.parametrize("text", ["", "  ", "#", "a&b=c#d", "2026", "one two three four five six", "../../v2/instance"])
async def test_what_cannot_be_a_hashtag_finds_nothing_and_costs_no_call(
    mastodon: Mastodon, wire: Recorder, text: str
) -> None:
    part = await slice_of(mastodon, PostsAsked(Page(5), search=text))
    assert (part.items, part.horizon) == ((), None)
    assert wire.requests == []


async def test_a_search_over_all_services_takes_the_latest(mastodon: Mastodon, wire: Recorder) -> None:
    asked = [TextAsked("coffee", 5), TextAsked("coffee", 8), TextAsked("zyzzyva", 5), TextAsked("?", 5)]
    answers = await mastodon.search_posts(asked)
    listed = (await slice_of(mastodon, PostsAsked(Page(8), search="coffee"))).items
    assert [matches(answers[one]) for one in asked] == [listed[:5], listed, (), ()]
    assert len(wire.requests) == 4


async def test_a_search_over_all_services_goes_on_after_a_place(mastodon: Mastodon, wire: Recorder) -> None:
    listed = (await slice_of(mastodon, PostsAsked(Page(20), search="coffee"))).items
    wire.requests.clear()
    asked = TextAsked("coffee", 5, start=listed[6].external_id)
    found = (await mastodon.search_posts([asked]))[asked]
    assert isinstance(found, Stretch)
    assert found.items == listed[7:12]
    assert [(turn.number, turn.start) for turn in found.turns] == [
        (number, post.external_id) for number, post in enumerate(listed[6:12])
    ]
    assert [request.url.params["max_id"] for request in wire.requests] == [listed[6].external_id]


async def test_a_search_over_all_services_takes_three_calls_at_most(mastodon: Mastodon, wire: Recorder) -> None:
    asked = TextAsked("coffee", 100)
    assert len(matches((await mastodon.search_posts([asked]))[asked])) == 100
    assert [request.url.params["limit"] for request in wire.requests] == ["40", "40", "20"]


@pytest.mark.parametrize("start", ["x", "-1", "1 or 1=1", "9" * 40])
async def test_what_mastodon_cannot_have_named_is_refused_before_it_is_asked(
    mastodon: Mastodon, wire: Recorder, start: str
) -> None:
    asked = TextAsked("coffee", 5, start=start)
    assert isinstance((await mastodon.search_posts([asked]))[asked], Rejected)
    assert wire.requests == []
