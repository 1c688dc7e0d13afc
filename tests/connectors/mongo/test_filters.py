from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.domain.customers import CustomerFilter, CustomersAsked
from connectors.domain.references import ServiceLink
from connectors.domain.service import Service
from connectors.mongo.documents import milliseconds
from connectors.mongo.filters import MOST_WORDS, query
from connectors.mongo.store import Store
from tests.connectors.mongo.support import NOON, anna, behind, plainly

TIMES = st.datetimes(datetime(2026, 1, 1), datetime(2026, 1, 1, 0, 0, 0, 9999), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants naive bounds


async def matches(store: Store, which: CustomerFilter) -> list[str]:
    """The names of those who match, counted the same way."""
    found = [one.name for one in (await store.customers.page(CustomersAsked(size=50, filter=which))).items]
    assert await store.customers.count(which) == len(found)
    return found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ann", True),
        ("ANNA", True),
        ("smith ann", True),
        ("ann smi", True),
        ("anna@example.com", True),
        ("example", True),
        ("fjord", True),
        ("bird", True),
        ("ännä", True),
        ("anna bo", False),
        ("nna", False),
        ("ann.*", True),
        (".*", False),
        ("???", False),
        ("", True),
        ("  ", True),
    ],
)
async def test_every_word_of_a_text_begins_a_word_of_the_customer(store: Store, text: str, *, found: bool) -> None:
    await store.customers.create(anna())
    await store.customers.create(plainly("Bo"))
    assert ("Anna Smith" in await matches(store, CustomerFilter(text=text))) is found


async def test_a_blank_text_is_no_condition_and_a_text_without_a_word_finds_nobody(store: Store) -> None:
    await store.customers.create(anna())
    assert await matches(store, CustomerFilter(text=" ")) == ["Anna Smith"]
    assert await matches(store, CustomerFilter(text="!?")) == []


async def test_accents_are_found_with_and_without(store: Store) -> None:
    await store.customers.create(plainly("Zoë Müller"))
    for text in ("zoe", "Zoë", "muller", "MÜLL"):
        assert await matches(store, CustomerFilter(text=text)) == ["Zoë Müller"], text


async def test_a_tag_matches_with_its_case_whatever_the_order(store: Store) -> None:
    await store.customers.create(plainly("a", tags=("VIP", "new")))
    await store.customers.create(plainly("b", tags=("vip",)))
    assert await matches(store, CustomerFilter(tag="VIP")) == ["a"]
    assert await matches(store, CustomerFilter(tag="vi")) == []


async def test_a_company_matches_as_a_whole_but_for_case(store: Store) -> None:
    await store.customers.create(plainly("a", company="Özdemir & Co. (Ltd)"))
    await store.customers.create(plainly("b", company="Özdemir"))
    await store.customers.create(plainly("c"))
    assert await matches(store, CustomerFilter(company="öZDEMIR & CO. (LTD)")) == ["a"]
    assert await matches(store, CustomerFilter(company="Ozdemir")) == []


async def test_a_country_matches_in_either_case(store: Store) -> None:
    await store.customers.create(anna())
    await store.customers.create(plainly("nowhere"))
    assert await matches(store, CustomerFilter(country_code="no")) == ["Anna Smith"]
    assert await matches(store, CustomerFilter(country_code="SE")) == []


async def test_linked_to_asks_for_any_link_to_the_service(store: Store) -> None:
    await store.customers.create(anna())
    await store.customers.create(plainly("b", links=(ServiceLink(Service.GITHUB, "b"),)))
    await store.customers.create(plainly("c"))
    assert await matches(store, CustomerFilter(linked_to=Service.GITHUB)) == ["b"]


async def test_all_parts_must_hold(store: Store) -> None:
    await store.customers.create(anna())
    everything = CustomerFilter(
        text="anna",
        tag="vip",
        company="fjord ltd",
        country_code="NO",
        linked_to=Service.STRIPE,
        created_after=NOON - timedelta(days=999),
        created_before=NOON + timedelta(days=9999),
    )
    assert await matches(store, everything) == ["Anna Smith"]
    others = (
        replace(everything, text="bo"),
        replace(everything, tag="x"),
        replace(everything, company="x"),
        replace(everything, country_code="SE"),
        replace(everything, linked_to=Service.JIRA),
        replace(everything, created_after=NOON + timedelta(days=9999)),
        replace(everything, created_before=NOON - timedelta(days=999)),
    )
    for other in others:
        assert await matches(store, other) == [], other


@settings(deadline=None)  # a busy machine is no failure
@given(kept=TIMES, bound=TIMES)
def test_bounds_in_microseconds_are_right_for_times_in_milliseconds(kept: datetime, bound: datetime) -> None:
    stored = milliseconds(kept)
    after = query(CustomerFilter(created_after=bound))["createdAt"]
    before = query(CustomerFilter(created_before=bound))["createdAt"]
    assert (stored > after["$gt"]) is (stored > bound)
    earlier = stored < before["$lt"] if "$lt" in before else stored <= before["$lte"]
    assert earlier is (stored < bound)


def test_bounds_may_lie_at_the_ends_of_time_and_in_any_zone() -> None:
    zone = timezone(timedelta(hours=9))
    most = CustomerFilter(
        created_after=datetime.min.replace(tzinfo=UTC), created_before=datetime.max.replace(tzinfo=UTC)
    )
    assert query(most)["createdAt"].keys() == {"$gt", "$lte"}
    assert query(CustomerFilter(created_after=NOON.astimezone(zone))) == query(CustomerFilter(created_after=NOON))


def test_a_long_text_costs_a_bounded_number_of_scans() -> None:
    text = " ".join(f"word{i}" for i in range(1000))
    assert len(query(CustomerFilter(text=text))["search.words"]["$all"]) == MOST_WORDS


async def test_a_search_reads_only_the_part_of_the_index_that_can_match(store: Store, store_uri: str) -> None:
    for i in range(50):
        await store.customers.create(plainly(f"person{i}", tags=("common",)))
    await store.customers.create(plainly("Anna"))
    with behind(store_uri) as database:
        plan = database["customers"].find(query(CustomerFilter(text="ann"))).explain()
    assert plan["executionStats"]["totalKeysExamined"] <= 3
    assert plan["executionStats"]["nReturned"] == 1
