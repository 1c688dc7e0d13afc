"""One who follows a customer: what has happened and is not taken yet."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable

from connectors.domain.activity import WAITING, Happening, Missed


class Follower:
    """A bounded queue with an end. `leave` is called once, with the follower, when it wants no more."""

    def __init__(self, customer: str, leave: Callable[["Follower"], None], most: int = WAITING) -> None:
        self.customer = customer
        self._leave = leave
        self._most = most
        self._waiting: deque[Happening] = deque()
        self._known: set[str] = set()
        self._more = asyncio.Event()
        self._end: Exception | None = None

    def know(self, keys: Iterable[str]) -> None:
        """What its owner has read already is told to nobody, though it may be on its way."""
        self._known.update(keys)
        self._waiting = deque(one for one in self._waiting if one.key not in self._known)

    def tell(self, happening: Happening, *, once: bool = False) -> None:
        """`once`: what has this key may come again, and is told the first time."""
        if self._end or happening.key in self._known:
            return
        if len(self._waiting) >= self._most:
            self.end(Missed())
            return
        if once:
            self._known.add(happening.key)
        self._waiting.append(happening)
        self._more.set()

    def end(self, reason: Exception | None = None) -> None:
        """After what is waiting there is nothing more, because of `reason`."""
        if self._end is None:
            self._end = reason or StopAsyncIteration()
            self._more.set()
            self._leave(self)

    def __aiter__(self) -> AsyncIterator[Happening]:
        """Itself."""
        return self

    async def __anext__(self) -> Happening:
        """Raises what it was ended by, once everything before is taken."""
        while not self._waiting:
            if self._end:
                raise self._end
            self._more.clear()
            await self._more.wait()
        return self._waiting.popleft()

    async def aclose(self) -> None:
        """It is told nothing any more."""
        self._waiting.clear()
        self.end()
