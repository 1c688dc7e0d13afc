"""Every exchange between the connector and its imitation, held to the lexicons."""

from pathlib import Path

import httpx
import msgspec
import pytest

from connectors.bluesky.client import Bluesky
from connectors.bluesky.sandbox_square import did
from connectors.bluesky.service import BLUESKY
from connectors.domain.page import Page
from connectors.domain.references import CustomerRef
from connectors.domain.search import Stretch, TextAsked
from connectors.domain.social import PostsAsked, Profile
from tests.connectors.bluesky.support import ADA, joined, linked, over, slice_of
from tests.connectors.support import crowd, refs
from tests.contracts.checked import Checked, contract

PEOPLE = crowd(60)
REFS = refs(PEOPLE, range(60))
XRPC = "GET /xrpc/app.bsky"


@pytest.fixture
def checked() -> Checked:
    return Checked(httpx.MockTransport(BLUESKY.imitate(PEOPLE)), contract("bluesky"))


@pytest.fixture
def bluesky(checked: Checked) -> Bluesky:
    return over(checked)


async def test_profiles_fit(bluesky: Bluesky, checked: Checked) -> None:
    answers = await bluesky.profiles([*REFS, linked(ADA), linked("nobody.example.com", "2"), CustomerRef("3")])
    assert len([one for one in answers.values() if isinstance(one, Profile)]) == 60
    assert checked.seen == {f"{XRPC}.actor.getProfiles": 3}


async def test_feeds_fit_page_by_page(bluesky: Bluesky, checked: Checked) -> None:
    for ref in REFS[:4]:
        assert len(await joined(bluesky, 25, ref)) > 50
        assert (await slice_of(bluesky, PostsAsked(Page(None), ref))).horizon is None
    assert checked.seen[f"{XRPC}.feed.getAuthorFeed"] >= 12


async def test_a_feed_that_is_gone_fits(bluesky: Bluesky, checked: Checked) -> None:
    assert (await slice_of(bluesky, PostsAsked(Page(5), linked(ADA)))).items == ()
    assert checked.seen == {f"{XRPC}.feed.getAuthorFeed": 1}


@pytest.mark.parametrize("text", ["coffee", '"in four minutes"', "请", "a&b=c#d", "zyzzyva"])
async def test_searches_fit_page_by_page(bluesky: Bluesky, checked: Checked, text: str) -> None:
    found = await joined(bluesky, 50, search=text)
    assert bool(found) is (text in ("coffee", '"in four minutes"'))
    assert checked.seen[f"{XRPC}.feed.searchPosts"] >= 1


@pytest.mark.parametrize("text", ["coffee", "from:ada -coffee", "请", "a&b=c#d"])
async def test_searches_over_all_services_fit(bluesky: Bluesky, checked: Checked, text: str) -> None:
    answers = await bluesky.search_posts([TextAsked(text, first) for first in (1, 30, 200)])
    assert all(isinstance(answer, Stretch) for answer in answers.values())
    assert checked.seen[f"{XRPC}.feed.searchPosts"] >= 3


async def test_posts_by_id_fit(bluesky: Bluesky, checked: Checked) -> None:
    posts = (await slice_of(bluesky, PostsAsked(Page(30), REFS[0]))).items
    ids = [*(post.external_id for post in posts), f"at://{ADA}/app.bsky.feed.post/3m22222222222", "nonsense"]
    answers = await bluesky.posts_by_id(ids)
    assert [answers[post.external_id] for post in posts] == list(posts)
    assert checked.seen[f"{XRPC}.feed.getPosts"] == 2


async def test_a_ping_fits(bluesky: Bluesky, checked: Checked) -> None:
    await bluesky.ping()
    assert checked.seen == {f"{XRPC}.actor.getProfiles": 1}


@pytest.mark.parametrize(
    "query",
    [
        {"q": "coffee", "sort": "top", "limit": "3"},
        {"q": "", "lang": "ja", "since": "2026-10-01"},
        {"q": "coffee", "tag": "coffee", "cursor": "10"},
        {"q": "coffee", "author": did(PEOPLE[1]), "until": "2026-10-01T00:00:00Z"},
        {"q": "coffee", "until": "never"},
    ],
)
async def test_what_else_a_search_can_be_asked_fits(checked: Checked, query: dict[str, str]) -> None:
    async with httpx.AsyncClient(transport=checked, base_url=BLUESKY.base_url) as client:
        response = await client.get("/xrpc/app.bsky.feed.searchPosts", params=query)
    assert response.status_code == (400 if query.get("until") == "never" else 200)


@pytest.mark.parametrize("filter_", ["posts_no_replies", "posts_with_media", "posts_and_author_threads"])
async def test_filtered_feeds_and_single_profiles_fit(checked: Checked, filter_: str) -> None:
    async with httpx.AsyncClient(transport=checked, base_url=BLUESKY.base_url) as client:
        query = {"actor": did(PEOPLE[1]), "filter": filter_, "limit": "100", "includePins": "false"}
        assert (await client.get("/xrpc/app.bsky.feed.getAuthorFeed", params=query)).status_code == 200
        assert (await client.get("/xrpc/app.bsky.actor.getProfile", params={"actor": ADA})).status_code == 400
        assert (await client.get("/xrpc/app.bsky.actor.getProfile", params={"actor": query["actor"]})).is_success


@pytest.mark.parametrize(
    ("file", "list_", "component"),
    [
        ("feed.json", "feed", "app.bsky.feed.defs--feedViewPost"),
        ("profiles.json", "profiles", "app.bsky.actor.defs--profileViewDetailed"),
    ],
)
def test_the_recorded_bodies_fit(file: str, list_: str, component: str) -> None:
    recorded = msgspec.json.decode(Path(__file__).with_name(file).read_bytes(), type=dict[str, object])
    items = recorded[list_]
    assert isinstance(items, list)
    for item in items:
        contract("bluesky").check_body(component, item)
