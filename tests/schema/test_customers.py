import re
from dataclasses import replace
from unittest.mock import ANY as ANYTHING

import pytest

from connectors.domain.customers import Customer, Location
from connectors.domain.errors import NotConfigured, Unavailable
from connectors.domain.offer import Offer
from connectors.domain.references import ServiceLink
from connectors.domain.service import Service
from connectors.domain.weather import Place
from connectors.registry import VENDORS
from connectors.seed.people import People
from connectors.sources import Sources
from connectors.transport.stats import ServiceStats
from tests.schema.fake_crm import Crm
from tests.schema.fake_deeds import Deeds
from tests.schema.fakes import Book, Desk, Network, Shop, Tracker
from tests.schema.harness import Source, hub, offering, run
from tests.schema.nouns import ago, customer, invoice, issue, payment, plan, post, profile, ticket
from tests.schema.rooms import Rooms
from tests.schema.stations import Station, weather

DOWN = Unavailable(Service.PAYPAL, "PAYPAL dropped the call")
ADA = Book([customer("Ada")])
BERLIN = Place.near(52.5200, 13.4050)
PAID_LATER = payment("p", at=ago(-1), service=Service.PAYPAL)
EVERYBODY = Book([customer(name, number=number) for number, name in enumerate(["Ada", "Bob", "Eve"], 1)])
RECORD = """query($email: String) { customer(email: $email) {
  name email company tags createdAt updatedAt version
  location { city countryCode latitude longitude }
  notes { text author createdAt }
  links { service externalId url }
} }"""
EVERYTHING = """{ customers(first: 12) { edges { node {
  payments(first: 3) { edges { node { id amount { amount currency } status } } pageInfo { hasNextPage endCursor } }
  plans { id status price { amount } interval }
  invoices(first: 2) { edges { node { id total { amount } due { amount } } } }
  tickets(first: 2) { edges { node { id subject status } } }
  contact { id lifecycleStage owner company { name } }
  deals(first: 2) { edges { node { id name stage } } }
  issues(first: 2) { edges { node { id title state } } }
  profiles { service handle followers url }
  posts(first: 2) { edges { node { id text author } } }
  messages(first: 2) { edges { node { id text channel } } }
  weather { temperature daily(days: 2) { max } }
} } } }"""


def located(name: str, number: int, *links: ServiceLink) -> Customer:
    """Somebody in Berlin."""
    place = Location(city="Berlin", country_code="DE", latitude=52.5200, longitude=13.4050)
    return replace(customer(name, *links, number=number), location=place)


async def test_the_record_is_shown_as_it_is_kept(imitated: Sources, people: People) -> None:
    kept = people[0].customer()
    shown = (await run(imitated, RECORD, email=kept.email)).whole["customer"]
    assert (shown["name"], shown["email"], shown["company"]) == (kept.name, kept.email, kept.company)
    assert shown["tags"] == list(kept.tags)
    assert shown["version"] == kept.version
    assert shown["createdAt"] == kept.created_at.isoformat()
    assert kept.location
    assert shown["location"]["city"] == kept.location.city
    assert shown["location"]["latitude"] == kept.location.latitude
    assert [note["text"] for note in shown["notes"]] == [note.text for note in kept.notes]
    assert [(link["service"], link["externalId"]) for link in shown["links"]] == [
        (link.service.name, link.external_id) for link in kept.links
    ]


async def test_everything_that_the_services_know_of_many_customers_comes_without_an_error(imitated: Sources) -> None:
    edges = (await run(imitated, EVERYTHING)).whole["customers"]["edges"]
    assert len(edges) == 12
    assert any(edge["node"]["payments"]["edges"] for edge in edges)
    assert any(edge["node"]["plans"] for edge in edges)
    assert any(edge["node"]["deals"]["edges"] for edge in edges)
    assert any(edge["node"]["messages"]["edges"] for edge in edges)
    assert all(edge["node"]["contact"] and len(edge["node"]["weather"]["daily"]) == 2 for edge in edges)


async def test_a_link_leads_to_where_people_look_at_the_customer() -> None:
    odd = customer("Ada", ServiceLink(Service.STRIPE, "a b/ü@x"), ServiceLink(Service.PAYPAL, "p"))
    linked = offering(Service.STRIPE, Offer(), customer_url="https://desk.example/c/{id}?tab=1")
    sources = Sources(Book([odd]), ServiceStats(Service.STORE), [linked], Deeds())
    links = (await run(sources, "{ customers { edges { node { links { url } } } } }")).whole
    assert links["customers"]["edges"][0]["node"]["links"] == [
        {"url": "https://desk.example/c/a%20b%2F%C3%BC@x?tab=1"},
        {"url": None},
    ]


async def test_the_links_of_every_vendor_with_pages_for_customers_are_addresses(imitated: Sources) -> None:
    shown = (await run(imitated, "{ customers(first: 1) { edges { node { links { service url } } } } }")).whole
    links = {link["service"]: link["url"] for link in shown["customers"]["edges"][0]["node"]["links"]}
    for vendor in VENDORS:
        if vendor.customer_url and vendor.service.name in links:
            assert re.fullmatch(r"https://[^{}\s]+", links[vendor.service.name])


async def test_every_list_of_many_customers_is_one_batch() -> None:
    fakes = (Shop(), Desk(), Crm(), Tracker(), Network(), Rooms(), Station())
    names = ("Ada", "Bob", "Eve")
    book = Book([located(name, number, ServiceLink(Service.HUBSPOT, name)) for number, name in enumerate(names, 1)])
    assert (await run(hub(*fakes, customers=book), EVERYTHING)).errors == []
    batches = [(name, len(keys)) for one in fakes for name, keys in one.batches]
    assert sorted(batches) == [
        ("contacts_by_id", 3),
        ("current", 1),  # all three are in one place
        ("deals", 3),
        ("invoices", 3),
        ("issues", 3),
        ("messages", 3),
        ("payments", 3),
        ("plans", 3),
        ("posts", 3),
        ("profiles", 3),
        ("tickets", 3),
    ]


async def test_payments_and_lifetime_are_one_read_of_each_customer() -> None:
    shop = Shop(charges=[payment("1"), payment("2", at=ago(1))])
    query = "{ customers { edges { node { payments(first: 1) { edges { node { id } } } lifetimeValue { amount } } } } }"
    node = (await run(hub(shop, customers=EVERYBODY), query)).whole["customers"]["edges"][0]["node"]
    assert len(node["payments"]["edges"]) == 1
    assert node["lifetimeValue"] == {"amount": "20.00"}
    [keys] = shop.asked("payments")
    assert len(keys) == 3


async def test_half_a_lifetime_value_is_an_error_and_payments_beside_it_are_not() -> None:
    sources = hub(Shop(charges=[payment("1")]), Shop(Service.PAYPAL, DOWN), customers=ADA)
    query = "{ customers { edges { node { payments { edges { node { externalId } } } lifetimeValue { amount } } } } }"
    answer = await run(sources, query)
    assert answer.data["customers"]["edges"] == [
        {"node": {"payments": {"edges": [{"node": {"externalId": "1"}}]}, "lifetimeValue": None}}
    ]
    place = ["customers", "edges", 0, "node"]
    assert sorted(error["path"] for error in answer.errors) == [[*place, "lifetimeValue"], [*place, "payments"]]
    assert answer.codes == ["UPSTREAM_UNAVAILABLE"] * 2


async def test_what_a_source_missed_comes_with_the_next_page() -> None:
    stripe, paypal = Shop(charges=[payment("s")]), Shop(Service.PAYPAL, DOWN, charges=[PAID_LATER])
    query = """query($after: String) { customers { edges { node { payments(after: $after) {
      edges { node { externalId } } pageInfo { hasNextPage endCursor }
    } } } } }"""
    found = (await run(hub(stripe, paypal, customers=ADA), query)).data["customers"]["edges"][0]["node"]["payments"]
    assert (found["edges"], found["pageInfo"]["hasNextPage"]) == ([{"node": {"externalId": "s"}}], True)
    paypal.failure = None
    answer = await run(hub(stripe, paypal, customers=ADA), query, after=found["pageInfo"]["endCursor"])
    assert answer.whole["customers"]["edges"][0]["node"]["payments"] == {
        "edges": [{"node": {"externalId": "p"}}],
        "pageInfo": {"hasNextPage": False, "endCursor": ANYTHING},
    }


async def test_the_weather_is_that_of_the_customers_place_and_of_no_place_there_is_none() -> None:
    station = Station(now={BERLIN: weather(BERLIN, 8)})
    book = Book([located("Ada", 1), customer("Bob", number=2)])
    answer = await run(hub(station, customers=book), "{ customers { edges { node { weather { temperature } } } } }")
    shown = [edge["node"]["weather"] for edge in answer.whole["customers"]["edges"]]
    assert shown == [{"temperature": 8.0}, None]
    assert station.asked("current") == [(BERLIN,)]


async def test_a_filter_of_a_list_is_handed_to_its_source() -> None:
    shop = Shop(charges=[payment("1"), payment("2", status=payment("2").status.FAILED, at=ago(1))])
    desk = Desk(cases=[ticket("1"), ticket("2", status=ticket("2").status.SOLVED)])
    query = """{ customers { edges { node {
      payments(status: FAILED) { edges { node { externalId } } }
      tickets(status: SOLVED) { edges { node { externalId } } }
    } } } }"""
    book = Book([customer("Ada", ServiceLink(Service.STRIPE, "Ada"), ServiceLink(Service.ZENDESK, "Ada"))])
    node = (await run(hub(shop, desk, customers=book), query)).whole["customers"]["edges"][0]["node"]
    assert node == {name: {"edges": [{"node": {"externalId": "2"}}]} for name in ("payments", "tickets")}


async def test_a_list_over_two_services_can_be_paged_to_its_end() -> None:
    shops = [
        Shop(charges=[payment(f"s{n}", at=ago(n)) for n in (1, 3, 5)]),
        Shop(Service.PAYPAL, charges=[payment(f"p{n}", at=ago(n), service=Service.PAYPAL) for n in (2, 3, 4)]),
    ]
    query = """query($after: String) { customers { edges { node {
      payments(first: 2, after: $after) { edges { node { externalId } } pageInfo { hasNextPage endCursor } }
    } } } }"""
    seen, after, more = [], None, True
    while more:
        answer = await run(hub(*shops, customers=ADA), query, after=after)
        page = answer.whole["customers"]["edges"][0]["node"]["payments"]
        seen += [edge["node"]["externalId"] for edge in page["edges"]]
        more, after = page["pageInfo"]["hasNextPage"], page["pageInfo"]["endCursor"]
    assert seen == ["s1", "p2", "s3", "p3", "p4", "s5"]


async def test_a_list_of_which_one_source_failed_shows_the_rest_beside_one_error() -> None:
    sources = hub(Shop(charges=[payment("1")]), Shop(Service.PAYPAL, DOWN), customers=ADA)
    query = "{ customers { edges { node { mine: payments { edges { node { externalId } } } } } } }"
    answer = await run(sources, query)
    assert answer.data["customers"]["edges"][0]["node"]["mine"]["edges"] == [{"node": {"externalId": "1"}}]
    error = answer.only_error
    assert error["path"] == ["customers", "edges", 0, "node", "mine"]
    assert error["locations"] == [{"line": 1, "column": query.index("mine") + 1}]
    assert error["extensions"] == {"code": "UPSTREAM_UNAVAILABLE", "service": "PAYPAL"}


@pytest.mark.parametrize(
    ("field", "answers", "fails"),
    [
        ("payments", Shop(), Shop(Service.PAYPAL, DOWN)),
        ("invoices", Shop(), Shop(Service.PAYPAL, DOWN)),
        ("tickets", Desk(), Desk(Service.PAYPAL, DOWN)),
        ("deals", Crm(), Crm(Service.PAYPAL, DOWN)),
        ("messages", Rooms(), Rooms(Service.PAYPAL, DOWN)),
        ("issues", Tracker(), Tracker(Service.PAYPAL, DOWN)),
        ("posts", Network(), Network(Service.PAYPAL, DOWN)),
    ],
)
async def test_every_list_tells_of_a_source_that_did_not_answer(field: str, answers: Source, fails: Source) -> None:
    query = f"{{ customers {{ edges {{ node {{ {field} {{ edges {{ cursor }} }} }} }} }} }}"
    answer = await run(hub(answers, fails, customers=ADA), query)
    assert answer.data["customers"]["edges"] == [{"node": {field: {"edges": []}}}]
    assert answer.only_error["path"] == ["customers", "edges", 0, "node", field]
    assert answer.only_error["extensions"] == {"code": "UPSTREAM_UNAVAILABLE", "service": "PAYPAL"}


async def test_profiles_show_the_networks_that_answered_and_tell_of_the_others() -> None:
    networks = [
        Network(accounts={"Ada": profile("ada")}),
        Network(Service.MASTODON, Unavailable(Service.MASTODON, "MASTODON dropped the call")),
        Network(Service.SLACK, NotConfigured(Service.SLACK)),
    ]
    book = Book([customer("Ada", ServiceLink(Service.BLUESKY, "Ada"))])
    answer = await run(hub(*networks, customers=book), "{ customers { edges { node { profiles { handle } } } } }")
    assert answer.data["customers"]["edges"][0]["node"]["profiles"] == [{"handle": "ada"}]
    assert answer.only_error["extensions"] == {"code": "UPSTREAM_UNAVAILABLE", "service": "MASTODON"}


@pytest.mark.parametrize(
    ("failures", "code"),
    [
        ([NotConfigured(Service.BLUESKY)], "SERVICE_NOT_CONFIGURED"),
        ([NotConfigured(Service.BLUESKY), Unavailable(Service.MASTODON, "down")], "UPSTREAM_UNAVAILABLE"),
    ],
)
async def test_profiles_of_which_no_network_answered_are_an_error(failures: list[Exception], code: str) -> None:
    services = [Service.BLUESKY, Service.MASTODON]
    networks = [
        Network(service, failure)  # type: ignore[arg-type]  # each is a ConnectorError
        for service, failure in zip(services, failures, strict=False)
    ]
    answer = await run(hub(*networks, customers=ADA), "{ customers { edges { node { profiles { handle } } } } }")
    assert answer.data["customers"]["edges"][0]["node"]["profiles"] is None
    assert answer.codes == [code]


async def test_plans_of_two_services_follow_each_other_and_fail_together() -> None:
    shops = [
        Shop(subscriptions={"Ada": [plan("1")]}),
        Shop(Service.PAYPAL, subscriptions={"Ada": [plan("2", Service.PAYPAL)]}),
    ]
    query = "{ customers { edges { node { plans { service } } } } }"
    whole = (await run(hub(*shops, customers=ADA), query)).whole
    assert whole["customers"]["edges"][0]["node"]["plans"] == [{"service": "STRIPE"}, {"service": "PAYPAL"}]
    shops[1].failure = DOWN
    assert (await run(hub(*shops, customers=ADA), query)).codes == ["UPSTREAM_UNAVAILABLE"]


async def test_invoices_issues_and_posts_show_their_fields() -> None:
    book = Book([customer("Ada", ServiceLink(Service.STRIPE, "Ada"))])
    sources = hub(
        Shop(bills={"Ada": [invoice("1")]}), Tracker(entries=[issue("2")]), Network(said=[post("3")]), customers=book
    )
    query = """{ customers { edges { node {
      invoices { edges { node { number status total { amount } due { amount } url } } }
      issues { edges { node { key state labels } } }
      posts { edges { node { text likes reposts replies } } }
    } } } }"""
    node = (await run(sources, query)).whole["customers"]["edges"][0]["node"]
    assert node["invoices"]["edges"][0]["node"] == {
        "number": "N-1",
        "status": "OPEN",
        "total": {"amount": "9.00"},
        "due": {"amount": "4.50"},
        "url": None,
    }
    assert node["issues"]["edges"][0]["node"] == {"key": "owner/name#2", "state": "OPEN", "labels": ["bug"]}
    assert node["posts"]["edges"][0]["node"] == {"text": "Said 3", "likes": 1, "reposts": 2, "replies": 3}


@pytest.mark.parametrize("arguments", ["first: 0", "first: 101", 'after: "nonsense"'])
async def test_a_list_of_a_customer_refuses_what_is_no_page(arguments: str) -> None:
    for field in ("payments", "invoices", "tickets", "issues", "posts"):
        query = f"{{ customers {{ edges {{ node {{ {field}({arguments}) {{ totalCount }} }} }} }} }}"
        answer = await run(hub(Shop(), Desk(), Tracker(), Network(), customers=ADA), query)
        assert answer.codes == ["BAD_USER_INPUT"]
        assert answer.only_error["path"] == ["customers", "edges", 0, "node", field]
