from itertools import chain, repeat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.domain.page import AFTER_ALL_OF_ITS_TIME, END, Page, Position, Slice, merge_newest_first, position
from connectors.domain.service import Service
from tests.connectors.domain.dated import EPOCH, LAWS, SERVICES, Thing, newest_first, several_sources, thing

SIZES = st.integers(1, 9)
PAGES = st.builds(
    Page,
    st.none() | st.integers(0, 9),
    st.none() | st.builds(lambda second, key: Position(thing(second).created_at, key), st.integers(0, 6), st.text()),
)


def answer(source: list[Thing], page: Page) -> Slice[Thing]:
    """What a source that knows everything answers."""
    left = [one for one in newest_first(source) if page.after is None or position(one) < page.after]
    return Slice(tuple(left)).cut(page)


@LAWS
@given(several_sources(), SIZES)
def test_pages_over_several_sources_join_to_the_whole_list(sources: list[list[Thing]], size: int) -> None:
    joined: list[Thing] = []
    page = Page(size)
    while True:
        shown = merge_newest_first([answer(source, page) for source in sources], page)
        joined += shown.items
        if shown.horizon is None:
            break
        assert len(shown.items) == size
        assert page.after is None or shown.horizon < page.after
        page = Page(size, shown.horizon)
    assert joined == newest_first([one for source in sources for one in source])


@LAWS
@given(several_sources(), SIZES, st.lists(st.sets(st.sampled_from(SERVICES)), max_size=8))
def test_pages_join_to_the_whole_whichever_sources_fail_on_the_way(
    sources: list[list[Thing]], size: int, failures: list[set[Service]]
) -> None:
    services = dict(zip(SERVICES, sources, strict=False))
    joined: list[Thing] = []
    page = Page(size)
    for failing in chain(failures, repeat(set())):
        answers = {one: answer(source, page.of(one)) for one, source in services.items() if one not in failing}
        if not answers:
            continue
        shown = merge_newest_first(answers.values(), page)
        joined += shown.items
        if shown.horizon is None and len(answers) == len(services):
            break
        page = page.next(shown.horizon or END, services, services.keys() - answers.keys())
    assert newest_first(joined) == newest_first([one for source in sources for one in source])


def test_whoever_failed_is_asked_from_where_it_was_and_the_others_from_where_they_are() -> None:
    start, shown = position(thing(5)), position(thing(3))
    onward = Page(20, start).next(shown, SERVICES, {Service.PAYPAL})
    assert [onward.of(one) for one in SERVICES] == [Page(20, shown), Page(20, start), Page(20, shown)]


def test_whoever_failed_on_the_first_page_is_asked_from_the_beginning() -> None:
    shown = position(thing(3))
    onward = Page(20).next(shown, SERVICES, {Service.PAYPAL})
    assert [onward.of(one) for one in SERVICES] == [Page(20, shown), Page(20), Page(20, shown)]


def test_a_service_that_has_caught_up_is_like_the_others() -> None:
    ahead, shown = position(thing(3)), position(thing(1))
    page = Page(20, position(thing(5)), ((Service.STRIPE, ahead), (Service.HUBSPOT, ahead)))
    assert page.next(ahead, SERVICES, ()) == Page(20, ahead)
    assert page.next(shown, SERVICES, ()) == Page(20, shown)


def test_a_service_is_never_asked_again_for_what_it_has_shown() -> None:
    ahead, between = position(thing(1)), position(thing(3))
    page = Page(20, position(thing(5)), ((Service.STRIPE, ahead),))
    onward = page.next(between, SERVICES[:2], ())
    assert [onward.of(one).after for one in SERVICES[:2]] == [ahead, between]
    assert page.next(between, SERVICES[:2], {Service.PAYPAL}) == page


def test_pages_of_services_that_stand_elsewhere_do_not_cover_each_other() -> None:
    page = Page(20, position(thing(5)), ((Service.STRIPE, position(thing(3))),))
    assert page.covers(Page(10, page.after, page.ahead))
    assert not page.covers(Page(10, page.after))


@LAWS
@given(several_sources(), SIZES, SIZES)
def test_a_cut_of_an_answer_is_the_answer_to_the_smaller_page(
    sources: list[list[Thing]], size: int, smaller: int
) -> None:
    whole, part = Page(size), Page(min(size, smaller))
    merged = [merge_newest_first([answer(source, page) for source in sources], page) for page in (whole, part)]
    assert merged[0].cut(part) == merged[1]


@LAWS
@given(several_sources(), st.lists(st.integers(0, 14), min_size=3, max_size=3))
def test_nothing_beyond_the_nearest_horizon_is_shown(sources: list[list[Thing]], looked: list[int]) -> None:
    slices = [answer(source, Page(far)) for source, far in zip(sources, looked, strict=False)]
    merged = merge_newest_first(slices, Page(None))
    everything = newest_first([one for source in sources for one in source])
    assert list(merged.items) == everything[: len(merged.items)]
    assert merged.horizon is not None or list(merged.items) == everything


@LAWS
@given(PAGES, PAGES, several_sources())
def test_a_page_covers_another_only_where_its_answer_holds_the_others(
    page: Page, other: Page, sources: list[list[Thing]]
) -> None:
    if page.covers(other):
        assert answer(sources[0], page).cut(other) == answer(sources[0], other)
    assert page.covers(page)


@pytest.mark.parametrize(
    ("page", "other", "covered"),
    [
        (Page(20), Page(10), True),
        (Page(10), Page(20), False),
        (Page(None), Page(1000), True),
        (Page(1000), Page(None), False),
        (Page(None), Page(None), True),
        (Page(0), Page(0), True),
        (Page(20), Page(10, Position(EPOCH, "a")), False),
        (Page(20, Position(EPOCH, "a")), Page(20, Position(EPOCH, "a")), True),
        (Page(20, Position(EPOCH, "a")), Page(20, Position(EPOCH, "b")), False),
    ],
)
def test_a_page_covers_those_that_start_with_it_and_end_before_it(page: Page, other: Page, *, covered: bool) -> None:
    assert page.covers(other) is covered


def test_a_slice_that_fits_is_not_cut() -> None:
    whole = Slice((thing(2), thing(1)), Position(EPOCH, "z"))
    assert whole.cut(Page(2)) is whole
    assert whole.cut(Page(None)) is whole


def test_the_horizon_of_a_cut_is_the_last_thing_that_is_left() -> None:
    assert Slice((thing(2), thing(1))).cut(Page(1)) == Slice((thing(2),), position(thing(2)))


def test_a_page_of_none_ends_before_the_first_thing() -> None:
    items = (thing(2, "b"), thing(2, "a"), thing(1))
    nothing = Slice(items).cut(Page(0))
    assert nothing == Slice((), Position(thing(2).created_at, AFTER_ALL_OF_ITS_TIME))
    assert answer(list(items), Page(9, nothing.horizon)).items == items


def test_a_page_of_none_further_down_ends_where_it_began() -> None:
    after = position(thing(3))
    assert Slice((thing(2),)).cut(Page(0, after)) == Slice((), after)


def test_a_slice_without_items_is_the_end() -> None:
    empty: Slice[Thing] = Slice(())
    assert empty.cut(Page(0)) == empty
    assert merge_newest_first([empty], Page(5)) == merge_newest_first([], Page(5)) == empty


def test_things_of_one_time_are_ordered_by_service_and_id() -> None:
    things = [thing(1, "9", Service.PAYPAL), thing(1, "1"), thing(1, "2")]
    merged = merge_newest_first([Slice(tuple(things[:1])), Slice(tuple(things[:0:-1]))], Page(None))
    assert [position(one).key for one in merged.items] == ["stripe:2", "stripe:1", "paypal:9"]
