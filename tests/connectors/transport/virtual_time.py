"""An event loop whose time passes only while nothing can be done: hours take milliseconds, and to the digit."""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from typing import TypeVar

T = TypeVar("T")
INSTANT = 1e-6  # seconds; what is ready is done before any time passes


class _Skipping(selectors.DefaultSelector):
    def __init__(self, skip: Callable[[float], None]) -> None:
        super().__init__()
        self._skip = skip

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise AssertionError("nothing will ever happen again")
        self._skip(timeout)
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    """Its clock is `time`; every wait of asyncio goes by it."""

    def __init__(self) -> None:
        self._now = 1000.0
        super().__init__(_Skipping(self._skip))

    def time(self) -> float:
        return self._now

    def advance(self, seconds: float = INSTANT) -> None:
        """Lets everything happen that happens within `seconds`."""
        self.run_until_complete(asyncio.sleep(seconds))

    def _skip(self, seconds: float) -> None:
        self._now += max(0.0, seconds)


def run(main: Coroutine[None, None, T]) -> T:
    """What `main` gives, in virtual time that starts at 1000 s."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main)


def clock() -> float:
    """The virtual time."""
    return asyncio.get_running_loop().time()
