"""What went wrong in an operation: where it is told, and how far up it makes the response null.

GraphQL, section 6.4.4: a field that may not be null hands its failure on to its parent, up to the first place that may.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLError, is_list_type, is_non_null_type
from graphql.error import located_error

from gateway.execution.batch import Batch
from gateway.execution.plan import Step

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """`when` counts what was awaited before it, `order` is the place in document order.

    `nulled` is the place that becomes null, () for the whole response.
    """

    error: GraphQLError
    when: int
    order: tuple[int, ...]
    nulled: Path


class Failures:
    """Collects them, in whatever order they happen."""

    __slots__ = ("_all", "_lost", "_propagate", "now")

    def __init__(self, *, propagate: bool) -> None:
        self._all: list[Failure] = []
        self._propagate = propagate
        self._lost: set[Path] = set()
        self.now = 0  # how often something was awaited so far

    def __bool__(self) -> bool:
        """Whether anything went wrong."""
        return bool(self._all)

    @property
    def total(self) -> bool:
        """Whether the whole response is null for one of them."""
        return () in self._lost

    @property
    def lost(self) -> int:
        """How many places above a failure have become null for it; there is nothing to do any more below these."""
        return len(self._lost)

    def covers(self, path: Path) -> bool:
        """Whether the response is null at `path`, or above it, for a failure that could not be told at its own place."""
        return any(path[:depth] in self._lost for depth in range(len(path) + 1))

    def add(self, error: Exception, batch: Batch, step: Step, row: int, inside: Path) -> None:
        """`inside`: the indexes within the field's value, for a failure inside a list."""
        path = (*batch.path(row), step.key, *inside)
        located = located_error(error, step.nodes, list(path))
        order = (*batch.order(row), step.order, *(int(index) for index in inside))
        nulled = self.nulled(batch, step, row, inside)
        if nulled != path:
            self._lost.add(nulled)
        self._all.append(Failure(located, self.now, order, nulled))

    def nulled(self, batch: Batch, step: Step, row: int, inside: Path) -> Path:
        """The place that becomes null for a failure."""
        return _nulled(batch, step, row, inside) if self._propagate else (*batch.path(row), step.key, *inside)

    def settle(self, data: dict[str, Any]) -> tuple[dict[str, Any] | None, list[GraphQLError]]:
        """`data` with its nulls, and the errors in order.

        Of what lies below a place that was nulled by an earlier failure nothing is told, as in graphql-core.
        """
        nulled: set[Path] = set()
        errors = []
        for failure in sorted(self._all, key=_by_order):
            if not any(failure.nulled[:depth] in nulled for depth in range(len(failure.nulled) + 1)):
                nulled.add(failure.nulled)
                errors.append(failure.error)
        for path in nulled - {()}:
            _clear(data, path)
        return (None if () in nulled else data), errors


def _by_order(failure: Failure) -> tuple[int, tuple[int, ...]]:
    return failure.when, failure.order


def _nulled(batch: Batch, step: Step, row: int, inside: Path) -> Path:
    """The nearest place, from the failure upwards, whose type may be null."""
    nullable = _nullable(step, len(inside))
    for depth in range(len(inside), -1, -1):
        if nullable[depth]:
            return (*batch.path(row), step.key, *inside[:depth])
    if batch.parent is None or batch.step is None:
        return ()
    above, indexes = batch.place(row)
    return _nulled(batch.parent, batch.step, above, indexes)


def _nullable(step: Step, depth: int) -> Sequence[bool]:
    """Whether the field's value may be null, an item of it, an item of that, and so on."""
    found: list[bool] = []
    type_: Any = step.type
    for _ in range(depth + 1):
        found.append(not is_non_null_type(type_))
        type_ = type_.of_type if is_non_null_type(type_) else type_
        type_ = type_.of_type if is_list_type(type_) else type_
    return found


def _clear(data: dict[str, Any], path: Path) -> None:
    holder: Any = data
    for key in path[:-1]:
        holder = holder[key]
        if holder is None:
            return
    holder[path[-1]] = None
