"""A dataloader that takes a column of keys at once: a future for the batch, in the place of one for each key."""

import asyncio
from collections.abc import Callable, Collection, Coroutine, Iterable
from typing import Any, Generic, Self, TypeVar

from aiodataloader import DataLoader

from gateway.execution.kinds import Raised, cancelled

K = TypeVar("K")
V = TypeVar("V")


class Batch(Generic[K, V]):
    """Keys that are sent together. Once they are answered, `found` has the value of each, or `Raised`."""

    __slots__ = ("_loads", "_loop", "_waiters", "answered", "found", "task")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.found: dict[K, V | Raised | None] = {}
        self.answered = False
        self.task: asyncio.Task[None] | None = None
        self._loop = loop
        self._waiters: list[asyncio.Future[None]] = []
        self._loads: list[tuple[K, asyncio.Future[V]]] = []

    def waiter(self) -> "asyncio.Future[None] | None":
        """Done when they are answered, and the caller's own; None where they are already."""
        if self.answered:
            return None
        waiter: asyncio.Future[None] = self._loop.create_future()
        self._waiters.append(waiter)
        return waiter

    def load(self, key: K) -> "asyncio.Future[V]":
        """A future for one of the keys."""
        future: asyncio.Future[V] = self._loop.create_future()
        if self.answered:
            self._settle(key, future)
        else:
            self._loads.append((key, future))
        return future

    def end(self, values: Iterable[Any]) -> None:
        """They are answered, in the order of the keys, exceptions in the places of values."""
        for key, value in zip(self.found, values, strict=True):
            self.found[key] = Raised(value) if isinstance(value, Exception) else value
        self.answered = True
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)
        for key, future in self._loads:
            self._settle(key, future)

    def _settle(self, key: K, future: "asyncio.Future[V]") -> None:
        value = self.found[key]
        if future.done():
            return
        if isinstance(value, Raised):
            future.set_exception(value.error)
        else:
            future.set_result(value)  # type: ignore[arg-type]  # None stands for a value until it is answered


class ColumnLoader(DataLoader[K, V]):
    """aiodataloader's, to whoever asks it for single keys: the same answers, and the same batches at the same time.

    Keys are their own cache keys, and answers are kept for the life of the loader.
    """

    def __init__(
        self, batch_load_fn: Callable[[list[K]], Coroutine[Any, Any, list[V]]], *, max_batch_size: int | None = None
    ) -> None:
        """`batch_load_fn`: from different keys to the value or the exception of each, in their order."""
        super().__init__(batch_load_fn, max_batch_size=max_batch_size)
        self._batches: dict[K, Batch[K, V]] = {}
        self._gathered: list[Batch[K, V]] = []  # and not sent yet

    def load(self, key: K) -> "asyncio.Future[V]":
        """The same future for the same key."""
        known = self._cache.get(key)
        if known is not None:
            return known
        if key is None:
            return super().load(key)  # which says what is wrong
        batch = self._batches.get(key)
        if batch is None:
            batch = self._open()
            self._add(batch, (key,))
        future = self._cache[key] = batch.load(key)
        return future

    def column(self, keys: Collection[K]) -> Batch[K, V] | None:
        """The batch that all of these keys are in; None where there is no such batch, and `load` has to be asked.

        They are different, and none is None.
        """
        batches = self._batches
        if not (batches.keys().isdisjoint(keys) and self._cache.keys().isdisjoint(keys)):
            known = set(map(batches.get, keys))
            return known.pop() if len(known) == 1 else None
        most, gathered = self.max_batch_size, self._gathered
        if (
            most and len(keys) + (len(gathered[-1].found) % most if gathered else 0) > most
        ):  # after a full one comes another
            return None
        batch = self._open()
        self._add(batch, keys)
        return batch

    def prime(self, key: K, value: V) -> Self:
        """Takes `value` for the answer to a key that nobody has asked for."""
        return self if key in self._batches else super().prime(key, value)

    def clear(self, key: K) -> Self:
        """The next who asks for this key has it loaded."""
        self._batches.pop(key, None)
        return super().clear(key)

    def clear_all(self) -> Self:
        """Likewise for every key."""
        self._batches.clear()
        return super().clear_all()

    def _open(self) -> Batch[K, V]:
        """The one that is filled now, with room for a key at least."""
        most, gathered = self.max_batch_size, self._gathered
        if gathered and not (most and len(gathered[-1].found) >= most):
            return gathered[-1]
        if not gathered:
            self.loop.call_soon(self.loop.call_soon, self._send)  # in the turn in which aiodataloader would
        gathered.append(Batch(self.loop))
        return gathered[-1]

    def _add(self, batch: Batch[K, V], keys: Collection[K]) -> None:
        batch.found.update(dict.fromkeys(keys))
        self._batches.update(dict.fromkeys(keys, batch))

    def _send(self) -> None:
        gathered, self._gathered = self._gathered, []
        for batch in gathered:
            batch.task = self.loop.create_task(self._load(batch))

    async def _load(self, batch: Batch[K, V]) -> None:
        """What fails as a whole is not kept."""
        keys = list(batch.found)
        try:
            values = list(await self.batch_load_fn(keys))
            if len(values) != len(keys):
                raise TypeError(f"The loader was given {len(values)} values for {len(keys)} keys.")  # noqa: TRY301 - told like any other failure
        except BaseException as error:
            for key in keys:
                if self._batches.get(key) is batch:
                    self.clear(key)
            if isinstance(error, Exception):
                batch.end([error] * len(keys))
                return
            batch.end([cancelled()] * len(keys))
            raise
        batch.end(values)
