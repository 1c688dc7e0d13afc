import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from connectors.domain.customers import (
    Customer,
    CustomerField,
    CustomerFilter,
    CustomerOrder,
    CustomerPage,
    CustomersAsked,
    Keyset,
)
from connectors.domain.errors import Refused
from connectors.domain.service import Service
from connectors.mongo.keyset import page_query, page_sort
from connectors.mongo.store import Store, open_store
from connectors.mongo.text import plain
from connectors.transport.stats import ServiceStats
from tests.connectors.mongo.support import NOBODY, NOON, Clock, behind, plainly

ORDERS = [CustomerOrder(field, descending) for field in CustomerField for descending in (False, True)]
VALUES = {
    CustomerField.NAME: lambda one: one.name,
    CustomerField.EMAIL: lambda one: one.email,
    CustomerField.CREATED_AT: lambda one: one.created_at,
    CustomerField.UPDATED_AT: lambda one: one.updated_at,
}
NAMES = ("Émile", "emile", "EMILE", "Zoe", "bo", "Bo", "ægir", "Åse", "ase", "Ö")


def place(one: Customer, order: CustomerOrder) -> Keyset:
    return Keyset(VALUES[order.field](one), one.id)


def person(number: int, chance: random.Random) -> Customer:
    """Made so that names and times tie often, and ids do not follow any order."""
    return Customer(
        id=f"{chance.getrandbits(96):024x}",
        name=chance.choice(NAMES),
        email=f"{chance.choice(NAMES)}{number}@example.com",
        tags=("even",) if number % 2 == 0 else (),
        created_at=NOON - timedelta(milliseconds=chance.randrange(5)),
        updated_at=NOON - timedelta(seconds=chance.randrange(5)),
        version=1,
    )


async def seeded(store: Store, count: int, seed: int = 1) -> list[Customer]:
    people = [person(number, random.Random(seed * 1000 + number)) for number in range(count)]  # noqa: S311 - not a secret
    await store.customers.seed(people)
    return people


async def forwards(store: Store, asked: CustomersAsked) -> list[Customer]:
    """Every page from the first to the last, by cursor alone."""
    found: list[Customer] = []
    while True:
        page = await store.customers.page(asked)
        found += page.items
        assert page.has_previous is (asked.after is not None)
        if not page.has_next:
            return found
        asked = replace(asked, after=place(page.items[-1], asked.order))


async def backwards(store: Store, asked: CustomersAsked) -> list[Customer]:
    """Every page from the last to the first, put together in the order asked."""
    asked, found = replace(asked, backwards=True), list[Customer]()
    while True:
        page = await store.customers.page(asked)
        found = [*page.items, *found]
        assert page.has_next is (asked.before is not None)
        if not page.has_previous:
            return found
        asked = replace(asked, before=place(page.items[0], asked.order))


def ids(customers: Sequence[Customer]) -> list[str]:
    return [one.id for one in customers]


@pytest.mark.parametrize("order", ORDERS, ids=str)
async def test_paging_either_way_gives_everybody_once_in_order(store: Store, order: CustomerOrder) -> None:
    people = await seeded(store, 23)
    if order.field is CustomerField.NAME:
        expected = sorted(people, key=lambda one: (plain(one.name), one.id), reverse=order.descending)
    elif order.field is CustomerField.EMAIL:
        expected = sorted(people, key=lambda one: one.email.casefold(), reverse=order.descending)
    else:
        expected = sorted(people, key=lambda one: (VALUES[order.field](one), one.id), reverse=order.descending)
    for size in (1, 4, 23, 24):
        asked = CustomersAsked(size=size, order=order)
        assert ids(await forwards(store, asked)) == ids(expected), size
        assert ids(await backwards(store, asked)) == ids(expected), size


@pytest.mark.parametrize("order", ORDERS, ids=str)
@pytest.mark.parametrize("way", [forwards, backwards])
async def test_a_filter_combines_with_every_order(store: Store, order: CustomerOrder, way: Any) -> None:  # noqa: ANN401 - either function above
    people = await seeded(store, 20)
    asked = CustomersAsked(size=3, order=order, filter=CustomerFilter(tag="even", text="example com"))
    found = await way(store, asked)
    assert sorted(ids(found)) == sorted(one.id for one in people if one.tags)


@pytest.mark.parametrize("seed", range(1, 5))
@pytest.mark.parametrize("order", [ORDERS[0], ORDERS[3], ORDERS[4], ORDERS[7]], ids=str)
async def test_nobody_repeats_or_is_lost_while_others_come_and_go(
    store: Store, order: CustomerOrder, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - not a secret
    steady = await seeded(store, 30, seed)
    passing = [person(number, chance) for number in range(100, 140)]
    seen: list[str] = []
    asked = CustomersAsked(size=chance.randrange(1, 6), order=order, backwards=seed % 2 == 1)
    while True:
        page = await store.customers.page(asked)
        seen += ids(page.items)
        await store.customers.seed(chance.sample(passing, 4))
        for one in (await store.customers.by_id(ids(chance.sample(passing, 6)))).values():
            await store.customers.delete(one.id)
        if asked.backwards:
            if not page.has_previous:
                break
            asked = replace(asked, before=place(page.items[0], order))
        else:
            if not page.has_next:
                break
            asked = replace(asked, after=place(page.items[-1], order))
    assert set(seen) >= set(ids(steady))
    steadily = [id for id in seen if id in set(ids(steady))]
    assert len(steadily) == len(set(steadily))


async def test_a_page_goes_on_after_a_customer_who_is_gone(store: Store) -> None:
    people = sorted(await seeded(store, 6), key=lambda one: (one.created_at, one.id))
    await store.customers.delete(people[2].id)
    page = await store.customers.page(CustomersAsked(after=place(people[2], CustomerOrder())))
    assert ids(page.items) == ids(people[3:])


@pytest.mark.parametrize(
    ("way", "expected"),
    [(False, (slice(2, 4), True, True)), (True, (slice(5, 7), True, True))],
    ids=["forwards", "backwards"],
)
async def test_both_cursors_bound_a_page(store: Store, *, way: bool, expected: tuple[slice, bool, bool]) -> None:
    people = sorted(await seeded(store, 9), key=lambda one: (one.created_at, one.id))
    bounds = CustomersAsked(
        size=2, after=place(people[1], CustomerOrder()), before=place(people[7], CustomerOrder()), backwards=way
    )
    page = await store.customers.page(bounds)
    which, previous, following = expected
    assert page == CustomerPage(tuple(people[which]), has_previous=previous, has_next=following)


async def test_an_empty_store_has_one_empty_page_either_way(store: Store) -> None:
    nothing = CustomerPage((), has_previous=False, has_next=False)
    assert await store.customers.page(CustomersAsked()) == nothing
    assert await store.customers.page(CustomersAsked(backwards=True)) == nothing


async def test_a_page_of_none_still_knows_that_there_is_more(store: Store) -> None:
    await seeded(store, 1)
    assert await store.customers.page(CustomersAsked(size=0)) == CustomerPage((), has_previous=False, has_next=True)


@pytest.mark.parametrize("side", ["after", "before"])
@pytest.mark.parametrize(
    ("field", "bad"),
    [
        (CustomerField.NAME, Keyset(NOON, NOBODY)),
        (CustomerField.CREATED_AT, Keyset("Anna", NOBODY)),
        (CustomerField.NAME, Keyset("Anna", "none")),
    ],
)
def test_a_cursor_of_another_order_is_refused_by_its_argument(side: str, field: CustomerField, bad: Keyset) -> None:
    asked = CustomersAsked(order=CustomerOrder(field), after=bad if side == "after" else None)
    if side == "before":
        asked = replace(asked, before=bad)
    with pytest.raises(Refused) as refused:
        page_query(asked)
    assert refused.value.field == side


def stages(plan: dict[str, Any]) -> list[str]:
    """The names of a plan's stages, from the result inwards."""
    inner = [plan["inputStage"]] if "inputStage" in plan else plan.get("inputStages", [])
    return [plan["stage"], *(name for one in inner for name in stages(one))]


@pytest.mark.parametrize("backwards", [False, True], ids=["first", "last"])
@pytest.mark.parametrize("order", ORDERS, ids=str)
async def test_no_order_is_sorted_in_memory(
    store: Store, store_uri: str, order: CustomerOrder, *, backwards: bool
) -> None:
    people = await seeded(store, 40)
    middle = place(people[20], order)
    plain_page = CustomersAsked(size=5, order=order, backwards=backwards)
    for asked in (plain_page, replace(plain_page, after=middle), replace(plain_page, before=middle)):
        with behind(store_uri) as database:
            found = database["customers"].find(page_query(asked)).sort(page_sort(asked)).limit(6).explain()
        plan = stages(found["queryPlanner"]["winningPlan"])
        assert "IXSCAN" in plan
        assert not {"SORT", "COLLSCAN"} & set(plan), plan


async def test_a_page_far_down_reads_no_more_than_the_first(store: Store, store_uri: str) -> None:
    people = [
        Customer(id=f"{i:024x}", name=f"{i:04}", email=f"{i}@example.com", created_at=NOON, updated_at=NOON, version=1)
        for i in range(400)
    ]
    await store.customers.seed(people)
    order = CustomerOrder(CustomerField.NAME)
    asked = CustomersAsked(size=10, order=order, after=place(people[380], order))
    with behind(store_uri) as database:
        found = database["customers"].find(page_query(asked)).sort(page_sort(asked)).limit(11).explain()
    assert found["executionStats"]["totalKeysExamined"] <= 12


async def test_times_are_ordered_as_they_are_kept(store_uri: str) -> None:
    clock = Clock()
    store = open_store(store_uri, ServiceStats(Service.STORE), clock=clock)
    first = await store.customers.create(plainly("b"))
    clock.advance(milliseconds=1)
    second = await store.customers.create(plainly("a"))
    newest = CustomerOrder(CustomerField.CREATED_AT, descending=True)
    page = await store.customers.page(CustomersAsked(size=1, order=newest))
    assert ids(page.items) == [second.id]
    rest = await store.customers.page(CustomersAsked(order=newest, after=place(page.items[0], newest)))
    assert ids(rest.items) == [first.id]
    await store.close()
