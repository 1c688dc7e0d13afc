"""A conversation begun in a customer's name: by their contact, by their address, or by somebody new."""

import httpx
import msgspec
import pytest

from connectors.connection import Access, Mode, connect, imitated
from connectors.domain.errors import Rejected, Unavailable
from connectors.domain.new_tickets import NewTicket, TicketDesk
from connectors.domain.page import Page
from connectors.domain.references import CustomerRef
from connectors.domain.tickets import Priority, TicketsAsked, TicketStatus
from connectors.intercom.client import Intercom
from connectors.intercom.service import INTERCOM
from connectors.transport.cache_store import MemoryStore
from tests.connectors.intercom.support import PEOPLE, contact, imitation, linked, listed, over, ref
from tests.connectors.support import Recorder


@pytest.fixture
def wire() -> Recorder:
    return imitation()


@pytest.fixture
def intercom(wire: Recorder) -> Intercom:
    return over(wire)


def new(whose: CustomerRef | None = None, **more: str) -> NewTicket:
    given = {"name": "Noor Aziz", "email": "noor@new.example", "subject": "Printer <offline>", "text": "Nothing works."}
    return NewTicket(ref=whose, priority=Priority.HIGH, **(given | more))


def sent(wire: Recorder) -> list[tuple[str, str]]:
    return [(request.method, request.url.path) for request in wire.requests]


def test_intercom_is_a_desk() -> None:
    desk: TicketDesk = over(imitation())
    assert desk.open_ticket.__doc__


async def test_a_linked_customers_ticket_is_one_call_and_there_afterwards(intercom: Intercom, wire: Recorder) -> None:
    opened = await intercom.open_ticket(new(ref(3)), "key-1")
    assert sent(wire) == [("POST", "/conversations")]
    assert msgspec.json.decode(wire.requests[0].content) == {
        "from": {"type": "contact", "id": contact(3)},
        "body": "Printer <offline>\n\nNothing works.",
    }
    assert (opened.subject, opened.status, opened.customer) == ("Printer <offline>", TicketStatus.OPEN, contact(3))
    assert await intercom.tickets_by_id([opened.external_id]) == {opened.external_id: opened}
    assert (await listed(intercom, TicketsAsked(ref(3), Page(1)))).items == (opened,)


async def test_without_a_link_whoever_has_the_address_asks(intercom: Intercom, wire: Recorder) -> None:
    opened = await intercom.open_ticket(new(email=PEOPLE[5].email.upper()), "key-1")
    assert opened.customer == contact(5)
    assert sent(wire) == [("POST", "/contacts/search"), ("POST", "/conversations")]


async def test_a_new_address_is_a_new_contact_who_is_known_from_then_on(intercom: Intercom, wire: Recorder) -> None:
    first = await intercom.open_ticket(new(), "key-1")
    assert sent(wire) == [("POST", "/contacts/search"), ("POST", "/contacts"), ("POST", "/conversations")]
    assert msgspec.json.decode(wire.requests[1].content) == {
        "role": "user",
        "email": "noor@new.example",
        "name": "Noor Aziz",
    }
    again = await intercom.open_ticket(new(subject="", text="Still not."), "key-2")
    assert again.customer == first.customer
    assert again.subject == "Still not."
    assert [
        ticket.external_id
        for ticket in (await listed(intercom, TicketsAsked(linked(str(first.customer)), Page(5)))).items
    ] == [
        again.external_id,
        first.external_id,
    ]


async def test_a_contact_that_no_search_knows_yet_is_named_by_the_conflict() -> None:
    inner = imitation()

    async def forgetful(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/contacts/search":
            return httpx.Response(200, json={"data": []})
        return await inner.handle_async_request(request)

    opened = await over(httpx.MockTransport(forgetful)).open_ticket(new(email=PEOPLE[5].email), "key-1")
    assert opened.customer == contact(5)


@pytest.mark.parametrize("words", ["An archived contact matching those details", "conflict"])
async def test_a_conflict_without_a_contact_is_told(words: str) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/contacts":
            return httpx.Response(409, json={"errors": [{"code": "conflict", "message": words}]})
        return httpx.Response(200, json={"data": []})

    with pytest.raises(Rejected, match=f"409: {words}"):
        await over(httpx.MockTransport(answer)).open_ticket(new(), "key-1")


@pytest.mark.parametrize(
    ("ticket", "status", "words"),
    [
        (new(linked("f" * 24)), 404, "User Not Found"),
        (new(ref(1), subject=" ", text=" "), 400, "body must not be blank"),
        (new(email="nobody"), 400, "email is invalid"),
    ],
)
async def test_a_refused_input_is_told_in_intercoms_words(
    intercom: Intercom, ticket: NewTicket, status: int, words: str
) -> None:
    with pytest.raises(Rejected, match=words) as refusal:
        await intercom.open_ticket(ticket, "key-1")
    assert refusal.value.status == status


async def test_what_may_have_been_done_is_not_done_again() -> None:
    calls: list[str] = []

    def failing(request: httpx.Request) -> httpx.Response:
        calls.append(request.url.path)
        return httpx.Response(503)

    connection = _with_layers(failing)
    with pytest.raises(Unavailable):
        await connection.open_ticket(new(ref(1)), "key-1")
    assert calls == ["/conversations"]


async def test_a_new_ticket_shows_in_lists_that_were_kept() -> None:
    inner = imitation()
    intercom = _with_layers(inner.handle_async_request)
    asked = TicketsAsked(ref(2), Page(1))
    before = (await listed(intercom, asked)).items
    assert (await listed(intercom, asked)).items == before
    assert sent(inner).count(("POST", "/conversations/search")) == 1
    opened = await intercom.open_ticket(new(ref(2)), "key-1")
    assert (await listed(intercom, asked)).items == (opened,)


def _with_layers(handle: object) -> Intercom:
    access = Access(mode=Mode.LIVE, base_url=INTERCOM.base_url, credentials=imitated(INTERCOM))
    wire = httpx.MockTransport(handle)  # type: ignore[arg-type]  # one of the two kinds of handler
    connector = connect(INTERCOM, access, PEOPLE, wire, store=MemoryStore()).connector
    assert isinstance(connector, Intercom)
    return connector
