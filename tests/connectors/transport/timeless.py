"""What tests of waiting share: a test in virtual time, and letting others go on without any passing."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import ParamSpec, TypeVar

from tests.connectors.transport.virtual_time import run

P = ParamSpec("P")
T = TypeVar("T")


def in_virtual_time(test: Callable[P, Coroutine[None, None, T]]) -> Callable[P, T]:
    """Runs an asynchronous test in an event loop whose time passes only while everybody waits."""

    @wraps(test)
    def timeless(*args: P.args, **kwargs: P.kwargs) -> T:
        return run(test(*args, **kwargs))

    return timeless


async def turns(count: int = 10) -> None:
    """Lets everybody go as far as they can without time passing."""
    for _ in range(count):
        await asyncio.sleep(0)
