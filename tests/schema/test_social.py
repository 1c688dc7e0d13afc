from connectors.domain.errors import TimedOut
from connectors.domain.references import ServiceLink
from connectors.domain.service import Service
from tests.schema.fakes import Book, Network
from tests.schema.harness import hub, run
from tests.schema.nouns import ago, customer, post, profile


async def test_profiles_come_in_the_order_of_the_networks() -> None:
    links = [ServiceLink(Service.BLUESKY, "Ada"), ServiceLink(Service.MASTODON, "Ada")]
    networks = [
        Network(Service.MASTODON, accounts={"Ada": profile("ada@toot", Service.MASTODON)}),
        Network(accounts={"Ada": profile("ada.sky")}),
    ]
    query = "{ customers { edges { node { profiles { service handle followers following postsCount url } } } } }"
    whole = (await run(hub(*networks, customers=Book([customer("Ada", *links)])), query)).whole
    profiles = whole["customers"]["edges"][0]["node"]["profiles"]
    assert [(one["service"], one["handle"]) for one in profiles] == [("MASTODON", "ada@toot"), ("BLUESKY", "ada.sky")]
    assert (profiles[0]["followers"], profiles[0]["following"], profiles[0]["postsCount"]) == (1, 2, 3)


async def test_somebody_without_accounts_has_no_profiles() -> None:
    whole = (
        await run(
            hub(Network(), customers=Book([customer("Ada")])), "{ customers { edges { node { profiles { url } } } } }"
        )
    ).whole
    assert whole["customers"]["edges"] == [{"node": {"profiles": []}}]


async def test_a_search_for_posts_is_merged_over_every_network() -> None:
    networks = [
        Network(said=[post("1", at=ago(1)), post("2", at=ago(3))]),
        Network(Service.MASTODON, said=[post("3", at=ago(2), service=Service.MASTODON)]),
    ]
    whole = (await run(hub(*networks), '{ posts(search: "launch") { edges { node { text } } } }')).whole
    assert [edge["node"]["text"] for edge in whole["posts"]["edges"]] == ["Said 1", "Said 3", "Said 2"]
    for network in networks:
        [[asked]] = network.asked("posts")
        assert (getattr(asked, "search", None), getattr(asked, "ref", 0)) == ("launch", None)


async def test_a_network_that_is_late_is_told_beside_the_posts_of_the_others() -> None:
    late = Network(Service.MASTODON, TimedOut(Service.MASTODON, "MASTODON did not answer in time"))
    answer = await run(hub(Network(said=[post("1")]), late), '{ posts(search: "x") { edges { node { text } } } }')
    assert answer.data["posts"]["edges"] == [{"node": {"text": "Said 1"}}]
    assert answer.only_error["extensions"] == {"code": "UPSTREAM_TIMEOUT", "service": "MASTODON"}
    assert answer.only_error["path"] == ["posts"]
