"""GitHub's lists: https://docs.github.com/en/graphql/guides/using-pagination-in-the-graphql-api."""

from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import TypeAlias, TypeVar

from graphql import GraphQLResolveInfo

Body = dict[str, object]
Info: TypeAlias = "GraphQLResolveInfo[None]"
T = TypeVar("T")

LARGEST = 100
SEARCHED = 1000  # results that one search ever shows


class Refusal(Exception):
    """An error in GitHub's shape: it has a `type` beside its message."""

    def __init__(self, type: str, message: str) -> None:
        super().__init__(message)
        self.type = type


class Bounds:
    """`first`, `last`, `after` and `before` of one list, checked as GitHub checks them."""

    def __init__(self, name: str, arguments: dict[str, object]) -> None:
        self._name = name
        self.first, self.last = (self._count(arguments, each) for each in ("first", "last"))
        self.after, self.before = (self._cursor(arguments, each) for each in ("after", "before"))

    def require(self) -> None:
        """Items, unlike the size, are listed only where it is said how many."""
        if self.first is None and self.last is None:
            text = f"You must provide a `first` or `last` value to properly paginate the `{self._name}` connection."
            raise Refusal("MISSING_PAGINATION_BOUNDARIES", text)

    def cut(self, keys: Sequence[str]) -> range:
        """Which of the items with these keys are shown."""
        start = self._place(keys, self.after) + 1 if self.after is not None else 0
        stop = self._place(keys, self.before) if self.before is not None else len(keys)
        if self.first is not None:
            stop = min(stop, start + self.first)
        if self.last is not None:
            start = max(start, stop - self.last)
        return range(start, max(start, stop))

    def offset(self) -> int:
        """Where a search goes on: its cursors are places in the result."""
        if self.after is None:
            return 0
        if not self.after.isdecimal():
            raise _unfit(cursor(self.after))
        return int(self.after)

    def _place(self, keys: Sequence[str], key: str) -> int:
        if key not in keys:
            raise _unfit(cursor(key))
        return keys.index(key)

    def _count(self, arguments: dict[str, object], name: str) -> int | None:
        count = arguments.get(name)
        if not isinstance(count, int):
            return None
        if count > LARGEST:
            asked = f"Requesting {count} records on the `{self._name}` connection"
            raise Refusal("EXCESSIVE_PAGINATION", f"{asked} exceeds the `{name}` limit of {LARGEST} records.")
        return max(count, 0)

    def _cursor(self, arguments: dict[str, object], name: str) -> str | None:
        value = arguments.get(name)
        if not isinstance(value, str):
            return None
        try:
            text = b64decode(value, validate=True).decode()
        except (Error, ValueError):
            raise _unfit(value) from None
        if not text.startswith("cursor:"):
            raise _unfit(value)
        return text.removeprefix("cursor:")


def cursor(key: str) -> str:
    """What stands for an item in `after` and `before`."""
    return b64encode(f"cursor:{key}".encode()).decode()


def connection(
    info: Info, items: Sequence[T], key: Callable[[T], str], node: Callable[[T], Body], **paging: object
) -> Body:
    """A list in full, of which one page is shown."""
    bounds = Bounds(info.field_name, paging)
    keys = [key(item) for item in items]
    shown = bounds.cut(keys)
    edges: list[Body] = [{"cursor": cursor(keys[place]), "node": node(items[place])} for place in shown]
    page = _page(edges, following=shown.stop < len(items), preceding=shown.start > 0)
    return {"totalCount": len(items)} | _listed(bounds, edges, page)


def results(info: Info, found: Iterator[T], node: Callable[[T], Body], **paging: object) -> Body:
    """A page of a search's results, of which no more are made up than are shown."""
    bounds = Bounds(info.field_name, paging)
    bounds.require()
    start = min(bounds.offset(), SEARCHED)
    stop = min(start + (bounds.first or bounds.last or 0), SEARCHED)
    window = list(islice(found, start, stop + 1))
    edges: list[Body] = [
        {"cursor": cursor(str(start + place + 1)), "node": node(item)}
        for place, item in enumerate(window[: stop - start])
    ]
    following = len(window) > stop - start and stop < SEARCHED
    return _listed(bounds, edges, _page(edges, following=following, preceding=start > 0))


def _listed(bounds: Bounds, edges: list[Body], page: Body) -> Body:
    def listed(_: Info) -> list[Body]:
        bounds.require()
        return edges

    return {"edges": listed, "nodes": lambda info: [edge["node"] for edge in listed(info)], "pageInfo": page}


def _page(edges: list[Body], *, following: bool, preceding: bool) -> Body:
    return {
        "hasNextPage": following,
        "hasPreviousPage": preceding,
        "startCursor": edges[0]["cursor"] if edges else None,
        "endCursor": edges[-1]["cursor"] if edges else None,
    }


def _unfit(value: str) -> Refusal:
    return Refusal("INVALID_CURSOR_ARGUMENTS", f"`{value}` does not appear to be a valid cursor.")
