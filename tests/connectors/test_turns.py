from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from connectors.domain.search import Stretch, TextAsked, Turn
from connectors.turns import Leaf, stretch

PAGE = 10


@dataclass
class Vendor:
    """Numbers, a page at a time; some are not shown, and pages may be smaller than they are asked to be."""

    count: int
    hidden: frozenset[int] = frozenset()
    largest: int = PAGE
    asked: list[tuple[str, int]] = field(default_factory=list)

    async def read(self, start: str, size: int) -> Leaf[int]:
        self.asked.append((start, size))
        begin = int(start or 0)
        end = min(begin + min(size, self.largest), self.count)
        shown = {str(number): number for number in range(begin, end) if number not in self.hidden}
        return Leaf(shown, str(end) if end < self.count else None)


async def found(vendor: Vendor, first: int, start: str = "") -> Stretch[int]:
    return await stretch(TextAsked("x", first, start=start), PAGE, vendor.read)


@pytest.mark.parametrize(
    ("first", "asked", "turns"),
    [
        (0, [], [(0, "")]),
        (1, [("", 1)], [(0, ""), (1, "1")]),
        (10, [("", 10)], [(0, ""), (10, "10")]),
        (11, [("", 10), ("10", 1)], [(0, ""), (10, "10"), (11, "11")]),
        (20, [("", 10), ("10", 10)], [(0, ""), (10, "10"), (20, "20")]),
        (99, [("", 10), ("10", 10)], [(0, ""), (10, "10"), (20, "20")]),
    ],
)
async def test_it_takes_as_few_calls_as_can_be_and_two_at_most(
    first: int, asked: Sequence[tuple[str, int]], turns: Sequence[tuple[int, str]]
) -> None:
    vendor = Vendor(100)
    answer = await found(vendor, first)
    assert answer.items == tuple(range(min(first, 20)))
    assert (vendor.asked, answer.turns) == (asked, tuple(Turn(*turn) for turn in turns))
    assert answer.more is (first > 0)


async def test_it_begins_where_it_is_asked_to_and_says_where_it_ends() -> None:
    answer = await found(Vendor(25), 15, start="18")
    assert (answer.items, answer.more, answer.turns) == (tuple(range(18, 25)), False, (Turn(0, "18"),))


async def test_less_than_was_asked_may_not_be_all_there_are() -> None:
    answer = await found(Vendor(100, largest=4), 20)
    assert (answer.items, answer.more) == (tuple(range(8)), True)
    assert answer.turns == (Turn(0, ""), Turn(4, "4"), Turn(8, "8"))


async def test_pages_of_which_nothing_is_shown_lead_on() -> None:
    answer = await found(Vendor(100, hidden=frozenset(range(40))), 10)
    assert (answer.items, answer.more, answer.turns[-1]) == ((), True, Turn(0, "20"))


async def test_a_page_that_leads_to_itself_is_read_once() -> None:
    async def same(start: str, size: int) -> Leaf[int]:
        return Leaf({str(number): number for number in range(size)}, start)

    answer = await stretch(TextAsked("x", 15, start="p"), PAGE, same)
    assert (answer.items, answer.turns) == (tuple(range(10)), (Turn(0, "p"),))


async def test_what_comes_on_two_pages_comes_once() -> None:
    async def shifting(start: str, size: int) -> Leaf[int]:
        begin = int(start or 0)
        return Leaf({str(number): number for number in range(begin, begin + size)}, str(begin + size - 2))

    answer = await stretch(TextAsked("x", 15), PAGE, shifting)
    assert answer.items == tuple(range(13))
