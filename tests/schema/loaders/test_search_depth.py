"""A search read to its end, over services that lend pages of their own: what a page costs, and that nothing is lost."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

import pytest

from connectors.domain.answers import Answers
from connectors.domain.code import Issue
from connectors.domain.offer import Offer
from connectors.domain.search import Searches, SearchKind, Stretch, TextAsked
from connectors.domain.service import Service
from connectors.fan_out import fan_out
from connectors.turns import MOST, Leaf, stretch
from schema.loaders.search import ENDED, Matches, Place, Sought, Source, matches
from tests.schema.finders import titled_issue
from tests.schema.harness import hub

PAGE = 100
JIRA = Source(SearchKind.ISSUE, Service.JIRA)


@dataclass
class Tracker:
    """Issues by number; `hidden` ones are not shown, and its pages are smaller at times, as Jira's are."""

    count: int
    hidden: frozenset[int] = frozenset()
    uneven: bool = False
    service: Service = Service.JIRA
    random: Random = field(default_factory=lambda: Random(1))  # noqa: S311 - made-up sizes, not secrets
    calls: int = 0

    @property
    def offer(self) -> Offer:
        return Offer(searches=Searches(issue=self.search))

    async def search(self, asked: Sequence[TextAsked]) -> Answers[TextAsked, Stretch[Issue]]:
        return await fan_out(asked, lambda one: stretch(one, PAGE, self._page))

    async def _page(self, start: str, size: int) -> Leaf[Issue]:
        self.calls += 1
        begin = int(start or 0)
        end = min(begin + (self.random.randint(1, size) if self.uneven else size), self.count)
        shown = {str(one): titled_issue(str(one), "x") for one in range(begin, end) if one not in self.hidden}
        return Leaf(shown, str(end) if end < self.count else None)


async def read(tracker: Tracker, sizes: Sequence[int]) -> tuple[list[int], list[int]]:
    """The numbers in the order in which they come, and the calls of each page; sizes are taken in turn."""
    numbers, calls = list[int](), list[int]()
    place, sources = Place(), hub(tracker)
    while not place.ended:
        before, first = tracker.calls, sizes[len(calls) % len(sizes)]
        [page] = await matches(sources, [Sought(JIRA, "x", first, place)])
        assert isinstance(page, Matches)
        numbers += [int(one.external_id) for one in page.items if isinstance(one, Issue)]
        calls.append(tracker.calls - before)
        following = (page.places[-1] if page.items else page.onward) if page.more else ENDED
        assert following != place, "it never ends"
        place = following
    return numbers, calls


@pytest.mark.parametrize("sizes", [[1], [20], [37], [99], [100], [1, 100, 20, 7]], ids=str)
@pytest.mark.parametrize("uneven", [False, True])
@pytest.mark.parametrize("hidden", [frozenset[int](), frozenset(range(150, 420)), frozenset(range(0, 700, 3))])
async def test_nothing_is_lost_nothing_comes_twice_and_no_page_takes_more_than_two_calls(
    sizes: Sequence[int], hidden: frozenset[int], *, uneven: bool
) -> None:
    tracker = Tracker(700, hidden, uneven)
    numbers, calls = await read(tracker, sizes)
    assert numbers == [number for number in range(700) if number not in hidden]
    assert max(calls) <= MOST


async def test_200_matches_20_at_a_time_take_a_call_a_page_and_one_more_where_a_page_of_the_service_ends() -> None:
    numbers, calls = await read(Tracker(200), [20])
    assert numbers == list(range(200))
    assert calls == [1, 1, 1, 1, 1, 2, 1, 1, 1, 1]
