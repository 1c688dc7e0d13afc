"""Pages of dated lists: newest first, continued by (time, id), merged over several sources.

A page is asked for by `Page` and answered by a `Slice`. A slice says how far its source has looked: everything newer
than its `horizon` is in it, so that slices of several sources can be merged without losing an item between them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, NamedTuple, Protocol, TypeVar

from connectors.domain.service import Service


class Position(NamedTuple):
    """A place in a dated list. Newest first, so that the item after a position is the next smaller one."""

    at: datetime
    key: str


AFTER_ALL_OF_ITS_TIME = "\U0010ffff"  # the key of a position before every item of the same time, newest first


class Dated(Protocol):
    """An item with a time and a name that is unique over all services."""

    @property
    def service(self) -> Service:
        """Where it comes from."""

    @property
    def external_id(self) -> str:
        """Its id there."""

    @property
    def created_at(self) -> datetime:
        """When it came to be, with an offset."""


D = TypeVar("D", bound=Dated)


@dataclass(frozen=True, slots=True)
class Page:
    """The first `first` items after `after`; `first=None` asks for everything there is."""

    first: int | None = 20
    after: Position | None = None

    def covers(self, other: "Page") -> bool:
        """Whether an answer to this page holds the answer to `other`."""
        deeper = self.first is None or (other.first is not None and other.first <= self.first)
        return self.after == other.after and deeper


@dataclass(frozen=True, slots=True)
class Slice(Generic[D]):
    """Items newest first. `horizon` is how far the source has looked; None where there is nothing older."""

    items: tuple[D, ...]
    horizon: Position | None = None

    def cut(self, page: Page) -> "Slice[D]":
        """At most `page.first` of the items, with the horizon that follows from the cut."""
        if page.first is None or len(self.items) <= page.first:
            return self
        kept = self.items[: page.first]
        above_all = Position(self.items[0].created_at, AFTER_ALL_OF_ITS_TIME)
        return Slice(kept, position(kept[-1]) if kept else page.after or above_all)


def position(item: Dated) -> Position:
    """Where an item stands in any dated list."""
    return Position(item.created_at, f"{item.service.value}:{item.external_id}")


def merge_newest_first(slices: Iterable[Slice[D]], page: Page) -> Slice[D]:
    """One slice over several sources. Nothing beyond the nearest horizon is shown: an unseen item may stand there."""
    taken = tuple(slices)
    horizon = max((one.horizon for one in taken if one.horizon), default=None)
    items = sorted((item for one in taken for item in one.items), key=position, reverse=True)
    return Slice(tuple(item for item in items if horizon is None or position(item) >= horizon), horizon).cut(page)
