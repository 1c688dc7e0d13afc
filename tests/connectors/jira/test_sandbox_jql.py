"""What the imitation makes of a query, and how it refuses one."""

from datetime import UTC, datetime, timedelta

import pytest

from connectors.jira.sandbox_jql import Terms, terms
from connectors.jira.sandbox_refusal import Refusal
from tests.connectors.support import NOW

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("jql", "expected"),
    [
        ('reporter = "a"', Terms(reporters=frozenset("a"))),
        ("reporter = 5b10", Terms(reporters=frozenset({"5b10"}))),
        ("Reporter IN ('a', \"b\",c)", Terms(reporters=frozenset("abc"))),
        ("reporter in (a, b) AND reporter = b", Terms(reporters=frozenset("b"))),
        ("project = ops", Terms(projects=frozenset({"OPS"}))),
        ("project in (OPS, WEB) and project in (WEB, PAY)", Terms(projects=frozenset({"WEB"}))),
        ("creator = currentUser()", Terms(by_caller=True)),
        ("statusCategory = Done", Terms(done=True)),
        ('statusCategory != "done"', Terms(done=False)),
        ("created <= 1000", Terms(until=EPOCH + timedelta(seconds=1))),
        ("created < 1000", Terms(until=EPOCH + timedelta(milliseconds=999))),
        ("created >= -1d", Terms(since=NOW - timedelta(days=1))),
        ("created > -30m", Terms(since=NOW - timedelta(minutes=30, milliseconds=-1))),
        ("created >= -2w AND created >= -1h", Terms(since=NOW - timedelta(hours=1))),
        ("created <= now() ORDER BY created DESC", Terms(until=NOW)),
        ('text ~ "CSV Export" order by Created desc', Terms(words=("csv", "export"))),
        ("text ~ one AND text ~ two", Terms(words=("one", "two"))),
        (r'reporter = "a\"b\\c\nd"', Terms(reporters=frozenset({'a"b\\c\nd'}))),
        ('reporter = ") ORDER BY x"', Terms(reporters=frozenset({") ORDER BY x"}))),
    ],
)
def test_a_query_is_read(jql: str, expected: Terms) -> None:
    assert terms(jql, NOW) == expected


@pytest.mark.parametrize(
    ("jql", "words"),
    [
        ("", "Unbounded JQL queries are not allowed here."),
        ("ORDER BY created DESC", "Unbounded"),
        ("reporter = a OR reporter = b", "Expecting either 'OR' or 'AND'"),
        ("reporter = a AND", "Expecting"),
        ("reporter = a reporter = b", "Expecting"),
        ("(reporter = a)", "is not the beginning of a clause"),
        ("reporter in a", "is not the beginning"),
        ("reporter in (a", "is not closed"),
        ("reporter in ()", "is not closed"),
        ("reporter in (a b)", "is not closed"),
        ('reporter = "a', "reserved JQL character"),
        (r'reporter = "a\q"', "illegal JQL escape sequence"),
        ("reporter ~ a", "operator '~' is not imitated"),
        ("reporter =", "is not the beginning"),
        ("colour = red", "Field 'colour' does not exist"),
        ("creator = robin", "only creator = currentUser()"),
        ("statusCategory = Fertig", "'Fertig' does not exist for the field 'statusCategory'"),
        ('created <= "2026-11-01 12:00"', "is invalid here"),
        ("created = 5", "operator '=' is not imitated"),
        ("created in (1, 2)", "operator 'in' is not imitated"),
        ("statusCategory in (Done, x)", "does not support multiple values"),
        ('text ~ ""', "is not valid"),
        ('text ~ "a*"', "is not valid"),
        ('text ~ "a -b"', "is not valid"),
        ("text = a", "is not supported by the 'text' field"),
        ("reporter = a ORDER BY updated DESC", "only ORDER BY created DESC"),
        ("reporter = a ORDER BY created", "only ORDER BY created DESC"),
    ],
)
def test_what_is_not_understood_is_refused(jql: str, words: str) -> None:
    with pytest.raises(Refusal) as raised:
        terms(jql, NOW)
    assert raised.value.reply.status_code == 400
    assert words in raised.value.reply.text
