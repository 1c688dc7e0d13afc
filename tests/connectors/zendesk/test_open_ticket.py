"""A ticket opened in a customer's name: once for every key, by their user id or their address."""

import httpx
import msgspec
import pytest

from connectors.connection import Access, Mode, base_url, connect, imitated
from connectors.domain.errors import Rejected, Unauthorized
from connectors.domain.new_tickets import NewTicket, TicketDesk
from connectors.domain.page import Page
from connectors.domain.references import CustomerRef
from connectors.domain.tickets import Priority, TicketsAsked, TicketStatus
from connectors.seed.people import ZENDESK_USER
from connectors.transport.cache_store import MemoryStore
from connectors.zendesk.client import Zendesk
from connectors.zendesk.service import ZENDESK
from tests.connectors.support import Recorder, answering
from tests.connectors.zendesk.support import PEOPLE, REF, imitation, listed, over, ref

REQUESTER = ZENDESK_USER.encode(0)


def new(whose: CustomerRef | None = REF, priority: Priority | None = None, **more: str) -> NewTicket:
    given = {"name": "Noor Aziz", "email": "noor@new.example", "subject": "Störung", "text": "Nichts geht mehr."}
    return NewTicket(ref=whose, priority=priority, **(given | more))


def sent(wire: Recorder) -> dict[str, object]:
    """The ticket of the last request."""
    body: dict[str, dict[str, object]] = msgspec.json.decode(wire.requests[-1].content)
    return body["ticket"]


def layered(wire: httpx.AsyncBaseTransport) -> Zendesk:
    """Over the whole upstream stack."""
    credentials = imitated(ZENDESK)
    access = Access(mode=Mode.LIVE, base_url=base_url(ZENDESK, credentials), credentials=credentials)
    connector = connect(ZENDESK, access, PEOPLE, wire, store=MemoryStore()).connector
    assert isinstance(connector, Zendesk)
    return connector


def test_zendesk_is_a_desk(zendesk: Zendesk) -> None:
    desk: TicketDesk = zendesk
    assert desk.open_ticket.__doc__


async def test_what_is_opened_is_one_call_with_its_key_and_there_afterwards(zendesk: Zendesk, wire: Recorder) -> None:
    opened = await zendesk.open_ticket(new(priority=Priority.URGENT), "key-1")
    assert [(one.method, one.url.path) for one in wire.requests] == [("POST", "/api/v2/tickets.json")]
    assert wire.requests[0].headers["idempotency-key"] == "key-1"
    assert (opened.subject, opened.status, opened.priority) == ("Störung", TicketStatus.NEW, Priority.URGENT)
    assert (opened.customer, opened.assignee) == (REQUESTER, None)
    assert await zendesk.tickets_by_id([opened.external_id]) == {opened.external_id: opened}
    assert (await listed(zendesk, TicketsAsked(REF, Page(1)))).items == (opened,)


async def test_a_linked_customer_is_named_by_id(zendesk: Zendesk, wire: Recorder) -> None:
    await zendesk.open_ticket(new(), "key-1")
    assert sent(wire) == {
        "requester_id": int(REQUESTER),
        "subject": "Störung",
        "comment": {"body": "Nichts geht mehr."},
    }


@pytest.mark.parametrize("whose", [None, CustomerRef("1"), ref("not-a-number")])
async def test_anybody_else_is_named_by_address(zendesk: Zendesk, wire: Recorder, whose: CustomerRef | None) -> None:
    opened = await zendesk.open_ticket(new(whose, name=PEOPLE[5].name, email=PEOPLE[5].email), "key-1")
    assert sent(wire)["requester"] == {"name": PEOPLE[5].name, "email": PEOPLE[5].email}
    assert opened.customer == ZENDESK_USER.encode(5)


async def test_a_new_address_is_a_new_user_who_is_known_from_then_on(zendesk: Zendesk) -> None:
    first, again = [await zendesk.open_ticket(new(None), key) for key in ("key-1", "key-2")]
    assert first.customer == again.customer
    assert first.external_id != again.external_id


async def test_without_a_subject_the_text_is_shown(zendesk: Zendesk, wire: Recorder) -> None:
    opened = await zendesk.open_ticket(new(subject="  "), "key-1")
    assert "subject" not in sent(wire)
    assert opened.subject == "Nichts geht mehr."


async def test_a_key_opens_one_ticket_however_often_it_is_sent(zendesk: Zendesk) -> None:
    first, second = [await zendesk.open_ticket(new(), "key-1") for _ in range(2)]
    assert first == second
    found = (await listed(zendesk, TicketsAsked(REF, Page(2)))).items
    assert [ticket.external_id for ticket in found].count(first.external_id) == 1


async def test_a_key_that_meant_something_else_is_refused(zendesk: Zendesk) -> None:
    await zendesk.open_ticket(new(), "key-1")
    with pytest.raises(Rejected, match="don't match the given idempotency key") as refusal:
        await zendesk.open_ticket(new(text="Etwas anderes"), "key-1")
    assert refusal.value.status == 400


@pytest.mark.parametrize(
    ("ticket", "words"),
    [
        (new(text=" "), "Description: cannot be blank"),
        (new(ref(7)), "Requester: is not a user of this account"),
    ],
)
async def test_a_refused_input_is_told_in_zendesks_words(zendesk: Zendesk, ticket: NewTicket, words: str) -> None:
    with pytest.raises(Rejected, match=words) as refusal:
        await zendesk.open_ticket(ticket, "key-1")
    assert refusal.value.status == 422


async def test_credentials_that_may_not_write_are_told() -> None:
    with pytest.raises(Unauthorized):
        await over(answering(403)).open_ticket(new(), "key-1")


async def test_what_was_lost_on_the_way_is_sent_again_and_opened_once() -> None:
    inner = imitation()
    lost: list[httpx.Response] = []

    async def losing(request: httpx.Request) -> httpx.Response:
        response = await inner.handle_async_request(request)
        if request.method == "POST" and not lost:
            lost.append(response)
            return httpx.Response(503)
        return response

    zendesk = layered(httpx.MockTransport(losing))
    opened = await zendesk.open_ticket(new(), "key-1")
    posts = [one for one in inner.requests if one.method == "POST"]
    assert [one.headers["idempotency-key"] for one in posts] == ["key-1", "key-1"]
    assert lost[0].json()["ticket"]["id"] == int(opened.external_id)
    assert len({one.content for one in posts}) == 1


async def test_a_new_ticket_shows_in_lists_that_were_kept() -> None:
    inner = imitation()
    zendesk = layered(inner)
    asked = TicketsAsked(REF, Page(1))
    before = (await listed(zendesk, asked)).items
    assert (await listed(zendesk, asked)).items == before
    assert len(inner.requests) == 1
    opened = await zendesk.open_ticket(new(), "key-1")
    assert (await listed(zendesk, asked)).items == (opened,)
