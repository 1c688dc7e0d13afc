"""Pages of a timeline: one place for every kind and service, and the cursors that hold those that are ahead."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from connectors.domain.activity import TimelineKind
from connectors.domain.page import END, Dated, Page, Position, Slice, merge_newest_first, onward, position
from connectors.domain.service import Service
from schema.enums import described
from schema.loaders.merging import Found
from schema.relay import PageInfo, bad_cursor, checked_first, from_micros, micros, seal, unseal

D = TypeVar("D", bound=Dated)

described(
    TimelineKind,
    "What happened.",
    "They paid, or tried to.",
    "They were billed.",
    "They asked support.",
    "Somebody began to sell them something.",
    "They said something in public.",
    "They said something in a channel that we are let into.",
    "Somebody of ours wrote something down about them.",
    "They opened an issue.",
)

Source = tuple[TimelineKind, Service]

_KINDS = frozenset(kind.value for kind in TimelineKind)
_SERVICES = frozenset(service.value for service in Service)
_PARTS = 4  # of a cursor, for each source that is ahead: kind, service, time, key
_MOST = _PARTS * len(_KINDS) * len(_SERVICES)


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """The first `first` entries after `after`; `ahead` are the sources that are further, for another one failed."""

    first: int
    after: Position | None = None
    ahead: tuple[tuple[Source, Position], ...] = ()

    @classmethod
    def of(cls, first: int | None, after: str | None) -> "TimelinePage":
        """BAD_USER_INPUT for a cursor that is none, or a `first` out of bounds."""
        size = checked_first(first)
        return cls(size) if after is None else cls._opened(after, size)

    def page(self, kind: TimelineKind) -> Page:
        """What the services of one kind are asked for."""
        ahead = tuple((service, at) for (one, service), at in self.ahead if one is kind)
        return Page(self.first, self.after, ahead)

    def next(self, found: Mapping[TimelineKind, Found[D]], reached: Position) -> "TimelinePage":
        """What follows once everything newer than `reached` was shown: what failed is still where it was."""
        failed = {(kind, service) for kind, one in found.items() for service in one.behind}
        if not self.ahead and not failed:
            return TimelinePage(self.first, reached)
        places = {
            (kind, service): self.page(kind).of(service).after
            for kind, one in found.items()
            for service in one.services
        }
        return TimelinePage(self.first, *onward(places, reached, failed))

    @property
    def cursor(self) -> str:
        """Its spelling."""
        ahead = [
            part for (kind, service), at in self.ahead for part in (kind.value, service.value, micros(at.at), at.key)
        ]
        after = self.after
        return seal("timeline", micros(after.at) if after else None, after.key if after else None, *ahead)

    @classmethod
    def _opened(cls, cursor: str, size: int) -> "TimelinePage":
        match unseal("timeline", cursor):
            case [int(at), str(key), *ahead]:
                return cls(size, Position(from_micros(at), key), _ahead(cursor, ahead))
            case [None, None, _, *_] as parts:
                return cls(size, None, _ahead(cursor, parts[2:]))
        raise bad_cursor(cursor)


def joined(found: Mapping[TimelineKind, Found[D]], page: TimelinePage) -> tuple[list[tuple[D, str]], PageInfo]:
    """What of all kinds is on a page, newest first, each with its cursor; and where the page lies.

    After a failure there is a next page, unless this one has led nowhere.
    """
    merged = merge_newest_first([one.slice for one in found.values()], Page(page.first))
    shown = [(item, page.next(found, position(item)).cursor) for item in merged.items]
    reached = _reached(merged, behind=any(one.behind for one in found.values()))
    following = page.next(found, reached) if reached else None
    return shown, PageInfo(
        has_next_page=merged.horizon is not None or (reached == END and following != page),
        has_previous_page=page.after is not None,
        start_cursor=shown[0][1] if shown else None,
        end_cursor=following.cursor if following else None,
    )


def _reached(merged: Slice[D], *, behind: bool) -> Position | None:
    """How far the timeline was read; its end, where nothing is left but what failed."""
    if merged.horizon or behind:
        return merged.horizon or END
    return position(merged.items[-1]) if merged.items else None


def _ahead(cursor: str, parts: list[str | int | None]) -> tuple[tuple[Source, Position], ...]:
    if len(parts) > _MOST:
        raise bad_cursor(cursor)
    return tuple(_place(cursor, parts[start : start + _PARTS]) for start in range(0, len(parts), _PARTS))


def _place(cursor: str, parts: list[str | int | None]) -> tuple[Source, Position]:
    match parts:
        case [str(kind), str(service), int(at), str(key)] if kind in _KINDS and service in _SERVICES:
            return (TimelineKind(kind), Service(service)), Position(from_micros(at), key)
    raise bad_cursor(cursor)
