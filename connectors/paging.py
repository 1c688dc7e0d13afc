"""From a vendor's pages to one slice of a dated list."""

from collections.abc import AsyncIterator, Callable, Sequence
from typing import TypeVar

from connectors.domain.page import AFTER_ALL_OF_ITS_TIME, Dated, Page, Position, Slice, position

D = TypeVar("D", bound=Dated)

DEEPEST = 20  # pages of a vendor that one slice may cost; with 100 items each, more than a screen ever shows


async def collect(
    pages: AsyncIterator[Sequence[D]], page: Page, keep: Callable[[D], bool] = lambda _: True, deepest: int = DEEPEST
) -> Slice[D]:
    """Reads a vendor's pages, newest first, until `page` is certain.

    Vendors order items of the same second as they like, so a page is certain only when an older second has been seen.
    A page with `first=None` is read to its end. Another one costs `deepest` vendor pages at most: what was found until
    then is answered, and the horizon says how far that is. It costs more only where all of those are as old as the
    item that the page follows: without an older one, asking for the next page would ask for the same again.
    """
    found: list[D] = []
    last: Position | None = None
    count = 0
    async for batch in pages:
        count += 1
        found += [item for item in batch if (page.after is None or position(item) < page.after) and keep(item)]
        last = Position(batch[-1].created_at, AFTER_ALL_OF_ITS_TIME) if batch else last
        if page.first is None:
            continue
        if _certain(found, page.first, last):
            break
        if count >= deepest and last is not None and (page.after is None or last < page.after):
            return Slice(tuple(item for item in _newest_first(found) if position(item) > last), last)
    return Slice(tuple(_newest_first(found))).cut(page)


def _certain(found: Sequence[Dated], first: int, last: Position | None) -> bool:
    if len(found) <= first or last is None:
        return False
    return first == 0 or last.at < found[first - 1].created_at


def _newest_first(items: Sequence[D]) -> list[D]:
    return sorted(items, key=position, reverse=True)
