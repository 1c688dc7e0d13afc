"""When an answer is of no more use: one deadline for an operation, handed down to every wait.

Kept in a context variable: tasks inherit it. Times are those of `time.monotonic`.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from contextvars import ContextVar
from math import inf
from time import monotonic

from connectors.transport.scoped import scoped

Clock = Callable[[], float]

_deadline: ContextVar[float] = ContextVar("deadline", default=inf)


def within(seconds: float, clock: Clock = monotonic) -> AbstractContextManager[float]:
    """What is waited for inside ends in `seconds`, or sooner where it has to already; gives the time of the end."""
    return scoped(_deadline, value=min(_deadline.get(), clock() + seconds))


def anew(seconds: float, clock: Clock = monotonic) -> AbstractContextManager[float]:
    """As `within`, whatever the deadline outside: for work that several operations wait for."""
    return scoped(_deadline, value=clock() + seconds)


def remaining(clock: Clock = monotonic) -> float:
    """Seconds that are left, never negative; infinite where there is no deadline."""
    return max(0.0, _deadline.get() - clock())
