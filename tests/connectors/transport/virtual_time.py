"""An event loop whose clock moves only when everybody waits for it: a test of ten seconds takes none."""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self.now = 1000.0
        super().__init__(_Skipping(self))

    def time(self) -> float:
        return self.now


class _Skipping(selectors.SelectSelector):
    def __init__(self, loop: VirtualLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        assert timeout is not None, "everybody waits for something that nobody will do"
        self._loop.now += timeout
        return super().select(0)


def clock() -> float:
    """The running loop's time, for whoever takes a clock."""
    return asyncio.get_running_loop().time()


def in_virtual_time(test: Callable[P, Coroutine[None, None, T]]) -> Callable[P, T]:
    """Runs an asynchronous test in such a loop."""

    @wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            return runner.run(test(*args, **kwargs))

    return run


async def turns(count: int = 10) -> None:
    """Lets everybody go as far as they can without time passing."""
    for _ in range(count):
        await asyncio.sleep(0)
