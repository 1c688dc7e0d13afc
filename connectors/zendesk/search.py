"""One search for tickets: what it asks for, what it answers, and where the next one goes on.

The language is https://support.zendesk.com/hc/en-us/articles/4408886879258: a keyword that is repeated means any of its
values, and a search has 64 words at most. Its offsets reach no further than 1,000 results
(https://developer.zendesk.com/api-reference/ticketing/ticket-management/search/#results-limit) and shift when tickets
come in, so that a search goes on by time: from the second at which it stopped, that second included.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from connectors.domain.page import Page
from connectors.domain.tickets import Ticket, TicketStatus

PAGE = 100  # https://developer.zendesk.com/api-reference/ticketing/ticket-management/search/#results-limit

MOST = 1000  # results: beyond, there are no more pages
WORDS = 60  # of 64: https://support.zendesk.com/hc/en-us/articles/4408886879258

_SIGNS = re.compile(r'[:<>="*()\[\]{}^~\\/|!\x00-\x1f\x7f]+')  # what the language gives a meaning to, or none
_MARKS = re.compile(r"^[\W_]+")  # before a word: exclusions, hashtags, emoji

_STATUSES = {
    TicketStatus.NEW: ("new",),
    TicketStatus.OPEN: ("open",),
    TicketStatus.PENDING: ("pending", "hold"),
    TicketStatus.SOLVED: ("solved", "closed"),
}


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a search, newest first; `left` is how many tickets stand on the pages after it."""

    tickets: Sequence[Ticket]
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Tickets of these requesters, or of everybody where there are none, created at `until` or before."""

    requesters: tuple[str, ...] = ()
    status: TicketStatus | None = None
    until: datetime | None = None
    size: int = PAGE
    number: int = 1

    @classmethod
    def of(cls, requesters: Sequence[str], page: Page, status: TicketStatus | None) -> "Search":
        """The first search for a page of each requester's list."""
        # For one list, one more than it shows, to know whether there are more, and one for the second at its end.
        size = PAGE if page.first is None or len(requesters) > 1 else min(page.first + 2, PAGE)
        return cls(requesters=tuple(requesters), status=status, until=page.after.at if page.after else None, size=size)

    @property
    def query(self) -> dict[str, str | int]:
        """The parameters of https://developer.zendesk.com/api-reference/ticketing/ticket-management/search/.

        Assignees come along: https://developer.zendesk.com/documentation/ticketing/using-the-zendesk-api/side_loading/.
        """
        return {
            "query": " ".join(self._words()),
            "sort_by": "created_at",
            "sort_order": "desc",
            "include": "tickets(users)",
            "per_page": self.size,
            "page": self.number,
        }

    def wants(self, ticket: Ticket) -> bool:
        """Whether a ticket is what was meant: the index lags behind, and a number may be a telephone's as well."""
        return (not self.requesters or ticket.customer in self.requesters) and self.status in (None, ticket.status)

    def next(self, found: Found, requesters: Sequence[str] | None = None) -> "Search":
        """Goes on after what was found, perhaps for fewer requesters."""
        oldest = _second(found.tickets[-1].created_at)
        same = requesters is None or len(requesters) == len(self.requesters)
        if same and self.until and oldest >= _second(self.until):
            return replace(self, number=self.number + 1)  # all of one second: only an offset leads on
        left = self.requesters if requesters is None else tuple(requesters)
        return replace(self, requesters=left, until=oldest, size=PAGE, number=1)

    def _words(self) -> list[str]:
        until = [f"created<={_second(self.until):%Y-%m-%dT%H:%M:%SZ}"] if self.until else []
        statuses = _STATUSES[self.status] if self.status else ()
        requesters = [f"requester:{requester}" for requester in self.requesters]
        return ["type:ticket", *until, *(f"status:{status}" for status in statuses), *requesters]


def by_text(text: str, size: int, number: int = 1) -> dict[str, str | int]:
    """The parameters of a search for tickets with all of these words, best match first; empty where there are none.

    The text is words and nothing else: what would be a keyword, a comparison or an exclusion is none.
    """
    words = [_MARKS.sub("", word) for word in _SIGNS.sub(" ", text).split()]
    kept = [word for word in words if word][:WORDS]
    if not kept:
        return {}
    return {"query": " ".join(["type:ticket", *kept]), "include": "tickets(users)", "per_page": size, "page": number}


def is_start(text: str) -> bool:
    """Whether a page of `PAGE` results can be called so."""
    return re.fullmatch(r"[1-9][0-9]?", text) is not None and int(text) * PAGE <= MOST


def _second(at: datetime) -> datetime:
    """In UTC, as fine as Zendesk keeps time."""
    return at.astimezone(UTC).replace(microsecond=0)
