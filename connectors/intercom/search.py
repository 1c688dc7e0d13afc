"""One search for conversations: what it asks for, and where the next one goes on.

https://developers.intercom.com/docs/references/rest-api/api.intercom.io/conversations/searchconversations: groups of
filters hold 15 at most, and so does `IN`, which stands for as many. Pages hold 150 at most.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from connectors.domain.page import Page
from connectors.domain.tickets import TicketStatus
from connectors.intercom.wire import STATUS, Case

PAGE = 150
GROUP = 15  # filters of a group, values of `IN`

_STATES = {status: state for state, status in STATUS.items()}

Filter = dict[str, object]


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a search, newest first; `cursor` leads on to the next one."""

    cases: Sequence[Case]
    cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Conversations of these contacts, or of everybody where there are none, with these words, begun until then."""

    contacts: tuple[str, ...] = ()
    status: TicketStatus | None = None
    words: tuple[str, ...] = ()
    until: datetime | None = None
    size: int = PAGE
    cursor: str | None = None

    @classmethod
    def of(cls, contacts: Sequence[str], page: Page, status: TicketStatus | None) -> "Search":
        """The first search for a page of each contact's list.

        One more than a list shows, to know whether there are more, and one for the second at its end.
        """
        size = PAGE if page.first is None else min((page.first + 2) * max(1, len(contacts)), PAGE)
        until = page.after.at if page.after else None
        return cls(contacts=tuple(contacts), status=status, until=until, size=size)

    @property
    def body(self) -> dict[str, object]:
        """The request: newest first, which has to be said."""
        pagination: Filter = {"per_page": self.size}
        if self.cursor:
            pagination["starting_after"] = self.cursor
        return {
            "query": _all(self._filters()),
            "sort": {"field": "created_at", "order": "descending"},
            "pagination": pagination,
        }

    def next(self, cursor: str) -> "Search":
        """The next page of the same search."""
        return replace(self, cursor=cursor, size=PAGE)

    def narrowed(self, contacts: Sequence[str], until: datetime) -> "Search":
        """Goes on for fewer contacts, from the second at which it stopped, that second included."""
        return replace(self, contacts=tuple(contacts), until=until, cursor=None, size=PAGE)

    def _filters(self) -> list[Filter]:
        # A search needs a filter, and every conversation was begun after 1970. The second at the end comes along,
        # whether or not `<` means "or equal", which the documentation leaves open.
        end = [_filter("created_at", "<", int(self.until.timestamp()) + 1)] if self.until else []
        whose = [_filter("contact_ids", "IN", list(self.contacts))] if self.contacts else []
        state = [_filter("state", "=", _STATES[self.status])] if self.status else []
        words = [_filter("source.body", "~", word) for word in self.words]
        return [*whose, *end, *state, *words] or [_filter("created_at", ">", 0)]


def _all(filters: Sequence[Filter]) -> Filter:
    """One filter stands by itself; of several, the others are a group within the group.

    A group of nothing but filters fits two alternatives of the published schema at once, of which exactly one may fit.
    """
    first, *others = filters
    return {"operator": "AND", "value": [first, {"operator": "AND", "value": others}]} if others else first


def _filter(field: str, operator: str, value: object) -> Filter:
    return {"field": field, "operator": operator, "value": value}
