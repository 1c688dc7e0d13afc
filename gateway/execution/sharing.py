"""Identical queries under way are executed once: each caller is given the same answer, encoded once."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Any

from gateway.execution.operation import Answer


class Sharing:
    """Who comes while an identical query is under way waits for its answer.

    The first caller executes it. Where that one goes away, or fails, one of those who wait takes its place.
    """

    def __init__(self) -> None:
        self._under_way: dict[Hashable, asyncio.Future[Answer] | None] = {}
        self.shared = 0  # how many were given somebody else's answer

    def __len__(self) -> int:
        return len(self._under_way)

    async def answer(self, key: Hashable, execute: Callable[[Any], Awaitable[Answer]], context: object) -> Answer:
        """That of an identical query under way, or of `execute` in this context."""
        while key in self._under_way:
            answer = await self._others(key)
            if answer is not None:
                return answer
        self._under_way[key] = None
        try:
            answer = await execute(context)
        except BaseException:
            self._end(key, None)
            raise
        self._end(key, answer)
        return answer

    async def _others(self, key: Hashable) -> Answer | None:
        waiting = self._under_way[key]
        if waiting is None:
            waiting = self._under_way[key] = asyncio.get_running_loop().create_future()
        await asyncio.wait((waiting,))
        if waiting.cancelled():
            return None
        self.shared += 1
        return waiting.result()

    def _end(self, key: Hashable, answer: Answer | None) -> None:
        waiting = self._under_way.pop(key)
        if waiting is None:
            return
        if answer is None:
            waiting.cancel()
        else:
            waiting.set_result(answer)
