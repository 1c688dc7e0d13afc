"""What is asked of Jira, and that nothing which callers made up means more than words in it."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.domain.code import IssueState
from connectors.domain.page import Page, Position
from connectors.jira.jql import PAGE, Part, Search, quoted, words
from connectors.jira.sandbox_jql import Terms, terms
from tests.connectors.support import NOW

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


def jql(*reporters: str, page: Page = Page(), state: IssueState | None = None, search: str | None = None) -> str:  # noqa: B008 - it is frozen
    return Search.of(reporters, Part(page, state, search)).jql


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (jql(), "created <= now()"),
        (jql("a"), 'reporter in ("a")'),
        (jql("a", "b:c-d"), 'reporter in ("a", "b:c-d")'),
        (jql(state=IssueState.OPEN), "statusCategory != Done"),
        (jql(state=IssueState.CLOSED, search="x"), 'statusCategory = Done AND text ~ "x"'),
        (jql(page=Page(5, Position(NOON, "jira:7"))), f"created <= {int(NOON.timestamp())}000"),
        (jql("a", search="  "), 'reporter in ("a")'),
    ],
)
def test_a_search_says_what_is_asked_newest_first(query: str, expected: str) -> None:
    assert query == f"{expected} ORDER BY created DESC"


@pytest.mark.parametrize(
    ("at", "until"),
    [
        (NOON, NOON),
        (NOON + timedelta(milliseconds=1), NOON + timedelta(minutes=1)),
        (NOON + timedelta(seconds=59.999), NOON + timedelta(minutes=1)),
        (NOON.astimezone(timezone(timedelta(hours=9))), NOON),
    ],
)
def test_a_time_is_told_to_the_end_of_its_minute_in_any_time_zone(at: datetime, until: datetime) -> None:
    assert f"created <= {int(until.timestamp() * 1000)} " in jql(page=Page(5, Position(at, "jira:7")))


@pytest.mark.parametrize(
    ("reporters", "first", "size"),
    [((), 20, 22), (("a",), 20, 22), (("a",) * 10, 20, 220), (("a",) * 100, 20, PAGE), ((), None, PAGE), ((), 0, 2)],
)
def test_a_search_asks_for_as_much_as_the_pages_may_need(
    reporters: tuple[str, ...], first: int | None, size: int
) -> None:
    assert Search.of(reporters, Part(Page(first), None, None)).size == size


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("csv export", "csv export"),
        ("  line\nbreak\ttab\0nul\x07bell  ", "line break tab nul bell"),
        ('he said "no"', "he said no"),
        (r"back\slash", "back slash"),
        ("wild* car? fuzz~2 boost^4 +must -not !no", "wild car fuzz 2 boost 4 must not no"),
        ("field:value [a TO b] {c} (d) a&&b || c", "field value a TO b c d a b c"),
        ("a/regex/ x<y>z=1", "a regex x y z 1"),
        ("cats AND dogs OR NOT mice And", "cats and dogs or not mice And"),
        ("Ünïcödé 日本語 मुंबई O'Connor a.b@c.example", "Ünïcödé 日本語 मुंबई O'Connor a.b@c.example"),
        ("'quoted' ' ''", "quoted"),
        ('"*?"', ""),
        ("", ""),
    ],
)
def test_a_text_keeps_its_words_and_loses_its_syntax(text: str, expected: str) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("text", "can"), [(None, True), ("", True), ("  ", True), ("x", True), ("***", False), ('"', False)]
)
def test_a_text_without_a_word_matches_nothing(text: str | None, *, can: bool) -> None:
    assert Part(Page(), None, text).can_match is can


@given(st.text())
def test_no_string_ends_before_its_end(value: str) -> None:
    found = terms(f"reporter = {quoted(value)}", NOW).reporters
    assert found == frozenset({value.replace("\0", "")})


@given(st.text())
def test_no_text_is_more_than_words(text: str) -> None:
    found = words(text)
    if found:
        query = terms(Search(words=found).jql, NOW)
        assert query == Terms(words=tuple(found.casefold().split()))


@pytest.mark.parametrize(
    "hostile",
    ['x" OR reporter in ("b', "x' OR 1 = 1", 'x\\" OR project = OPS', 'x") OR text ~ ("y', "x\nORDER BY key", "x\\"],
)
def test_a_hostile_text_narrows_and_never_widens(hostile: str) -> None:
    found = terms(jql("a", state=IssueState.OPEN, search=hostile), NOW)
    assert (found.reporters, found.done, found.projects) == (frozenset("a"), False, None)
    assert "x" in found.words
