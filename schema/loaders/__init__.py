"""Loaders: one aiodataloader for each batch function, alive for one operation.

The batch function is the key: `await loaders.load(payments, asked)`. Its law: it is given different keys and answers
each, in their order, with a value or with an error of the domain; it never raises for one of them.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any, TypeVar, cast

from aiodataloader import DataLoader

from connectors.domain.errors import ConnectorError, StoreError
from connectors.sources import Sources
from connectors.transport.live import live as asking_live

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
Batch = Callable[[Sources, Sequence[K]], Awaitable[Sequence[V | ConnectorError | StoreError]]]


class Loaders:
    """Everything asked for in one turn of the event loop travels in one batch; no key is asked for twice."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._loaders: dict[tuple[Batch[Any, Any], bool], DataLoader[Any, Any]] = {}
        self._under_way: set[asyncio.Task[Any]] = set()

    def load(self, batch: Batch[K, V], key: K, *, live: bool = False) -> Awaitable[V]:
        """A future of the answer to `key`; it raises the error that stands in the answer's place.

        `live`: nothing is answered from what was kept of earlier operations.
        """
        loader = self._loaders.get((batch, live))
        if loader is None:
            checked = _checked(batch, self._sources, self._under_way, live=live)
            loader = self._loaders[batch, live] = DataLoader(checked)
        return cast("Awaitable[V]", loader.load(key))

    def clear(self) -> None:
        """Forgets every answer: something was written, and what is read next must show it."""
        self._loaders.clear()

    def cancel(self) -> None:
        """Gives up what is under way: the operation is over, and nobody waits for it any more."""
        for task in self._under_way:
            task.cancel()


def _checked(
    batch: Batch[K, V], sources: Sources, under_way: set[asyncio.Task[Any]], *, live: bool
) -> Callable[[list[K]], Any]:
    """It does not know the loaders, so that all that they hold is gone with the operation."""

    async def run(keys: list[K]) -> list[V | ConnectorError | StoreError]:
        with _counted(under_way), asking_live() if live else nullcontext():
            answers: object = await batch(sources, keys)
        count = len(answers) if isinstance(answers, Sequence) else "no"
        if count != len(keys):
            name = getattr(batch, "__name__", repr(batch))
            raise TypeError(f"{name} broke the law of batches: {count} answers for {len(keys)} keys")
        return cast("list[V | ConnectorError | StoreError]", answers)

    return run


@contextmanager
def _counted(under_way: set[asyncio.Task[Any]]) -> Iterator[None]:
    """A batch runs in a task of aiodataloader's own, which the end of the operation would not reach."""
    task = cast("asyncio.Task[Any]", asyncio.current_task())
    under_way.add(task)
    try:
        yield
    finally:
        under_way.discard(task)
