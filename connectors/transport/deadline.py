"""When an answer is of no more use: one deadline for an operation, handed down to every wait.

Kept in a context variable: tasks inherit it. Times are those of `time.monotonic`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from math import inf
from time import monotonic

Clock = Callable[[], float]

_deadline: ContextVar[float] = ContextVar("deadline", default=inf)


@contextmanager
def within(seconds: float, clock: Clock = monotonic) -> Iterator[float]:
    """What is waited for inside ends in `seconds`, or sooner where it has to already; gives the time of the end."""
    end = min(_deadline.get(), clock() + seconds)
    token = _deadline.set(end)
    try:
        yield end
    finally:
        _deadline.reset(token)


@contextmanager
def anew(seconds: float, clock: Clock = monotonic) -> Iterator[float]:
    """As `within`, whatever the deadline outside: for work that several operations wait for."""
    end = clock() + seconds
    token = _deadline.set(end)
    try:
        yield end
    finally:
        _deadline.reset(token)


def remaining(clock: Clock = monotonic) -> float:
    """Seconds that are left, never negative; infinite where there is no deadline."""
    return max(0.0, _deadline.get() - clock())
