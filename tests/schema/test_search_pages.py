"""Pages of a search: nothing twice, and nothing lost, whatever fails while somebody reads."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

import pytest

from connectors.domain.errors import Unavailable
from connectors.domain.search import Match, SearchKind
from connectors.domain.service import Service
from schema.errors import BadUserInputError
from schema.loaders.search import BEHIND, Matches, Place, Sought, Source
from schema.relay import PageInfo, seal
from schema.search_pages import LONGEST, START, Answer, Question, SearchPage, Shown, joined
from tests.schema.finders import titled_issue, titled_ticket
from tests.schema.nouns import ago

ZENDESK = Source(SearchKind.TICKET, Service.ZENDESK)
INTERCOM = Source(SearchKind.TICKET, Service.INTERCOM)
JIRA = Source(SearchKind.ISSUE, Service.JIRA)
QUESTION = Question.of("csv export", None)
DOWN = Unavailable(Service.ZENDESK, "ZENDESK dropped the call")
STUCK = 500  # pages: far more than it takes


def tickets(*names: str, service: Service = Service.ZENDESK) -> tuple[Match, ...]:
    return tuple(titled_ticket(name, name, service) for name in names)


def issues(*names: str) -> tuple[Match, ...]:
    return tuple(titled_issue(name, name) for name in names)


def named(shown: Sequence[Shown]) -> list[str]:
    return [getattr(one.match, "external_id", "") for one in shown]


@dataclass
class World:
    """Sources with their matches, read page by page; each fails at its rate."""

    found: dict[Source, list[Match]]
    rates: dict[Source, float] = field(default_factory=dict)
    random: Random = field(default_factory=lambda: Random(1))  # noqa: S311 - made-up failures, not secrets
    asked: list[set[Source]] = field(default_factory=list)
    failures: int = 0

    def page(self, after: str | None, first: int) -> tuple[list[Shown], PageInfo, bool]:
        """What a page shows, where it lies, and whether nothing failed."""
        page = SearchPage.of(QUESTION, first, after)
        asked = {one: page.sought(one) for one in self.found if not page.place(one).ended}
        self.asked.append(set(asked))
        answers = {source: self._answer(one) for source, one in asked.items()}
        whole = all(isinstance(answer, Matches) for answer in answers.values())
        return (*joined(answers, page), whole)

    def read(self, first: int) -> list[str]:
        """Everything, by a reader who takes what there is, and who looks again at the end where something failed."""
        seen: list[str] = []
        after = None
        for _ in range(STUCK):
            shown, info, whole = self.page(after, first)
            assert len(shown) <= first
            seen += named(shown)
            if whole and not info.has_next_page:
                return seen
            after = info.end_cursor or after
        raise AssertionError("it never ends")

    def _answer(self, asked: Sought) -> Answer:
        if self.random.random() < self.rates.get(asked.source, 0):
            self.failures += 1
            return DOWN
        return found(asked.place.shown, self.found[asked.source], asked.first)


def found(shown: int, every: Sequence[Match], first: int = 20) -> Matches:
    """What follows after so many of all there are."""
    items = tuple(every[shown : shown + first])
    places = tuple(Place(number, f"mark {number}") for number in range(shown + 1, shown + 1 + len(items)))
    return Matches(items, places, more=len(every) > shown + first)


def world(*, rate: float = 0.0, seed: int = 1) -> World:
    """Three sources of different lengths."""
    found: dict[Source, list[Match]] = {
        ZENDESK: list(tickets(*(f"z{number}" for number in range(240)))),
        INTERCOM: list(tickets(*(f"i{number}" for number in range(7)), service=Service.INTERCOM)),
        JIRA: list(issues(*(f"j{number}" for number in range(61)))),
    }
    return World(found, dict.fromkeys(found, rate), Random(seed))  # noqa: S311 - made-up failures, not secrets


def everything(world: World) -> set[str]:
    return {getattr(one, "external_id", "") for some in world.found.values() for one in some}


# a question


@pytest.mark.parametrize("text", ["", "   ", "\t\n"])
def test_a_text_of_nothing_is_refused(text: str) -> None:
    with pytest.raises(BadUserInputError, match="`text` is empty"):
        Question.of(text, None)


def test_a_text_that_is_too_long_is_refused() -> None:
    assert Question.of("x" * LONGEST + "  ", None).text == "x" * LONGEST
    with pytest.raises(BadUserInputError, match=r"1,001 characters; at most 1,000"):
        Question.of("x" * (LONGEST + 1), None)


def test_no_kinds_at_all_are_refused() -> None:
    with pytest.raises(BadUserInputError, match="`kinds` is empty"):
        Question.of("csv", [])


def test_kinds_are_asked_for_once_in_their_own_order() -> None:
    asked = Question.of(" csv\n export ", [SearchKind.POST, SearchKind.DEAL, SearchKind.POST])
    assert (asked.text, asked.kinds) == ("csv export", (SearchKind.DEAL, SearchKind.POST))
    assert Question.of("csv", None).kinds == tuple(SearchKind)


# the order


def test_the_first_of_every_source_come_before_the_second_of_any() -> None:
    answers: dict[Source, Answer] = {
        ZENDESK: found(0, tickets("z0", "z1", "z2")),
        JIRA: found(0, issues("j0", "j1")),
    }
    shown, _ = joined(answers, SearchPage(QUESTION, 20))
    assert named(shown) == ["z0", "j0", "z1", "j1", "z2"]


def test_of_one_rank_the_better_fit_comes_first_and_then_the_order_of_kinds_and_services() -> None:
    answers: dict[Source, Answer] = {
        JIRA: found(0, issues("csv export", "export of csv", "csv")),
        INTERCOM: found(0, tickets("nothing", "csv", "csv", service=Service.INTERCOM)),
        ZENDESK: found(0, tickets("nothing", "csv export", "csv")),
    }
    shown, _ = joined(answers, SearchPage(QUESTION, 20))
    assert [one.source for one in shown] == [JIRA, ZENDESK, INTERCOM, ZENDESK, JIRA, INTERCOM, ZENDESK, INTERCOM, JIRA]


@pytest.mark.parametrize("first", [1, 7, 100])
def test_pages_of_any_size_join_to_the_same_order(first: int) -> None:
    assert world().read(first) == world().read(3)


# the places


def test_a_cursor_means_the_page_that_it_was_made_of() -> None:
    places = {
        ZENDESK: Place(3, "0123456789ab", start="2", passed=3),
        JIRA: Place(ended=True),
        INTERCOM: Place(4, "intercom:7", ago(1)),
    }
    page = SearchPage(QUESTION, 20, places)
    assert SearchPage.of(QUESTION, 20, page.cursor) == page


def test_every_match_has_a_cursor_that_goes_on_after_it() -> None:
    shown, _, _ = world().page(None, 20)
    for number, one in enumerate(shown):
        following, info, _ = world().page(one.cursor, 5)
        assert named(following)[: 19 - number] == named(shown)[number + 1 : number + 6]
        assert info.has_previous_page


def test_a_page_says_where_it_lies() -> None:
    shown, info, _ = world().page(None, 3)
    assert info == PageInfo(
        has_next_page=True, has_previous_page=False, start_cursor=shown[0].cursor, end_cursor=shown[2].cursor
    )
    _, info, _ = World({JIRA: list(issues("a"))}).page(None, 3)
    assert not info.has_next_page
    _, info, _ = World({JIRA: []}).page(None, 3)
    assert info == PageInfo(has_next_page=False, has_previous_page=False, start_cursor=None, end_cursor=None)


def test_a_source_is_asked_for_a_page_from_where_it_is() -> None:
    page = SearchPage(QUESTION, 20, {ZENDESK: Place(7, "x")})
    assert page.sought(ZENDESK) == Sought(ZENDESK, "csv export", 20, Place(7, "x"))
    assert page.sought(JIRA) == Sought(JIRA, "csv export", 20, Place())


def test_a_source_at_its_end_is_not_asked_again() -> None:
    some = world()
    after = some.page(None, 30)[1].end_cursor
    some.page(after, 30)
    assert some.asked == [{ZENDESK, INTERCOM, JIRA}, {ZENDESK, JIRA}]


def test_a_source_that_hides_a_page_is_passed_over_until_it_shows_something_again() -> None:
    hidden = Matches((), (), more=True, onward=Place(0, start="2"))
    shown, info = joined({ZENDESK: hidden, JIRA: found(0, issues("j0"))}, SearchPage(QUESTION, 20))
    assert (named(shown), info.has_next_page) == (["j0"], True)
    page = SearchPage.of(QUESTION, 20, info.end_cursor)
    assert (page.place(ZENDESK), page.place(JIRA).ended) == (Place(0, start="2"), True)


def test_a_source_that_hides_all_and_stays_where_it_was_does_not_keep_a_reader_forever() -> None:
    page = SearchPage(QUESTION, 20, {ZENDESK: Place(3, "x")})
    shown, info = joined({ZENDESK: Matches((), (), more=True, onward=Place(3, "x"))}, page)
    assert (shown, info.has_next_page) == ([], False)


# failures


@pytest.mark.parametrize("first", [1, 10, 100])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_match_comes_twice_and_none_is_lost_while_sources_fail_now_and_then(seed: int, first: int) -> None:
    some = world(rate=0.3, seed=seed)
    seen = some.read(first)
    assert some.failures
    assert len(seen) == len(set(seen))
    assert set(seen) == everything(some)


def test_what_a_source_missed_comes_first_once_it_answers_again() -> None:
    some = world()
    some.rates[ZENDESK] = 1
    shown, info, whole = some.page(None, 6)
    assert (named(shown), whole) == (["i0", "j0", "i1", "j1", "i2", "j2"], False)
    some.rates[ZENDESK] = 0
    following, _, _ = some.page(info.end_cursor, 6)
    assert named(following) == ["z0", "z1", "z2", "z3", "i3", "j3"]


def test_a_source_that_never_answers_does_not_keep_a_reader_forever() -> None:
    some = World({ZENDESK: list(tickets("z")), JIRA: list(issues("j0", "j1"))}, {ZENDESK: 1})
    shown, info, _ = some.page(None, 20)
    assert (named(shown), info.has_next_page) == (["j0", "j1"], True)
    shown, info, _ = some.page(info.end_cursor, 20)
    assert (named(shown), info.has_next_page) == ([], False)
    some.rates[ZENDESK] = 0
    shown, info, _ = some.page(info.end_cursor, 20)
    assert (named(shown), info.has_next_page) == (["z"], False)


def test_where_nothing_answers_the_page_is_empty_and_leads_back_to_itself() -> None:
    some = World({JIRA: list(issues("j"))}, {JIRA: 1})
    shown, info, _ = some.page(None, 20)
    assert (shown, info.has_next_page) == ([], False)
    some.rates[JIRA] = 0
    assert named(some.page(info.end_cursor, 20)[0]) == ["j"]


# bad cursors

MARK = QUESTION.mark
PURPOSE = "search.2"
PLACE = ("ticket", "zendesk", 3, "x", None, "2", 3)


def test_what_is_spelled_just_so_is_none_of_them() -> None:
    places = {ZENDESK: Place(3, "x", start="2", passed=3)}
    assert SearchPage.of(QUESTION, 20, seal(PURPOSE, MARK, *PLACE)) == SearchPage(QUESTION, 20, places)


@pytest.mark.parametrize(
    "after",
    [
        "",
        "nonsense",
        seal("at", 1, "x"),
        seal(PURPOSE),
        seal(PURPOSE, MARK, "ticket"),
        seal(PURPOSE, MARK, *PLACE[:6]),
        seal(PURPOSE, MARK, *PLACE, "y"),
        *(seal(PURPOSE, MARK, *PLACE[:4], at, "2", 3) for at in (10**30, 253_402_300_799_999_999, -(10**17), "1")),
        *(seal(PURPOSE, MARK, *PLACE[:2], shown, *PLACE[3:]) for shown in (-2, 10**12, "3")),
        seal(PURPOSE, MARK, "ticket", "zendesk", 3, None, None, "2", 3),
        seal(PURPOSE, MARK, *PLACE[:5], None, 3),
        seal(PURPOSE, MARK, *PLACE[:5], "x" * (START + 1), 3),
        *(seal(PURPOSE, MARK, *PLACE[:6], passed) for passed in (-1, BEHIND + 1, "3", None)),
        seal(PURPOSE, MARK, "weather", *PLACE[1:]),
        seal(PURPOSE, MARK, "ticket", "myspace", *PLACE[2:]),
        seal(PURPOSE, MARK, *PLACE * 200),
        seal("search", MARK, *PLACE),
        SearchPage(Question.of("other words", None), 20).cursor,
        SearchPage(Question.of("csv export", [SearchKind.TICKET]), 20).cursor,
    ],
)
def test_a_cursor_that_is_none_or_of_another_search_is_refused(after: str) -> None:
    with pytest.raises(BadUserInputError, match="is not a cursor of this list"):
        SearchPage.of(QUESTION, 20, after)


@pytest.mark.parametrize("first", [0, -1, 101])
def test_a_page_is_of_1_to_100(first: int) -> None:
    with pytest.raises(BadUserInputError, match="between 1 and 100"):
        SearchPage.of(QUESTION, first, None)
