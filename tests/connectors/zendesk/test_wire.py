"""Bodies as Zendesk documents them, with what is unusual about them, and the nouns they become."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.domain.service import Service
from connectors.domain.tickets import Priority, Ticket, TicketStatus
from connectors.zendesk.wire import SearchResults, Tickets, ZendeskTicket, error_message, ticket, tickets

HERE = Path(__file__).parent
SEARCH = msgspec.json.decode((HERE / "search.json").read_bytes(), type=SearchResults)
READ = tickets(SEARCH.results, SEARCH.users)
WHOLE, BARE, ON_HOLD, CLOSED, SOLVED = READ


def body(**changed: object) -> ZendeskTicket:
    given = {
        "id": 7,
        "url": "https://acme.zendesk.com/api/v2/tickets/7.json",
        "status": "open",
        "created_at": "2026-11-01T00:00:00Z",
        "updated_at": "2026-11-01T00:00:00Z",
    }
    return msgspec.convert(given | changed, ZendeskTicket)


def read(**changed: object) -> Ticket:
    return ticket(body(**changed), {})


def test_a_ticket_with_everything_becomes_one() -> None:
    whole = Ticket(
        service=Service.ZENDESK,
        external_id="35436",
        url="https://acme.zendesk.com/agent/tickets/35436",
        subject="Hilfe, mein Drucker brennt 🔥",
        status=TicketStatus.OPEN,
        priority=Priority.HIGH,
        assignee="Ingrid Solberg",
        created_at=datetime(2026, 7, 20, 22, 55, 29, tzinfo=UTC),
        updated_at=datetime(2026, 9, 5, 10, 38, 52, tzinfo=UTC),
        customer="20978392",
    )
    assert whole == WHOLE


def test_a_ticket_without_subject_is_called_by_its_first_comment() -> None:
    assert BARE.subject == "Hallo, ich kann mich nicht anmelden."
    assert (BARE.priority, BARE.assignee, BARE.status) == (None, None, TicketStatus.NEW)


def test_a_ticket_without_any_words_is_called_nothing() -> None:
    assert ON_HOLD.subject == ""
    assert ON_HOLD.customer is None


def test_on_hold_is_pending_and_closed_is_solved() -> None:
    assert [one.status for one in (ON_HOLD, CLOSED, SOLVED)] == [
        TicketStatus.PENDING,
        TicketStatus.SOLVED,
        TicketStatus.SOLVED,
    ]


def test_every_priority_has_its_name() -> None:
    assert [one.priority for one in READ] == [Priority.HIGH, None, Priority.URGENT, Priority.LOW, Priority.NORMAL]


def test_an_assignee_who_is_not_told_of_has_no_name() -> None:
    assert ON_HOLD.assignee is None
    assert CLOSED.assignee == "Ingrid Solberg"


def test_times_keep_their_moment() -> None:
    assert ON_HOLD.created_at == datetime(2026, 7, 20, 20, 55, 27, tzinfo=UTC)
    assert ON_HOLD.created_at.utcoffset() == timedelta(hours=2)


def test_large_ids_are_kept_whole() -> None:
    assert SOLVED.customer == "9007199254740993"


def test_an_answer_without_users_names_nobody() -> None:
    answer = msgspec.json.decode((HERE / "show_many.json").read_bytes(), type=Tickets)
    assert [one.assignee for one in tickets(answer.tickets, answer.users)] == [None]


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://acme.zendesk.com/api/v2/tickets/7.json", "https://acme.zendesk.com/agent/tickets/7"),
        ("https://help.acme.example/api/v2/tickets/7", "https://help.acme.example/agent/tickets/7"),
        ("http://127.0.0.1:9/zendesk/api/v2/tickets/7.json", "http://127.0.0.1:9/zendesk/agent/tickets/7"),
        ("javascript:alert(1)/api/v2/tickets/7.json", None),
        ("/api/v2/tickets/7.json", None),
        ("https://acme.zendesk.com/tickets/7", None),
        ("", None),
    ],
)
def test_agents_find_a_ticket_where_its_api_is_or_nowhere(url: str, shown: str | None) -> None:
    assert read(url=url).url == shown


def test_a_long_comment_is_cut_to_a_hundred_characters() -> None:
    assert read(description="a" * 100).subject == "a" * 100
    assert read(description="a" * 101).subject == "a" * 99 + "…"


@given(st.none() | st.text(), st.none() | st.text())
def test_a_subject_is_one_line_of_text_whatever_is_written(subject: str | None, description: str | None) -> None:
    shown = read(subject=subject, description=description).subject
    assert shown == subject or (len(shown) <= 100 and shown == " ".join(shown.split()))


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "lost"},
        {"priority": "extreme"},
        {"id": "7"},
        {"created_at": "2026-11-01T00:00:00"},
        {"created_at": "yesterday"},
        {"subject": 7},
    ],
)
def test_what_zendesk_does_not_document_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        body(**wrong)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ('{"error": "Couldn\'t authenticate you"}', "Couldn't authenticate you"),
        ('{"error": "RecordNotFound", "description": "Not found"}', "Not found"),
        ('{"error": {"title": "Forbidden", "message": "You do not have access."}}', "You do not have access."),
        ('{"error": {"title": "Forbidden"}}', "Forbidden"),
        ('{"error": "invalid", "description": "Invalid search: too long"}', "Invalid search: too long"),
        (
            """{"error": "RecordInvalid", "description": "Invalid", "details": {
                "base": [{"description": "Text: is blank", "error": "BlankValue"}],
                "status": [{"description": "Status: is invalid"}, {"description": "Text: is blank"}]}}""",
            "Invalid; Text: is blank; Status: is invalid",
        ),
        (
            """{"errors": [
                {"code": "InvalidPaginationDepth", "title": "Pagination is limited", "detail": "Use cursors"},
                {"title": "And more"}]}""",
            "Use cursors; And more",
        ),
        ('{"error": null, "description": null}', None),
        ("{}", None),
    ],
)
def test_an_error_is_told_in_zendesks_own_words(answer: str, words: str | None) -> None:
    assert error_message(answer.encode()) == words


@pytest.mark.parametrize("answer", ["", "Rate limit exceeded", "[]", '{"error": 7}', '{"details": "none"}'])
def test_an_error_in_another_shape_is_left_to_its_status(answer: str) -> None:
    with pytest.raises(msgspec.MsgspecError):
        error_message(answer.encode())
