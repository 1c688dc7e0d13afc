"""Who may ask the store: so many at once, and while it is out of reach one at a time, to see whether it still is."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class OutOfReach(Exception):
    """Somebody else is finding out whether the store is back: the call was not sent."""


class Reach:
    """The driver notices that a store is gone after two seconds, and keeps a thread of few for each call until then.

    Without this, a hundred callers would wait for ten seconds, and writes that were given up would wait for the store's
    return in the driver's queue. So no more calls are handed to it than it has threads; and once it has found the store
    gone, all but one are told so at once, those that wait for their turn too.
    """

    def __init__(self, at_once: int) -> None:
        self._slots = asyncio.Semaphore(at_once)
        self._lost = False
        self._trying = False

    @property
    def lost(self) -> bool:
        """Whether the store was gone when somebody last looked."""
        return self._lost

    @asynccontextmanager
    async def turn(self, *, may_try: bool = True) -> AsyncIterator[None]:
        """One call. Raises OutOfReach where the store is gone, and somebody tries it or this call may not."""
        async with self._slots:
            if not self._lost:
                yield
                return
            if self._trying or not may_try:
                raise OutOfReach
            self._trying = True
            try:
                yield
            finally:
                self._trying = False

    def lose(self) -> None:
        """No server was there."""
        self._lost = True

    def find(self) -> bool:
        """One has answered; whether that is news."""
        news, self._lost = self._lost, False
        return news
