"""Search texts: https://docs.github.com/en/search-github/searching-on-github/searching-issues-and-pull-requests."""

import re
from datetime import UTC, datetime

from connectors.domain.code import IssuesAsked
from connectors.domain.service import Service

# Letters, digits, hyphens; underscores in the accounts that companies manage; apps end in "[bot]".
_LOGIN = re.compile(r"[A-Za-z0-9_-]+(\[bot\])?")
_OPERATORS = {"AND", "OR", "NOT"}
LONGEST = 256  # characters: https://docs.github.com/en/rest/search/search#limitations-on-query-length


def issue_search(asked: IssuesAsked, until: datetime | None = None) -> str | None:
    """Newest first, none of them newer than `until`; None where the customer is not somebody on GitHub."""
    parts = ["is:issue", "sort:created-desc"]
    if asked.ref:
        login = asked.ref.link(Service.GITHUB)
        if not login or not _LOGIN.fullmatch(login):
            return None  # no account is spelled like that, and it could mean something else to the search
        parts.append(f"author:{_author(login)}")
    if asked.state:
        parts.append(f"state:{asked.state.value}")
    if until:
        # GitHub keeps seconds: what is left off here could not tell two issues apart.
        parts.append(f"created:<={until.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat()}Z")
    return " ".join([*parts, *_words(asked.search or "")])


def text_search(text: str, *only: str) -> str | None:
    """Best match first, with these qualifiers; None where there is no word. What is too long for GitHub is left off."""
    words: list[str] = []
    for word in _words(text):
        if len(" ".join([*words, word])) > LONGEST:
            break
        words.append(word)
    return " ".join([*only, *words]) if words else None


def _author(login: str) -> str:
    app = login.removesuffix("[bot]")
    return login if app == login else f"app/{app}"


def _words(text: str) -> list[str]:
    """The words of a text, quoted where they would be more than words; quotes themselves cannot be quoted."""
    words = re.sub(r'["\\]', " ", text).split()
    return [word if word.isalnum() and word not in _OPERATORS else f'"{word}"' for word in words]
