from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from connectors.domain.answers import Answers
from connectors.domain.customers import CustomerPage, CustomersAsked
from connectors.domain.errors import ConnectorError, Unavailable
from connectors.domain.page import Position, position
from connectors.domain.search import SearchKind, Stretch, TextAsked
from connectors.domain.service import Service
from connectors.domain.social import Post
from schema.loaders.search import ENDED, REACH, Matches, Place, Sought, Source, matches, searched
from tests.schema.fakes import Book
from tests.schema.finders import PAGE, Contacts, Issues, Square, Tickets, titled_issue, titled_ticket
from tests.schema.harness import hub
from tests.schema.nouns import ago, customer, post

ZENDESK = Source(SearchKind.TICKET, Service.ZENDESK)
JIRA = Source(SearchKind.ISSUE, Service.JIRA)
BLUESKY = Source(SearchKind.POST, Service.BLUESKY)
STORE = Source(SearchKind.CUSTOMER, Service.STORE)
DOWN = Unavailable(Service.ZENDESK, "ZENDESK dropped the call")
START = Place()


def sought(source: Source, first: int = 5, text: str = "csv", place: Place = START) -> Sought:
    return Sought(source, text, first, place)


def desk(count: int) -> Tickets:
    return Tickets(items=[titled_ticket(f"z{number}", "a") for number in range(count)])


def square(count: int) -> Square:
    return Square(items=[post(f"p{number}", at=ago(number)) for number in range(count)])


def found(answer: Matches | ConnectorError) -> Matches:
    assert isinstance(answer, Matches), answer
    return answer


def names(answer: Matches | ConnectorError) -> list[str]:
    return [getattr(one, "external_id", "") for one in found(answer).items]


def asked(source: Tickets | Square) -> Sequence[object]:
    return [one for keys in source.asked("search") for one in keys]


def test_sources_come_kind_by_kind_and_only_those_of_the_kinds_that_are_wanted() -> None:
    sources = hub(Issues(), Contacts(), Tickets())
    hubspot = Source(SearchKind.CONTACT, Service.HUBSPOT)
    assert searched(sources, SearchKind) == [STORE, ZENDESK, hubspot, JIRA]
    assert searched(sources, [SearchKind.ISSUE, SearchKind.TICKET]) == [ZENDESK, JIRA]
    assert searched(sources, [SearchKind.POST]) == []


async def test_every_source_is_asked_once_and_answers_in_the_order_of_the_keys() -> None:
    tickets, issues = desk(1), Issues(items=[titled_issue("j", "b")])
    store = Book([customer("Ada")])
    answers = await matches(hub(tickets, issues, customers=store), [sought(JIRA), sought(STORE), sought(ZENDESK)])
    assert [found(one).items for one in answers] == [tuple(issues.items), tuple(store.customers), tuple(tickets.items)]
    assert (len(tickets.batches), len(issues.batches), store.calls) == (1, 1, ["page"])


async def test_of_the_same_text_a_source_is_asked_as_deep_as_the_deepest_needs() -> None:
    source = desk(9)
    keys = [sought(ZENDESK, 2), sought(ZENDESK, 7), sought(ZENDESK, 3), sought(ZENDESK, 4, "other")]
    answers = await matches(hub(source), keys)
    assert [len(found(one).items) for one in answers] == [2, 7, 3, 4]
    assert asked(source) == [TextAsked("csv", 7), TextAsked("other", 4)]


async def test_a_source_that_fails_is_a_value_beside_the_others() -> None:
    issues = Issues(items=[titled_issue("j", "b")])
    failed, answered = await matches(hub(Tickets(failure=DOWN), issues), [sought(ZENDESK), sought(JIRA)])
    assert (failed, names(answered)) == (DOWN, ["j"])


async def test_customers_are_looked_for_by_the_store_and_its_failure_is_a_value() -> None:
    class Broken(Book):
        async def page(self, asked: CustomersAsked) -> CustomerPage:
            raise Unavailable(Service.STORE, str(asked))

    [answer] = await matches(hub(customers=Broken()), [sought(STORE)])
    assert isinstance(answer, Unavailable)


@pytest.mark.parametrize(("count", "more"), [(4, False), (5, False), (6, True)])
async def test_one_more_than_is_wanted_tells_whether_there_is_more(count: int, *, more: bool) -> None:
    for sources, source in ((hub(desk(count)), ZENDESK), (hub(square(count)), BLUESKY)):
        [answer] = await matches(sources, [sought(source)])
        assert (len(found(answer).items), found(answer).more) == (min(count, 5), more)


async def test_a_list_by_relevance_is_read_again_and_goes_on_after_the_last_one() -> None:
    source = desk(30)
    [first] = await matches(hub(source), [sought(ZENDESK, 3)])
    source.items.insert(0, titled_ticket("new", "a"))
    source.items.insert(0, titled_ticket("newer", "a"))
    [then] = await matches(hub(source), [sought(ZENDESK, 3, place=found(first).places[-1])])
    assert (names(first), names(then)) == (["z0", "z1", "z2"], ["z3"])
    assert found(then).more
    assert [one.shown for one in found(then).places] == [4]
    assert asked(source) == [TextAsked("csv", 3), TextAsked("csv", 6, start="0")]


async def test_where_the_last_one_is_gone_nothing_after_it_is_lost() -> None:
    source = desk(9)
    [first] = await matches(hub(source), [sought(ZENDESK, 3)])
    del source.items[2]
    [then] = await matches(hub(source), [sought(ZENDESK, 3, place=found(first).places[-1])])
    assert names(then) == ["z3", "z4", "z5"]


async def test_a_list_by_time_goes_on_where_it_was_however_much_came_in_since() -> None:
    source = square(30)
    [first] = await matches(hub(source), [sought(BLUESKY, 3)])
    source.items += [post(f"new{number}", at=ago(-number)) for number in range(1, 50)]
    [then] = await matches(hub(source), [sought(BLUESKY, 3, place=found(first).places[-1])])
    assert (names(first), names(then)) == (["p0", "p1", "p2"], ["p3", "p4", "p5"])
    assert asked(source)[1] == TextAsked("csv", 3, position(source.items[2]))


async def test_no_list_by_relevance_is_read_beyond_its_reach() -> None:
    source = desk(REACH + 50)
    places = [
        Place(REACH - 101, "gone", start="800", passed=99),
        Place(REACH - 50, "gone", start="900", passed=50),
        Place(REACH + 5, "gone", start="1000", passed=5),
    ]
    almost, last, beyond = await matches(hub(source), [sought(ZENDESK, 100, place=place) for place in places])
    assert (len(found(almost).items), found(almost).more) == (100, True)
    assert (len(found(last).items), found(last).more) == (50, False)
    assert (found(beyond).items, found(beyond).more, found(beyond).onward) == ((), False, ENDED)
    depths = [("800", 199), ("900", 100), ("1000", 5)]
    assert asked(source) == [TextAsked("csv", first, start=start) for start, first in depths]


@pytest.mark.parametrize("first", [1, 20, 100])
async def test_a_page_asks_for_no_more_than_a_page_of_its_source_and_itself(first: int) -> None:
    source, place, read = desk(350), START, list[str]()
    while not place.ended:
        [page] = await matches(hub(source), [sought(ZENDESK, first, place=place)])
        read += names(page)
        place = found(page).places[-1] if found(page).more else ENDED
    assert read == [f"z{number}" for number in range(350)]
    assert max(source.depths) <= PAGE + first


async def test_a_source_that_says_there_is_more_and_shows_nothing_is_asked_further_on() -> None:
    source = desk(9)
    [first] = await matches(hub(source), [sought(ZENDESK, 2)])
    source.items[:0] = [titled_ticket(f"new{number}", "a") for number in range(2)]
    [none] = await matches(hub(source), [sought(ZENDESK, 2, place=found(first).places[-1])])
    assert (found(none).items, found(none).more) == ((), True)
    [then] = await matches(hub(source), [sought(ZENDESK, 2, place=found(none).onward)])
    assert (names(then), found(then).places[0].shown) == (["z2", "z3"], 3)


async def test_a_list_by_time_that_shows_nothing_goes_on_where_its_source_has_looked() -> None:
    @dataclass
    class Far(Square):
        async def search(self, asked: Sequence[TextAsked]) -> Answers[TextAsked, Stretch[Post]]:
            return dict.fromkeys(asked, Stretch((), more=True, horizon=Position(ago(7), "x")))

    [page] = await matches(hub(Far()), [sought(BLUESKY)])
    assert found(page).onward.position == Position(ago(7), "x")


async def test_customers_go_on_behind_the_last_one_whoever_comes_in() -> None:
    store = Book([customer("Ada", number=1), customer("Eve", number=2)])
    [first] = await matches(hub(customers=store), [sought(STORE, 1)])
    store.customers = [customer("Abe", number=3), *store.customers]
    [then] = await matches(hub(customers=store), [sought(STORE, 1, place=found(first).places[0])])
    assert [getattr(one, "name", "") for one in found(then).items] == ["Eve"]
    assert not found(then).more
