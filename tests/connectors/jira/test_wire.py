"""Bodies as Jira documents them, with what is unusual in them."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from connectors.domain.code import Issue, IssueState
from connectors.domain.service import Service
from connectors.jira import wire
from tests.connectors.jira.support import Body, Stub, recorded


def search() -> wire.SearchPage:
    return msgspec.json.decode(recorded("recorded_search"), type=wire.SearchPage)


def test_an_issue_is_read_in_full() -> None:
    assert wire.issue(search().issues[0]) == Issue(
        service=Service.JIRA,
        external_id="10412",
        key="DATA-31",
        title="夜間バッチ „Größe“ is late",
        state=IssueState.CLOSED,
        author="Zoë O'Hara",
        assignee=None,
        labels=(),
        created_at=datetime(2026, 10, 30, 12, 59, 59, 999_000, UTC),
        updated_at=datetime(2026, 11, 1, 9, 30, 0, 1000, UTC),
        url="https://example.atlassian.net/browse/DATA-31",
    )


def test_fields_that_a_project_hides_are_missed_by_nobody() -> None:
    bare = wire.issue(search().issues[1])
    assert (bare.title, bare.author, bare.assignee, bare.labels) == ("WEB-2", None, "Former user", ())
    assert bare.state is IssueState.OPEN


def test_the_reporter_is_told_by_account() -> None:
    assert [body.reporter for body in search().issues] == ["qm:2b0c5f7e:41", None]


def test_our_mark_is_found_among_the_properties_of_others() -> None:
    assert [body.created_by for body in search().issues] == [None, "k-1"]


@pytest.mark.parametrize(
    ("rest", "token"),
    [
        ({"nextPageToken": "t", "isLast": False}, "t"),
        ({"nextPageToken": "t"}, "t"),
        ({"nextPageToken": "t", "isLast": True}, None),
        ({"nextPageToken": None, "isLast": True}, None),
        ({"isLast": True}, None),
        ({}, None),
    ],
)
def test_the_token_leads_on_until_the_last_page(rest: Body, token: str | None) -> None:
    assert msgspec.convert({"issues": []} | rest, wire.SearchPage).token == token


@pytest.mark.parametrize(
    ("category", "state"),
    [
        ("new", IssueState.OPEN),
        ("indeterminate", IssueState.OPEN),
        ("undefined", IssueState.OPEN),
        ("done", IssueState.CLOSED),
    ],
)
def test_an_issue_is_closed_when_its_workflow_counts_it_as_done(category: str, state: IssueState) -> None:
    body = Stub(1, "ada", 1).body
    body["fields"]["status"] = {"name": "Whatever", "statusCategory": {"key": category}}
    assert wire.issue(msgspec.convert(body, wire.HostedIssue)).state is state


def test_a_bulk_read_tells_what_could_not_be_read() -> None:
    bulk = msgspec.json.decode(recorded("recorded_bulk"), type=wire.Bulk)
    assert [wire.issue(body).key for body in bulk.issues] == ["EX-1"]
    assert [(error.id, error.error_message) for error in bulk.issue_errors] == [
        ("10003", "The issue is too large to be returned."),
        (None, "Something else."),
    ]


@pytest.mark.parametrize("instant", ["2026-10-30T08:00:00.000", "2026-10-30", "yesterday", 1793331840000])
def test_a_time_without_an_offset_is_none(instant: object) -> None:
    body = Stub(1, "ada", 1).body
    body["fields"]["created"] = instant
    with pytest.raises(msgspec.ValidationError, match=r"\$\.fields\.created"):
        msgspec.json.decode(msgspec.json.encode(body), type=wire.HostedIssue)


def test_the_offset_of_a_time_is_heeded() -> None:
    body = Stub(1, "ada", 1).body
    body["fields"]["created"] = "2026-01-01T00:00:00.000+0545"
    read = msgspec.json.decode(msgspec.json.encode(body), type=wire.HostedIssue)
    assert wire.issue(read).created_at == datetime(2026, 1, 1, tzinfo=UTC) - timedelta(hours=5, minutes=45)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"errorMessages": ["One.", "Two."], "errors": {}}', "One.; Two."),
        (
            b'{"errorMessages": [], "errors": {"summary": "is missing", "labels": "no"}}',
            "summary: is missing; labels: no",
        ),
        (b'{"errorMessages": ["All."], "errors": {"a": "b"}, "warningMessages": ["?"]}', "All.; a: b"),
        (b'{"message": "Client must be authenticated", "status-code": 401}', "Client must be authenticated"),
        (b'{"errorMessages": [], "errors": {}}', None),
        (b"{}", None),
    ],
)
def test_an_error_is_read_in_jiras_own_words(body: bytes, message: str | None) -> None:
    assert wire.error_message(body) == message


def test_a_page_that_is_no_json_has_no_words() -> None:
    with pytest.raises(msgspec.DecodeError):
        wire.error_message(b"<html>404</html>")


def paragraph(*content: Body) -> Body:
    return {"type": "paragraph", "content": list(content)}


def text(line: str) -> Body:
    return {"type": "text", "text": line}


BREAK: Body = {"type": "hardBreak"}


@pytest.mark.parametrize(
    ("plain", "content"),
    [
        ("One line.", [paragraph(text("One line."))]),
        ("One\n\nTwo", [paragraph(text("One")), paragraph(text("Two"))]),
        ("One\r\n\r\nTwo\r\nmore", [paragraph(text("One")), paragraph(text("Two"), BREAK, text("more"))]),
        ("One\n\n\n\n Two", [paragraph(text("One")), paragraph(text(" Two"))]),
        ("One\n \nTwo", [paragraph(text("One"), BREAK, BREAK, text("Two"))]),
        ("", []),
    ],
)
def test_plain_text_becomes_paragraphs_without_an_empty_text(plain: str, content: list[Body]) -> None:
    assert wire.document(plain) == {"type": "doc", "version": 1, "content": content}
