import httpx
import pytest

from connectors.bluesky.client import Bluesky
from connectors.bluesky.service import BLUESKY
from connectors.domain.errors import Malformed, RateLimited, Rejected, Unauthorized, Unavailable
from connectors.domain.page import Page
from connectors.domain.references import CustomerRef
from connectors.domain.service import Service
from connectors.domain.social import Post, PostsAsked, Profile
from tests.connectors.bluesky.support import ADA, linked, over, slice_of
from tests.connectors.support import Recorder, answering, crowd, refs

PEOPLE = crowd(120)
REFS = refs(PEOPLE, range(120))
REF = REFS[1]


@pytest.fixture
def wire() -> Recorder:
    return Recorder(httpx.MockTransport(BLUESKY.imitate(PEOPLE)))


@pytest.fixture
def bluesky(wire: Recorder) -> Bluesky:
    return over(wire)


async def whole_feed(bluesky: Bluesky, ref: CustomerRef = REF) -> list[Post]:
    return list((await slice_of(bluesky, PostsAsked(Page(None), ref))).items)


# profiles


async def test_a_hundred_customers_are_four_calls(bluesky: Bluesky, wire: Recorder) -> None:
    answers = await bluesky.profiles(REFS[:100])
    assert len(wire.requests) == 4
    assert [len(request.url.params.get_list("actors")) for request in wire.requests] == [25] * 4
    assert list(answers) == REFS[:100]
    for ref in REFS[:100]:
        profile = answers[ref]
        assert isinstance(profile, Profile)
        assert profile.url == f"https://bsky.app/profile/{profile.handle}"


async def test_a_handle_finds_whom_the_did_finds_in_any_case(bluesky: Bluesky, wire: Recorder) -> None:
    by_did = (await bluesky.profiles([REF]))[REF]
    handle = linked(f"{PEOPLE[1].handle}.bsky.social")
    shouted = linked(f"{PEOPLE[1].handle}.BSKY.social".upper(), "2")
    assert await bluesky.profiles([handle, shouted]) == {handle: by_did, shouted: by_did}
    assert len(wire.requests) == 2


async def test_two_customers_with_one_account_and_one_asked_twice_cost_one_reading(
    bluesky: Bluesky, wire: Recorder
) -> None:
    other = CustomerRef("other", REF.links)
    answers = await bluesky.profiles([REF, other, REF])
    assert answers[REF] == answers[other]
    assert len(answers) == 2
    assert [request.url.params.get_list("actors") for request in wire.requests] == [[REF.link(Service.BLUESKY)]]


async def test_who_is_not_linked_or_gone_or_misspelled_is_none_beside_the_others(
    bluesky: Bluesky, wire: Recorder
) -> None:
    unlinked, misspelled = CustomerRef("0"), linked("not a handle", "1")
    gone, nobody = linked(ADA, "2"), linked("nobody.example.com", "3")
    answers = await bluesky.profiles([unlinked, misspelled, gone, nobody, REF])
    assert [answers[one] for one in (unlinked, misspelled, gone, nobody)] == [None] * 4
    assert isinstance(answers[REF], Profile)
    assert len(wire.requests) == 1
    assert len(wire.requests[0].url.params.get_list("actors")) == 3


async def test_nobody_linked_is_no_call(bluesky: Bluesky, wire: Recorder) -> None:
    assert await bluesky.profiles([CustomerRef("0")]) == {CustomerRef("0"): None}
    assert await bluesky.profiles([]) == {}
    assert wire.requests == []


async def test_a_batch_that_fails_leaves_the_other_batches() -> None:
    imitation = BLUESKY.imitate(PEOPLE)
    late = REFS[30].link(Service.BLUESKY)

    def flaky(request: httpx.Request) -> httpx.Response:
        return httpx.Response(502) if late in request.url.params.get_list("actors") else imitation(request)

    answers = await over(httpx.MockTransport(flaky)).profiles(REFS[:60])
    assert [isinstance(answers[ref], Unavailable) for ref in REFS[:60]] == [25 <= place < 50 for place in range(60)]


# posts by id


async def test_posts_are_found_again_by_their_uris_twenty_five_a_call(bluesky: Bluesky, wire: Recorder) -> None:
    posts = (await whole_feed(bluesky))[:60]
    wire.requests.clear()
    answers = await bluesky.posts_by_id([post.external_id for post in posts])
    assert list(answers.values()) == posts
    assert [len(request.url.params.get_list("uris")) for request in wire.requests] == [25, 25, 10]


async def test_what_is_no_post_is_none_and_does_not_spoil_the_batch(bluesky: Bluesky, wire: Recorder) -> None:
    real = (await whole_feed(bluesky))[0]
    wire.requests.clear()
    foreign = real.external_id.replace(str(REF.link(Service.BLUESKY)), str(REFS[2].link(Service.BLUESKY)))
    ids = [f"at://{ADA}/app.bsky.feed.post/3kabcdefghij2", "https://bsky.app", "", foreign, real.external_id] * 2
    assert await bluesky.posts_by_id(ids) == dict.fromkeys(ids) | {real.external_id: real}
    assert len(wire.requests) == 1


# whatever is asked


async def test_a_ping_is_one_call_without_credentials(bluesky: Bluesky, wire: Recorder) -> None:
    await bluesky.ping()
    assert [request.url.path for request in wire.requests] == ["/xrpc/app.bsky.actor.getProfiles"]
    assert "authorization" not in wire.requests[0].headers
    assert BLUESKY.variables == ()


@pytest.mark.parametrize(
    ("wire", "error", "words"),
    [
        (answering(403, b"<html>403 Forbidden</html>"), Unauthorized, "403"),
        (answering(500), Unavailable, "500"),
        (answering(429, b'{"error":"RateLimitExceeded"}'), RateLimited, "left alone"),
        (answering(400, b'{"error":"InvalidRequest","message":"Error: q"}'), Rejected, "400: Error: q"),
        (answering(200, b"<html>"), Malformed, "not JSON"),
        (answering(200, b'{"posts": [{}]}'), Malformed, "$.posts[0]"),
    ],
)
async def test_what_goes_wrong_is_the_answer_of_its_key(
    wire: httpx.AsyncBaseTransport, error: type[Exception], words: str
) -> None:
    bluesky, uri = over(wire), f"at://{ADA}/app.bsky.feed.post/3kabcdefghij2"
    asked = PostsAsked(Page(5), search="coffee")
    for answer in ((await bluesky.posts([asked]))[asked], (await bluesky.posts_by_id([uri]))[uri]):
        assert isinstance(answer, error)
        assert words in str(answer)
