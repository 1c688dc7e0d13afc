"""What a caller gets wrong is told clearly, with a code, and never as a failure of ours."""

from typing import Any

import pytest

from tests.acceptance.world import Graph

SOMEBODY = "{ customers(first: 2) { edges { node { id version email } } } }"


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ('{ customers(after: "nonsense") { totalCount } }', "is not a cursor"),
        ('{ payments(after: "bm90IG9uZQ") { edges { cursor } } }', "is not a cursor"),
        ("{ customers(first: -1) { totalCount } }", "between 1 and 100"),
        ("{ customers(first: 1000000) { totalCount } }", "between 1 and 100"),
        ("{ tickets(first: -1) { edges { cursor } } }", "between 1 and 100"),
        ('{ customer(id: "nonsense") { name } }', "is not an id"),
        ('{ node(id: "nonsense") { id } }', "is not an id"),
        ("{ customer { name } }", "exactly one"),
        ('{ search(text: "  ") { totalCount } }', "is empty"),
        ('{ search(text: "x", kinds: []) { totalCount } }', "is empty"),
        ('{ search(text: "x", first: 101) { totalCount } }', "between 1 and 100"),
        ('{ search(text: "x", after: "nonsense") { totalCount } }', "is not a cursor"),
        ('{ customer(id: "x", email: "y@z.example") { name } }', "exactly one"),
    ],
)
async def test_bad_arguments_are_bad_user_input(graph: Graph, query: str, words: str) -> None:
    error = (await graph.ask(query))["errors"][0]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert words in error["message"]


async def test_an_unknown_currency_is_refused_as_literal_and_as_variable(graph: Graph) -> None:
    error = (await graph.ask('{ exchangeRate(base: "USD", quote: "XXX") { rate } }'))["errors"][0]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert "is not a currency" in error["message"]
    query = 'query ($quote: Currency!) { exchangeRate(base: "USD", quote: $quote) { rate } }'
    error = (await graph.ask(query, quote="XXX"))["errors"][0]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert "is not a currency" in error["message"]


async def test_a_duplicate_email_is_a_typed_error_of_the_payload(graph: Graph) -> None:
    taken = (await somebody(graph))[0]["email"].upper()
    payload = await graph.data(
        "mutation ($input: CreateCustomerInput!) { payload: createCustomer(input: $input) "
        "{ customer { id } errors { path message } } }",
        input={"name": "Somebody Else", "email": taken},
    )
    assert payload["payload"]["customer"] is None
    assert payload["payload"]["errors"][0]["path"] == ["input", "email"]


async def test_a_stale_version_is_a_conflict(graph: Graph) -> None:
    who = (await somebody(graph))[0]
    update = "mutation ($input: UpdateCustomerInput!) { updateCustomer(input: $input) { customer { version } } }"
    fresh = await graph.data(update, input={"id": who["id"], "version": who["version"], "company": "New"})
    assert fresh["updateCustomer"]["customer"]["version"] == who["version"] + 1
    answer = await graph.ask(update, input={"id": who["id"], "version": who["version"], "company": "Newer"})
    assert answer["errors"][0]["extensions"]["code"] == "CONFLICT"


async def test_an_unknown_link_is_a_typed_error_of_the_payload(graph: Graph) -> None:
    who = (await somebody(graph))[0]
    unlink = """mutation ($id: ID!) { unlinkService(customerId: $id, service: PAGERDUTY) {
        customer { id } errors { path message } } }"""
    payload = (await graph.data(unlink, id=who["id"]))["unlinkService"]
    assert payload["customer"] is None
    assert payload["errors"][0]["path"] == ["service"]


async def somebody(graph: Graph) -> list[dict[str, Any]]:
    return [edge["node"] for edge in (await graph.data(SOMEBODY))["customers"]["edges"]]
