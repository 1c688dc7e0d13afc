"""What is asked of Jira in its query language.

https://support.atlassian.com/jira-software-cloud/docs/use-advanced-search-with-jira-query-language-jql/.
Whatever callers made up stands in it as a quoted string, and within a text search as words without a meaning of their
own.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from connectors.domain.code import Issue, IssuesAsked, IssueState
from connectors.domain.page import Page

PAGE = 1000  # issues of one answer: Jira gives 5,000 at most, and fewer as it likes; so many stay well under 10 MiB

# https://support.atlassian.com/jira-software-cloud/docs/search-syntax-for-text-fields/: what means something there is
# not in the index, and separates words there too.
_SYNTAX = re.compile(r'[-+&|!(){}\[\]^~*?:/\\"<>=]')
_OPERATORS = {"AND", "OR", "NOT"}
_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n", "\r": r"\r", "\t": r"\t", "\0": None})
# https://support.atlassian.com/jira-software-cloud/docs/jql-fields/#Status-category
_CATEGORIES = {IssueState.OPEN: "statusCategory != Done", IssueState.CLOSED: "statusCategory = Done"}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)


class Part(NamedTuple):
    """What may be asked of many reporters at once."""

    page: Page
    state: IssueState | None
    search: str | None

    @classmethod
    def of(cls, asked: IssuesAsked) -> "Part":
        """A question without whom it is about."""
        return cls(asked.page, asked.state, asked.search)

    @property
    def can_match(self) -> bool:
        """False for a text in which there is no word."""
        return not (self.search or "").strip() or bool(words(self.search or ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Issues that these reporters opened, or anybody where there are none, at `until` or before, newest first."""

    reporters: tuple[str, ...] = ()
    state: IssueState | None = None
    words: str = ""
    until: datetime | None = None
    size: int = PAGE

    @classmethod
    def of(cls, reporters: Sequence[str], part: Part) -> "Search":
        """The first search for a page of each reporter's list."""
        page, until = part.page, part.page.after.at if part.page.after else None
        # For each list one more than it shows, to know whether there are more, and one for the instant at its end.
        size = PAGE if page.first is None else min((page.first + 2) * max(1, len(reporters)), PAGE)
        found = words(part.search or "")
        return cls(reporters=tuple(reporters), state=part.state, words=found, until=until, size=size)

    @property
    def jql(self) -> str:
        """As Jira reads it. It refuses a search without any restriction."""
        clauses = [f"reporter in ({', '.join(map(quoted, self.reporters))})"] if self.reporters else []
        clauses += [_CATEGORIES[self.state]] if self.state else []
        clauses += [f"created <= {_until(self.until)}"] if self.until else []
        clauses += [f"text ~ {quoted(self.words)}"] if self.words else []
        return f"{' AND '.join(clauses or ['created <= now()'])} ORDER BY created DESC"

    def wants(self, issue: Issue) -> bool:
        """Whether an issue is what was meant: the index lags behind what is read from it."""
        return self.state in (None, issue.state)

    def back_to(self, oldest: datetime | None) -> "Search":
        """Goes on from the time that was reached; None for an answer without issues."""
        return replace(self, until=oldest or self.until, size=PAGE)

    def of_these(self, reporters: Sequence[str]) -> "Search":
        """For fewer reporters."""
        return replace(self, reporters=tuple(reporters))


def quoted(value: str) -> str:
    """`value` as a string of JQL, which nothing in it can end."""
    return f'"{value.translate(_ESCAPES)}"'


def words(text: str) -> str:
    """The words of a text, all of which an issue must have: none of them is an operator or a wildcard."""
    plain = "".join(letter if letter.isprintable() else " " for letter in _SYNTAX.sub(" ", text))
    found = (word.strip("'") for word in plain.split())
    return " ".join(word.lower() if word in _OPERATORS else word for word in found if word)


def _until(at: datetime) -> int:
    """The end of a time's minute, in milliseconds since 1970.

    Dates that are written out are read in the time zone of whoever asks; numbers mean the same for everybody. JQL
    promises no more than minutes, so that what lies beyond `at` within its minute is left to the caller.
    """
    minutes = -(-(at - _EPOCH) // _MINUTE)
    return minutes * 60_000
