"""Whether a call that several may wait for has been sent, or still waits for its turn.

Kept in a context variable: the innermost layer tells, the one that shares calls listens.
"""

from contextlib import AbstractContextManager
from contextvars import ContextVar

from connectors.transport.scoped import scoped


class Departure:
    """Of one call, however often it is repeated."""

    def __init__(self) -> None:
        self.sent = False


_departure: ContextVar[Departure | None] = ContextVar("departure", default=None)


def awaited(departure: Departure) -> AbstractContextManager[Departure | None]:
    """What is sent inside is this call."""
    return scoped(_departure, value=departure)


def depart() -> None:
    """The call goes out to its service."""
    if (departure := _departure.get()) is not None:
        departure.sent = True
