"""The execution itself: batch after batch, each a level of the response, until nothing is left to do or to await.

A batch is built (its leaves are read), then each of its other fields is had for every row at once and completed by its
type, which makes the batches of the next level. What has to be awaited is awaited together, a field of a batch at a
time; while one field waits, the others go on.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

from gateway.execution.batch import Batch
from gateway.execution.building import Builder, OddValue, Row, blank, builder
from gateway.execution.calling import called, taken, values
from gateway.execution.cells import Cell, Cells
from gateway.execution.columns import complete
from gateway.execution.plan import Step
from gateway.execution.run import Run
from gateway.execution.waiting import Waiting, had

LONGEST = 0.01  # seconds for which the event loop is kept from others


class Branch:
    """What goes on by itself: the batches to be run, and what is waited for. The first branch is the operation."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self._batches: deque[Batch] = deque()
        self._waiting: list[Waiting] = []
        self._lost = 0

    @property
    def waits(self) -> bool:
        """Whether anything has to be awaited."""
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
        complete(self, batch, step, values(self.run, batch, step))

    async def finish(self) -> None:
        """Does everything, and lets others run in between."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        while True:
            for _ in self.advance():
                if loop.time() - began > LONGEST:
                    await asyncio.sleep(0)
                    began = loop.time()
            self._look_back()
            if not self._waiting:
                return
            await self._follow()
            began = loop.time()

    def _look_back(self) -> None:
        """Gives up what failures have made pointless."""
        lost = self.run.failures.lost
        if lost == self._lost:
            return
        self._lost = lost
        self.run.prune()
        for waiting in [one for one in self._waiting if one.lost(self.run)]:
            self._waiting.remove(waiting)
            self.run.drop(waiting)

    async def _follow(self) -> None:
        waiting, self._waiting = self._waiting, []
        if len(waiting) == 1:
            await self._had(waiting[0])
            return
        branches = [asyncio.ensure_future(Branch(self.run).followed(one)) for one in waiting]
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
        if run.failures.lost and waiting.lost(run):
            waiting.close()
            return
        if task is not None:
            run.following[waiting] = task
        try:
            values = await had(waiting, run)
        except asyncio.CancelledError:
            if task is None or not waiting.dropped:
                raise
            task.uncancel()
            return
        finally:
            run.following.pop(waiting, None)
        run.failures.now += 1
        waiting.then(self, values)

    def _leaves(self, batch: Batch, make: Builder, odd: list[OddValue]) -> list[Row]:
        """Of objects that have nothing but leaves, the same one is written once, however often it stands there."""
        sources = batch.sources
        different = {id(source): source for source in sources}
        if len(different) * 2 > len(sources):
            return make(sources, odd, self._broken(batch, odd))
        written = dict(zip(different, make(list(different.values()), odd, self._broken(batch, odd)), strict=True))
        if odd:  # a failure is told where it stands, and not once for all
            odd.clear()
            return make(sources, odd, self._broken(batch, odd))
        return [written[id(source)] for source in sources]

    def _broken(self, batch: Batch, odd: list[OddValue]) -> Callable[[int, Any], Row]:
        """For an object that cannot be read in one go: each of its leaves by itself."""

        def apart(row: int, source: object) -> Row:
            for step in batch.selection.fields:
                if step.is_read and step not in batch.selection.steps:
                    odd.append((row, step.order, taken(step, source)))
            return blank(batch.selection)

        return apart

    def _complete_odd(self, batch: Batch, odd: list[OddValue]) -> None:
        for row, order, value in odd:
            step = batch.selection.fields[order]
            Cells(self, batch, step).complete(
                [Cell(called(self.run, batch, step, row, value), batch.written[row], step.key, row, ())], step.type
            )
