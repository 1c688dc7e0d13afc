"""What went wrong in an operation: where it is told, and how far up it makes the response null.

GraphQL, section 6.4.4: a field that may not be null hands its failure on to its parent, up to the first place that may.
"""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphql import GraphQLError, is_list_type, is_non_null_type
from graphql.error import located_error

from gateway.execution.batch import Batch
from gateway.execution.plan import Step

if TYPE_CHECKING:
    from gateway.execution.waiting import Waiting

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """`turn` counts turns of the event loop that had failures, `order` is the place in document order.

    `nulled` is the place that becomes null, () for the whole response; `climbed`: so many levels further up.
    """

    error: GraphQLError
    turn: int
    climbed: int
    order: tuple[int, ...]
    nulled: Path


class Failures:
    """Collects them, in whatever order they happen.

    What happens in one turn of the event loop happens at once: only with the next turn does it become known that
    places are lost. What is waited for in vain is given up then.
    """

    __slots__ = ("_all", "_fresh", "_lost", "_propagate", "_turn", "_turning", "following")

    def __init__(self, *, propagate: bool) -> None:
        self._all: list[Failure] = []
        self._propagate = propagate
        self.following: dict[Waiting, asyncio.Task[Any]] = {}  # what is waited for, and by whom
        self._fresh: list[Path] = []
        self._lost: set[Path] = set()
        self._turn = 0
        self._turning = False

    def __bool__(self) -> bool:
        """Whether anything went wrong."""
        return bool(self._all)

    @property
    def total(self) -> bool:
        """Whether the whole response is null for one of them."""
        return () in self._lost or () in self._fresh

    @property
    def lost(self) -> int:
        """How many places above a failure have become null for it; there is nothing to do any more below these."""
        return len(self._lost)

    def turn(self) -> None:
        """What happened so far is known from now on."""
        self._turn += 1
        if self._fresh:
            self._lost.update(self._fresh)
            self._fresh.clear()
            self._prune()

    def _prune(self) -> None:
        """Stops waiting where the response has become null."""
        for waiting, task in list(self.following.items()):
            if not waiting.dropped and waiting.lost(self):
                waiting.dropped = True
                task.cancel()

    @property
    def mark(self) -> tuple[int, int]:
        """For `since`."""
        return self._turn, len(self._fresh)

    def since(self, mark: tuple[int, int]) -> Sequence[Path]:
        """What was lost after the mark, and is not known yet."""
        turn, seen = mark
        return self._fresh[seen:] if turn == self._turn else self._fresh

    def covers(self, path: Path, fresh: Collection[Path] = ()) -> bool:
        """Whether the response is null at `path`, or above it, for a failure that could not be told at its own place.

        As far as is known, and by what is `fresh` as well.
        """
        above = (path[:depth] for depth in range(len(path) + 1))
        return any(place in self._lost or place in fresh for place in above)

    def add(self, error: Exception, batch: Batch, step: Step, row: int, inside: Path) -> None:
        """`inside`: the indexes within the field's value, for a failure inside a list."""
        path = (*batch.path(row), step.key, *inside)
        located = located_error(error, step.nodes, list(path))
        order = (*batch.order(row), step.order, *(int(index) for index in inside))
        nulled = self.nulled(batch, step, row, inside)
        if nulled != path:
            self._fresh.append(nulled)
        climbed = len(path) - len(nulled) if self._turn else 0
        self._all.append(Failure(located, self._turn, climbed, order, nulled))
        self._expect_turn()

    def _expect_turn(self) -> None:
        if self._turning:
            return
        try:
            asyncio.get_running_loop().call_soon(self._turned)
        except RuntimeError:  # nothing to wait for: all of it is one turn
            return
        self._turning = True

    def _turned(self) -> None:
        self._turning = False
        self.turn()

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


def _by_order(failure: Failure) -> tuple[int, int, tuple[int, ...]]:
    """By time; at one time, who nulls a nearer place is told first, as it is while a failure climbs."""
    return failure.turn, failure.climbed, failure.order


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
