"""How much memory the large bodies of one service may take together, however many arrive at once.

Who hands out memory piece by piece can end with everybody waiting for the rest. So a piece is given only where somebody
could finish with what would then be left, and somebody else with that and what the first gives back, and so on: the
banker's algorithm (Dijkstra, EWD 623, https://www.cs.utexas.edu/~EWD/transcriptions/EWD06xx/EWD623.html).
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

SIZE = 11 * 2**20  # bytes
FREE = 64 * 2**10  # bytes of each body that are not counted: ordinary ones never wait
STEP = 64 * 2**10  # bytes that are given at a time


class Allowance:
    """`size` bytes for what bodies have beyond `free` ones each. Everybody who waits gets a turn.

    Whoever has most is never kept waiting: a body that goes on to its limit is soon over, one way or the other.
    """

    def __init__(self, size: int = SIZE, free: int = FREE) -> None:
        self.free = free
        self._size = size
        self._holders: set[Share] = set()  # those that have some
        self._waiting: dict[asyncio.Future[None], tuple[Share, int]] = {}  # first come first served

    @property
    def held(self) -> int:
        """Bytes that are given away."""
        return sum(share.held for share in self._holders)

    @property
    def waiting(self) -> int:
        """Bodies that wait for more."""
        return len(self._waiting)

    @contextmanager
    def share(self, most: int) -> Iterator["Share"]:
        """For a body that is no longer than `most` bytes; what it was given comes back at the end."""
        share = Share(self, min(max(0, most - self.free), self._size))
        try:
            yield share
        finally:
            self._return(share)

    def take(self, share: "Share", wanted: int) -> bool:
        """Gives `share` so many bytes in all where that leaves a way for everybody to finish."""
        before, share.held = share.held, wanted
        self._holders.add(share)
        if self._safe():
            return True
        share.held = before
        if not before:
            self._holders.discard(share)
        return False

    async def wait(self, share: "Share", wanted: int) -> None:
        """The same, as soon as it does."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[turn] = (share, wanted)
        try:
            await turn
        finally:
            self._waiting.pop(turn, None)

    def _safe(self) -> bool:
        left = self._size - self.held
        for share in sorted(self._holders, key=lambda share: share.most - share.held):
            if share.most - share.held > left:
                return False
            left += share.held
        return left >= 0

    def _return(self, share: "Share") -> None:
        share.held = 0
        self._holders.discard(share)
        for turn, (other, wanted) in list(self._waiting.items()):
            if not turn.done() and self.take(other, wanted):
                del self._waiting[turn]
                turn.set_result(None)


class Share:
    """What one body was given, beyond what is free: `held` bytes of the `most` that it may need."""

    def __init__(self, allowance: Allowance, most: int) -> None:
        self.held = 0
        self.most = most
        self._allowance = allowance

    def covers(self, length: int) -> bool:
        """Whether so many bytes of the body may be kept; takes what is missing, if it can be had now."""
        wanted = self._wanted(length)
        return wanted <= self.held or self._allowance.take(self, wanted)

    async def cover(self, length: int) -> None:
        """Waits until so many may be kept."""
        await self._allowance.wait(self, self._wanted(length))

    def _wanted(self, length: int) -> int:
        beyond = max(0, length - self._allowance.free)
        return min(-(-beyond // STEP) * STEP, self.most)
