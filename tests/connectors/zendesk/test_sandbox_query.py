"""What the imitation makes of a search and of parameters."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.zendesk.sandbox_query import (
    LONGEST_ID,
    STATUSES,
    Refusal,
    Terms,
    ids,
    integer,
    invalid_record,
    terms,
)

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
DAY = datetime(2026, 11, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def statuses(query: str) -> set[str]:
    return set(terms(f"type:ticket {query}").statuses)


def span(query: str) -> tuple[datetime, datetime]:
    found = terms(f"type:ticket {query}")
    return found.since, found.until


def test_a_type_alone_is_everything() -> None:
    assert terms("type:ticket") == Terms()
    assert terms("  type:ticket  ").requesters is None


def test_requesters_are_gathered() -> None:
    assert terms("type:ticket requester:7 requester:8 requester:7").requesters == frozenset({7, 8})


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", set(STATUSES)),
        ("status:open", {"open"}),
        ("status:open status:new", {"open", "new"}),
        ("status<solved", {"new", "open", "pending", "hold"}),
        ("status<=pending", {"new", "open", "pending"}),
        ("status>hold", {"solved", "closed"}),
        ("status>=solved", {"solved", "closed"}),
        ("status>new status<solved", {"open", "pending", "hold"}),
        ("status:open status:closed status<solved", {"open"}),
        ("status<new", set()),
    ],
)
def test_states_are_named_or_compared(query: str, expected: set[str]) -> None:
    assert statuses(query) == expected


@pytest.mark.parametrize(
    ("query", "since", "until"),
    [
        ("created<=2026-11-01T12:00:00Z", None, NOON),
        ("created<2026-11-01T12:00:00Z", None, NOON - SECOND),
        ("created>=2026-11-01T12:00:00Z", NOON, None),
        ("created>2026-11-01T12:00:00Z", NOON + SECOND, None),
        ("created:2026-11-01T12:00:00Z", NOON, NOON),
        ("created<=2026-11-01T04:00:00-08:00", None, NOON),
        ("created:2026-11-01", DAY, DAY + timedelta(days=1) - SECOND),
        ("created<2026-11-01", None, DAY - SECOND),
        ("created<=2026-11-01", None, DAY + timedelta(days=1) - SECOND),
        ("created>2026-11-01", DAY + timedelta(days=1), None),
        ("created>=2026-11-01", DAY, None),
        ("created>2026-10-31 created<2026-11-02", DAY, DAY + timedelta(days=1) - SECOND),
        ("created<=2026-11-01T12:00:00Z created<2026-11-01", None, DAY - SECOND),
    ],
)
def test_times_bound_it_to_the_second(query: str, since: datetime | None, until: datetime | None) -> None:
    assert span(query) == (since or Terms().since, until or Terms().until)


@pytest.mark.parametrize(
    "query",
    [
        "created<=2026-13-01",
        "created<=2026-11-01T12:00:00",
        "created<=12:00",
        "created>4hours",
        "created<=",
        "created<=x",
        "created<=0001-01-01T00:00:00+14:00",
        "created<0001-01-01",
        "created>9999-12-31",
        "created>9999-12-31T23:59:59Z",
        "created=2026-11-01",
        "status:OPEN",
        "requester:me",
        "requester:" + "9" * (LONGEST_ID + 1),
        "requester<7",
        "assignee:none",
        "order_by:created",
        '"printer on fire"',
        "printer*",
    ],
)
def test_what_it_cannot_read_is_refused(query: str) -> None:
    with pytest.raises(Refusal) as refused:
        terms(f"type:ticket {query}")
    assert refused.value.reply.status_code == 422


@pytest.mark.parametrize("query", ["", "requester:7", "type:user", "type>ticket", 'type:ticket "type"'])
def test_only_tickets_are_searched_for(query: str) -> None:
    with pytest.raises(Refusal):
        terms(query)


def test_a_query_has_sixty_four_words_at_most() -> None:
    sixty_three = " ".join(f"requester:{number}" for number in range(63))
    assert len(terms(f"type:ticket {sixty_three}").requesters or ()) == 63
    with pytest.raises(Refusal, match="64 words"):
        terms(f"type:ticket {sixty_three} status:open")


@given(st.text(max_size=80) | st.from_regex(r"(created|status|requester)(<=|>=|<|>|:)[0-9TZ:+-]{1,25}", fullmatch=True))
def test_whatever_is_asked_is_read_or_refused(query: str) -> None:
    try:
        assert isinstance(terms(f"type:ticket {query}"), Terms)
    except Refusal as refusal:
        assert refusal.reply.status_code == 422  # noqa: PT017 - either outcome is right


@pytest.mark.parametrize(("text", "read"), [("1", 1), ("007", 7), ("100", 100), ("101", 100), ("9999999999", 100)])
def test_a_number_is_at_most_what_there_can_be(text: str, read: int) -> None:
    assert integer({"per_page": text}, "per_page", 20, 100) == read


def test_a_number_that_is_not_given_is_the_default() -> None:
    assert integer({}, "per_page", 20, 100) == 20
    assert integer({"page": "12345"}, "page", 1) == 12345


@pytest.mark.parametrize("text", ["", "0", "-1", "1.0", "x", "²", "1" * 11])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(Refusal, match="page must be an integer"):
        integer({"page": text}, "page", 1)


def test_ids_are_whole_numbers_separated_by_commas() -> None:
    assert ids({"ids": "3,1,2,1"}) == [3, 1, 2, 1]


@pytest.mark.parametrize("text", ["", ",", "1,", "1 2", "x", "-1", "9" * (LONGEST_ID + 1), ",".join("1" * 101)])
def test_ids_that_are_not_are_refused(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        ids({"ids": text})
    assert refused.value.reply.status_code == 400


def test_a_broken_rule_names_the_field() -> None:
    body = invalid_record("status", "Status: is invalid", "InvalidValue").reply.json()
    assert body == {
        "error": "RecordInvalid",
        "description": "Record validation errors",
        "details": {"status": [{"description": "Status: is invalid", "error": "InvalidValue"}]},
    }
