"""Requests sent for what is asked, and one answer per key."""

from datetime import timedelta

import httpx
import pytest

from connectors.domain.errors import Malformed, RateLimited, Rejected, Unauthorized, Unavailable
from connectors.domain.page import Page, Position, Slice, position
from connectors.domain.references import CustomerRef
from connectors.domain.tickets import Priority, TicketsAsked, TicketStatus
from connectors.intercom.client import Intercom
from tests.connectors.intercom.support import (
    EPOCH,
    EVERYTHING,
    FakeInbox,
    Stub,
    asked_for,
    contact,
    fake,
    filters,
    imitation,
    joined,
    linked,
    listed,
    over,
    ref,
    searches,
    sliced,
)
from tests.connectors.support import Recorder, answering

A, B, C = "a" * 24, "b" * 24, "c" * 24


@pytest.fixture
def wire() -> Recorder:
    return imitation()


@pytest.fixture
def intercom(wire: Recorder) -> Intercom:
    return over(wire)


async def test_a_customers_tickets_are_newest_first_and_theirs(intercom: Intercom) -> None:
    found = (await listed(intercom, TicketsAsked(ref(0), EVERYTHING))).items
    assert found
    assert list(found) == sorted(found, key=position, reverse=True)
    assert {ticket.customer for ticket in found} == {contact(0)}


async def test_the_token_and_the_version_go_with_every_call(intercom: Intercom, wire: Recorder) -> None:
    await intercom.ping()
    assert wire.requests[0].headers["authorization"] == "Bearer imitation0imitation0imitation0imitation0="
    assert wire.requests[0].headers["intercom-version"] == "2.15"


@pytest.mark.parametrize(("customers", "calls"), [(1, 1), (15, 1), (16, 2), (40, 3)])
async def test_fifteen_customers_are_one_search_and_everybody_is_named_by_one_read(
    intercom: Intercom, wire: Recorder, customers: int, calls: int
) -> None:
    asked = [TicketsAsked(ref(number), Page(3)) for number in range(customers)]
    answers = await intercom.tickets([*asked, *asked])
    assert [len(asked_for(body)) <= 15 for body in searches(wire)] == [True] * calls
    assert [request.url.path for request in wire.requests].count("/admins") == 1
    assert len(wire.requests) == calls + 1
    assert list(answers) == asked


@pytest.mark.parametrize("first", [1, 2, 50])
async def test_many_customers_together_are_answered_as_each_alone(intercom: Intercom, first: int) -> None:
    asked = [TicketsAsked(ref(number), Page(first)) for number in range(20)]
    together = await intercom.tickets(asked)
    assert {one: await listed(intercom, one) for one in asked} == together


@pytest.mark.parametrize("first", [1, 7, 100])
async def test_pages_join_to_the_whole_list(intercom: Intercom, first: int) -> None:
    assert await joined(intercom, ref(1), first) == list(
        (await listed(intercom, TicketsAsked(ref(1), EVERYTHING))).items
    )


async def test_pages_of_everybodys_tickets_join_to_the_whole_list(intercom: Intercom) -> None:
    whole = (await listed(intercom, TicketsAsked(None, EVERYTHING))).items
    assert await joined(intercom, None, 41) == list(whole)
    assert len(whole) > 150


@pytest.mark.parametrize(
    ("status", "state"),
    [(TicketStatus.OPEN, "open"), (TicketStatus.PENDING, "snoozed"), (TicketStatus.SOLVED, "closed")],
)
async def test_a_status_is_sifted_at_intercom(
    intercom: Intercom, wire: Recorder, status: TicketStatus, state: str
) -> None:
    found = (await listed(intercom, TicketsAsked(None, EVERYTHING, status))).items
    whole = (await listed(intercom, TicketsAsked(None, EVERYTHING))).items
    assert found
    assert found == tuple(ticket for ticket in whole if ticket.status is status)
    assert {"field": "state", "operator": "=", "value": state} in filters(searches(wire)[0]["query"])


async def test_nothing_is_ever_new_and_asking_for_it_costs_no_call(intercom: Intercom, wire: Recorder) -> None:
    asked = [TicketsAsked(whose, Page(3), TicketStatus.NEW) for whose in (None, ref(0))]
    assert await intercom.tickets(asked) == dict.fromkeys(asked, Slice(()))
    assert wire.requests == []


@pytest.mark.parametrize("whose", [CustomerRef("1"), linked("nobody"), linked(""), linked("A" * 24)])
async def test_somebody_whom_intercom_cannot_know_has_no_tickets_and_costs_no_call(
    intercom: Intercom, wire: Recorder, whose: CustomerRef
) -> None:
    assert (await listed(intercom, TicketsAsked(whose, Page(3)))).items == ()
    assert wire.requests == []


async def test_a_page_after_a_place_leaves_newer_conversations_at_intercom(intercom: Intercom, wire: Recorder) -> None:
    place = Position(EPOCH - timedelta(days=100), "intercom:0")
    found = (await listed(intercom, TicketsAsked(None, Page(5, place)))).items
    assert len(found) == 5
    assert all(position(ticket) < place for ticket in found)
    edge = int(place.at.timestamp()) + 1
    assert filters(searches(wire)[0]["query"]) == [{"field": "created_at", "operator": "<", "value": edge}]


async def test_a_search_says_its_order_and_asks_for_no_more_than_it_needs(intercom: Intercom, wire: Recorder) -> None:
    await intercom.tickets([TicketsAsked(ref(0), Page(3)), TicketsAsked(ref(1), Page(3))])
    assert searches(wire)[0]["sort"] == {"field": "created_at", "order": "descending"}
    assert searches(wire)[0]["pagination"] == {"per_page": 10}


async def test_different_pages_and_states_are_searches_of_their_own(intercom: Intercom, wire: Recorder) -> None:
    asked = [
        TicketsAsked(ref(0), Page(3)),
        TicketsAsked(ref(0), Page(4)),
        TicketsAsked(ref(0), Page(3), TicketStatus.SOLVED),
        TicketsAsked(None, Page(3)),
    ]
    answers = await intercom.tickets(asked)
    assert [len(sliced(answers[one]).items) <= (one.page.first or 0) for one in asked] == [True] * 4
    assert len(searches(wire)) == 4


async def test_one_failing_group_leaves_the_others() -> None:
    people = [f"{number:024x}" for number in range(1, 31)]
    stubs = [Stub(number, (one,), number) for number, one in enumerate(people, 1)]
    intercom, wire = fake(FakeInbox(stubs, failing=[1]))
    answers = await intercom.tickets([TicketsAsked(linked(one), Page(3)) for one in people])
    kinds = [type(answer) for answer in answers.values()]
    assert kinds == [Unavailable] * 15 + [Slice] * 15
    assert len(wire.requests) == 2


async def test_a_conversation_with_several_contacts_is_on_each_ones_list() -> None:
    intercom, _ = fake(FakeInbox([Stub(1, (A, B), 5), Stub(2, (B,), 4), Stub(3, (C, A), 3)]))
    answers = await intercom.tickets([TicketsAsked(linked(one), Page(5)) for one in (A, B, C)])
    assert [[ticket.external_id for ticket in sliced(one).items] for one in answers.values()] == [
        ["1", "3"],
        ["1", "2"],
        ["3"],
    ]


async def test_assignees_are_named_where_teammates_can_be_read() -> None:
    intercom, wire = fake(FakeInbox([Stub(1, (A,), 5, admin=7), Stub(2, (A,), 4, admin=8), Stub(3, (A,), 3)]))
    found = (await listed(intercom, TicketsAsked(linked(A), Page(5)))).items
    assert [ticket.assignee for ticket in found] == ["Kwame Mensah", None, None]
    assert len(wire.requests) == 2


async def test_without_an_assignee_nobody_asks_for_names() -> None:
    intercom, wire = fake(FakeInbox([Stub(1, (A,), 5)]))
    await listed(intercom, TicketsAsked(linked(A), Page(5)))
    assert len(wire.requests) == 1


async def test_names_that_cannot_be_read_cost_the_names_alone() -> None:
    inbox = FakeInbox([Stub(1, (A,), 5, admin=7)])
    refusing = httpx.MockTransport(lambda sent: httpx.Response(403) if sent.url.path == "/admins" else inbox(sent))
    found = (await listed(over(refusing), TicketsAsked(linked(A), Page(5)))).items
    assert [(ticket.external_id, ticket.assignee) for ticket in found] == [("1", None)]


async def test_tickets_are_found_again_by_id_fifteen_a_call_and_none_for_the_rest(
    intercom: Intercom, wire: Recorder
) -> None:
    whole = (await listed(intercom, TicketsAsked(None, Page(40)))).items
    wire.requests.clear()
    ids = [ticket.external_id for ticket in whole]
    answers = await intercom.tickets_by_id([*ids, "1", "nope", "../admins", "", *ids])
    assert list(answers) == [*ids, "1", "nope", "../admins", ""]
    assert [answers[id] for id in ids] == list(whole)
    assert [answers[id] for id in ("1", "nope", "../admins", "")] == [None] * 4
    assert [len(body["query"]["value"]) for body in searches(wire)] == [15, 15, 11]
    assert len(wire.requests) == 4


async def test_a_single_ticket_is_read_by_itself(intercom: Intercom, wire: Recorder) -> None:
    [ticket] = (await listed(intercom, TicketsAsked(None, Page(1)))).items
    wire.requests.clear()
    assert await intercom.tickets_by_id([ticket.external_id]) == {ticket.external_id: ticket}
    assert await intercom.tickets_by_id(["9"]) == {"9": None}
    assert [one.url.path for one in wire.requests if one.url.path != "/admins"] == [
        f"/conversations/{ticket.external_id}",
        "/conversations/9",
    ]


async def test_ids_that_are_none_cost_no_call(intercom: Intercom, wire: Recorder) -> None:
    assert await intercom.tickets_by_id(["x", "1.5", "0", "9" * 20]) == dict.fromkeys(["x", "1.5", "0", "9" * 20])
    assert wire.requests == []


async def test_one_failing_chunk_of_ids_leaves_the_others() -> None:
    inbox = FakeInbox([], failing=[1])

    def answer(sent: httpx.Request) -> httpx.Response:
        return inbox(sent) if b'"1"' in sent.content else httpx.Response(200, json={"conversations": []})

    ids = [str(number) for number in range(1, 18)]
    answers = await over(httpx.MockTransport(answer)).tickets_by_id(ids)
    assert [type(one) for one in answers.values()] == [Unavailable] * 15 + [type(None)] * 2


async def test_the_imitations_priorities_and_states_are_the_domains(intercom: Intercom) -> None:
    whole = (await listed(intercom, TicketsAsked(None, EVERYTHING))).items
    assert {ticket.priority for ticket in whole} == {Priority.HIGH, Priority.NORMAL}
    assert {ticket.status for ticket in whole} == {TicketStatus.OPEN, TicketStatus.PENDING, TicketStatus.SOLVED}
    assert all(ticket.subject for ticket in whole)


@pytest.mark.parametrize(
    ("wire", "error", "words"),
    [
        (answering(401, b'{"errors": [{"code": "unauthorized"}]}'), Unauthorized, "credentials"),
        (answering(500), Unavailable, "500"),
        (answering(429, headers={"Retry-After": "3"}), RateLimited, "3 s"),
        (
            answering(400, b'{"type": "error.list", "errors": [{"code": "c", "message": "no imitation0imitation0"}]}'),
            Rejected,
            "400: no",
        ),
        (answering(200, b"<html>"), Malformed, "not JSON"),
        (answering(200, b'{"conversations": [{"id": 5}]}'), Malformed, r"\$.conversations\[0\].id"),
    ],
)
async def test_what_goes_wrong_takes_the_place_of_each_answer(
    wire: httpx.AsyncBaseTransport, error: type[Exception], words: str
) -> None:
    asked = [TicketsAsked(ref(0), Page(3)), TicketsAsked(None, Page(3))]
    answers = await over(wire).tickets(asked)
    assert [type(answer) for answer in answers.values()] == [error, error]
    with pytest.raises(error, match=words):
        raise answers[asked[0]]  # type: ignore[misc]  # an error, as has just been seen
