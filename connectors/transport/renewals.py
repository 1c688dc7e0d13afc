"""Work that nobody waits for: at most one task a key, each outside of any operation."""

import asyncio
from collections.abc import Callable, Coroutine
from contextvars import Context

from connectors.transport.identity import Identity


class Renewals:
    """Tasks that belong to the process: none has a caller's deadline, ledger or wish for a live answer."""

    def __init__(self) -> None:
        self._tasks: dict[Identity, asyncio.Task[None]] = {}

    def __len__(self) -> int:
        return len(self._tasks)

    def start(self, key: Identity, renewal: Callable[[], Coroutine[None, None, None]]) -> None:
        """Starts it, unless one of this key is under way. An error that it raises is a bug, and asyncio reports it."""
        if key in self._tasks:
            return
        task = self._tasks[key] = asyncio.create_task(renewal(), context=Context())
        task.add_done_callback(lambda _: self._tasks.pop(key))

    async def aclose(self) -> None:
        """Gives up all of them, and waits until they are over."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
