"""Several contacts' lists out of one walk through a search."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from itertools import count

from connectors.domain.answers import failed
from connectors.domain.errors import ConnectorError
from connectors.domain.page import AFTER_ALL_OF_ITS_TIME, Page, Position, Slice, position
from connectors.intercom.search import Found, Search
from connectors.intercom.wire import Case

DEEPEST = 20  # pages of one walk

Read = Callable[[Search], Awaitable[Found]]


async def together(read: Read, search: Search, page: Page) -> dict[str, Slice[Case] | ConnectorError]:
    """One list for each contact of the search, as one search for that contact alone would answer it.

    A list that is certain leaves the search, so that somebody with a thousand conversations is in the way of the others
    for a few pages only. After `DEEPEST` pages the lists still open end at the horizon that was reached; a page with
    `first=None` is read to its end. A failure is that of the lists still open.
    """
    lists = {contact: _List(page) for contact in search.contacts}
    done: dict[str, Slice[Case] | ConnectorError] = {}
    for pages in count(1):
        try:
            found = await read(search)
        except ConnectorError as error:
            return done | failed(lists, error)
        for case in found.cases:
            for contact in case.contacts & lists.keys():
                lists[contact].add(case)
        if found.cursor is None or not found.cases:
            return done | {contact: one.slice() for contact, one in lists.items()}
        oldest = found.cases[-1].created_at
        certain = {contact: one.slice() for contact, one in lists.items() if one.is_certain(oldest)}
        done |= certain
        lists = {contact: one for contact, one in lists.items() if contact not in certain}
        reached = Position(oldest, AFTER_ALL_OF_ITS_TIME)
        if not lists or (pages >= DEEPEST and _leads_on(reached, page)):
            return done | {contact: one.until(reached) for contact, one in lists.items()}
        search = search.narrowed(tuple(lists), oldest) if certain else search.next(found.cursor)
    raise AssertionError  # `count` has no end


class _List:
    """One contact's conversations after the beginning of a page, as far as they are read; one may come twice."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._cases: dict[str, Case] = {}

    def add(self, case: Case) -> None:
        if self._page.after is None or position(case) < self._page.after:
            self._cases[case.external_id] = case

    def is_certain(self, oldest: datetime) -> bool:
        """Whether an older second than the page's last has been seen: within one, conversations come in any order."""
        first = self._page.first
        if first is None or len(self._cases) <= first:
            return False
        return first == 0 or oldest < self._newest_first()[first - 1].created_at

    def slice(self) -> Slice[Case]:
        return Slice(tuple(self._newest_first())).cut(self._page)

    def until(self, reached: Position) -> Slice[Case]:
        return Slice(tuple(case for case in self._newest_first() if position(case) > reached), reached).cut(self._page)

    def _newest_first(self) -> list[Case]:
        return sorted(self._cases.values(), key=position, reverse=True)


def _leads_on(reached: Position, page: Page) -> bool:
    """Whether a next page that begins there would show something else than this one."""
    return page.first is not None and (page.after is None or reached < page.after)
