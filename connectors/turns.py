"""From a vendor's pages to what was found of a text: where a service goes on by its own means, page by page."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from connectors.domain.search import Stretch, TextAsked, Turn

N = TypeVar("N")

MOST: Final = 2  # calls: a page that was shown in part, and the one after it


@dataclass(frozen=True, slots=True)
class Leaf(Generic[N]):
    """One page of a vendor, by id. `following` is where the next one begins; None where that cannot be asked from here.

    `more`: whether there is a next page, where that is not the same.
    """

    items: Mapping[str, N]
    following: str | None = None
    more: bool = False


async def stretch(
    asked: TextAsked, page: int, read: Callable[[str, int], Awaitable[Leaf[N]]], most: int = MOST
) -> Stretch[N]:
    """At most `most` calls, of `page` matches at most; each match once. `read` is given a start and a size.

    Where a vendor's pages are not full, less is found than was asked: what follows is for the next time.
    """
    found: dict[str, N] = {}
    turns: list[Turn] = []
    start: str | None = asked.start
    more = False
    while start is not None and len(found) < asked.first and len(turns) < most:
        turns.append(Turn(len(found), start))
        leaf = await read(start, min(asked.first - len(found), page))
        found |= leaf.items
        more = leaf.more or leaf.following is not None
        start = leaf.following if leaf.following != start else None
    if start is not None:
        turns.append(Turn(len(found), start))
    return Stretch(tuple(found.values()), more, tuple(turns))
