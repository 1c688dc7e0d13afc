"""Awaiting many things as one: futures as they are, coroutines in a task each, and no more tasks than that."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from types import CoroutineType
from typing import TYPE_CHECKING, Any

from gateway.execution.batch import Batch, Inside
from gateway.execution.kinds import LOST, Raised
from gateway.execution.plan import Step

if TYPE_CHECKING:
    from gateway.execution.branch import Branch
    from gateway.execution.failures import Path
    from gateway.execution.run import Run

# Above this many, nobody looks whether the failure of one makes the others pointless before all are there.
_FEW = 100
_FUTURES = {asyncio.Future}


class Waiting:
    """`values` of one field, some of which are awaitable; `then` goes on in a branch with all of them, in their order.

    `rows` and `inside` say where each stands. Where the field `may_be_null`, a failure is no concern of the others.
    """

    __slots__ = ("batch", "dropped", "inside", "may_be_null", "rows", "step", "then", "values")

    def __init__(
        self,
        values: list[Any],
        then: "Callable[[Branch, list[Any]], None]",
        batch: Batch,
        step: Step,
        rows: Sequence[int],
        inside: list[Inside] | None,
        *,
        may_be_null: bool,
    ) -> None:
        self.values = values
        self.then = then
        self.batch = batch
        self.step = step
        self.rows = rows
        self.inside = inside
        self.may_be_null = may_be_null
        self.dropped = False

    def path(self, at: int) -> "Path":
        """Where value `at` belongs in the response."""
        return (*self.batch.path(self.rows[at]), self.step.key, *self.within(at))

    def within(self, at: int) -> Inside:
        """The indexes inside the field."""
        return () if self.inside is None else self.inside[at]

    def close(self) -> None:
        """Ends coroutines that have not begun; what is under way is not ours to end."""
        for one in self.values:
            if isinstance(one, CoroutineType):
                one.close()

    def lost(self, run: "Run") -> bool:
        """Whether all of it belongs where the response is null already."""
        return all(run.failures.covers(self.path(at)) for at in range(len(self.values)))


def only_futures(values: list[Any]) -> bool:
    """Whether each is a plain future, as loaders give them."""
    return set(map(type, values)) == _FUTURES


async def had(waiting: Waiting, run: "Run") -> list[Any]:
    """Each value, or what came of awaiting it; what was raised stands in its place. Cancelling cancels all of them."""
    if waiting.may_be_null and only_futures(waiting.values):
        return await _futures(waiting.values)
    started = _started(waiting.values, run)
    try:
        if not waiting.may_be_null and 1 < len(started) <= _FEW:
            await _until_lost(waiting, started, run)
        return [await _had(one) if run.is_awaitable(one) else one for one in started]
    except BaseException:
        for one, given in zip(started, waiting.values, strict=True):
            if one is not given and isinstance(one, asyncio.Task):
                one.cancel()
        raise


async def _futures(values: list[asyncio.Future[Any]]) -> list[Any]:
    """As a loader gives them: the same one for the same key, and all of a batch at once."""
    for one in values:
        if not one.done():
            await _done(one)
    try:
        return [one.result() for one in values]
    except Exception:  # noqa: BLE001 - any failure of a loader is its field's
        return [await _had(one) for one in values]


async def _done(one: asyncio.Future[Any]) -> None:
    """Waits without a hold on it: others wait for the same."""
    waiter = asyncio.get_running_loop().create_future()

    def wake(_: asyncio.Future[Any]) -> None:
        if not waiter.done():
            waiter.set_result(None)

    one.add_done_callback(wake)
    try:
        await waiter
    finally:
        one.remove_done_callback(wake)


async def _had(one: Awaitable[Any]) -> object:
    """A future that we are not alone to wait for is not cancelled with us."""
    try:
        if isinstance(one, asyncio.Future):
            return one.result() if one.done() else await asyncio.shield(one)
        return await one
    except Exception as error:  # noqa: BLE001 - any failure of a resolver is its field's
        return Raised(error)


async def _until_lost(waiting: Waiting, started: list[Any], run: "Run") -> None:
    """Gives up values as soon as the failure of another makes the place null that they belong to."""
    pending = {one: at for at, one in enumerate(started) if asyncio.isfuture(one)}
    while pending:
        done, _ = await asyncio.wait(pending, return_when=asyncio.FIRST_EXCEPTION)
        failed = [at for one, at in pending.items() if one in done and not one.cancelled() and one.exception()]
        pending = {one: at for one, at in pending.items() if one not in done}
        for at in failed:
            place = run.failures.nulled(waiting.batch, waiting.step, waiting.rows[at], waiting.within(at))
            for one, other in list(pending.items()):
                if waiting.path(other)[: len(place)] == place:
                    del pending[one]
                    started[other] = LOST
                    if one is not waiting.values[other]:
                        one.cancel()


def _started(values: list[Any], run: "Run") -> list[Any]:
    """All under way side by side: what is no future yet becomes a task, but for one that is alone."""
    resting = [at for at, one in enumerate(values) if not asyncio.isfuture(one) and run.is_awaitable(one)]
    started = list(values)
    if len(values) == 1:
        return started
    for at in resting:
        started[at] = asyncio.ensure_future(values[at])
    return started
