"""Objects of one type in the same field, over a whole level of the response, with the way back to its root."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

from gateway.execution.plan import Selection, Step

Inside = tuple[int, ...]  # indexes within a field's value


class Batch:
    """`sources` are the objects; each stands in field `step` of a row of `parent`, maybe inside a list.

    `rows[i]` is the row of `parent` for object i; or, where `lengths` are given, `rows` are the rows with a list each,
    so many objects long. `inside`: the indexes of each object, where it is not simply a list a row.
    """

    __slots__ = ("_ends", "depth", "inside", "lengths", "parent", "rows", "selection", "sources", "step", "written")

    def __init__(
        self,
        selection: Selection,
        sources: list[Any],
        parent: "Batch | None" = None,
        step: Step | None = None,
        rows: Sequence[int] = (0,),
        *,
        lengths: list[int] | None = None,
        inside: list[Inside] | None = None,
    ) -> None:
        self.depth: int = parent.depth + 1 if parent else 0
        self.selection = selection
        self.sources = sources
        self.parent = parent
        self.step = step
        self.rows = rows
        self.lengths = lengths
        self.inside = inside
        self.written: list[dict[str, Any]] = []  # the response's objects, once they are built
        self._ends: list[int] | None = None

    def place(self, at: int) -> tuple[int, Inside]:
        """The row of `parent` that object `at` stands in, and the indexes within the field there."""
        if self.inside is not None:
            return self.rows[at], self.inside[at]
        if self.lengths is None:
            return self.rows[at], ()
        if self._ends is None:
            self._ends = list(accumulate(self.lengths))
        listed = bisect_right(self._ends, at)
        return self.rows[listed], (at - (self._ends[listed - 1] if listed else 0),)

    def path(self, at: int) -> tuple[str | int, ...]:
        """Where object `at` stands in the response."""
        if self.parent is None or self.step is None:
            return ()
        row, inside = self.place(at)
        return (*self.parent.path(row), self.step.key, *inside)

    def order(self, at: int) -> tuple[int, ...]:
        """The same as numbers that sort in document order."""
        if self.parent is None or self.step is None:
            return ()
        row, inside = self.place(at)
        return (*self.parent.order(row), self.step.order, *inside)
