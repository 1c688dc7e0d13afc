"""One answer for identical queries: kept from before, shared with who asks at the same time, or else made."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from contextvars import Context
from typing import Any

from gateway.execution import encoding
from gateway.execution.hooks import Hooks
from gateway.execution.kept import Kept
from gateway.execution.operation import Again, Answer, Fresh
from gateway.execution.sharing import Sharing

Execute = Callable[[Any], Awaitable[Answer]]  # in a context of any schema's own


class Reuse:
    """Of the answers of one engine."""

    def __init__(self, hooks: Hooks, kept: Kept | None = None) -> None:
        self._hooks = hooks
        self._kept = kept or Kept()
        self._sharing = Sharing()
        self._renewals: dict[Hashable, asyncio.Task[Answer]] = {}

    @property
    def shared(self) -> int:
        """How many operations were given the answer of an identical one under way."""
        return self._sharing.shared

    async def answer(self, key: Hashable, context: object, execute: Execute) -> Answer:
        """A kept one is shown at once. Where it is time for a new one, that is made behind its caller's back."""
        entry = self._kept.get(key)
        if entry is not None and (entry.mark is None or entry.mark == await self._hooks.mark(context)):
            if self._kept.overdue(entry):
                self._renew(key, context, execute)
            return self._kept.answer(entry, encoding.joined)
        return await self._sharing.answer(key, execute, context)

    def keep(self, key: Hashable, data: bytes, freshness: Fresh, again: Again, mark: Hashable) -> None:
        """Keeps an answer as its owner allows. `mark`: taken before it was executed."""
        self._kept.put(key, data, freshness, again, mark)

    def _renew(self, key: Hashable, context: object, execute: Execute) -> None:
        """In no caller's time, and once for all of them. Whoever needs its answer meanwhile waits for it."""
        if key in self._renewals:
            return
        own = self._hooks.anew(context)
        executing = self._sharing.answer(key, execute, own)
        task = self._renewals[key] = asyncio.create_task(executing, context=Context())
        task.add_done_callback(lambda _: self._renewals.pop(key))
