"""What was changed through the gateway is not shown again as it was before, by whatever is shared or kept."""

import asyncio

import pytest

from connectors.seed.people import People
from connectors.stripe.service import STRIPE
from tests.acceptance.upstream import Environment, sources, with_stripe
from tests.acceptance.upstream_faults import Upstream, imitating
from tests.acceptance.world import Graph

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
