from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.domain.errors import ConnectorError, NotConfigured, TimedOut, Unavailable
from connectors.domain.page import Page, position
from connectors.domain.payments import Payment, PaymentsAsked, PaymentStatus
from connectors.domain.service import Service
from schema.loaders.merging import At, Found, at, merged
from tests.schema.fakes import Shop
from tests.schema.nouns import NOON, ago, payment, ref

STRIPE, PAYPAL = Service.STRIPE, Service.PAYPAL
ADA, BOB = ref("Ada"), ref("Bob")
OFF = NotConfigured(PAYPAL)


async def read(shops: Sequence[Shop], *asked: PaymentsAsked) -> list[Found[Payment] | ConnectorError]:
    by_service = {shop.service: shop for shop in shops}
    return await merged(by_service, asked, lambda shop, keys: shop.payments(keys))


def ids(answer: Found[Payment] | ConnectorError) -> list[str]:
    assert isinstance(answer, Found)
    return [item.external_id for item in answer.slice.items]


def stripe(*hours: float) -> list[Payment]:
    return [payment(f"s{hour:g}", at=ago(hour)) for hour in hours]


def paypal(*hours: float) -> list[Payment]:
    return [payment(f"p{hour:g}", at=ago(hour), service=PAYPAL) for hour in hours]


async def test_several_sources_are_merged_newest_first() -> None:
    shops = [Shop(STRIPE, charges=stripe(4, 1, 2)), Shop(PAYPAL, charges=paypal(3, 0))]
    [answer] = await read(shops, PaymentsAsked(ADA, Page(10)))
    assert ids(answer) == ["p0", "s1", "s2", "p3", "s4"]


async def test_items_of_the_same_time_have_one_order_whoever_answers_first() -> None:
    one, other = Shop(STRIPE, charges=stripe(1)), Shop(PAYPAL, charges=paypal(1))
    asked = PaymentsAsked(ADA, Page(10))
    assert [ids(answer) for answer in await read([one, other], asked)] == [["s1", "p1"]]
    assert [ids(answer) for answer in await read([other, one], asked)] == [["s1", "p1"]]


async def test_pages_of_one_list_are_read_once_as_deep_as_the_deepest() -> None:
    shop = Shop(STRIPE, charges=stripe(1, 2, 3, 4))
    pages = [PaymentsAsked(ADA, Page(first)) for first in (2, None, 3)]
    assert [ids(answer) for answer in await read([shop], *pages)] == [
        ["s1", "s2"],
        ["s1", "s2", "s3", "s4"],
        ["s1", "s2", "s3"],
    ]
    assert shop.asked("payments") == [(pages[1],)]


async def test_a_page_cut_from_a_deeper_one_can_be_continued() -> None:
    shop = Shop(STRIPE, charges=stripe(1, 2, 3))
    shallow, deep = await read([shop], PaymentsAsked(ADA, Page(2)), PaymentsAsked(ADA, Page(None)))
    assert isinstance(shallow, Found)
    assert isinstance(deep, Found)
    assert shallow.slice.horizon == position(shop.charges[1])
    assert deep.slice.horizon is None


async def test_lists_of_other_customers_places_and_filters_are_read_by_themselves() -> None:
    shop = Shop(STRIPE)
    different = [
        PaymentsAsked(ADA, Page(2)),
        PaymentsAsked(BOB, Page(2)),
        PaymentsAsked(ADA, Page(2, position(payment("1")))),
        PaymentsAsked(ADA, Page(2), PaymentStatus.FAILED),
        PaymentsAsked(ADA, Page(2), since=NOON),
    ]
    await read([shop], *different)
    assert shop.asked("payments") == [tuple(different)]


async def test_every_source_is_asked_once_for_all_keys() -> None:
    shops = [Shop(STRIPE), Shop(PAYPAL)]
    await read(shops, *(PaymentsAsked(one, Page(2)) for one in (ADA, BOB)))
    assert [len(shop.batches) for shop in shops] == [1, 1]


async def test_a_failed_source_keeps_the_items_of_the_others_and_is_told() -> None:
    failure = TimedOut(PAYPAL, "PAYPAL did not answer in time")
    shops = [Shop(STRIPE, charges=stripe(1)), Shop(PAYPAL, failure)]
    [answer] = await read(shops, PaymentsAsked(ADA, Page(2)))
    assert ids(answer) == ["s1"]
    assert isinstance(answer, Found)
    assert answer.failures == (failure,)


async def test_a_source_can_fail_for_one_customer_alone() -> None:
    failure = Unavailable(STRIPE, "STRIPE dropped the call")
    shops = [Shop(STRIPE, failures={"Bob": failure}, charges=stripe(1)), Shop(PAYPAL)]
    ada, bob = await read(shops, PaymentsAsked(ADA, Page(2)), PaymentsAsked(BOB, Page(2)))
    assert isinstance(ada, Found)
    assert isinstance(bob, Found)
    assert (ada.failures, bob.failures) == ((), (failure,))


async def test_a_list_without_any_source_left_is_its_first_failure() -> None:
    first, second = Unavailable(STRIPE, "one"), TimedOut(PAYPAL, "two")
    assert await read([Shop(STRIPE, first), Shop(PAYPAL, second)], PaymentsAsked(ADA, Page(2))) == [first]


async def test_a_source_that_is_off_is_silent_beside_one_that_works() -> None:
    [answer] = await read([Shop(STRIPE, charges=stripe(1)), Shop(PAYPAL, OFF)], PaymentsAsked(ADA, Page(2)))
    assert ids(answer) == ["s1"]
    assert isinstance(answer, Found)
    assert answer.failures == ()


async def test_a_source_that_is_off_does_not_hide_that_the_other_failed() -> None:
    failure = Unavailable(STRIPE, "one")
    assert await read([Shop(PAYPAL, OFF), Shop(STRIPE, failure)], PaymentsAsked(ADA, Page(2))) == [failure]


async def test_a_list_of_which_every_source_is_off_says_so() -> None:
    off = NotConfigured(STRIPE)
    assert await read([Shop(STRIPE, off), Shop(PAYPAL, OFF)], PaymentsAsked(ADA, Page(2))) == [off]


async def test_nothing_is_shown_beyond_what_the_shallowest_source_has_seen() -> None:
    shops = [Shop(STRIPE, charges=stripe(1, 5, 6), seen=1), Shop(PAYPAL, charges=paypal(0, 2, 3))]
    [answer] = await read(shops, PaymentsAsked(ADA, Page(10)))
    assert ids(answer) == ["p0", "s1"]
    assert isinstance(answer, Found)
    assert answer.slice.horizon == position(shops[0].charges[0])


CHARGES = st.lists(st.tuples(st.sampled_from([STRIPE, PAYPAL]), st.integers(0, 6)), max_size=14)


def charged(drawn: Iterable[tuple[Service, int]]) -> list[Payment]:
    """Payments with many equal times, as vendors that count in seconds have them."""
    return [
        payment(f"{number:02d}", at=NOON - timedelta(seconds=second), service=service)
        for number, (service, second) in enumerate(drawn)
    ]


@settings(derandomize=True, max_examples=150, deadline=None)
@given(CHARGES, st.integers(1, 5), st.integers(1, 4), st.integers(1, 4))
async def test_pages_of_two_sources_join_to_the_whole_without_repeating_or_losing_one(
    drawn: list[tuple[Service, int]], first: int, seen_by_stripe: int, seen_by_paypal: int
) -> None:
    everything = charged(drawn)
    shops = [
        Shop(STRIPE, charges=[one for one in everything if one.service is STRIPE], seen=seen_by_stripe),
        Shop(PAYPAL, charges=[one for one in everything if one.service is PAYPAL], seen=seen_by_paypal),
    ]
    joined: list[Payment] = []
    page = Page(first)
    for _ in range(len(everything) + 2):
        [answer] = await read(shops, PaymentsAsked(ADA, page))
        assert isinstance(answer, Found)
        assert len(answer.slice.items) <= first
        joined += answer.slice.items
        if answer.slice.horizon is None:
            break
        page = Page(first, answer.slice.horizon)
    assert joined == sorted(everything, key=position, reverse=True)


async def test_ids_go_to_their_own_service_in_one_batch_each() -> None:
    shops = {STRIPE: Shop(STRIPE, charges=stripe(1, 2)), PAYPAL: Shop(PAYPAL, charges=paypal(3))}
    keys = [At(PAYPAL, "p3"), At(STRIPE, "s2"), At(PAYPAL, "gone"), At(STRIPE, "s1"), At(Service.ZENDESK, "s1")]
    found = await at(shops, keys, lambda shop, ids: shop.payments_by_id(ids))
    assert [one.external_id if isinstance(one, Payment) else one for one in found] == ["p3", "s2", None, "s1", None]
    assert shops[STRIPE].asked("payments_by_id") == [("s2", "s1")]
    assert shops[PAYPAL].asked("payments_by_id") == [("p3", "gone")]


async def test_a_service_that_failed_fails_its_own_ids_alone() -> None:
    failure = Unavailable(PAYPAL, "PAYPAL dropped the call")
    shops = {STRIPE: Shop(STRIPE, charges=stripe(1)), PAYPAL: Shop(PAYPAL, failure)}
    found = await at(shops, [At(PAYPAL, "p3"), At(STRIPE, "s1")], lambda shop, ids: shop.payments_by_id(ids))
    assert found == [failure, shops[STRIPE].charges[0]]


async def test_nobody_is_asked_where_nothing_is_theirs() -> None:
    shop = Shop(STRIPE)
    assert await at({STRIPE: shop}, [At(PAYPAL, "p3")], lambda one, ids: one.payments_by_id(ids)) == [None]
    assert shop.batches == []


@pytest.mark.parametrize("first", [1, 5, None])
async def test_a_page_covers_the_same_place_no_deeper_than_itself(first: int | None) -> None:
    page = Page(first)
    assert page.covers(page)
    assert Page(None).covers(page)
    assert page.covers(Page(1))
    assert not page.covers(replace(page, after=position(payment("1"))))
    assert not Page(4).covers(Page(5))
