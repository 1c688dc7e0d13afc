"""Pages join to the whole list, however long it is and wherever it is cut."""

from datetime import timedelta

import httpx

from connectors.domain.page import Page, Position, Slice
from connectors.domain.tickets import Ticket, TicketsAsked
from connectors.zendesk.client import Zendesk
from tests.connectors.support import NOW, Recorder, refs
from tests.connectors.zendesk.support import (
    EVERYTHING,
    HOST,
    PEOPLE,
    REF,
    FakeDesk,
    Stub,
    everybodys,
    expected,
    fake,
    following,
    ids,
    listed,
    over,
    queries,
    ref,
    sliced,
)


async def test_pages_of_many_customers_join_to_their_whole_lists(zendesk: Zendesk) -> None:
    customers = refs(PEOPLE, range(25))
    whole = await zendesk.tickets([TicketsAsked(one, EVERYTHING) for one in customers])
    for one in customers:
        joined: list[Ticket] = []
        page = Page(1)
        while True:
            found = await listed(zendesk, TicketsAsked(one, page))
            joined += found.items
            if found.horizon is None:
                break
            page = following(page, found)
        assert tuple(joined) == sliced(whole[TicketsAsked(one, EVERYTHING)]).items


async def test_pages_of_everybodys_tickets_join_to_the_whole_list(zendesk: Zendesk) -> None:
    whole = await everybodys(zendesk)
    joined: list[Ticket] = []
    page = Page(17)
    while True:
        found = await listed(zendesk, TicketsAsked(None, page))
        joined += found.items
        if found.horizon is None:
            break
        page = following(page, found)
    assert joined == whole
    assert len(whole) > 150


async def test_more_than_a_thousand_results_are_read_on_by_time() -> None:
    stubs = [Stub(one, 1, one) for one in range(1, 1251)]
    zendesk, wire = fake(FakeDesk(stubs))
    found = await listed(zendesk, TicketsAsked(ref(1), EVERYTHING))
    assert ids(found) == expected(stubs, 1, EVERYTHING)
    assert {request.url.params["page"] for request in wire.requests} == {"1"}
    assert len(wire.requests) <= 14


async def test_a_second_with_more_tickets_than_a_page_is_read_by_offset() -> None:
    stubs = [Stub(one, 1, 7) for one in range(1, 251)] + [Stub(300, 1, 8), Stub(301, 1, 6)]
    zendesk, wire = fake(FakeDesk(stubs))
    found = await listed(zendesk, TicketsAsked(ref(1), EVERYTHING))
    assert ids(found) == expected(stubs, 1, EVERYTHING)
    assert max(int(request.url.params["page"]) for request in wire.requests) == 3


async def test_a_page_continues_within_a_second_that_it_ended_in() -> None:
    stubs = [Stub(one, 1, 7) for one in (4, 1, 3, 2)]
    zendesk, _ = fake(FakeDesk(stubs))
    first = await listed(zendesk, TicketsAsked(ref(1), Page(2)))
    second = await listed(zendesk, TicketsAsked(ref(1), following(Page(2), first)))
    assert [ids(first), ids(second)] == [["4", "3"], ["2", "1"]]
    assert second.horizon is None


async def test_a_page_of_nothing_says_how_far_it_has_looked(zendesk: Zendesk) -> None:
    found = await listed(zendesk, TicketsAsked(REF, Page(0)))
    assert found.items == ()
    assert found.horizon is not None


async def test_a_page_that_promises_more_and_holds_nothing_is_the_last() -> None:
    body = httpx.Response(200, json={"results": [], "count": 12, "next_page": f"{HOST}/api/v2/search.json?page=2"})
    zendesk = over(httpx.MockTransport(lambda _: body))
    assert await listed(zendesk, TicketsAsked(None, Page(5))) == Slice(())


async def test_a_page_begins_after_a_moment_between_two_seconds(zendesk: Zendesk, wire: Recorder) -> None:
    page = Page(3, Position(NOW - timedelta(days=30, microseconds=1), "bluesky:x"))
    found = await listed(zendesk, TicketsAsked(REF, page))
    assert all(ticket.created_at < NOW - timedelta(days=30) for ticket in found.items)
    assert "created<=2026-10-02T11:59:59Z" in queries(wire)[0]
