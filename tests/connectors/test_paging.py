import asyncio
from collections.abc import AsyncIterator, Callable, Sequence

from hypothesis import given
from hypothesis import strategies as st

from connectors.domain.page import Page, Slice, merge_newest_first, position
from connectors.paging import DEEPEST, collect
from tests.connectors.domain.dated import LAWS, Thing, newest_first, several_sources, thing

SIZES = st.integers(1, 5)


class Vendor:
    """Lists its things newest first, `size` a page, those of one second in an order of its own, from a second on."""

    def __init__(self, things: Sequence[Thing], size: int) -> None:
        self.read = 0
        self._things = things
        self._size = size

    async def pages(self, page: Page) -> AsyncIterator[Sequence[Thing]]:
        listed = [one for one in self._things if page.after is None or one.created_at <= page.after.at]
        for start in range(0, len(listed), self._size):
            self.read += 1
            yield listed[start : start + self._size]


def collected(vendor: Vendor, page: Page, deepest: int = DEEPEST) -> Slice[Thing]:
    return asyncio.run(collect(vendor.pages(page), page, deepest=deepest))


def even(one: Thing) -> bool:
    return int(one.external_id) % 2 == 0


async def walk(
    vendors: Sequence[Vendor], first: int, deepest: int, keep: Callable[[Thing], bool] = lambda _: True
) -> list[Thing]:
    """Every page after another, over all vendors."""
    joined: list[Thing] = []
    page = Page(first)
    while True:
        slices = [await collect(vendor.pages(page), page, keep, deepest) for vendor in vendors]
        shown = merge_newest_first(slices, page)
        assert len(shown.items) <= first
        joined += shown.items
        if shown.horizon is None:
            return joined
        assert page.after is None or shown.horizon < page.after, "the same page again"
        page = Page(first, shown.horizon)


@LAWS
@given(several_sources(), SIZES, SIZES, st.integers(1, 4))
def test_pages_join_to_the_whole_list_though_vendors_order_ties_at_will_and_sources_stop_early(
    sources: list[list[Thing]], first: int, size: int, deepest: int
) -> None:
    joined = asyncio.run(walk([Vendor(source, size) for source in sources], first, deepest))
    assert joined == newest_first([one for source in sources for one in source])


@LAWS
@given(several_sources(), SIZES, SIZES, st.integers(1, 4))
def test_pages_of_what_is_kept_join_to_all_that_is_kept(
    sources: list[list[Thing]], first: int, size: int, deepest: int
) -> None:
    joined = asyncio.run(walk([Vendor(source, size) for source in sources], first, deepest, even))
    assert joined == newest_first([one for source in sources for one in source if even(one)])


@LAWS
@given(several_sources(), SIZES)
def test_a_page_without_an_end_is_read_to_the_end(sources: list[list[Thing]], size: int) -> None:
    vendor = Vendor(sources[0], size)
    assert collected(vendor, Page(None), deepest=1) == Slice(tuple(newest_first(sources[0])))


def test_reading_stops_as_soon_as_an_older_second_was_seen() -> None:
    vendor = Vendor([thing(9 - number, str(number)) for number in range(9)], 3)
    assert collected(vendor, Page(2)).items == (thing(9, "0"), thing(8, "1"))
    assert vendor.read == 1


def test_a_tie_at_the_end_of_a_page_is_read_on_until_it_is_settled() -> None:
    things = [thing(9, "0"), thing(5, "1"), thing(5, "2"), thing(5, "3"), thing(1, "4")]
    vendor = Vendor(things, 2)
    assert [one.external_id for one in collected(vendor, Page(2)).items] == ["0", "3"]
    assert vendor.read == 3


def test_a_source_stops_at_the_deepest_page_and_says_how_far_it_looked() -> None:
    things = [thing(90 - number, str(2 * number + 1)) for number in range(80)]
    vendor = Vendor(things, 1)
    page = Page(5)
    answer = asyncio.run(collect(vendor.pages(page), page, even))
    assert vendor.read == DEEPEST == 20
    assert answer.items == ()
    assert answer.horizon is not None
    assert answer.horizon.at == things[19].created_at
    assert position(things[19]) < answer.horizon < position(things[18])


def test_a_source_reads_deeper_while_everything_is_as_old_as_the_item_before_the_page() -> None:
    things = [thing(5, str(number)) for number in range(6)] + [thing(1, "9")]
    vendor = Vendor(things, 1)
    answer = collected(vendor, Page(2, position(thing(5, "4"))), deepest=2)
    assert [one.external_id for one in answer.items] == ["3", "2"]


def test_a_page_of_none_costs_one_vendor_page() -> None:
    vendor = Vendor([thing(9 - number, str(number)) for number in range(9)], 2)
    answer = collected(vendor, Page(0))
    assert answer.items == ()
    assert answer.horizon is not None
    assert answer.horizon > position(thing(9, "0"))
    assert vendor.read == 1


def test_an_empty_page_in_between_is_not_the_end() -> None:
    async def pages() -> AsyncIterator[Sequence[Thing]]:
        yield []
        yield [thing(2)]
        yield []
        yield [thing(1)]

    assert asyncio.run(collect(pages(), Page(5), deepest=1)).items == ()
    assert asyncio.run(collect(pages(), Page(5))).items == (thing(2), thing(1))


def test_empty_pages_alone_are_read_to_the_end() -> None:
    async def pages() -> AsyncIterator[Sequence[Thing]]:
        for _ in range(3):
            yield []
        yield [thing(1)]

    answer = asyncio.run(collect(pages(), Page(5), deepest=2))
    assert answer.horizon is not None
    assert answer.horizon > position(thing(1))
