"""Pages of dated lists: newest first, continued by (time, id), merged over several sources.

A page is asked for by `Page` and answered by a `Slice`. A slice says how far its source has looked: everything newer
than its `horizon` is in it, so that slices of several sources can be merged without losing an item between them. A
source that failed is still where it was, while the others go on: `Page.ahead` says how far they have come.
"""

from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, NamedTuple, Protocol, TypeVar

from connectors.domain.service import Service


class Position(NamedTuple):
    """A place in a dated list. Newest first, so that the item after a position is the next smaller one."""

    at: datetime
    key: str


AFTER_ALL_OF_ITS_TIME = "\U0010ffff"  # the key of a position before every item of the same time, newest first
END = Position(datetime.min.replace(tzinfo=UTC), "")  # of any list


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
K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Page:
    """The first `first` items after `after`; `first=None` asks for everything there is.

    `ahead` is for lists over several services, of which one failed before: those that are further than `after`.
    """

    first: int | None = 20
    after: Position | None = None
    ahead: tuple[tuple[Service, Position], ...] = ()

    def covers(self, other: "Page") -> bool:
        """Whether an answer to this page holds the answer to `other`."""
        deeper = self.first is None or (other.first is not None and other.first <= self.first)
        return (self.after, self.ahead) == (other.after, other.ahead) and deeper

    def of(self, service: Service) -> "Page":
        """What one service of the list is asked for."""
        return Page(self.first, dict(self.ahead).get(service, self.after)) if self.ahead else self

    def next(self, reached: Position, services: Collection[Service], failed: Collection[Service]) -> "Page":
        """The page that goes on where `services` have come to by showing what is newer than `reached`.

        Those that `failed` have not moved: what they have there comes as soon as they answer again.
        """
        if not self.ahead and not failed:
            return Page(self.first, reached)
        return Page(self.first, *onward({one: self.of(one).after for one in services}, reached, failed))


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


def onward(
    places: Mapping[K, Position | None], reached: Position, failed: Collection[K]
) -> tuple[Position | None, tuple[tuple[K, Position], ...]]:
    """Where sources go on that were at `places`, once all that is newer than `reached` was shown.

    First the place of those that are furthest back, None for the beginning; then those that are ahead of it.
    """
    moved = {one: place if one in failed else min(place or reached, reached) for one, place in places.items()}
    known = [place for place in moved.values() if place]
    after = max(known, default=None) if len(known) == len(moved) else None
    return after, tuple((one, at) for one, at in moved.items() if at and at != after)


def position(item: Dated) -> Position:
    """Where an item stands in any dated list."""
    return Position(item.created_at, f"{item.service.value}:{item.external_id}")


def merge_newest_first(slices: Iterable[Slice[D]], page: Page) -> Slice[D]:
    """One slice over several sources. Nothing beyond the nearest horizon is shown: an unseen item may stand there."""
    taken = tuple(slices)
    horizon = max((one.horizon for one in taken if one.horizon), default=None)
    items = sorted((item for one in taken for item in one.items), key=position, reverse=True)
    return Slice(tuple(item for item in items if horizon is None or position(item) >= horizon), horizon).cut(page)
