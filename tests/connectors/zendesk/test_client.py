"""Requests sent for what is asked, and answers in the order of no one: one per key."""

import asyncio

import httpx
import pytest

from connectors.connection import imitated
from connectors.domain.offer import Offer
from connectors.domain.page import AFTER_ALL_OF_ITS_TIME, Page, Position, Slice
from connectors.domain.references import CustomerRef, ServiceLink
from connectors.domain.search import Searches
from connectors.domain.service import Service
from connectors.domain.tickets import Priority, TicketsAsked, TicketStatus
from connectors.zendesk.client import GROUP, Zendesk
from connectors.zendesk.service import ZENDESK
from tests.connectors.support import Recorder, crowd, refs
from tests.connectors.zendesk.support import (
    EPOCH,
    EVERYTHING,
    HOST,
    PEOPLE,
    REF,
    FakeDesk,
    Stub,
    everybodys,
    fake,
    ids,
    imitation,
    listed,
    newest_first,
    over,
    queries,
    ref,
    requesters,
    sliced,
)


async def test_one_customers_tickets_are_one_call_newest_first(zendesk: Zendesk, wire: Recorder) -> None:
    found = (await listed(zendesk, TicketsAsked(REF, EVERYTHING))).items
    assert len(wire.requests) == 1
    assert found
    assert newest_first(found)
    assert {ticket.customer for ticket in found} == {REF.link(Service.ZENDESK)}


async def test_a_hundred_customers_cost_a_call_for_every_twenty() -> None:
    people = crowd(100)
    wire = imitation(people)
    asked = [TicketsAsked(one, Page(20)) for one in refs(people, range(100))]
    answers = await over(wire, people).tickets(asked)
    assert len(wire.requests) <= 8
    assert sum(len(sliced(answers[one]).items) for one in asked) > 300


async def test_a_dashboard_of_a_large_account_costs_no_more() -> None:
    people = crowd(100_000)
    wire = imitation(people)
    asked = [TicketsAsked(one, Page(20)) for one in refs(people, range(0, 100_000, 1000))]
    answers = await over(wire, people).tickets(asked)
    assert len(wire.requests) <= 8
    assert all(sliced(answer).horizon is None for answer in answers.values())


async def test_a_batch_answers_what_each_customer_alone_would_be_answered(zendesk: Zendesk) -> None:
    asked = [TicketsAsked(one, Page(2)) for one in refs(PEOPLE, range(40))]
    together = await zendesk.tickets(asked)
    for one in asked:
        assert together[one] == await listed(zendesk, one)


async def test_everybodys_first_page_is_one_call_of_two_tickets_more(zendesk: Zendesk, wire: Recorder) -> None:
    found = await listed(zendesk, TicketsAsked(None, Page(20)))
    assert len(found.items) == 20
    assert [request.url.params["per_page"] for request in wire.requests] == ["22"]
    assert requesters(wire) == [[]]


@pytest.mark.parametrize("status", TicketStatus)
async def test_a_status_is_searched_for_by_zendesks_own_names(
    zendesk: Zendesk, wire: Recorder, status: TicketStatus
) -> None:
    all_of_them = await everybodys(zendesk)
    wire.requests.clear()
    found = await everybodys(zendesk, status)
    assert found == [ticket for ticket in all_of_them if ticket.status is status]
    assert found
    names = {"new": ["new"], "open": ["open"], "pending": ["pending", "hold"], "solved": ["solved", "closed"]}
    assert {tuple(word for word in words if word.startswith("status:")) for words in queries(wire)} == {
        tuple(f"status:{name}" for name in names[status.value])
    }


async def test_one_customer_may_be_asked_about_in_several_ways_at_once(zendesk: Zendesk) -> None:
    whole = (await listed(zendesk, TicketsAsked(REF, EVERYTHING))).items
    ways = [
        TicketsAsked(REF, Page(1)),
        TicketsAsked(REF, Page(3)),
        TicketsAsked(REF, EVERYTHING, TicketStatus.SOLVED),
        TicketsAsked(REF, Page(2, Position(whole[0].created_at, f"zendesk:{whole[0].external_id}"))),
    ]
    answers = [sliced((await zendesk.tickets(ways))[way]).items for way in ways]
    solved = tuple(ticket for ticket in whole if ticket.status is TicketStatus.SOLVED)
    assert answers == [whole[:1], whole[:3], solved, whole[1:3]]


async def test_a_key_asked_twice_is_read_once(zendesk: Zendesk, wire: Recorder) -> None:
    asked = TicketsAsked(REF, Page(3))
    answers = await zendesk.tickets([asked, asked, TicketsAsked(REF, Page(3))])
    assert list(answers) == [asked]
    assert requesters(wire) == [[REF.link(Service.ZENDESK)]]


async def test_two_customers_who_are_one_requester_share_the_search(zendesk: Zendesk, wire: Recorder) -> None:
    twin = CustomerRef("another", REF.links)
    first, second = TicketsAsked(REF, Page(3)), TicketsAsked(twin, Page(3))
    answers = await zendesk.tickets([first, second])
    assert answers[first] == answers[second]
    assert requesters(wire) == [[REF.link(Service.ZENDESK)]]


async def test_everybody_and_customers_may_be_asked_about_at_once(zendesk: Zendesk, wire: Recorder) -> None:
    asked = [TicketsAsked(None, Page(4)), *(TicketsAsked(one, Page(4)) for one in refs(PEOPLE, range(3)))]
    answers = await zendesk.tickets(asked)
    assert len(wire.requests) == 2
    assert [sliced(answers[one]).items for one in asked] == [(await listed(zendesk, one)).items for one in asked]


@pytest.mark.parametrize(
    "link", ["", "0", "-1", "12 status:new", "me", "none", "\uff11\uff12", "1" * 19, "38*", "+12025550142"]
)
async def test_who_is_not_spelled_like_a_user_has_no_tickets_and_costs_no_call(
    zendesk: Zendesk, wire: Recorder, link: str
) -> None:
    assert await listed(zendesk, TicketsAsked(ref(link), Page(3))) == Slice(())
    assert wire.requests == []


async def test_who_is_not_linked_has_no_tickets_and_costs_no_call(zendesk: Zendesk, wire: Recorder) -> None:
    stranger = CustomerRef("1", (ServiceLink(Service.STRIPE, "cus_1"),))
    assert await listed(zendesk, TicketsAsked(stranger, Page(3))) == Slice(())
    assert await zendesk.tickets([]) == {}
    assert wire.requests == []


async def test_a_user_who_does_not_exist_has_no_tickets_beside_those_who_do(zendesk: Zendesk) -> None:
    asked = [TicketsAsked(ref(999), Page(3)), TicketsAsked(REF, Page(3))]
    answers = await zendesk.tickets(asked)
    assert sliced(answers[asked[0]]) == Slice(())
    assert sliced(answers[asked[1]]).items


async def test_more_customers_than_one_search_holds_are_divided_evenly_by_twenty() -> None:
    zendesk, wire = fake(FakeDesk([]))
    await zendesk.tickets([TicketsAsked(ref(one), Page(3)) for one in range(1, 46)])
    assert sorted(map(len, requesters(wire)), reverse=True) == [GROUP, GROUP, 5]
    assert max(map(len, queries(wire))) <= 64, "a search has 64 words at most"


async def test_a_full_search_stays_within_64_words_and_a_short_address() -> None:
    zendesk, wire = fake(FakeDesk([]))
    page = Page(20, Position(EPOCH, AFTER_ALL_OF_ITS_TIME))
    asked = [TicketsAsked(ref(10**17 + one), page, TicketStatus.SOLVED) for one in range(GROUP)]
    await zendesk.tickets(asked)
    assert [len(words) for words in queries(wire)] == [GROUP + 4]
    assert len(str(wire.requests[0].url)) < 2000


async def test_what_the_index_has_not_noticed_yet_is_left_out() -> None:
    late, wrong = Stub(1, 1, 9, status="solved").body(), Stub(2, 77, 8).body()
    right = Stub(3, 1, 7).body()
    body = httpx.Response(200, json={"results": [late, wrong, right], "count": 3, "next_page": None})
    zendesk = over(httpx.MockTransport(lambda _: body))
    assert ids(await listed(zendesk, TicketsAsked(ref(1), Page(5), TicketStatus.OPEN))) == ["3"]


async def test_assignees_are_named_without_another_call(zendesk: Zendesk, wire: Recorder) -> None:
    found = await everybodys(zendesk)
    assert {request.url.path for request in wire.requests} == {"/api/v2/search.json"}
    assert {request.url.params["include"] for request in wire.requests} == {"tickets(users)"}
    assert len({ticket.assignee for ticket in found}) == 7
    assert all(ticket.assignee is None for ticket in found if ticket.status is TicketStatus.NEW)


async def test_tickets_have_priorities_or_none_and_an_address_for_agents(zendesk: Zendesk) -> None:
    found = await everybodys(zendesk)
    assert {ticket.priority for ticket in found} == {None, *Priority}
    assert {ticket.url for ticket in found} == {f"{HOST}/agent/tickets/{ticket.external_id}" for ticket in found}


async def test_ping_reads_one_ticket_with_the_credentials(zendesk: Zendesk, wire: Recorder) -> None:
    await zendesk.ping()
    assert [request.url.path for request in wire.requests] == ["/api/v2/tickets.json"]
    assert wire.requests[0].url.params["page[size]"] == "1"
    assert wire.requests[0].headers["authorization"] == ZENDESK.headers(imitated(ZENDESK))["Authorization"]
    assert wire.requests[0].headers["accept"] == "application/json"


async def test_it_offers_tickets_and_a_desk_to_open_them(zendesk: Zendesk) -> None:
    searches = Searches(ticket=zendesk.search_tickets)
    assert zendesk.offer == Offer(tickets=zendesk, ticket_desk=zendesk, searches=searches)


async def test_groups_are_read_side_by_side() -> None:
    under_way, most = 0, 0

    async def counting(request: httpx.Request) -> httpx.Response:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0)
        under_way -= 1
        return FakeDesk([])(request)

    await over(httpx.MockTransport(counting)).tickets([TicketsAsked(ref(one), Page(3)) for one in range(1, 81)])
    assert most == 4
