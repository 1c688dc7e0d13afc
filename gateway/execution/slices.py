"""How long the event loop is kept from others: a slice of time, shared by all that an operation does side by side."""

import asyncio
from time import monotonic

LONGEST = 0.01  # seconds


class Slices:
    """`over` says that the slice is used up; who then has to `rest` goes on in the next one."""

    __slots__ = ("_ends", "_renewing")

    def __init__(self) -> None:
        self._ends = monotonic() + LONGEST
        self._renewing = False

    @property
    def over(self) -> bool:
        """Whether it is the others' turn."""
        return monotonic() > self._ends

    async def rest(self) -> None:
        """Lets all the others run once. The next slice begins after them, however many wait for it."""
        if not self._renewing:
            self._renewing = True
            asyncio.get_running_loop().call_soon(self._renew)
        await asyncio.sleep(0)

    def _renew(self) -> None:
        self._renewing = False
        self._ends = monotonic() + LONGEST
