"""What was changed through the gateway is not shown again as it was before, by whatever is shared or kept."""

import asyncio
from typing import Any

import pytest
from motor.motor_asyncio import AsyncIOMotorClient

from connectors.seed.people import People
from connectors.stripe.service import STRIPE
from tests.acceptance.upstream import Environment, sources, with_stripe
from tests.acceptance.upstream_faults import Upstream, imitating
from tests.acceptance.world import Graph, gateway

DEALS = "{ deals(first: 3) { edges { node { name } } } }"
CREATE = """mutation($name: String!) {
  createDeal(input: {name: $name, amount: "10", currency: "USD", idempotencyKey: $name}) { deal { name } }
}"""
OF_ONE = "query($email: String!) { customer(email: $email) { id notes { text } invoices { edges { node { id } } } } }"
NOTE = 'mutation($id: ID!) { addNote(customerId: $id, text: "called back") { customer { id } } }'


async def deals(graph: Graph) -> list[str]:
    return [edge["node"]["name"] for edge in (await graph.data(DEALS))["deals"]["edges"]]


async def test_an_answer_that_is_kept_as_a_whole_ends_with_the_next_change(graph: Graph) -> None:
    before = await graph.ask(DEALS)
    again = await graph.ask(DEALS)
    assert sources(again)["HUBSPOT"]["calls"] == 0, "it is kept, else there is nothing to prove"
    assert again["data"] == before["data"]
    await graph.data(CREATE, name="Signed just now")
    assert "Signed just now" in await deals(graph)
    await graph.data(CREATE, name="And another")
    assert (await deals(graph))[:2] == ["And another", "Signed just now"]


async def test_who_asks_after_a_change_is_not_given_the_answer_of_who_asked_before(
    monkeypatch: pytest.MonkeyPatch, environment: Environment, people: People
) -> None:
    released, email = asyncio.Event(), people[0].email
    stripe = Upstream(imitating(STRIPE.imitate(people), released=released))
    async with with_stripe(monkeypatch, environment, stripe, seconds=10) as graph:
        found = await graph.data("query($email: String!) { customer(email: $email) { id } }", email=email)
        early = asyncio.create_task(graph.ask(OF_ONE, email=email))
        await stripe.until(lambda it: it.open == 1)
        await graph.data(NOTE, id=found["customer"]["id"])
        late = asyncio.create_task(graph.ask(OF_ONE, email=email))
        await asyncio.sleep(0.1)
        released.set()
        old, new = await early, await late
    texts = [[note["text"] for note in one["data"]["customer"]["notes"]] for one in (old, new)]
    assert "called back" not in texts[0]
    assert "called back" in texts[1], "it is older than the change that its caller has made"


NAMES = "{ customers(first: 3) { edges { node { name invoices(first: 1) { edges { node { number } } } } } } }"


def names(answer: dict[str, Any]) -> list[str]:
    return [edge["node"]["name"] for edge in answer["data"]["customers"]["edges"]]


async def test_an_answer_with_our_own_records_in_it_is_kept_until_anybody_changes_them(
    graph: Graph, seeded: str
) -> None:
    answers = [await graph.ask(NAMES) for _ in range(3)]
    assert sources(answers[2])["STORE"]["calls"] == 0, "it is kept, else there is nothing to prove"
    before = names(answers[2])
    client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(seeded)
    await client.get_default_database()["customers"].update_one({"name": before[1]}, {"$set": {"name": "Somebody"}})
    assert "Somebody" in names(await graph.ask(NAMES)), "another program has changed it, and nobody told us"
    assert before[1] not in names(await graph.ask(NAMES))
    client.close()


async def test_what_another_gateway_changes_is_seen_at_once(
    monkeypatch: pytest.MonkeyPatch, environment: Environment, graph: Graph, people: People
) -> None:
    asked = {"email": people[0].email}
    async with gateway(monkeypatch, environment) as other:
        found = [await graph.data(OF_ONE, **asked) for _ in range(3)]
        await other.data(NOTE, id=found[0]["customer"]["id"])
        notes = (await graph.data(OF_ONE, **asked))["customer"]["notes"]
    assert "called back" in [note["text"] for note in notes]


async def test_figures_of_this_moment_are_never_shown_again(graph: Graph) -> None:
    query = '{ services { service calls } exchangeRate(base: "USD", quote: "EUR") { rate } }'
    both = [await graph.ask(query) for _ in range(2)]
    assert both[1]["extensions"]["sources"][0]["cached"] == 1
    calls = [{one["service"]: one["calls"] for one in answer["data"]["services"]}["FRANKFURTER"] for answer in both]
    assert calls == [0, 1]


async def test_a_live_read_ends_what_was_kept_of_the_same_for_all_others(graph: Graph) -> None:
    await graph.data(DEALS)
    assert sources(await graph.ask(DEALS))["HUBSPOT"]["calls"] == 0
    assert sources(await graph.ask(DEALS))["HUBSPOT"]["ms"] == 0, "it is kept, else there is nothing to prove"
    live = await graph.ask(DEALS.replace("deals(first: 3)", "deals(first: 3) @live"))
    assert sources(live)["HUBSPOT"]["calls"] >= 1
    after = sources(await graph.ask(DEALS))["HUBSPOT"]
    assert after["calls"] == 0
    assert after["ms"] > 0, "made anew, of what the live read has brought"
