from datetime import UTC, datetime, timedelta, timezone

import pytest

from connectors.domain.code import IssuesAsked, IssueState
from connectors.domain.page import Page
from connectors.domain.references import CustomerRef, ServiceLink
from connectors.domain.service import Service
from connectors.github.search import LONGEST, issue_search, text_search


def by(login: str, service: Service = Service.GITHUB) -> IssuesAsked:
    return IssuesAsked(CustomerRef("1", (ServiceLink(service, login),)), Page())


def anybody(search: str | None = None, state: IssueState | None = None) -> IssuesAsked:
    return IssuesAsked(None, Page(), state, search)


BASE = "is:issue sort:created-desc"


def test_anybodys_issues_are_asked_newest_first() -> None:
    assert issue_search(anybody()) == BASE


def test_a_customers_issues_are_those_that_they_opened() -> None:
    assert issue_search(by("octo-cat")) == f"{BASE} author:octo-cat"


def test_an_app_is_an_author_by_its_slug() -> None:
    assert issue_search(by("renovate[bot]")) == f"{BASE} author:app/renovate"


@pytest.mark.parametrize(
    "login", ["", "ada lovelace", "ada org:secret", 'ada"', "ada\nis:pr", "adä", "-[bot]x", "a/b", "*", "@me", "[bot]"]
)
def test_a_login_that_nobody_can_have_is_not_asked_for(login: str) -> None:
    assert issue_search(by(login)) is None


def test_somebody_without_a_link_is_not_asked_for() -> None:
    assert issue_search(by("ada", Service.JIRA)) is None
    assert issue_search(IssuesAsked(CustomerRef("1"), Page())) is None


@pytest.mark.parametrize("state", IssueState)
def test_a_state_is_a_qualifier(state: IssueState) -> None:
    assert issue_search(anybody(state=state)) == f"{BASE} state:{state.value}"


@pytest.mark.parametrize(
    ("until", "qualifier"),
    [
        (datetime(2026, 11, 1, 12, 30, 5, tzinfo=UTC), "created:<=2026-11-01T12:30:05Z"),
        (datetime(2026, 11, 1, 12, 30, 5, 999_999, tzinfo=UTC), "created:<=2026-11-01T12:30:05Z"),
        (datetime(2026, 11, 1, 1, tzinfo=timezone(timedelta(hours=2))), "created:<=2026-10-31T23:00:00Z"),
        (datetime(987, 1, 2, tzinfo=UTC), "created:<=0987-01-02T00:00:00Z"),
    ],
)
def test_a_time_is_told_in_utc_and_in_whole_seconds(until: datetime, qualifier: str) -> None:
    assert issue_search(anybody(), until) == f"{BASE} {qualifier}"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("crash", "crash"),
        ("  crash   on\tstart\n", "crash on start"),
        ("日本語 größe", "日本語 größe"),
        ("author:octocat", '"author:octocat"'),
        ("-label:bug", '"-label:bug"'),
        ("crash OR is:pr", 'crash "OR" "is:pr"'),
        ("NOT AND", '"NOT" "AND"'),
        ("and or", "and or"),
        ('say "is:pr"', 'say "is:pr"'),
        ('" is:pr "', '"is:pr"'),
        ('\\" repo:a/b \\"', '"repo:a/b"'),
        ("(a)", '"(a)"'),
        ("user:\u00a0x", '"user:" x'),
        ("sort:updated-asc", '"sort:updated-asc"'),
        ("", ""),
        ('"""', ""),
    ],
)
def test_a_text_is_words_and_adds_no_qualifier(text: str, words: str) -> None:
    assert issue_search(anybody(text)) == f"{BASE} {words}".rstrip()


def test_everything_together_keeps_its_order() -> None:
    asked = IssuesAsked(by("ada").ref, Page(), IssueState.OPEN, "login form")
    expected = f"{BASE} author:ada state:open created:<=2026-01-02T03:04:05Z login form"
    assert issue_search(asked, datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)) == expected


@pytest.mark.parametrize(
    ("text", "sought"),
    [("crash", "is:issue crash"), (" login  form ", "is:issue login form"), ("is:pr x", 'is:issue "is:pr" x')],
)
def test_a_text_for_the_best_match_is_words_after_the_qualifiers(text: str, sought: str) -> None:
    assert text_search(text, "is:issue") == sought


@pytest.mark.parametrize("text", ["", "  ", '""', "x" * (LONGEST + 1)])
def test_a_text_without_a_word_that_github_takes_is_not_asked_for(text: str) -> None:
    assert text_search(text, "is:issue") is None


def test_words_beyond_what_github_takes_are_left_off() -> None:
    sought = text_search("word " * 100)
    assert sought == ("word " * 51).strip()
    assert len(sought) <= LONGEST
