"""Awaiting many things as one: futures as they are, coroutines in a task each, and no more tasks than that."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from types import CoroutineType
from typing import TYPE_CHECKING, Any

from gateway.execution.batch import Batch, Inside
from gateway.execution.kinds import LOST, Raised, cancelled
from gateway.execution.plan import Step

if TYPE_CHECKING:
    from gateway.execution.branch import Branch
    from gateway.execution.failures import Failures, Path
    from gateway.execution.run import Run

# Above this many, nobody looks whether the failure of one makes the others pointless before all are there.
_FEW = 100
FUTURES = {asyncio.Future}


class Waiting:
    """`values` of one field, some of which are awaitable; `then` goes on in a branch with all of them, in their order.

    `rows` and `inside` say where each stands; or one value stands for all of the rows. Where the field `may_be_null`, a
    failure is no concern of the others.
    """

    __slots__ = ("batch", "dropped", "inside", "may_be_null", "own", "rows", "step", "then", "values")

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
        own: bool = False,
    ) -> None:
        """`own`: the value is a future that nobody else waits for, and that never fails."""
        self.values = values
        self.then = then
        self.batch = batch
        self.step = step
        self.rows = rows
        self.inside = inside
        self.may_be_null = may_be_null
        self.own = own
        self.dropped = False

    def path(self, at: int) -> "Path":
        """Where value `at` belongs in the response."""
        return (*self.batch.path(self.rows[at]), self.step.key, *self.within(at))

    def within(self, at: int) -> Inside:
        """The indexes inside the field."""
        return () if self.inside is None else self.inside[at]

    def lost(self, failures: "Failures", fresh: "Collection[Path]" = ()) -> bool:
        """Whether all of it belongs where the response is null already."""
        return all(failures.covers(self.path(at), fresh) for at in range(len(self.rows)))


def only_futures(values: list[Any]) -> bool:
    """Whether each is a plain future, as loaders give them."""
    return set(map(type, values)) == FUTURES


async def had(waiting: Waiting, run: "Run") -> list[Any]:
    """Each value, or what came of awaiting it; what was raised stands in its place.

    Cancelling it cancels all that was begun here, and waits for that; not what others may wait for as well.
    """
    values = waiting.values
    if waiting.own:
        return [await values[0]]
    if only_futures(values):
        return await _futures(waiting, run)
    if len(values) == 1 and values[0].__class__ is CoroutineType:
        return [await _had(values[0])]
    started = _started(waiting.values, run)
    begun = [one for one, given in zip(started, waiting.values, strict=True) if one is not given]
    try:
        if not waiting.may_be_null and 1 < len(started) <= _FEW:
            await _until_lost(waiting, started, run)
        return [await _had(one) if run.is_awaitable(one) else one for one in started]
    except BaseException:
        _overlook(started)
        raise
    finally:
        await _end([one for one in begun if not one.done()])


async def _futures(waiting: Waiting, run: "Run") -> list[Any]:
    """As a loader gives them: the same one for the same key, and all of a batch at once."""
    values = waiting.values
    try:
        if not waiting.may_be_null and len(values) > 1:
            values = list(values)
            await _until_lost(waiting, values, run)
        else:
            for one in dict.fromkeys(values):
                if not one.done():
                    await _done(one)
    except BaseException:
        _overlook(values)
        raise
    try:
        return list(map(asyncio.Future.result, values))
    except (Exception, asyncio.CancelledError):  # noqa: BLE001 - any failure of a loader is its field's; `_had` tells which
        return [one if one is LOST else await _had(one) for one in values]


def _overlook(values: Iterable[Any]) -> None:
    """What becomes of these concerns nobody: asyncio need not complain that nobody asked."""
    for one in values:
        if asyncio.isfuture(one):
            one.add_done_callback(_asked)


def _asked(one: asyncio.Future[Any]) -> None:
    if not one.cancelled():
        one.exception()


async def _done(one: asyncio.Future[Any]) -> None:
    """Waits without a hold on it: others wait for the same."""
    waiter = one.get_loop().create_future()

    def wake(_: asyncio.Future[Any]) -> None:
        if not waiter.done():
            waiter.set_result(None)

    one.add_done_callback(wake)
    try:
        await waiter
    finally:
        one.remove_done_callback(wake)


async def _had(one: Awaitable[Any]) -> object:
    """A future that we are not alone to wait for is not cancelled with us. One that was cancelled by others failed."""
    try:
        if asyncio.isfuture(one):
            return one.result() if one.done() else await asyncio.shield(one)
        return await one
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        return Raised(cancelled())
    except Exception as error:  # noqa: BLE001 - any failure of a resolver is its field's
        return Raised(error)


async def _end(tasks: list[asyncio.Task[Any]]) -> None:
    """Nobody needs them any more."""
    for one in tasks:
        one.cancel()
    if tasks:
        await asyncio.gather(*tasks, return_exceptions=True)


async def _until_lost(waiting: Waiting, values: list[Any], run: "Run") -> None:
    """Waits until all are done; but for those that the failure of another makes pointless, which are `LOST` then."""
    places: dict[asyncio.Future[Any], list[int]] = {}
    for at, one in enumerate(values):
        if asyncio.isfuture(one):
            places.setdefault(one, []).append(at)
    pending = set(places)
    while pending:
        done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_EXCEPTION)
        lost = {_nulled(waiting, at, run) for one in done if _failed(one) for at in places[one]}
        if lost:
            others = [at for one in pending for at in places[one]]
            for at in others:
                path = waiting.path(at)
                if any(path[: len(place)] == place for place in lost):
                    _overlook([values[at]])
                    values[at] = LOST
            pending = {one for one in pending if any(values[at] is one for at in places[one])}


def _nulled(waiting: Waiting, at: int, run: "Run") -> "Path":
    return run.failures.nulled(waiting.batch, waiting.step, waiting.rows[at], waiting.within(at))


def _failed(one: asyncio.Future[Any]) -> bool:
    return one.cancelled() or one.exception() is not None


def _started(values: list[Any], run: "Run") -> list[Any]:
    """All under way side by side: what is no future yet becomes a task, but for one that is alone."""
    if len(values) == 1:
        return values
    return [one if asyncio.isfuture(one) or not run.is_awaitable(one) else asyncio.ensure_future(one) for one in values]
