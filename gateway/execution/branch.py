"""The execution itself: batch after batch, each a level of the response, until nothing is left to do or to await.

A batch is built (its leaves are read), then each of its other fields is had for every row at once and completed by its
type, which makes the batches of the next level. What has to be awaited is awaited together, a field of a batch at a
time; while one field waits, the others go on.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from itertools import takewhile
from typing import Any

from gateway.execution.batch import Batch
from gateway.execution.building import Builder, OddValue, Row, blank, builder
from gateway.execution.calling import called, taken, values
from gateway.execution.cells import Cell, Cells
from gateway.execution.columns import complete, load
from gateway.execution.loading import Column
from gateway.execution.plan import Step
from gateway.execution.run import Run
from gateway.execution.slices import Slices
from gateway.execution.waiting import Waiting, had


class Branch:
    """What goes on by itself: the batches to be run, and what is waited for. The first branch is the operation."""

    def __init__(self, run: Run, slices: Slices | None = None, *, alone: bool = True) -> None:
        """`alone`: nothing else of the operation is under way."""
        self.run = run
        self._alone = alone
        self._slices = slices
        self._batches: deque[Batch] = deque()
        self._waiting: list[Waiting] = []
        self._lost = 0
        self._mark = run.failures.mark

    @property
    def waits(self) -> bool:
        """Whether anything has to be awaited, after all that could be done without."""
        self.run.failures.turn()
        self._look_back()
        return bool(self._waiting)

    def add(self, batch: Batch) -> None:
        """Builds the objects of a batch; its other fields come later."""
        make = batch.selection.builder(builder)
        odd: list[OddValue] = []
        if batch.selection.steps:
            batch.written = make(batch.sources, odd, self._broken(batch, odd))
            self._batches.append(batch)
        else:
            batch.written = self._leaves(batch, make, odd)
        if odd:
            self._complete_odd(batch, odd)

    def wait(self, waiting: Waiting) -> None:
        """Goes on with something once it is there."""
        self._waiting.append(waiting)

    def advance(self) -> Iterator[None]:
        """Does everything that can be done without waiting; yields between two steps."""
        while self._batches:
            batch = self._batches.popleft()
            for step in batch.selection.steps:
                self.field(batch, step)
                yield

    def field(self, batch: Batch, step: Step) -> None:
        """Has one field of every row, and completes it."""
        had = values(self.run, batch, step)
        if isinstance(had, Column):
            load(self, batch, step, had)
        else:
            complete(self, batch, step, had)

    async def begin(self) -> None:
        """The same, and lets others run in between."""
        slices = self._slices = self._slices or Slices()
        for _ in self.advance():
            while slices.over:
                await slices.rest()

    async def finish(self) -> None:
        """Does everything, and awaits what has to be awaited."""
        while True:
            if self._batches:
                await self.begin()
            self._look_back()
            if not self._waiting:
                return
            if self._alone and len(self._waiting) == 1:  # and there is nothing whose failure could make it pointless
                waiting = self._waiting.pop()
                values = await had(waiting, self.run)
                self._mark = self.run.failures.mark
                waiting.then(self, values)
            else:
                await self._follow()

    def _look_back(self) -> None:
        """Gives up what failures have made pointless: one's own at once, those of others once they are known."""
        failures = self.run.failures
        if not failures:
            return
        own = frozenset(failures.since(self._mark))
        if not own and failures.lost == self._lost:
            return
        self._lost = failures.lost
        for waiting in [one for one in self._waiting if one.lost(failures, own)]:
            self._waiting.remove(waiting)
            self.run.drop(waiting)

    async def _follow(self) -> None:
        waiting, self._waiting = self._waiting, []
        if len(waiting) == 1:
            await self._had(waiting[0])
            return
        branches = [asyncio.ensure_future(Branch(self.run, self._slices, alone=False).followed(one)) for one in waiting]
        try:
            await asyncio.gather(*branches)
        except BaseException:
            for one in branches:
                one.cancel()
            await asyncio.gather(*branches, return_exceptions=True)
            raise

    async def followed(self, waiting: Waiting) -> None:
        """Everything that comes of what is waited for."""
        await self._had(waiting)
        await self.finish()

    async def _had(self, waiting: Waiting) -> None:
        """Awaits, and goes on; not where it was dropped meanwhile."""
        run, task = self.run, asyncio.current_task()
        if run.failures.lost and waiting.lost(run.failures):
            run.drop(waiting)
            return
        if task is None:  # only asyncio can cancel
            waiting.then(self, await had(waiting, run))
            return
        asked = task.cancelling()
        run.failures.following[waiting] = task
        try:
            values = await had(waiting, run)
        except asyncio.CancelledError:
            if not waiting.dropped or task.cancelling() > asked + 1:  # by others as well
                raise
        else:
            if not waiting.dropped:
                self._mark = run.failures.mark
                waiting.then(self, values)
        finally:
            del run.failures.following[waiting]
            if waiting.dropped:
                task.uncancel()

    def _leaves(self, batch: Batch, make: Builder, odd: list[OddValue]) -> list[Row]:
        """Of objects that have nothing but leaves, the same one is written once, however often a loader gave it."""
        sources = batch.sources
        if batch.lengths is not None:  # a list has each object once, as a rule
            return make(sources, odd, self._broken(batch, odd))
        places = list(map(id, sources))
        different = dict(zip(places, sources, strict=True))
        if len(different) * 2 > len(sources):
            return make(sources, odd, self._broken(batch, odd))
        rows = make(list(different.values()), odd, self._broken(batch, odd))
        if odd:
            return self._apart(batch, make, odd, rows)
        written = dict(zip(different, rows, strict=True))
        return list(map(written.__getitem__, places))

    def _apart(self, batch: Batch, make: Builder, odd: list[OddValue], rows: list[Row]) -> list[Row]:
        """`rows` are where each object stands first; where it stands again, it is read again, for its own oddities."""
        sources, first = batch.sources, dict[int, int]()
        for at, source in enumerate(sources):
            first.setdefault(id(source), at)
        firsts = list(first.values())
        others = sorted(set(range(len(sources))).difference(firsts))
        more: list[OddValue] = []
        again = make([sources[at] for at in others], more, self._broken(batch, more))
        odd[:] = [(firsts[at], order, value) for at, order, value in odd]
        odd += [(others[at], order, value) for at, order, value in more]
        written = dict(zip([*firsts, *others], [*rows, *again], strict=True))
        return [written[at] for at in range(len(sources))]

    def _broken(self, batch: Batch, odd: list[OddValue]) -> Callable[[int, Any], Row]:
        """For an object that cannot be read in one go: each of its leaves by itself."""

        def apart(row: int, source: object) -> Row:
            had = {order for _, order, _ in takewhile(lambda one: one[0] == row, reversed(odd))}
            leaves = (one for one in batch.selection.fields if one.is_read and one not in batch.selection.steps)
            odd.extend((row, step.order, taken(step, source)) for step in leaves if step.order not in had)
            return blank(batch.selection)

        return apart

    def _complete_odd(self, batch: Batch, odd: list[OddValue]) -> None:
        found: dict[int, list[Cell]] = {}
        for row, order, value in odd:
            step = batch.selection.fields[order]
            cell = Cell(called(self.run, batch, step, row, value), batch.written[row], step.key, row, ())
            found.setdefault(order, []).append(cell)
        for order, cells in found.items():
            step = batch.selection.fields[order]
            Cells(self, batch, step).complete(cells, step.type)
