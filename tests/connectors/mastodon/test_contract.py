"""Every exchange between the connector and its imitation, held to the entities and methods that Mastodon documents."""

import json
from pathlib import Path

import httpx
import pytest

from connectors.domain.page import Page
from connectors.domain.references import CustomerRef
from connectors.domain.search import TextAsked
from connectors.domain.social import PostsAsked, Profile
from connectors.mastodon.client import Mastodon
from connectors.mastodon.service import MASTODON
from connectors.seed.people import MASTODON_ACCOUNT
from tests.connectors.mastodon.support import ADA, joined, linked, over, refs, slice_of
from tests.connectors.support import crowd, matches
from tests.contracts.checked import Checked, contract
from tests.contracts.openapi import Contract

PEOPLE = crowd(60)
REFS = refs(PEOPLE)
V1 = "GET /api/v1"
TAG = f"{V1}/timelines/tag/{{hashtag}}"  # the contract leaves it out: it answers what a feed does


def mastodon_contract() -> Contract:
    return contract("mastodon", brackets=True, extra={TAG: "Status"}, many=[TAG])


@pytest.fixture
def checked() -> Checked:
    return Checked(httpx.MockTransport(MASTODON.imitate(PEOPLE)), mastodon_contract())


@pytest.fixture
def mastodon(checked: Checked) -> Mastodon:
    return over(checked)


async def test_profiles_fit(mastodon: Mastodon, checked: Checked) -> None:
    answers = await mastodon.profiles([*REFS, linked(ADA, "x"), CustomerRef("y")])
    assert len([one for one in answers.values() if isinstance(one, Profile)]) == 60
    assert checked.seen == {f"{V1}/accounts": 2}


async def test_feeds_fit_page_by_page(mastodon: Mastodon, checked: Checked) -> None:
    for ref in REFS[:5]:
        assert len(await joined(mastodon, 15, ref)) > 30
        assert (await slice_of(mastodon, PostsAsked(Page(None), ref))).horizon is None
    assert checked.seen[f"{V1}/accounts/{{id}}/statuses"] >= 20


async def test_a_feed_that_is_gone_fits(mastodon: Mastodon, checked: Checked) -> None:
    assert (await slice_of(mastodon, PostsAsked(Page(5), linked(ADA)))).items == ()
    assert checked.seen == {f"{V1}/accounts/{{id}}/statuses": 1}


@pytest.mark.parametrize(
    ("text", "found"), [("coffee", True), ("#hiring startup", True), ("散歩", True), ("zyzzyva", False)]
)
async def test_searches_fit_page_by_page(mastodon: Mastodon, checked: Checked, text: str, *, found: bool) -> None:
    assert bool(await joined(mastodon, 50, search=text)) is found
    asked = TextAsked(text, 5)
    assert bool(matches((await mastodon.search_posts([asked]))[asked])) is found
    assert checked.seen[TAG] >= 2


async def test_posts_by_id_fit(mastodon: Mastodon, checked: Checked) -> None:
    posts = (await slice_of(mastodon, PostsAsked(Page(30), REFS[0]))).items
    answers = await mastodon.posts_by_id([*(post.external_id for post in posts), ADA, "nonsense"])
    assert [answers[post.external_id] for post in posts] == list(posts)
    assert checked.seen[f"{V1}/statuses"] == 2


async def test_a_ping_fits(mastodon: Mastodon, checked: Checked) -> None:
    await mastodon.ping()
    assert checked.seen == {f"{V1}/accounts": 1}


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "7", "exclude_replies": "true"},
        {"only_media": "true", "pinned": "false"},
        {"tagged": "coffee", "min_id": "1"},
        {"since_id": "110000000000000000", "max_id": "120000000000000000"},
    ],
)
async def test_what_else_a_feed_can_be_asked_fits(checked: Checked, query: dict[str, str]) -> None:
    async with httpx.AsyncClient(transport=checked, base_url=MASTODON.base_url) as client:
        assert (
            await client.get(f"/api/v1/accounts/{MASTODON_ACCOUNT.encode(3)}/statuses", params=query)
        ).status_code == 200


@pytest.mark.parametrize("path", ["/api/v1/accounts", "/api/v1/statuses"])
async def test_the_refusal_of_a_batch_that_is_too_large_fits(checked: Checked, path: str) -> None:
    async with httpx.AsyncClient(transport=checked, base_url=MASTODON.base_url) as client:
        response = await client.get(path, params={"id[]": [str(number) for number in range(1, 50)]})
    assert response.status_code == 422


@pytest.mark.parametrize(("file", "component"), [("statuses.json", "Status"), ("accounts.json", "Account")])
def test_the_recorded_bodies_fit(file: str, component: str) -> None:
    recorded = json.loads(Path(__file__).with_name(file).read_text(encoding="utf-8"))
    for body in recorded:
        mastodon_contract().check_body(component, body)
