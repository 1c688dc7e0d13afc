"""Many lists out of one search are the lists that each requester alone would have."""

from collections.abc import Sequence

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.domain.errors import Unavailable
from connectors.domain.page import Page, Position, Slice
from connectors.domain.service import Service
from connectors.domain.tickets import TicketsAsked, TicketStatus
from connectors.zendesk.search import Found, Search
from connectors.zendesk.together import ROUNDS, together
from tests.connectors.domain.dated import LAWS
from tests.connectors.zendesk.support import (
    EPOCH,
    FakeDesk,
    Stub,
    expected,
    fake,
    ids,
    listed,
    noun,
    over,
    ref,
    requesters,
    sliced,
)

ENOUGH = settings(LAWS, max_examples=60)  # each example opens a client
STATUSES = ("open", "solved", "closed")


@st.composite
def desks(draw: st.DrawFn) -> list[Stub]:
    """Up to four requesters with many tickets in few seconds, those of one second in any order."""
    count = draw(st.integers(0, 24))
    numbers = draw(st.permutations(range(1, count + 1)))
    return [
        Stub(number, draw(st.integers(1, 4)), draw(st.integers(0, 6)), draw(st.sampled_from(STATUSES)))
        for number in numbers
    ]


@st.composite
def pages(draw: st.DrawFn) -> Page:
    """Any number of items, from the start or after some ticket's place."""
    first = draw(st.sampled_from([None, 0, 1, 2, 3, 5]))
    if draw(st.booleans()):
        return Page(first)
    at = Stub(1, 1, draw(st.integers(0, 6))).created_at
    return Page(first, Position(at, f"zendesk:{draw(st.integers(1, 24))}"))


@ENOUGH
@given(desks(), pages(), st.sampled_from([None, TicketStatus.SOLVED]), st.integers(1, 5))
async def test_however_tickets_fall_each_requester_has_their_own_list(
    stubs: list[Stub], page: Page, status: TicketStatus | None, most: int
) -> None:
    zendesk, _ = fake(FakeDesk(stubs, most))
    asked = [TicketsAsked(ref(requester), page, status) for requester in (1, 2, 3, 4)]
    answers = await zendesk.tickets(asked)
    names = ("solved", "closed") if status else ()
    for requester, one in enumerate(asked, start=1):
        found = sliced(answers[one])
        assert ids(found) == expected(stubs, requester, page, names)
        assert found == await listed(zendesk, one), "one requester alone is answered the same"


@ENOUGH
@given(desks(), st.integers(1, 5), st.integers(1, 4))
async def test_pages_of_a_group_join_to_the_whole_lists(stubs: list[Stub], first: int, most: int) -> None:
    zendesk, _ = fake(FakeDesk(stubs, most))
    joined: dict[int, list[str]] = {1: [], 2: [], 3: []}
    left = {requester: Page(first) for requester in joined}
    while left:
        asked = {requester: TicketsAsked(ref(requester), page) for requester, page in left.items()}
        answers = await zendesk.tickets(list(asked.values()))
        found = {requester: sliced(answers[one]) for requester, one in asked.items()}
        for requester, slice_ in found.items():
            joined[requester] += ids(slice_)
        left = {requester: Page(first, one.horizon) for requester, one in found.items() if one.horizon}
    assert joined == {requester: expected(stubs, requester, Page(None)) for requester in joined}


def busy(requester: int, tickets: int, newest: int) -> list[Stub]:
    """One ticket a second, backwards from the second `newest`."""
    return [Stub(requester * 100_000 + number, requester, newest - number) for number in range(tickets)]


def quiet(people: Sequence[int], second: int = 1) -> list[Stub]:
    return [Stub(one, one, second) for one in people]


async def asked_of(stubs: list[Stub], people: Sequence[int], page: Page) -> list[list[str]]:
    """Asks, checks every list, and answers whom each search was for."""
    zendesk, wire = fake(FakeDesk(stubs))
    asked = [TicketsAsked(ref(one), page) for one in people]
    answers = await zendesk.tickets(asked)
    for one, requester in zip(asked, people, strict=True):
        assert ids(sliced(answers[one])) == expected(stubs, requester, page)
    return requesters(wire)


async def test_who_has_thousands_of_tickets_is_in_the_way_for_one_round() -> None:
    people = range(1, 20)
    searches = await asked_of(quiet(people) + busy(20, 3000, 9000), [*people, 20], Page(20))
    assert [len(search) for search in searches] == [20, 19]


async def test_several_who_have_thousands_leave_the_search_as_they_are_done() -> None:
    people = range(1, 18)
    crowds = [stub for one in (18, 19, 20) for stub in busy(one, 2000, 2000 * one)]
    searches = await asked_of(quiet(people) + crowds, [*people, 18, 19, 20], Page(20))
    assert [len(search) for search in searches] == [20, 19, 18, 17]


async def test_where_one_search_does_not_pay_each_is_read_alone() -> None:
    people = range(1, 21)
    stubs = [stub for one in people for stub in busy(one, 150, 10_000)]
    searches = await asked_of(stubs, people, Page(90))
    assert [len(search) for search in searches] == [20, *[1] * 20]


async def test_a_search_takes_no_more_rounds_than_five_before_each_is_read_alone() -> None:
    people = range(1, 21)
    stubs = [stub for one in people for stub in busy(one, 200, 200 * one)]
    searches = await asked_of(stubs, people, Page(20))
    assert [len(search) for search in searches] == [20, 19, 18, 17, 16, *[1] * 15]
    assert len(searches) <= len(people) + ROUNDS


async def test_everything_is_read_together_as_far_as_five_pages() -> None:
    people = range(1, 11)
    stubs = [stub for one in people for stub in busy(one, 40, 1000)]
    searches = await asked_of(stubs, people, Page(None))
    assert {len(search) for search in searches} == {10}
    assert len(searches) <= ROUNDS


async def test_everything_of_more_than_that_is_read_alone() -> None:
    people = range(1, 11)
    stubs = [stub for one in people for stub in busy(one, 90, 1000)]
    searches = await asked_of(stubs, people, Page(None))
    assert [len(search) for search in searches] == [10, *[1] * 10]


async def test_a_later_failure_is_that_of_the_lists_still_unread() -> None:
    people = range(1, 20)
    zendesk, wire = fake(FakeDesk(quiet(people) + busy(20, 3000, 9000), failing=[2]))
    asked = [TicketsAsked(ref(one), Page(20)) for one in (*people, 20)]
    answers = await zendesk.tickets(asked)
    assert len(sliced(answers[asked[-1]]).items) == 20
    assert {type(answers[one]) for one in asked[:-1]} == {Unavailable}
    assert len(wire.requests) == 2


async def test_a_failure_while_reading_alone_is_one_requesters_own() -> None:
    people = range(1, 21)
    desk = FakeDesk([stub for one in people for stub in busy(one, 150, 10_000)])

    def without_the_seventh(request: httpx.Request) -> httpx.Response:
        alone = request.url.params["query"].split()[-1:] == ["requester:7"]
        only = request.url.params["query"].count("requester:") == 1
        return httpx.Response(500) if alone and only else desk(request)

    asked = [TicketsAsked(ref(one), Page(90)) for one in people]
    answers = await over(httpx.MockTransport(without_the_seventh)).tickets(asked)
    assert [isinstance(answers[one], Unavailable) for one in asked] == [one == 7 for one in people]


async def test_strangers_tickets_in_an_answer_are_nobodys() -> None:
    async def read(_: Search) -> Found:
        return Found([noun(1, "9", 5), noun(2, "1", 4)], left=0)

    answers = await together(read, Search.of(["1", "2"], Page(3), None), Page(3))
    assert answers == {"1": Slice((noun(2, "1", 4),)), "2": Slice(())}


async def test_a_ticket_that_comes_twice_is_listed_once() -> None:
    rounds = [Found([noun(1, "1", 5), noun(2, "1", 4)], left=1), Found([noun(2, "1", 4), noun(3, "2", 3)], left=0)]

    async def read(search: Search) -> Found:
        return rounds[1 if search.until else 0]

    answers = await together(read, Search.of(["1", "2"], Page(5), None), Page(5))
    assert answers == {"1": Slice((noun(1, "1", 5), noun(2, "1", 4))), "2": Slice((noun(3, "2", 3),))}


@pytest.mark.parametrize("first", [1, 0])
async def test_within_one_second_nothing_is_certain(first: int) -> None:
    searches: list[Search] = []

    async def read(search: Search) -> Found:
        searches.append(search)
        later = [noun(2, "1", 5), noun(4, "2", 5)]
        return Found(later, left=0) if search.until else Found([noun(1, "1", 5), noun(3, "2", 5)], left=2)

    answers = await together(read, Search.of(["1", "2"], Page(first), None), Page(first))
    found = {requester: [one.external_id for one in sliced(answer).items] for requester, answer in answers.items()}
    assert found == ({"1": ["2"], "2": ["4"]} if first else {"1": [], "2": []})
    assert len(searches) == (2 if first else 1)


async def test_a_horizon_is_the_place_of_the_last_ticket_shown() -> None:
    async def read(_: Search) -> Found:
        return Found([noun(one, "1", one) for one in (9, 8, 7)], left=4)

    answers = await together(read, Search.of(["1"], Page(2), None), Page(2))
    shown = sliced(answers["1"])
    assert shown.horizon == Position(noun(8, "1", 8).created_at, f"{Service.ZENDESK.value}:8")
    assert shown.items[0].created_at > EPOCH
