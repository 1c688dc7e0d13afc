"""Tickets read by id: a hundred a call, one answer for each."""

from connectors.domain.tickets import Ticket, TicketsAsked
from connectors.zendesk.client import Zendesk
from tests.connectors.support import Recorder
from tests.connectors.zendesk.support import (
    EVERYTHING,
    REF,
    listed,
)


async def test_tickets_are_found_again_by_id_and_none_for_the_rest(zendesk: Zendesk, wire: Recorder) -> None:
    found = (await listed(zendesk, TicketsAsked(REF, EVERYTHING))).items
    wire.requests.clear()
    asked = [ticket.external_id for ticket in found] + ["99999999", "nope", "../1", "0", ""]
    answers = await zendesk.tickets_by_id(asked)
    assert list(answers) == asked
    assert [answers[id] for id in asked] == [*found, None, None, None, None, None]
    assert len(wire.requests) == 1


async def test_tickets_by_id_are_read_a_hundred_a_call(zendesk: Zendesk, wire: Recorder) -> None:
    asked = [str(number) for number in range(1, 241)]
    answers = await zendesk.tickets_by_id(asked + asked)
    assert [len(request.url.params["ids"].split(",")) for request in wire.requests] == [100, 100, 40]
    assert len(answers) == 240
    assert len([one for one in answers.values() if isinstance(one, Ticket)]) > 150


async def test_ids_that_nobody_has_cost_no_call(zendesk: Zendesk, wire: Recorder) -> None:
    assert await zendesk.tickets_by_id(["x", "1.5"]) == {"x": None, "1.5": None}
    assert wire.requests == []
