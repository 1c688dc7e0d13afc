"""GitHub's search syntax, as far as its imitation understands it: qualifiers, quoted phrases and free words.

https://docs.github.com/en/search-github/getting-started-with-searching-on-github/understanding-the-search-syntax.
What is not a known qualifier is a word, as it is there.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from heapq import merge
from itertools import takewhile

from connectors.github.sandbox_host import Host, Repo, Tracker, Work

_TERM = re.compile(r'(?P<name>[a-z]+):(?P<value>"[^"]*"|\S+)|"(?P<phrase>[^"]*)"|(?P<word>\S+)')
_KNOWN = {"is", "type", "state", "author", "created", "repo", "user", "org", "language", "stars", "sort", "label", "in"}
_LOOK = 3000  # slots that a search over everybody looks through
_ACCOUNTS = 1000  # accounts whose repositories it looks through
_DAY = len("2026-11-01")


@dataclass(slots=True)
class Terms:
    """A parsed text; values of qualifiers and words are in lower case."""

    qualifiers: dict[str, list[str]] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)

    def one(self, *names: str) -> str | None:
        """The value of the first of these qualifiers that is there."""
        return next((self.qualifiers[name][0] for name in names if name in self.qualifiers), None)

    def says(self, name: str, value: str) -> bool:
        """Whether a qualifier has this value."""
        return value in self.qualifiers.get(name, ())


def parse(text: str) -> Terms:
    """Never fails: what is not understood is looked for."""
    terms = Terms()
    for match in _TERM.finditer(text.lower()):
        name, value = match["name"], (match["value"] or "").strip('"')
        if name in _KNOWN:
            terms.qualifiers.setdefault(name, []).append(value)
        else:
            word = match["phrase"] if match["phrase"] is not None else match[0]
            terms.words += [word] if word else []
    return terms


def works(host: Host, terms: Terms) -> Iterator[tuple[str, Work]]:
    """Issues and pull requests with their type's name, newest first."""
    kinds = {"issue": ("Issue", host.issues), "pr": ("PullRequest", host.pulls)}
    asked = [kind for kind in kinds if terms.says("is", kind) or terms.says("type", kind)] or list(kinds)
    streams = [_stream(*kinds[kind], terms) for kind in asked]
    return merge(*streams, key=lambda found: found[1].created_at, reverse=True)


def repositories(host: Host, terms: Terms) -> list[Repo]:
    """Best match first: named so, then whose name has the words in it, then the rest, each by stars."""
    owner = terms.one("user", "org")
    if owner is None:
        # A login among the words finds its repositories, wherever in the row its owner stands.
        named = [person.number for word in terms.words if (person := host.people.by_handle(word.split("/")[0]))]
        owners = list(dict.fromkeys([*named, *range(min(host.people.count, _ACCOUNTS))]))
    else:
        person = host.people.by_handle(owner)
        owners = [person.number] if person else []
    stars = _number(terms.one("stars"))
    language = terms.one("language")
    found = [
        repo
        for number in owners
        for repo in host.owned_by(number)
        if stars(repo.stars)
        and language in (None, (repo.language or "").lower())
        and all(word in f"{repo.full_name} {repo.description or ''}".lower() for word in terms.words)
    ]
    return sorted(found, key=lambda repo: (_rank(repo, terms), -repo.stars, repo.number))


def _stream(kind: str, tracker: Tracker, terms: Terms) -> Iterator[tuple[str, Work]]:
    since, until = _span(terms.one("created") or "")
    author = terms.one("author")
    found = tracker.everybody(until, _LOOK) if author is None else tracker.by(author, until)
    recent = takewhile(lambda work: not since or work.created_at >= since, found)
    return ((kind, work) for work in recent if _fits(work, terms))


def _fits(work: Work, terms: Terms) -> bool:
    states = {"open", "closed"} & {*terms.qualifiers.get("is", ()), *terms.qualifiers.get("state", ())}
    state = "open" if work.state == "OPEN" else "closed"
    return (
        states <= {state}
        and ("merged" not in terms.qualifiers.get("is", ()) or work.state == "MERGED")
        and terms.one("repo") in (None, work.repo.full_name)
        and terms.one("user", "org") in (None, work.repo.login)
        and set(terms.qualifiers.get("label", ())) <= set(work.labels)
        and all(word in f"{work.title} {work.body}".lower() for word in terms.words)
    )


def _rank(repo: Repo, terms: Terms) -> int:
    if terms.says("sort", "stars") or terms.says("sort", "stars-desc"):
        return 0
    if repo.name in terms.words or repo.full_name in terms.words:
        return 0
    return 1 if all(word in repo.name for word in terms.words) else 2


def _span(text: str) -> tuple[datetime | None, datetime | None]:
    """`>=T`, `<=T`, `T..T` or a day, as inclusive bounds; https://docs.github.com/en/search-github."""
    first, dots, last = text.partition("..")
    if dots:
        return _at(first), _at(last, end=True)
    match = re.match(r"([<>]=?)(.*)", text)
    if not match:
        return _at(text), _at(text, end=True)
    sign, rest = match.groups()
    second = timedelta(seconds=1)
    low, high = _at(rest, end=sign == ">"), _at(rest, end=sign == "<=")
    if sign.startswith(">"):
        return (low + second if low and sign == ">" else low), None
    return None, (high - second if high and sign == "<" else high)


def _at(text: str, *, end: bool = False) -> datetime | None:
    """A time; a day alone begins at midnight in UTC and ends a second before the next."""
    try:
        at = datetime.fromisoformat(text.upper())
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return at + timedelta(days=1, seconds=-1) if end and len(text) == _DAY else at


def _number(text: str | None) -> Callable[[int], bool]:
    match = re.fullmatch(r"(>=|<=|>|<|)(\d+)", text or ">=0")
    if not match:
        return lambda _: False
    sign, value = match[1], int(match[2])
    tests: dict[str, Callable[[int], bool]] = {
        ">=": lambda count: count >= value,
        "<=": lambda count: count <= value,
        ">": lambda count: count > value,
        "<": lambda count: count < value,
        "": lambda count: count == value,
    }
    return tests[sign]
