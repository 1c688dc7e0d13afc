from datetime import timedelta

from connectors.domain.errors import NotConfigured, Unavailable
from connectors.domain.service import Service
from connectors.mongo.store import Store
from connectors.seed.people import People
from connectors.sources import Sources
from schema.relay import GlobalId
from tests.schema.fakes import Book, Shop
from tests.schema.harness import hub, run
from tests.schema.nouns import NOON, ago, customer, money, payment

PAYERS = "{ payments(first: 50) { edges { node { externalId customer { name } } } } }"
BOOK = Book([customer("Ada"), customer("Bob", number=2)])


async def test_a_payment_shows_what_the_service_says_of_it() -> None:
    shop = Shop(charges=[payment("ch_1", "12.50 EUR", refunded="2.5", status=payment("1").status.PARTIALLY_REFUNDED)])
    query = """{ payments { edges { node {
      id service externalId url amount { amount currency } refunded { amount currency } status description createdAt
    } } } }"""
    assert (await run(hub(shop), query)).whole["payments"]["edges"][0]["node"] == {
        "id": str(GlobalId("Payment", Service.STRIPE, "ch_1")),
        "service": "STRIPE",
        "externalId": "ch_1",
        "url": "https://pay.example/ch_1",
        "amount": {"amount": "12.50", "currency": "EUR"},
        "refunded": {"amount": "2.5", "currency": "EUR"},
        "status": "PARTIALLY_REFUNDED",
        "description": None,
        "createdAt": NOON.isoformat(),
    }


async def test_payments_lead_back_to_their_customers_in_one_call_of_the_store() -> None:
    shop = Shop(charges=[payment(str(number), by=("Ada", "Bob")[number % 2], at=ago(number)) for number in range(20)])
    book = Book(BOOK.customers)
    edges = (await run(hub(shop, customers=book), PAYERS)).whole["payments"]["edges"]
    assert [edge["node"]["customer"]["name"] for edge in edges] == ["Ada", "Bob"] * 10
    assert book.calls == ["by_link"]


async def test_the_way_back_is_one_call_of_the_real_store_too(kept: Sources) -> None:
    answer = await run(kept, PAYERS)
    assert answer.whole["payments"]["edges"]
    assert all(edge["node"]["customer"] for edge in answer.data["payments"]["edges"])
    assert answer.calls(Service.STORE) == 1


async def test_a_payer_whom_our_records_do_not_know_is_null() -> None:
    shop = Shop(charges=[payment("1", by="Nobody"), payment("2", by=None, at=ago(1))])
    edges = (await run(hub(shop, customers=BOOK), PAYERS)).whole["payments"]["edges"]
    assert [edge["node"]["customer"] for edge in edges] == [None, None]


async def test_a_payer_is_found_by_the_id_of_the_same_service(store: Store, people: People) -> None:
    await store.customers.seed(people[number].customer() for number in range(2))
    elsewhere = people[0].customer().ref.link(Service.STRIPE)
    shop = Shop(Service.PAYPAL, charges=[payment("1", by=elsewhere, service=Service.PAYPAL)])
    edges = (await run(hub(shop, customers=store.customers), PAYERS)).whole["payments"]["edges"]
    assert edges[0]["node"]["customer"] is None


async def test_a_customer_of_a_payment_has_everything_that_a_customer_has() -> None:
    shop = Shop(charges=[payment("1")])
    query = "{ payments { edges { node { customer { __typename payments { edges { node { externalId } } } } } } } }"
    node = (await run(hub(shop, customers=BOOK), query)).whole["payments"]["edges"][0]["node"]
    assert node["customer"] == {"__typename": "Customer", "payments": {"edges": [{"node": {"externalId": "1"}}]}}


async def test_since_and_status_are_handed_to_every_source() -> None:
    shops = [
        Shop(charges=[payment("new"), payment("old", at=ago(100))]),
        Shop(Service.PAYPAL, charges=[payment("other", service=Service.PAYPAL, at=ago(1))]),
    ]
    query = "query($since: DateTime) { payments(since: $since, status: SUCCEEDED) { edges { node { externalId } } } }"
    answer = await run(hub(*shops), query, since=(NOON - timedelta(hours=50)).isoformat())
    assert [edge["node"]["externalId"] for edge in answer.whole["payments"]["edges"]] == ["new", "other"]


async def test_everybodys_payments_can_be_paged_to_the_end(imitated: Sources) -> None:
    query = """query($after: String) { payments(first: 40, after: $after) {
      edges { node { id createdAt } } pageInfo { hasNextPage endCursor }
    } }"""
    seen, after, more = [], None, True
    while more:
        page = (await run(imitated, query, after=after)).whole["payments"]
        seen += [(edge["node"]["createdAt"], edge["node"]["id"]) for edge in page["edges"]]
        more, after = page["pageInfo"]["hasNextPage"], page["pageInfo"]["endCursor"]
    assert len({id for _, id in seen}) == len(seen) > 40
    assert [at for at, _ in seen] == sorted((at for at, _ in seen), reverse=True)


async def test_the_balance_adds_up_each_currency_over_every_service() -> None:
    shops = [
        Shop(funds=[money("1.50", "EUR"), money("3", "USD")]),
        Shop(Service.PAYPAL, funds=[money("2.25", "EUR"), money("500", "JPY")]),
        Shop(Service.SLACK, NotConfigured(Service.SLACK)),
    ]
    assert (await run(hub(*shops), "{ balance { amount currency } }")).whole["balance"] == [
        {"amount": "3.75", "currency": "EUR"},
        {"amount": "500", "currency": "JPY"},
        {"amount": "3", "currency": "USD"},
    ]


async def test_half_a_balance_is_an_error() -> None:
    shops = [
        Shop(funds=[money("1.50", "EUR")]),
        Shop(Service.PAYPAL, Unavailable(Service.PAYPAL, "PAYPAL dropped the call")),
    ]
    answer = await run(hub(*shops), "{ balance { amount } }")
    assert answer.data == {"balance": None}
    assert answer.only_error["extensions"] == {"code": "UPSTREAM_UNAVAILABLE", "service": "PAYPAL"}


async def test_two_balances_of_one_operation_are_one_call() -> None:
    shop = Shop(funds=[money("1", "EUR")])
    await run(hub(shop), "{ a: balance { amount } b: balance { currency } }")
    assert len(shop.batches) == 1
