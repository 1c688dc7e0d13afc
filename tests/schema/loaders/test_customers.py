from connectors.domain.customers import CustomerFilter, CustomerPage, CustomersAsked, Keyset
from connectors.domain.errors import ConnectorError, Refused
from connectors.domain.references import ServiceLink
from connectors.domain.service import Service
from connectors.mongo.store import Store
from connectors.seed.people import People
from connectors.sources import Sources
from schema.loaders.customers import customer_by_email, customer_by_id, customer_by_link, customer_count, customer_page
from tests.schema.fakes import Book
from tests.schema.harness import hub
from tests.schema.nouns import customer

ADA, BOB = customer("Ada"), customer("Bob", number=2)
NOBODY = "f" * 24


async def test_customers_are_answered_in_the_order_asked_and_none_for_strangers() -> None:
    sources = hub(customers=Book([ADA, BOB]))
    assert await customer_by_id(sources, [BOB.id, NOBODY, ADA.id]) == [BOB, None, ADA]
    assert await customer_by_email(sources, [BOB.email, "nobody@example.com", ADA.email]) == [BOB, None, ADA]
    links = [ServiceLink(Service.STRIPE, name) for name in ("Bob", "Nobody", "Ada")]
    assert await customer_by_link(sources, links) == [BOB, None, ADA]


async def test_all_keys_of_one_kind_cost_one_call() -> None:
    book = Book([ADA, BOB])
    await customer_by_id(hub(customers=book), [ADA.id, BOB.id])
    await customer_by_link(hub(customers=book), [*ADA.links, *BOB.links])
    assert book.calls == ["by_id", "by_link"]


async def test_a_page_that_the_store_refuses_leaves_the_others_alone(kept: Sources) -> None:
    forged = CustomersAsked(after=Keyset("not a time", "not an id"))
    good, bad = await customer_page(kept, [CustomersAsked(size=3), forged])
    assert isinstance(good, CustomerPage)
    assert len(good.items) == 3
    assert isinstance(bad, Refused)


async def test_each_filter_has_its_own_count(kept: Sources, store: Store, people: People) -> None:
    filters = [CustomerFilter(), CustomerFilter(tag="nobody has this"), CustomerFilter(linked_to=Service.STRIPE)]
    assert await customer_count(kept, filters) == [people.count, 0, people.count]
    assert await store.customers.count(CustomerFilter()) == people.count


async def test_a_store_that_is_down_is_a_value_of_each_page() -> None:
    failure = ConnectorError(Service.STORE, "STORE cannot be reached")

    class Down(Book):
        async def page(self, asked: CustomersAsked) -> CustomerPage:  # noqa: ARG002 - the Protocol's signature
            raise failure

    assert await customer_page(hub(customers=Down()), [CustomersAsked(), CustomersAsked(size=5)]) == [failure, failure]
