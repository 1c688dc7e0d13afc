from datetime import date

import pytest

from connectors.domain.errors import NotConfigured
from connectors.domain.incidents import IncidentStatus
from connectors.domain.rates import RateAsked, SeriesAsked
from connectors.domain.service import Service
from connectors.domain.weather import Place
from connectors.seed.people import People
from connectors.sources import Sources
from schema.relay import GlobalId, seal
from tests.schema.fake_crm import Crm, deal
from tests.schema.fakes import Book, Rates
from tests.schema.harness import hub, run
from tests.schema.nouns import ago, customer
from tests.schema.on_call import OnCall, incident
from tests.schema.rooms import BARE, GENERAL, Rooms, message
from tests.schema.stations import Station, weather

ADA = customer("Ada")
CUSTOMER = "query($id: ID, $email: String) { customer(id: $id, email: $email) { name } }"
RATES = {"EUR USD": "1.25", "EUR GBP": "0.85"}


async def test_a_customer_is_found_by_id_or_by_email() -> None:
    sources = hub(customers=Book([ADA]))
    id = str(GlobalId("Customer", Service.STORE, ADA.id))
    assert (await run(sources, CUSTOMER, id=id)).whole == {"customer": {"name": "Ada"}}
    assert (await run(sources, CUSTOMER, email=ADA.email)).whole == {"customer": {"name": "Ada"}}


async def test_an_email_is_compared_without_case(kept: Sources, people: People) -> None:
    one = people[3]
    assert (await run(kept, CUSTOMER, email=one.email.upper())).whole == {"customer": {"name": one.name}}


async def test_a_customer_whom_nobody_knows_is_null(kept: Sources) -> None:
    for given in (
        {"id": str(GlobalId("Customer", Service.STORE, "f" * 24))},
        {"id": str(GlobalId("Customer", Service.STORE, "not an id of the store"))},
        {"email": "nobody@example.com"},
        {"email": ""},
    ):
        assert (await run(kept, CUSTOMER, **given)).whole == {"customer": None}


@pytest.mark.parametrize(
    "given",
    [{}, {"id": None, "email": None}, {"id": str(GlobalId("Customer", Service.STORE, ADA.id)), "email": ADA.email}],
)
async def test_a_customer_is_asked_for_in_exactly_one_way(given: dict[str, object]) -> None:
    answer = await run(hub(), CUSTOMER, **given)
    assert answer.codes == ["BAD_USER_INPUT"]
    assert answer.only_error["message"] == "exactly one of `id` and `email` must be given"


@pytest.mark.parametrize(
    "id",
    [
        "",
        "nonsense",
        ADA.id,
        str(GlobalId("Payment", Service.STRIPE, "ch_1")),
        str(GlobalId("Customer", Service.STRIPE, ADA.id)),
        seal("customer", "name", "Ada", ADA.id),
    ],
    ids=["empty", "nonsense", "the store's", "a payment's", "of a vendor", "a cursor"],
)
async def test_an_id_that_is_no_customers_is_refused(id: str) -> None:
    answer = await run(hub(customers=Book([ADA])), CUSTOMER, id=id)
    assert answer.codes == ["BAD_USER_INPUT"]


async def test_customers_asked_for_one_by_one_are_one_call_of_the_store() -> None:
    book = Book([ADA, customer("Bob", number=2)])
    ids = [str(GlobalId("Customer", Service.STORE, one.id)) for one in book.customers]
    query = (
        "query($a: ID!, $b: ID!) { a: customer(id: $a) { name } b: customer(id: $b) { name } c: node(id: $a) { id } }"
    )
    whole = (await run(hub(customers=book), query, a=ids[0], b=ids[1])).whole
    assert whole == {"a": {"name": "Ada"}, "b": {"name": "Bob"}, "c": {"id": ids[0]}}
    assert book.calls == ["by_id"]


async def test_a_rate_is_asked_for_by_pair_and_day() -> None:
    rates = Rates(table=RATES)
    query = """{
      latest: exchangeRate(base: "EUR", quote: "usd") { base quote rate on }
      then: exchangeRate(base: "EUR", quote: "USD", on: "2026-01-02") { on }
      none: exchangeRate(base: "EUR", quote: "XAF") { rate }
    }"""
    assert (await run(hub(rates), query)).whole == {
        "latest": {"base": "EUR", "quote": "USD", "rate": "1.25", "on": "2026-10-30"},
        "then": {"on": "2026-01-02"},
        "none": None,
    }
    assert rates.asked("rates") == [
        (RateAsked("EUR", "USD"), RateAsked("EUR", "USD", date(2026, 1, 2)), RateAsked("EUR", "XAF"))
    ]


SERIES = """query($quotes: [Currency!]!, $since: Date!, $until: Date) {
  exchangeRates(base: "EUR", quotes: $quotes, since: $since, until: $until) { quote rate on }
}"""


async def test_a_series_is_asked_for_once_with_every_quote_once() -> None:
    rates = Rates(table=RATES)
    answer = await run(hub(rates), SERIES, quotes=["USD", "GBP", "USD"], since="2026-01-02", until="2026-01-02")
    assert [one["quote"] for one in answer.whole["exchangeRates"]] == ["USD", "GBP"]
    day = date(2026, 1, 2)
    assert rates.asked("series") == [(SeriesAsked("EUR", ("USD", "GBP"), day, day),)]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"quotes": ["USD"], "since": "2026-01-02", "until": "2026-01-01"}, "`until` (2026-01-01) lies before"),
        ({"quotes": ["USD"] * 101, "since": "2026-01-02"}, "101 quotes; at most 100"),
        ({"quotes": ["XXX"], "since": "2026-01-02"}, "'XXX' is not a currency"),
        ({"quotes": ["USD"], "since": "2026-02-30"}, "'2026-02-30' is not a date"),
        ({"quotes": [None], "since": "2026-01-02"}, "$quotes"),
    ],
)
async def test_a_series_that_makes_no_sense_is_refused(given: dict[str, object], message: str) -> None:
    answer = await run(hub(Rates(table=RATES)), SERIES, **given)
    assert answer.codes == ["BAD_USER_INPUT"]
    assert message in answer.only_error["message"]


async def test_a_publisher_that_is_off_is_told() -> None:
    off = Rates(failure=NotConfigured(Service.FRANKFURTER))
    answer = await run(hub(off), '{ exchangeRate(base: "EUR", quote: "USD") { rate } }')
    assert answer.data == {"exchangeRate": None}
    assert answer.only_error["extensions"] == {"code": "SERVICE_NOT_CONFIGURED", "service": "FRANKFURTER"}


async def test_null_for_an_argument_means_the_same_as_leaving_it_out(imitated: Sources) -> None:
    query = """query($first: Int, $after: String, $filter: CustomerFilter) {
      customers(first: $first, after: $after, filter: $filter) { edges { node { id } } }
      payments(first: $first, after: $after, since: null, status: null) { edges { node { id } } }
    }"""
    nothing = (await run(imitated, query)).whole
    assert (await run(imitated, query, first=None, after=None, filter=None)).whole == nothing
    assert len(nothing["payments"]["edges"]) == 20


async def test_what_broke_is_listed_by_status_and_time() -> None:
    service = OnCall(broken=[incident("Q1"), incident("Q2", at=ago(9)), incident("Q3", status=IncidentStatus.RESOLVED)])
    query = """query($since: DateTime) { incidents(status: ACKNOWLEDGED, since: $since) {
      edges { node { title } } pageInfo { hasNextPage }
    } }"""
    answer = await run(hub(service), query, since=ago(5).isoformat())
    assert answer.whole["incidents"] == {
        "edges": [{"node": {"title": "Broken Q1"}}],
        "pageInfo": {"hasNextPage": False},
    }


async def test_everybodys_deals_are_one_list_over_every_crm() -> None:
    crms = [
        Crm(pitches={"7": [deal("1", at=ago(1)), deal("2", at=ago(3))]}),
        Crm(Service.INTERCOM, pitches={"8": [deal("3", at=ago(2), service=Service.INTERCOM)]}),
    ]
    answer = await run(hub(*crms), "{ deals { edges { node { service name } } } }")
    shown = [(edge["node"]["service"], edge["node"]["name"]) for edge in answer.whole["deals"]["edges"]]
    assert shown == [("HUBSPOT", "Deal 1"), ("INTERCOM", "Deal 3"), ("HUBSPOT", "Deal 2")]


async def test_channels_are_paged_with_what_was_said_in_them() -> None:
    rooms = Rooms(places=[GENERAL, BARE], said=[message("1"), message("2", 1)])
    query = """query($after: String) { channels(first: 1, after: $after) {
      edges { node { name members messages(first: 1) { edges { node { text } } } } } pageInfo { hasNextPage endCursor }
    } }"""
    first = (await run(hub(rooms), query)).whole["channels"]
    said = {"edges": [{"node": {"text": "Said 1"}}]}
    assert first["edges"] == [{"node": {"name": "general", "members": 7, "messages": said}}]
    second = (await run(hub(rooms), query, after=first["pageInfo"]["endCursor"])).whole["channels"]
    assert second["edges"] == [{"node": {"name": "bare", "members": None, "messages": {"edges": []}}}]
    assert not second["pageInfo"]["hasNextPage"]


async def test_the_weather_of_two_places_is_one_batch_and_of_no_place_on_earth_refused() -> None:
    berlin, paris = Place.near(52.52, 13.41), Place.near(48.86, 2.35)
    station = Station(now={berlin: weather(berlin, 8), paris: weather(paris, 11)})
    query = """{
      here: weather(latitude: 52.52, longitude: 13.41) { temperature }
      there: weather(latitude: 48.86, longitude: 2.35) { temperature }
      nowhere: weather(latitude: 91, longitude: 0) { temperature }
    }"""
    answer = await run(hub(station), query)
    assert answer.data == {"here": {"temperature": 8.0}, "there": {"temperature": 11.0}, "nowhere": None}
    assert (answer.codes, answer.only_error["path"]) == (["BAD_USER_INPUT"], ["nowhere"])
    assert station.asked("current") == [(berlin, paris)]
