"""One dashboard of a hundred customers: what it may cost upstream, and that it is right."""

from decimal import Decimal
from typing import Any

import pytest

from connectors.domain.money import digits
from connectors.registry import VENDORS
from connectors.seed.people import People
from tests.acceptance.world import Graph
from tests.connectors.support import offering

DASHBOARD = """
  query Dashboard($first: Int!, $after: String) {
    customers(first: $first, after: $after) {
      pageInfo { hasNextPage endCursor }
      edges { node {
        id name email
        payments(first: 20) {
          edges { node { service status amount { amount currency } refunded { amount currency } } }
          pageInfo { hasNextPage }
        }
        lifetimeValue(currency: "EUR") { amount currency }
        tickets(first: 20) { edges { node { subject status priority assignee } } }
        developer { login name followers }
        profiles { service handle followers postsCount }
      } }
    }
  }
"""
CALLS = {
    "STORE": 2,
    "STRIPE": 200,
    "PAYPAL": 40,
    "ZENDESK": 100,
    "INTERCOM": 20,
    "GITHUB": 2,
    "BLUESKY": 4,
    "MASTODON": 4,
    "FRANKFURTER": 5,
}
FOR_EACH = 100 * 5  # calls of a service that this file does not know: one for each customer and noun
AROUND = """
  query Around($first: Int!) {
    customers(first: $first) { edges { node {
      name
      contact { service lifecycleStage owner company { name } }
      deals(first: 5) { edges { node { name stage amount { amount currency } } } }
      issues(first: 5) { edges { node { service key title } } }
      messages(first: 5) { edges { node { channel author text } } }
      weather { temperature summary }
    } } }
  }
"""
AROUND_CALLS = {"STORE": 2, "HUBSPOT": 6, "GITHUB": 2, "JIRA": 2, "SLACK": 132, "OPEN_METEO": 1}
# For a field of a hundred customers: who is asked, and how often at most. One customer at a time is all that Stripe and
# the feeds of social networks take; PayPal has a history in pages of a month, and no customers; Slack has channels.
# What is read when the gateway starts, as HubSpot's word for its account, is in none of them.
NOUNS = {
    "contact { phone url owner }": {"HUBSPOT": 2},
    "deals(first: 5) { edges { node { name stage amount { amount } } } }": {"HUBSPOT": 2},
    "issues(first: 20) { edges { node { key } } }": {"GITHUB": 1, "JIRA": 2},
    "profiles { handle }": {"BLUESKY": 4, "MASTODON": 4},
    "posts(first: 5) { edges { node { text } } }": {"BLUESKY": 100, "MASTODON": 100},
    "weather { temperature }": {"OPEN_METEO": 1},
    "tickets(first: 20) { edges { node { subject assignee } } }": {"ZENDESK": 5, "INTERCOM": 8},
    "messages(first: 5) { edges { node { channel author text } } }": {"SLACK": 45},
    "payments(first: 5) { edges { node { amount { amount } } } }": {"STRIPE": 100, "PAYPAL": 16},
    "plans { status }": {"STRIPE": 100},
    "invoices(first: 5) { edges { node { number } } }": {"STRIPE": 100},
    "developer { login }": {"GITHUB": 1},
}
NEW = {vendor.service.name for vendor in VENDORS} - {*CALLS, *AROUND_CALLS, "PAGERDUTY"}  # not named in this file
# The same of what hangs on a contact, which has been read before.
OF_CONTACTS = {"contact { company { name } }": 2, "contact { owner }": 1}


def asked(*nouns: str) -> set[str]:
    """Who is asked for these nouns of a customer; rates are of nobody."""
    return {"STORE", *(service.name for noun in nouns for service in offering(noun))}


DASHBOARD_ASKS = asked("payments", "rates", "tickets", "code", "social")


async def test_a_hundred_customers_cost_no_more_upstream_calls_than_vendors_make_necessary(graph: Graph) -> None:
    answer = await graph.ask(DASHBOARD, first=100)
    assert "errors" not in answer
    calls = {source["service"]: source["calls"] for source in answer["extensions"]["sources"]}
    assert set(calls) == DASHBOARD_ASKS
    assert {service: count for service, count in calls.items() if count > CALLS.get(service, FOR_EACH)} == {}
    assert calls["STRIPE"] == 100, "payments and lifetimeValue read the same charges"


async def test_what_is_around_a_hundred_customers_costs_few_calls_too(graph: Graph, people: People) -> None:
    answer = await graph.ask(AROUND, first=100)
    assert "errors" not in answer
    calls = {source["service"]: source["calls"] for source in answer["extensions"]["sources"]}
    assert set(AROUND_CALLS) <= set(calls) <= asked("crm", "issues", "chat", "weather")
    assert {one: count for one, count in calls.items() if count > AROUND_CALLS.get(one, FOR_EACH)} == {}
    nodes = [edge["node"] for edge in answer["data"]["customers"]["edges"]]
    assert [node["name"] for node in nodes] == [people[number].name for number in range(100)]
    assert all(node["contact"]["service"] == "HUBSPOT" and node["weather"]["summary"] for node in nodes)
    assert sum(node["contact"]["company"] is not None for node in nodes) > 80
    assert sum(len(node["deals"]["edges"]) for node in nodes) > 20
    assert sum(len(node["messages"]["edges"]) for node in nodes) > 20
    assert {edge["node"]["service"] for node in nodes for edge in node["issues"]["edges"]} >= {"GITHUB", "JIRA"}


@pytest.mark.parametrize("field", NOUNS, ids=lambda field: field.split()[0].partition("(")[0])
async def test_one_noun_of_a_hundred_customers_costs_as_few_calls_as_its_service_allows(
    graph: Graph, field: str
) -> None:
    calls = await calls_of_a_hundred(graph, field)
    assert {"STORE", *NOUNS[field]} == set(calls) - NEW
    assert all(0 < calls[service] <= most for service, most in NOUNS[field].items()), calls
    assert all(calls[service] <= 100 for service in NEW & set(calls)), calls


@pytest.mark.parametrize("field", OF_CONTACTS)
async def test_a_companys_name_costs_two_calls_beside_the_contacts_and_an_owners_one(graph: Graph, field: str) -> None:
    await calls_of_a_hundred(graph, "contact { phone }")
    assert (await calls_of_a_hundred(graph, field))["HUBSPOT"] <= OF_CONTACTS[field]


async def calls_of_a_hundred(graph: Graph, field: str) -> dict[str, int]:
    answer = await graph.ask(f"{{ customers(first: 100) {{ edges {{ node {{ {field} }} }} }} }}")
    assert "errors" not in answer
    return {source["service"]: source["calls"] for source in answer["extensions"]["sources"]}


async def test_a_page_of_a_thousand_customers_has_what_each_service_knows_of_each(graph: Graph, people: People) -> None:
    data = await graph.data(DASHBOARD, first=100)
    nodes = [edge["node"] for edge in data["customers"]["edges"]]
    assert [node["email"] for node in nodes] == [people[number].email for number in range(100)]
    assert [node["developer"]["login"] for node in nodes] == [people[number].handle for number in range(100)]
    networks = [service.name for service in offering("social")]
    assert all([one["service"] for one in node["profiles"]] == networks for node in nodes)
    assert sum(len(node["tickets"]["edges"]) for node in nodes) > 100
    assert sum(len(node["payments"]["edges"]) for node in nodes) > 300


async def test_a_lifetime_value_is_the_sum_of_the_payments_beside_it_over_both_services(graph: Graph) -> None:
    data = await graph.data(DASHBOARD, first=100)
    nodes = [edge["node"] for edge in data["customers"]["edges"]]
    whole = [node for node in nodes if not node["payments"]["pageInfo"]["hasNextPage"]]
    assert len(whole) > 90
    services = {service.name for service in offering("payments")}
    assert {edge["node"]["service"] for node in whole for edge in node["payments"]["edges"]} == services
    rates = await _rates(graph, {amount["currency"] for node in whole for amount in _amounts(node)})
    for node in whole:
        value = node["lifetimeValue"]
        expected = sum((_kept(edge["node"], rates) for edge in node["payments"]["edges"]), Decimal())
        assert value["currency"] == "EUR"
        away = abs(Decimal(value["amount"]) - expected)
        assert away <= Decimal("0.01") + expected * Decimal("0.00002"), node["email"]


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


def _amounts(node: dict[str, Any]) -> list[dict[str, str]]:
    return [edge["node"]["amount"] for edge in node["payments"]["edges"]]


def _kept(payment: dict[str, Any], rates: dict[str, Decimal]) -> Decimal:
    if payment["status"] in ("PENDING", "FAILED"):
        return Decimal()
    rate = rates[payment["amount"]["currency"]]
    return rate * (Decimal(payment["amount"]["amount"]) - Decimal(payment["refunded"]["amount"]))


async def _rates(graph: Graph, currencies: set[str]) -> dict[str, Decimal]:
    fields = " ".join(f'{code}: exchangeRate(base: "{code}", quote: "EUR") {{ rate }}' for code in sorted(currencies))
    data = await graph.data(f"{{ {fields} }}")
    assert digits("EUR") == 2
    return {code: Decimal(found["rate"]) for code, found in data.items()}
