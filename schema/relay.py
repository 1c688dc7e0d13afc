"""Relay: global ids, connections, and cursors that outlive the page they came from.

https://relay.dev/graphql/connections.htm and https://relay.dev/graphql/objectidentification.htm. Ids and cursors are
opaque: base64url of a JSON array that begins with a version, so that their inside can change while old ones still work.
"""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar

import msgspec
import strawberry

from connectors.domain.code import HostPage, HostSlice
from connectors.domain.page import END, Dated, Page, Position, Slice, position
from connectors.domain.service import Service
from schema.errors import BadUserInputError
from schema.loaders.merging import Found

T = TypeVar("T")
D = TypeVar("D", bound=Dated)
N = TypeVar("N")

MOST = 100  # items in one page
DEFAULT = 20
_VERSION = 1
_SERVICES = frozenset(service.value for service in Service)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FAR = 10**16  # microseconds from 1970, some 300 years, within which all services can count


@strawberry.interface(description="Anything that can be asked for again by its id.")
class Node:
    """Relay global object identification."""

    id: strawberry.ID = strawberry.field(description="Opaque, and unique over all types and services.")


@strawberry.type(description="Where a page lies in its list.")
class PageInfo:
    """Of a connection."""

    has_next_page: bool = strawberry.field(description="Whether there is more after this page.")
    has_previous_page: bool = strawberry.field(description="Whether there is more before this page, as far as known.")
    start_cursor: str | None = strawberry.field(description="The cursor of the first item.")
    end_cursor: str | None = strawberry.field(description="Where to go on: give it as `after`.")


@strawberry.type(description="One item of a page.")
class Edge(Generic[T]):
    """An item and its place."""

    node: T = strawberry.field(description="The item.")
    cursor: str = strawberry.field(
        description="The item's place in the list; give it as `after` to read on from there."
    )


@strawberry.type(description="One page of a list.")
class Connection(Generic[T]):
    """Edges, page info, and a count that is made only where it is asked for."""

    edges: list[Edge[T]] = strawberry.field(description="The items, in the order of the list.")
    page_info: PageInfo = strawberry.field(description="Where this page lies.")
    count: strawberry.Private[Callable[[], Awaitable[int | None]] | None] = None

    @strawberry.field(description="How many items the whole list has; null where nobody counts them.")
    async def total_count(self) -> int | None:
        """Asks for the count."""
        return await self.count() if self.count else None


@dataclass(frozen=True, slots=True)
class GlobalId:
    """What stands behind an opaque id: which type, in which service, called what there."""

    kind: str
    service: Service
    external_id: str

    def __str__(self) -> str:
        """The opaque spelling."""
        return seal("id", self.kind, self.service.value, self.external_id)

    @classmethod
    def parse(cls, text: str, kind: str | None = None) -> "GlobalId":
        """The meaning of an opaque id, of type `kind` where that is given; BAD_USER_INPUT for any other text."""
        match unseal("id", text):
            case [str(found), str(service), str(external_id)] if service in _SERVICES:
                if kind and found != kind:
                    raise BadUserInputError(f"{text!r:.80} is the id of a {found}, not of a {kind}")
                return cls(found, Service(service), external_id)
        raise BadUserInputError(f"{text!r:.80} is not an id of this graph")


def node_id(kind: str, service: Service, external_id: str) -> strawberry.ID:
    """The global id of something in a service."""
    return strawberry.ID(str(GlobalId(kind, service, external_id)))


def seal(purpose: str, *parts: str | int | None) -> str:
    """An opaque text that holds `parts`."""
    return urlsafe_b64encode(msgspec.json.encode([_VERSION, purpose, *parts])).decode().rstrip("=")


def unseal(purpose: str, text: str) -> list[str | int | None]:
    """The parts of an opaque text; an empty list where it was not sealed here, spelled just so, for this purpose."""
    try:
        version, sealed_for, *parts = msgspec.json.decode(urlsafe_b64decode(text + "=" * (-len(text) % 4)), type=list)
        genuine = (version, sealed_for) == (_VERSION, purpose) and seal(purpose, *parts) == text
    except (binascii.Error, msgspec.MsgspecError, ValueError, RecursionError):
        return []
    return parts if genuine else []


def checked_first(first: int | None, name: str = "first") -> int:
    """`first`, where it is between 1 and 100; 20 for null."""
    first = DEFAULT if first is None else first
    if not 1 <= first <= MOST:
        raise BadUserInputError(f"`{name}` is {first}; it must be between 1 and {MOST}")
    return first


def dated_page(first: int | None, after: str | None) -> Page:
    """A page of a dated list; BAD_USER_INPUT for a cursor that is none, or a `first` out of bounds."""
    size = checked_first(first)
    return Page(size) if after is None else _opened(after, size)


def host_page(first: int | None, after: str | None) -> HostPage:
    """A page of a list that only one service knows."""
    if after is None:
        return HostPage(checked_first(first))
    match unseal("host", after):
        case [str(cursor)]:
            return HostPage(checked_first(first), cursor)
    raise bad_cursor(after)


def dated_connection(of: Callable[[D], T], found: Slice[D], page: Page) -> Connection[T]:
    """A page of a dated list. `endCursor` is as far as its source has looked, which may lie beyond the last item."""
    return merged_connection(of, Found(found), page)


def merged_connection(of: Callable[[D], T], found: Found[D], page: Page) -> Connection[T]:
    """A page of a dated list over several services.

    After a page to which one of them failed to contribute, cursors lead there again, so that nothing of it is lost.
    There is a next page then, unless this one has led nowhere: a service that keeps failing is asked twice at the end.
    """
    edges = [Edge(node=of(item), cursor=_cursor(found.onward(page, position(item)))) for item in found.slice.items]
    onward = found.onward(page, found.reached) if found.reached else None
    more = found.slice.horizon is not None or (bool(found.behind) and onward != page)
    end = _cursor(onward) if onward else None
    return Connection(edges=edges, page_info=_page_info(edges, end, more, page.after is not None))


def host_connection(of: Callable[[N], T], found: HostSlice[N], page: HostPage) -> Connection[T]:
    """A page of a list that only one service knows, with that service's cursors and count."""
    cursors = [seal("host", cursor) for cursor in found.cursors]
    edges = [Edge(node=of(item), cursor=cursor) for item, cursor in zip(found.items, cursors, strict=True)]
    info = _page_info(edges, cursors[-1] if cursors else None, found.more, page.after is not None)
    return Connection(edges=edges, page_info=info, count=_known(found.total))


def bad_cursor(text: str) -> BadUserInputError:
    """What is raised for a cursor that did not come from the same list."""
    return BadUserInputError(f"{text!r:.80} is not a cursor of this list")


def micros(at: datetime) -> int:
    """Microseconds since 1970, exactly."""
    return (at - _EPOCH) // timedelta(microseconds=1)


def from_micros(count: int) -> datetime:
    """The time that `micros` counted; BAD_USER_INPUT where services cannot count so far, and no list ends there."""
    if abs(count) > FAR and count != micros(END.at):
        raise BadUserInputError("a cursor lies outside of time")
    return _EPOCH + timedelta(microseconds=count)


def _page_info(edges: Sequence[Edge[T]], end: str | None, more: bool, previous: bool) -> PageInfo:  # noqa: FBT001 - facts of the page
    start = edges[0].cursor if edges else None
    return PageInfo(has_next_page=more, has_previous_page=previous, start_cursor=start, end_cursor=end)


def _known(total: int | None) -> Callable[[], Awaitable[int | None]]:
    async def count() -> int | None:
        return total

    return count


def _cursor(onward: Page) -> str:
    """The place where a page begins, and those of the services that are ahead of it."""
    ahead = [part for service, place in onward.ahead for part in (service.value, micros(place.at), place.key)]
    after = onward.after
    return seal("at", micros(after.at) if after else None, after.key if after else None, *ahead)


def _opened(cursor: str, size: int) -> Page:
    match unseal("at", cursor):
        case [int(at), str(key), *ahead]:
            return Page(size, Position(from_micros(at), key), _ahead(cursor, ahead))
        case [None, None, _, *_] as parts:
            return Page(size, None, _ahead(cursor, parts[2:]))
    raise bad_cursor(cursor)


def _ahead(cursor: str, parts: list[str | int | None]) -> tuple[tuple[Service, Position], ...]:
    if len(parts) > 3 * len(_SERVICES):
        raise bad_cursor(cursor)
    return tuple(_place(cursor, parts[start : start + 3]) for start in range(0, len(parts), 3))


def _place(cursor: str, parts: list[str | int | None]) -> tuple[Service, Position]:
    match parts:
        case [str(service), int(at), str(key)] if service in _SERVICES:
            return Service(service), Position(from_micros(at), key)
    raise bad_cursor(cursor)
