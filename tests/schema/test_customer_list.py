from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from connectors.domain.customers import Customer, NewCustomer
from connectors.domain.service import Service
from connectors.mongo.store import Store
from connectors.seed.people import People
from connectors.sources import Sources
from schema.relay import seal
from tests.schema.fakes import Book
from tests.schema.harness import hub, run

PAGE = """query(
  $first: Int, $after: String, $last: Int, $before: String, $filter: CustomerFilter, $orderBy: CustomerOrder
) {
  customers(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy) {
    edges { cursor node { id email } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}"""
ORDERS = [
    {"field": field, "direction": direction}
    for field in ("NAME", "EMAIL", "CREATED_AT", "UPDATED_AT")
    for direction in ("ASC", "DESC")
]


async def page(sources: Sources, **variables: object) -> Any:  # noqa: ANN401 - JSON, as a caller gets it
    return (await run(sources, PAGE, **variables)).whole["customers"]


def emails(found: Any) -> list[str]:  # noqa: ANN401 - JSON, as a caller gets it
    return [edge["node"]["email"] for edge in found["edges"]]


async def forwards(sources: Sources, size: int, **variables: object) -> list[list[str]]:
    """Every page, from the first to the last."""
    pages, after = [], None
    while True:
        found = await page(sources, first=size, after=after, **variables)
        pages.append(emails(found))
        assert found["pageInfo"]["hasPreviousPage"] is (after is not None)
        if not found["pageInfo"]["hasNextPage"]:
            return pages
        after = found["pageInfo"]["endCursor"]


async def backwards(sources: Sources, size: int, **variables: object) -> list[list[str]]:
    """Every page, from the last to the first, in the order of the list."""
    pages: list[list[str]] = []
    before = None
    while True:
        found = await page(sources, last=size, before=before, **variables)
        pages.insert(0, emails(found))
        assert found["pageInfo"]["hasNextPage"] is (before is not None)
        if not found["pageInfo"]["hasPreviousPage"]:
            return pages
        before = found["pageInfo"]["startCursor"]


def joined(pages: list[list[str]]) -> list[str]:
    return [email for one in pages for email in one]


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: f"{order['field']} {order['direction']}")
async def test_pages_in_both_directions_join_to_the_whole_in_every_order(
    kept: Sources, people: People, order: dict[str, str]
) -> None:
    whole = emails(await page(kept, first=100, orderBy=order))
    assert set(whole) == {people[number].email for number in range(people.count)}
    assert len(whole) == people.count
    pages = await forwards(kept, 7, orderBy=order)
    assert [len(one) for one in pages] == [7, 7, 7, 7, 2]
    assert joined(pages) == whole
    pages = await backwards(kept, 7, orderBy=order)
    assert [len(one) for one in pages] == [2, 7, 7, 7, 7]
    assert joined(pages) == whole


@pytest.mark.parametrize(
    ("field", "key"),
    [
        ("EMAIL", lambda one: one.email.casefold()),
        ("CREATED_AT", lambda one: one.created_at),
        ("UPDATED_AT", lambda one: one.updated_at),
    ],
)
async def test_an_order_is_that_of_its_field_and_the_other_way_round(
    kept: Sources, people: People, field: str, key: Callable[[Customer], Any]
) -> None:
    everybody = [people[number].customer() for number in range(people.count)]
    expected = [one.email for one in sorted(everybody, key=lambda one: (key(one), one.id))]
    assert emails(await page(kept, first=100, orderBy={"field": field})) == expected
    assert emails(await page(kept, first=100, orderBy={"field": field, "direction": "DESC"})) == expected[::-1]


async def test_without_an_order_customers_come_as_they_were_entered(kept: Sources) -> None:
    given = {"field": "CREATED_AT", "direction": "ASC"}
    assert await page(kept, first=100) == await page(kept, first=100, orderBy=given)


async def test_a_page_between_two_cursors_holds_what_lies_between_them(kept: Sources) -> None:
    edges = (await page(kept, first=10))["edges"]
    between = await page(kept, first=20, after=edges[1]["cursor"], before=edges[6]["cursor"])
    assert emails(between) == [edge["node"]["email"] for edge in edges[2:6]]


async def test_pages_neither_repeat_nor_lose_a_customer_while_others_come_and_go(
    kept: Sources, store: Store, people: People
) -> None:
    start = {people[number].email for number in range(people.count)}
    order = {"field": "EMAIL", "direction": "ASC"}
    seen, after, gone, number = [], None, set(), 0
    while True:
        found = await page(kept, first=4, after=after, orderBy=order)
        seen += emails(found)
        if not found["pageInfo"]["hasNextPage"]:
            break
        after = found["pageInfo"]["endCursor"]
        number += 1
        await store.customers.create(NewCustomer(name="Earlier", email=f"!{number}@example.com"))
        await store.customers.create(NewCustomer(name="Later", email=f"zzz{number}@example.com"))
        cursor_itself = await store.customers.by_email([seen[-1]])
        await store.customers.delete(cursor_itself[seen[-1]].id)
        gone.add(seen[-1])
    assert len(seen) == len(set(seen))
    assert start <= set(seen)
    assert gone <= set(seen)
    assert not any(email.startswith("!") for email in seen)


async def test_the_count_is_made_only_where_it_is_asked_for(kept: Sources, people: People) -> None:
    without = await run(kept, "{ customers(first: 2) { edges { node { id } } } }")
    assert without.calls(Service.STORE) == 1
    counted = await run(kept, "{ customers(first: 2) { totalCount edges { node { id } } } }")
    assert counted.calls(Service.STORE) == 2
    assert counted.whole["customers"]["totalCount"] == people.count


async def test_the_count_is_of_the_filter_and_not_of_the_page(kept: Sources, people: People) -> None:
    expected = sum("vip" in people[number].tags for number in range(people.count))
    query = '{ customers(first: 1, filter: {tag: "vip"}) { totalCount edges { node { tags } } } }'
    found = (await run(kept, query)).whole["customers"]
    assert found["totalCount"] == expected
    assert len(found["edges"]) == min(1, expected)


async def test_counts_of_the_same_filter_are_made_once(kept: Sources) -> None:
    query = "{ a: customers(first: 1) { totalCount } b: customers(first: 2) { totalCount } }"
    assert (await run(kept, query)).calls(Service.STORE) == 3


def selected(people: People, which: Callable[[Customer], bool]) -> set[str]:
    everybody = (people[number].customer() for number in range(people.count))
    return {one.email for one in everybody if which(one)}


async def test_every_part_of_a_filter_narrows_the_list(kept: Sources, people: People) -> None:
    one = people[4].customer()
    assert one.location
    assert one.company
    code, midway = one.location.country_code, people[15].created_at
    parts: list[tuple[dict[str, object], Callable[[Customer], bool]]] = [
        ({"tag": "vip"}, lambda who: "vip" in who.tags),
        ({"company": one.company.upper()}, lambda who: who.company == one.company),
        ({"countryCode": code}, lambda who: who.location is not None and who.location.country_code == code),
        ({"linkedTo": "STRIPE"}, lambda _: True),
        ({"linkedTo": "PAGERDUTY"}, lambda _: False),
        ({"text": one.email.split("@")[0]}, lambda who: who.email == one.email),
        ({"createdAfter": midway.isoformat()}, lambda who: who.created_at > midway),
        ({"createdBefore": midway.isoformat()}, lambda who: who.created_at < midway),
        ({"tag": None, "company": None}, lambda _: True),
        ({}, lambda _: True),
    ]
    for given, which in parts:
        assert set(emails(await page(kept, first=100, filter=given))) == selected(people, which), given


async def test_the_parts_of_a_filter_must_all_hold(kept: Sources, people: People) -> None:
    midway = people[15].created_at
    given = {"tag": "vip", "createdAfter": midway.isoformat()}
    expected = selected(people, lambda who: "vip" in who.tags and who.created_at > midway)
    assert set(emails(await page(kept, first=100, filter=given))) == expected


async def test_a_filtered_list_can_be_paged(kept: Sources, people: People) -> None:
    given = {"createdBefore": people[15].created_at.isoformat()}
    whole = emails(await page(kept, first=100, filter=given))
    assert len(whole) == 15
    assert joined(await forwards(kept, 4, filter=given)) == joined(await backwards(kept, 4, filter=given)) == whole


async def test_a_cursor_of_another_order_is_refused_by_name(kept: Sources) -> None:
    by_name = (await page(kept, first=1, orderBy={"field": "NAME"}))["pageInfo"]["endCursor"]
    for side in ("after", "before"):
        answer = await run(kept, PAGE, orderBy={"field": "EMAIL"}, **{side: by_name})
        assert answer.codes == ["BAD_USER_INPUT"]
        assert answer.only_error["message"] == "the cursor belongs to a list ordered by name, not by email"


async def test_a_cursor_works_in_the_other_direction_too(kept: Sources) -> None:
    edges = (await page(kept, first=3))["edges"]
    descending = {"field": "CREATED_AT", "direction": "DESC"}
    assert emails(await page(kept, first=9, after=edges[2]["cursor"], orderBy=descending)) == [
        edges[1]["node"]["email"],
        edges[0]["node"]["email"],
    ]


FORGED = {
    "empty": "",
    "nonsense": "nonsense",
    "of a dated list": seal("at", 0, "stripe:ch_1"),
    "too short": seal("customer", "createdAt", 0),
    "a text for a time": seal("customer", "createdAt", "text", "f" * 24),
    "outside of time": seal("customer", "createdAt", 2**62, "f" * 24),
    "not an id of the store": seal("customer", "createdAt", 0, "not an id"),
    "of no order": seal("customer", "nonsense", 0, "f" * 24),
    "huge": "A" * 100_000,
}


@pytest.mark.parametrize("cursor", FORGED.values(), ids=FORGED.keys())
async def test_a_cursor_that_this_list_did_not_give_is_refused(kept: Sources, cursor: str) -> None:
    for side in ("after", "before"):
        answer = await run(kept, PAGE, **{side: cursor})
        assert answer.codes == ["BAD_USER_INPUT"]
        assert answer.only_error["path"] == ["customers"]
        assert len(answer.only_error["message"]) < 200


@pytest.mark.parametrize("number", [0, -1, 101, 1_000_000])
async def test_first_and_last_are_between_one_and_a_hundred(number: int) -> None:
    for name in ("first", "last"):
        answer = await run(hub(), PAGE, **{name: number})
        assert answer.codes == ["BAD_USER_INPUT"]
        assert answer.only_error["message"] == f"`{name}` is {number}; it must be between 1 and 100"


async def test_an_empty_list_has_neither_cursors_nor_neighbours() -> None:
    assert await page(hub(customers=Book())) == {
        "edges": [],
        "pageInfo": {"hasNextPage": False, "hasPreviousPage": False, "startCursor": None, "endCursor": None},
    }


async def test_customers_entered_at_the_same_moment_are_told_apart(store: Store, people: People) -> None:
    moment = datetime(2026, 5, 1, 12, tzinfo=people.now.tzinfo) + timedelta(milliseconds=1)
    twins = [replace(people[number].customer(), created_at=moment, updated_at=moment) for number in range(9)]
    await store.customers.seed(twins)
    expected = sorted(one.email for one in twins)
    for direction in ("ASC", "DESC"):
        pages = await forwards(
            hub(customers=store.customers), 2, orderBy={"field": "UPDATED_AT", "direction": direction}
        )
        assert sorted(joined(pages)) == expected
