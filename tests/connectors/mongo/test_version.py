"""The version of our own records: the same for as long as they are, whoever writes."""

from collections.abc import Awaitable, Callable

import pytest

from connectors.domain.customers import CustomerFilter, CustomersAsked
from connectors.domain.errors import Refused
from connectors.domain.references import ServiceLink
from connectors.domain.service import Service
from connectors.mongo.customers import MongoCustomers
from connectors.mongo.store import open_store
from connectors.transport.stats import Ledger, ServiceStats, operation
from tests.connectors.mongo.support import STRIPE_ANNA, anna

Write = Callable[[MongoCustomers, str], Awaitable[object]]


async def test_reading_leaves_it_as_it_is(kept: MongoCustomers) -> None:
    there = await kept.create(anna())
    before = await kept.version()
    assert before is not None
    await kept.by_id([there.id])
    await kept.by_email([there.email])
    await kept.by_link([STRIPE_ANNA])
    await kept.page(CustomersAsked(size=5))
    await kept.count(CustomerFilter())
    assert await kept.version() == before


@pytest.mark.parametrize(
    "write",
    [
        lambda store, one: store.update(one, 1, {"name": "Anne"}),
        lambda store, one: store.link(one, ServiceLink(Service.GITHUB, "anna")),
        lambda store, one: store.unlink(one, Service.STRIPE),
        lambda store, one: store.add_note(one, "called", "ada"),
        lambda store, one: store.delete(one),
    ],
    ids=["update", "link", "unlink", "note", "delete"],
)
async def test_whatever_is_written_makes_it_another_one_for_everybody(
    store_uri: str, kept: MongoCustomers, write: Write
) -> None:
    stats = ServiceStats(Service.STORE)
    other = open_store(store_uri, stats)
    there = await kept.create(anna())
    before = await other.customers.version()
    await write(kept, there.id)
    assert await other.customers.version() != before
    assert stats.changes == 0, "of what others write, the count of this process knows nothing"
    await other.close()


async def test_what_another_program_writes_counts_as_well(kept: MongoCustomers) -> None:
    there = await kept.create(anna())
    before = await kept.version()
    collection = kept._collection  # noqa: SLF001 - as a program that knows nothing of ours
    await collection.update_one({"emailKey": there.email}, {"$set": {"name": "Anne"}})
    assert await kept.version() != before


async def test_other_collections_do_not_matter(kept: MongoCustomers) -> None:
    await kept.create(anna())
    before = await kept.version()
    await kept._collection.database["others"].insert_one({})  # noqa: SLF001 - as above
    assert await kept.version() == before


async def test_where_it_cannot_be_told_it_is_none_and_no_failure_of_the_store() -> None:
    stats = ServiceStats(Service.STORE)
    store = open_store("mongodb://127.0.0.1:1/nowhere?serverSelectionTimeoutMS=50", stats)
    assert await store.customers.version() is None
    assert (stats.totals.calls, stats.last_error) == (0, None)
    await store.close()


async def test_a_process_counts_what_it_wrote_itself_and_what_it_may_have_written(store_uri: str) -> None:
    stats = ServiceStats(Service.STORE)
    store = open_store(store_uri, stats)
    await store.ensure_indexes()
    there = await store.customers.create(anna())
    assert stats.changes == 1
    await store.customers.by_id([there.id])
    assert stats.changes == 1
    with pytest.raises(Refused):
        await store.customers.create(anna())
    assert stats.changes == 2, "one that was refused is counted too: nothing is lost by it"
    await store.close()


async def test_what_is_read_is_told_as_read_of_our_own_records(store_uri: str) -> None:
    store = open_store(store_uri, ServiceStats(Service.STORE))
    with operation(Ledger()) as ledger:
        await store.customers.page(CustomersAsked(size=5))
    again = ledger.again()
    assert again is not None
    assert (again.records, dict(again.fresh)) == (True, {})
    await store.close()
