"""Several requesters' lists out of one search."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from connectors.domain.answers import failed
from connectors.domain.errors import ConnectorError
from connectors.domain.page import Page, Slice, position
from connectors.domain.tickets import Ticket
from connectors.zendesk.search import PAGE, Found, Search

ROUNDS = 5  # searches one after the other; beyond, each requester's own search is sooner done

Read = Callable[[Search], Awaitable[Found]]


async def together(read: Read, search: Search, page: Page) -> dict[str, Slice[Ticket] | ConnectorError]:
    """What one list for each requester would answer, for as many of them as one search for all is worth it.

    A list that is certain leaves the search, so that somebody with a thousand tickets is in the way of the others for
    one round only. Whoever is not in the answer is to be read alone. A failure is that of the lists still unread.
    """
    lists = {requester: _List(page) for requester in search.requesters}
    done: dict[str, Slice[Ticket] | ConnectorError] = {}
    for rounds in reversed(range(ROUNDS)):
        try:
            found = await read(search)
        except ConnectorError as error:
            return done | failed(lists, error)
        for ticket in filter(search.wants, found.tickets):
            lists[str(ticket.customer)].add(ticket)
        if not found.left:
            return done | {requester: one.slice() for requester, one in lists.items()}
        oldest = found.tickets[-1].created_at
        certain = {requester: one.slice() for requester, one in lists.items() if one.is_certain(oldest)}
        done |= certain
        lists = {requester: one for requester, one in lists.items() if requester not in certain}
        if not lists or not (certain or _is_worth_it(found.left, rounds, len(lists))):
            break
        search = search.next(found, tuple(lists))
    return done


class _List:
    """One requester's tickets after the beginning of a page, as far as they are read; a ticket may come twice."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._tickets: dict[str, Ticket] = {}

    def add(self, ticket: Ticket) -> None:
        if self._page.after is None or position(ticket) < self._page.after:
            self._tickets[ticket.external_id] = ticket

    def is_certain(self, oldest: datetime) -> bool:
        """Whether an older second than the page's last has been seen: within one, tickets come in any order."""
        first = self._page.first
        if first is None or len(self._tickets) <= first:
            return False
        return first == 0 or oldest < self._newest_first()[first - 1].created_at

    def slice(self) -> Slice[Ticket]:
        return Slice(tuple(self._newest_first())).cut(self._page)

    def _newest_first(self) -> list[Ticket]:
        return sorted(self._tickets.values(), key=position, reverse=True)


def _is_worth_it(left: int, rounds: int, lists: int) -> bool:
    """Whether the pages that are left are fewer than the lists, and few enough to be read one after the other."""
    return -(-left // PAGE) <= min(rounds, lists)
