"""Whether a call that several may wait for has been sent, or still waits for its turn.

Kept in a context variable: the innermost layer tells, the one that shares calls listens.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar


class Departure:
    """Of one call, however often it is repeated."""

    def __init__(self) -> None:
        self.sent = False


_departure: ContextVar[Departure | None] = ContextVar("departure", default=None)


@contextmanager
def awaited(departure: Departure) -> Iterator[None]:
    """What is sent inside is this call."""
    token = _departure.set(departure)
    try:
        yield
    finally:
        _departure.reset(token)


def depart() -> None:
    """The call goes out to its service."""
    if (departure := _departure.get()) is not None:
        departure.sent = True
