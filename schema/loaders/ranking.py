"""How well something matches a text, as far as a reader can see.

Each source ranks what it found by itself, from all that it knows; their ranks can be compared, their reasons cannot. So
the first of every source come first, then the second of each, and so on; among those of the same rank, what shows the
text counts: the whole of it in the title, then all of its words, then some. At last the order of kinds and services.
"""

import re
from enum import IntEnum
from unicodedata import combining, normalize

from connectors.domain.code import Issue, Repository
from connectors.domain.crm import Contact, Deal
from connectors.domain.customers import Customer
from connectors.domain.payments import Payment
from connectors.domain.search import Match
from connectors.domain.tickets import Ticket

_WORD = re.compile(r"\w+")


class Fit(IntEnum):
    """The smaller, the better."""

    PHRASE = 0
    ALL = 1
    SOME = 2
    NONE = 3


def fit(text: str, match: Match) -> Fit:
    """Without case, accents and signs; a word is there where another one begins with it."""
    title, further = (_words(one) for one in _shown(match))
    sought = _words(text)
    if sought and " ".join(sought) in " ".join(title):
        return Fit.PHRASE
    there = [any(one.startswith(word) for one in (*title, *further)) for word in sought]
    if not any(there):
        return Fit.NONE
    return Fit.ALL if all(there) else Fit.SOME


def _shown(match: Match) -> tuple[str, str]:  # noqa: PLR0911 - one line a noun
    """The title, and whatever else people see of it at a glance, in its service."""
    if isinstance(match, Customer):
        return match.name, " ".join((match.email, match.company or "", *match.tags))
    if isinstance(match, Payment):
        return match.description or "", ""
    if isinstance(match, Ticket):
        return match.subject, ""
    if isinstance(match, Contact):
        return match.name or "", " ".join((match.email or "", match.phone or ""))
    if isinstance(match, Deal):
        return match.name, match.stage
    if isinstance(match, Repository):
        return f"{match.owner}/{match.name}", match.description or ""
    if isinstance(match, Issue):
        return match.title, " ".join((match.key, *match.labels))
    return match.text, match.author


def _words(text: str) -> list[str]:
    if not text.isascii():
        text = "".join(letter for letter in normalize("NFKD", text) if not combining(letter))
    return _WORD.findall(text.casefold())
