"""Several contacts' lists out of one walk: each as if it were asked for alone, in as few pages as that takes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.domain.errors import Unavailable
from connectors.domain.page import Page, Slice
from connectors.domain.tickets import Ticket, TicketsAsked
from connectors.intercom import together as module
from tests.connectors.intercom.support import FakeInbox, Stub, asked_for, fake, linked, searches, sliced

ENOUGH = settings(derandomize=True, max_examples=60, deadline=None)
NAMES = ["a" * 24, "b" * 24, "c" * 24]


def ids(found: Slice[Ticket]) -> list[str]:
    return [ticket.external_id for ticket in found.items]


def expected(stubs: list[Stub], name: str) -> list[str]:
    """All of one contact's list; the key of a place is text, so that ids of one second are ordered as text."""
    theirs = [stub for stub in stubs if name in stub.contacts]
    return [str(one.id) for one in sorted(theirs, key=lambda stub: (stub.second, str(stub.id)), reverse=True)]


def busy(name: str, count: int, newest: int) -> list[Stub]:
    """One conversation a second, backwards from `newest`."""
    return [Stub(number + 1, (name,), newest - number) for number in range(count)]


@st.composite
def inboxes(draw: st.DrawFn) -> list[Stub]:
    """Conversations of three contacts within a few seconds, some with several of them."""
    count = draw(st.integers(0, 20))
    whose = st.lists(st.sampled_from(NAMES), min_size=1, max_size=2, unique=True)
    return [Stub(number, tuple(draw(whose)), draw(st.integers(0, 5))) for number in range(1, count + 1)]


@ENOUGH
@given(inboxes(), st.integers(1, 4), st.integers(1, 4))
async def test_pages_of_a_group_join_to_each_ones_whole_list(stubs: list[Stub], first: int, most: int) -> None:
    intercom, _ = fake(FakeInbox(stubs, most))
    joined: dict[str, list[str]] = {name: [] for name in NAMES}
    left = {name: Page(first) for name in NAMES}
    while left:
        asked = {name: TicketsAsked(linked(name), page) for name, page in left.items()}
        answers = await intercom.tickets(list(asked.values()))
        found = {name: sliced(answers[one]) for name, one in asked.items()}
        for name, part in found.items():
            assert len(part.items) <= first
            joined[name] += ids(part)
        left = {name: Page(first, part.horizon) for name, part in found.items() if part.horizon}
    assert joined == {name: expected(stubs, name) for name in NAMES}


@ENOUGH
@given(inboxes(), st.integers(1, 3))
async def test_everything_is_everything_however_small_the_pages(stubs: list[Stub], most: int) -> None:
    intercom, _ = fake(FakeInbox(stubs, most))
    asked = [TicketsAsked(linked(name), Page(None)) for name in NAMES]
    answers = await intercom.tickets(asked)
    assert [ids(sliced(answers[one])) for one in asked] == [expected(stubs, name) for name in NAMES]


async def test_who_has_thousands_of_conversations_leaves_the_search_when_done() -> None:
    stubs = [Stub(9000 + place, (name,), 1) for place, name in enumerate(NAMES[1:])] + busy(NAMES[0], 3000, 9000)
    intercom, wire = fake(FakeInbox(stubs))
    answers = await intercom.tickets([TicketsAsked(linked(name), Page(5)) for name in NAMES])
    assert [len(sliced(one).items) for one in answers.values()] == [5, 1, 1]
    assert [len(asked_for(body)) for body in searches(wire)] == [3, 2]


async def test_after_so_many_pages_the_lists_still_open_end_at_a_horizon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DEEPEST", 3)
    stubs = [*busy(NAMES[0], 1000, 9000), Stub(5000, (NAMES[1],), 1), Stub(5001, (NAMES[1],), 8999)]
    intercom, wire = fake(FakeInbox(stubs, most=10))
    asked = [TicketsAsked(linked(NAMES[0]), Page(400)), TicketsAsked(linked(NAMES[1]), Page(400))]
    answers = await intercom.tickets(asked)
    busiest, other = (sliced(answers[one]) for one in asked)
    assert len(wire.requests) == 3
    assert len(busiest.items) == 28
    assert ids(other) == ["5001"]
    assert busiest.horizon == other.horizon
    assert other.horizon is not None
    rest = TicketsAsked(linked(NAMES[1]), Page(400, other.horizon))
    assert ids(sliced((await intercom.tickets([rest]))[rest])) == ["5000"]


async def test_everything_is_read_beyond_that_depth(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DEEPEST", 2)
    intercom, wire = fake(FakeInbox(busy(NAMES[0], 50, 900), most=10))
    asked = TicketsAsked(linked(NAMES[0]), Page(None))
    assert len(sliced((await intercom.tickets([asked]))[asked]).items) == 50
    assert len(wire.requests) == 5


async def test_a_second_that_is_fuller_than_the_depth_is_passed_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DEEPEST", 1)
    stubs = [Stub(number, (NAMES[0],), 7) for number in range(10, 60)] + [Stub(5, (NAMES[0],), 3)]
    intercom, _ = fake(FakeInbox(stubs, most=10))
    found: list[str] = []
    page = Page(20)
    for _ in range(20):
        asked = TicketsAsked(linked(NAMES[0]), page)
        part = sliced((await intercom.tickets([asked]))[asked])
        found += ids(part)
        if part.horizon is None:
            break
        page = Page(20, part.horizon)
    assert found == expected(stubs, NAMES[0])


async def test_a_later_failure_is_that_of_the_lists_still_open() -> None:
    stubs = [Stub(9000, (NAMES[1],), 1), *busy(NAMES[0], 3000, 9000)]
    intercom, _ = fake(FakeInbox(stubs, failing=[2]))
    asked = [TicketsAsked(linked(name), Page(5)) for name in NAMES]
    answers = await intercom.tickets(asked)
    assert [type(answers[one]) for one in asked] == [Slice, Unavailable, Unavailable]


async def test_a_page_of_none_tells_whether_there_is_more() -> None:
    intercom, _ = fake(FakeInbox(busy(NAMES[0], 3, 9)))
    asked = [TicketsAsked(linked(name), Page(0)) for name in NAMES[:2]]
    answers = await intercom.tickets(asked)
    some, none = (sliced(answers[one]) for one in asked)
    assert (some.items, none.items) == ((), ())
    assert some.horizon is not None
    assert none.horizon is None
