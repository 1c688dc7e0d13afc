"""Bodies as Intercom documents them, with what is unusual about them, and the nouns they become."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.domain.service import Service
from connectors.domain.tickets import Priority, Ticket, TicketStatus
from connectors.intercom.wire import (
    Admins,
    Case,
    Conversation,
    Conversations,
    Started,
    case,
    error_message,
    opened,
)

RECORDED = msgspec.json.decode(
    Path(__file__).with_name("bodies").joinpath("conversations.json").read_bytes(), type=Conversations
)
WHOLE, PLAIN, CALL, BARE, EMAIL = map(case, RECORDED.conversations)


def read(**changed: Any) -> Case:  # noqa: ANN401 - JSON, as Intercom writes it
    given = {"id": "7", "created_at": 1, "updated_at": 2, "state": "open"}
    return case(msgspec.convert(given | changed, Conversation))


def said(body: str, **more: str) -> str:
    return read(source={"body": body, **more}).ticket.subject


def test_a_conversation_with_everything_becomes_a_ticket() -> None:
    whole = Case(
        Ticket(
            service=Service.INTERCOM,
            external_id="215470000000471",
            url="https://app.intercom.com/a/apps/_/conversations/215470000000471",
            subject="Umstellung bleibt hängen",
            status=TicketStatus.SOLVED,
            priority=Priority.HIGH,
            assignee=None,
            created_at=datetime(2024, 12, 18, 15, 57, 40, tzinfo=UTC),
            updated_at=datetime(2024, 12, 18, 16, 6, 39, tzinfo=UTC),
            customer="6762f0f31bb69f9f2193bb8b",
        ),
        frozenset({"6762f0f31bb69f9f21930000", "6762f0f31bb69f9f2193bb8b"}),
        "991267715",
    )
    assert whole == WHOLE


def test_a_case_is_dated_and_named_as_its_ticket() -> None:
    assert (WHOLE.service, WHOLE.external_id, WHOLE.created_at) == (
        Service.INTERCOM,
        WHOLE.ticket.external_id,
        WHOLE.ticket.created_at,
    )


def test_what_a_teammate_began_is_the_first_contacts() -> None:
    assert PLAIN.ticket.customer == "6762f0f31bb69f9f2193bb8b"
    assert (PLAIN.assignee, PLAIN.ticket.priority) == (None, Priority.NORMAL)


def test_states_have_their_names() -> None:
    assert [one.ticket.status for one in (WHOLE, PLAIN, CALL)] == [
        TicketStatus.SOLVED,
        TicketStatus.OPEN,
        TicketStatus.PENDING,
    ]


def test_a_conversation_with_next_to_nothing_is_a_ticket_all_the_same() -> None:
    ticket = BARE.ticket
    assert (ticket.subject, ticket.customer, ticket.priority) == ("", None, None)
    assert (ticket.created_at.year, ticket.updated_at.year) == (1970, 9999)
    assert CALL.ticket.subject == ""


def test_a_subject_is_an_emails_where_there_is_no_title() -> None:
    assert EMAIL.ticket.subject == "Facture n° 7"


def test_a_salutation_is_no_subject_by_itself() -> None:
    assert PLAIN.ticket.subject == "Bonjour, le tableau de bord <principal> reste vide & gris."


@pytest.mark.parametrize(
    ("body", "subject"),
    [
        ("<p>One</p><p>Two</p>", "One"),
        ("<p></p><p> </p><p>Two</p>", "Two"),
        ("<p>Hi,</p>", "Hi,"),
        ("<p>ww<b>w</b>ord</p>", "wwword"),
        ("no markup at all", "no markup at all"),
        ("1 &lt; 2 &amp;&amp; 3 &gt; 2", "1 < 2 && 3 > 2"),
        ("<p>" + "a" * 100 + "</p>", "a" * 100),
        ("<p>" + "a" * 101 + "</p>", "a" * 99 + "…"),
        ('<p>cut <img src="' + "x" * 5000 + '"></p>', "cut"),
        ("a <b", "a"),
        ("<" * 5000, "<" * 99 + "…"),
    ],
)
def test_a_subject_is_what_was_written_first_without_markup(body: str, subject: str) -> None:
    assert said(body) == subject


@given(st.text())
def test_a_subject_is_one_line_whatever_is_written(body: str) -> None:
    shown = said(body)
    assert len(shown) <= 100
    assert shown == " ".join(shown.split())


def test_a_new_conversation_is_an_open_ticket_of_its_contact() -> None:
    ticket = opened(Started("9", 60), "c1", "Broken <x>\n\nNothing works.")
    assert (ticket.external_id, ticket.subject, ticket.customer) == ("9", "Broken <x>", "c1")
    assert (ticket.status, ticket.priority, ticket.assignee) == (TicketStatus.OPEN, Priority.NORMAL, None)
    assert ticket.created_at == ticket.updated_at == datetime(1970, 1, 1, 0, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("pages", "cursor"),
    [
        ({}, None),
        ({"pages": None}, None),
        ({"pages": {"next": None}}, None),
        ({"pages": {"next": {"per_page": 5, "starting_after": None}}}, None),
        ({"pages": {"next": {"per_page": 5, "starting_after": "WzE="}}}, "WzE="),
    ],
)
def test_the_cursor_is_where_intercom_puts_it(pages: dict[str, object], cursor: str | None) -> None:
    assert msgspec.convert({"conversations": []} | pages, Conversations).cursor == cursor


def test_teammates_without_a_name_are_left_out() -> None:
    bodies = {"admins": [{"id": "1", "name": "Kwame"}, None, {"id": "2"}, {"id": "3", "name": ""}]}
    assert msgspec.convert(bodies, Admins).names == {"1": "Kwame"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "lost"},
        {"priority": "urgent"},
        {"id": 7},
        {"created_at": -1},
        {"created_at": 253_402_300_800},
        {"created_at": "2026-11-01"},
        {"source": {"body": 7}},
        {"contacts": {"contacts": [{"id": None}]}},
    ],
)
def test_what_intercom_does_not_document_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        read(**wrong)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            '{"type": "error.list", "errors": [{"code": "not_found", "message": "Resource Not Found"}]}',
            "Resource Not Found",
        ),
        ('{"type": "error.list", "errors": [{"code": "unauthorized", "message": null}]}', "unauthorized"),
        ('{"errors": [{"code": "a", "message": "x"}, {"code": "b"}, {"code": "c", "message": "x"}]}', "x; b"),
        ('{"errors": []}', None),
    ],
)
def test_an_error_is_told_in_intercoms_own_words(body: str, words: str | None) -> None:
    assert error_message(body.encode()) == words


@pytest.mark.parametrize("body", ["", "{}", "[]", '{"errors": "no"}', "<html>"])
def test_an_error_in_another_shape_is_left_to_its_status(body: str) -> None:
    with pytest.raises(msgspec.MsgspecError):
        error_message(body.encode())
