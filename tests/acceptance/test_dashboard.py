"""One dashboard of a hundred customers: what it may cost upstream, and that it is right."""

from decimal import Decimal
from typing import Any

from connectors.domain.money import digits
from connectors.seed.people import People
from tests.acceptance.world import Graph

DASHBOARD = """
  query Dashboard($first: Int!, $after: String) {
    customers(first: $first, after: $after) {
      pageInfo { hasNextPage endCursor }
      edges { node {
        id name email
        payments(first: 20) { edges { node { status amount { amount currency } refunded { amount } } } }
        lifetimeValue(currency: "EUR") { amount currency }
        tickets(first: 20) { edges { node { subject status priority assignee } } }
        developer { login name followers }
        profiles { service handle followers postsCount }
      } }
    }
  }
"""
CALLS = {"STORE": 2, "STRIPE": 200, "ZENDESK": 100, "GITHUB": 2, "BLUESKY": 4, "FRANKFURTER": 5}


async def test_a_hundred_customers_cost_no_more_upstream_calls_than_vendors_make_necessary(graph: Graph) -> None:
    answer = await graph.ask(DASHBOARD, first=100)
    assert "errors" not in answer
    calls = {source["service"]: source["calls"] for source in answer["extensions"]["sources"]}
    assert set(calls) == set(CALLS)
    assert {service: count for service, count in calls.items() if count > CALLS[service]} == {}
    assert calls["STRIPE"] == 100, "payments and lifetimeValue read the same charges"


async def test_a_page_of_a_thousand_customers_has_what_each_service_knows_of_each(graph: Graph, people: People) -> None:
    data = await graph.data(DASHBOARD, first=100)
    nodes = [edge["node"] for edge in data["customers"]["edges"]]
    assert [node["email"] for node in nodes] == [people[number].email for number in range(100)]
    assert [node["developer"]["login"] for node in nodes] == [people[number].handle for number in range(100)]
    assert all(node["profiles"][0]["service"] == "BLUESKY" for node in nodes)
    assert sum(len(node["tickets"]["edges"]) for node in nodes) > 100
    assert sum(len(node["payments"]["edges"]) for node in nodes) > 300


async def test_a_lifetime_value_is_the_sum_of_the_payments_beside_it(graph: Graph) -> None:
    data = await graph.data(DASHBOARD, first=100)
    nodes = [edge["node"] for edge in data["customers"]["edges"]]
    rates = await _rates(graph, {_currency(node) for node in nodes} - {""})
    for node in nodes:
        value = node["lifetimeValue"]
        own = sum((_kept(edge["node"]) for edge in node["payments"]["edges"]), Decimal())
        expected = own * rates.get(_currency(node), Decimal(1))
        assert value["currency"] == "EUR"
        assert abs(Decimal(value["amount"]) - expected) <= Decimal("0.01") + expected * Decimal("0.00002"), node[
            "email"
        ]


async def test_pages_never_repeat_or_lose_a_customer_while_customers_are_inserted(graph: Graph, people: People) -> None:
    query = """query ($after: String) { customers(first: 100, after: $after, orderBy: {field: NAME}) {
        pageInfo { hasNextPage endCursor } edges { node { email } } } }"""
    seen: list[str] = []
    after, more, round_ = None, True, 0
    while more:
        page = (await graph.data(query, after=after))["customers"]
        seen += [edge["node"]["email"] for edge in page["edges"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
        for name in ("Aaron First", "Mia Middle", "Zoe Last"):
            created = await graph.data(
                "mutation ($input: CreateCustomerInput!) { createCustomer(input: $input) { errors { message } } }",
                input={"name": name, "email": f"{name.split()[0]}.{round_}@new.example"},
            )
            assert created["createCustomer"]["errors"] == []
        round_ += 1
    assert len(seen) == len(set(seen))
    assert {people[number].email for number in range(people.count)} <= set(seen)


def _currency(node: dict[str, Any]) -> str:
    """A made-up customer pays in one currency; who has paid nothing, in none."""
    return next((edge["node"]["amount"]["currency"] for edge in node["payments"]["edges"]), "")


def _kept(payment: dict[str, Any]) -> Decimal:
    if payment["status"] in ("PENDING", "FAILED"):
        return Decimal()
    return Decimal(payment["amount"]["amount"]) - Decimal(payment["refunded"]["amount"])


async def _rates(graph: Graph, currencies: set[str]) -> dict[str, Decimal]:
    fields = " ".join(f'{code}: exchangeRate(base: "{code}", quote: "EUR") {{ rate }}' for code in sorted(currencies))
    data = await graph.data(f"{{ {fields} }}")
    assert digits("EUR") == 2
    return {code: Decimal(found["rate"]) for code, found in data.items()}
