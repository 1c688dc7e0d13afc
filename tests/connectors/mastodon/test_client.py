import httpx
import pytest

from connectors.domain.errors import Malformed, RateLimited, Rejected, Unauthorized, Unavailable
from connectors.domain.page import Page
from connectors.domain.references import CustomerRef
from connectors.domain.search import TextAsked
from connectors.domain.service import Service
from connectors.domain.social import PostsAsked, Profile
from connectors.mastodon.client import Mastodon
from connectors.mastodon.service import MASTODON
from connectors.mastodon.snowflake import first_id
from tests.connectors.mastodon.support import ADA, NOON, linked, over, refs, slice_of, status
from tests.connectors.support import Recorder, answering, crowd

PEOPLE = crowd(120)
REFS = refs(PEOPLE)
REF = REFS[1]


@pytest.fixture
def wire() -> Recorder:
    return Recorder(httpx.MockTransport(MASTODON.imitate(PEOPLE)))


@pytest.fixture
def mastodon(wire: Recorder) -> Mastodon:
    return over(wire)


def batches(wire: Recorder) -> list[int]:
    """How many ids each call asked for."""
    return [len(request.url.params.get_list("id[]")) for request in wire.requests]


# profiles


async def test_a_hundred_customers_are_three_calls(mastodon: Mastodon, wire: Recorder) -> None:
    answers = await mastodon.profiles(REFS[:100])
    assert batches(wire) == [40, 40, 20]
    assert list(answers) == REFS[:100]
    assert all(isinstance(profile, Profile) for profile in answers.values())
    assert len({profile.handle for profile in answers.values() if isinstance(profile, Profile)}) == 100


async def test_ids_are_sent_as_rails_reads_arrays(mastodon: Mastodon, wire: Recorder) -> None:
    await mastodon.profiles(REFS[:2])
    ids = [str(ref.link(Service.MASTODON)) for ref in REFS[:2]]
    assert wire.requests[0].url.raw_path.decode() == f"/api/v1/accounts?id%5B%5D={ids[0]}&id%5B%5D={ids[1]}"


async def test_two_customers_with_one_account_and_one_asked_twice_cost_one_reading(
    mastodon: Mastodon, wire: Recorder
) -> None:
    other = CustomerRef("other", REF.links)
    answers = await mastodon.profiles([REF, other, REF])
    assert answers[REF] == answers[other]
    assert len(answers) == 2
    assert batches(wire) == [1]


async def test_who_is_not_linked_or_gone_or_misspelled_is_none_beside_the_others(
    mastodon: Mastodon, wire: Recorder
) -> None:
    strange = [CustomerRef("0"), linked("@ada@mastodon.social", "a"), linked("12abc", "b"), linked("007", "c")]
    gone = linked(ADA, "d")
    answers = await mastodon.profiles([*strange, gone, REF])
    assert [answers[one] for one in (*strange, gone)] == [None] * 5
    assert isinstance(answers[REF], Profile)
    assert batches(wire) == [2]


async def test_nobody_linked_is_no_call(mastodon: Mastodon, wire: Recorder) -> None:
    assert await mastodon.profiles([CustomerRef("0")]) == {CustomerRef("0"): None}
    assert await mastodon.profiles([]) == {}
    assert wire.requests == []


async def test_a_batch_that_fails_leaves_the_other_batches() -> None:
    imitation = MASTODON.imitate(PEOPLE)
    late = REFS[50].link(Service.MASTODON)

    def flaky(request: httpx.Request) -> httpx.Response:
        return httpx.Response(502) if late in request.url.params.get_list("id[]") else imitation(request)

    answers = await over(httpx.MockTransport(flaky)).profiles(REFS[:100])
    assert [isinstance(answers[ref], Unavailable) for ref in REFS[:100]] == [40 <= place < 80 for place in range(100)]


# posts by id


async def test_posts_are_found_again_by_their_ids_twenty_a_call(mastodon: Mastodon, wire: Recorder) -> None:
    posts = [post for ref in REFS[:2] for post in (await slice_of(mastodon, PostsAsked(Page(25), ref))).items]
    wire.requests.clear()
    answers = await mastodon.posts_by_id([post.external_id for post in posts])
    assert list(answers.values()) == posts
    assert batches(wire) == [20, 20, 10]


async def test_what_is_no_post_is_none_and_does_not_spoil_the_batch(mastodon: Mastodon, wire: Recorder) -> None:
    real = (await slice_of(mastodon, PostsAsked(Page(1), REF))).items[0]
    wire.requests.clear()
    ids = [ADA, "https://mastodon.social/@ada/1", "", "-5", "9" * 30, real.external_id] * 2
    assert await mastodon.posts_by_id(ids) == dict.fromkeys(ids) | {real.external_id: real}
    assert batches(wire) == [2]


async def test_what_somebody_passed_on_is_no_post_of_theirs() -> None:
    passed_on = status(1, reblog=status(2))
    wire = httpx.MockTransport(lambda _: httpx.Response(200, json=[passed_on]))
    id = str(passed_on["id"])
    assert await over(wire).posts_by_id([id]) == {id: None}


async def test_posts_that_are_not_there_cost_no_call_where_nothing_is_spelled_like_one(
    mastodon: Mastodon, wire: Recorder
) -> None:
    assert await mastodon.posts_by_id(["one", "two"]) == {"one": None, "two": None}
    assert wire.requests == []


# whatever is asked


async def test_a_ping_is_one_call_without_credentials(mastodon: Mastodon, wire: Recorder) -> None:
    await mastodon.ping()
    assert [request.url.path for request in wire.requests] == ["/api/v1/accounts"]
    assert "authorization" not in wire.requests[0].headers


@pytest.mark.parametrize(
    ("wire", "error", "words"),
    [
        (answering(401, b'{"error":"This method requires an authenticated user"}'), Unauthorized, "401"),
        (answering(403, b"<html>403 Forbidden</html>"), Unauthorized, "403"),
        (answering(500), Unavailable, "500"),
        (answering(429, b'{"error":"Too many requests"}'), RateLimited, "left alone"),
        (
            answering(422, b'{"error":"This method requires an authenticated user"}'),
            Rejected,
            "422: This method requires",
        ),
        (answering(400, b"<html>no JSON</html>"), Rejected, "400: Bad Request"),
        (answering(200, b"<html>"), Malformed, "not JSON"),
        (answering(200, b'[{"id": 5}]'), Malformed, "$[0].id"),
        (answering(200, b'{"error": "a hash where a list should be"}'), Malformed, "$"),
    ],
)
async def test_what_goes_wrong_is_the_answer_of_its_key(
    wire: httpx.AsyncBaseTransport, error: type[Exception], words: str
) -> None:
    mastodon, id, text = over(wire), str(first_id(NOON)), TextAsked("coffee", 5)
    for asked in (PostsAsked(Page(5), search="coffee"), PostsAsked(Page(5), REF)):
        answer: object = (await mastodon.posts([asked]))[asked]
        assert isinstance(answer, error)
        assert words in str(answer)
    for answer in ((await mastodon.posts_by_id([id]))[id], (await mastodon.search_posts([text]))[text]):
        assert isinstance(answer, error)
        assert words in str(answer)


async def test_a_time_without_a_zone_does_not_fit() -> None:
    body = status(1, created_at="2026-10-01T12:00:00")
    wire = httpx.MockTransport(lambda _: httpx.Response(200, json=[body]))
    asked = PostsAsked(Page(5), REF)
    answer = (await over(wire).posts([asked]))[asked]
    assert isinstance(answer, Malformed)
    assert answer.path == "$[0].created_at"
