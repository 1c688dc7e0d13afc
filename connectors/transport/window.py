"""A count of what happened lately, in bounded memory."""

from collections.abc import Callable
from time import monotonic

Clock = Callable[[], float]
BUCKETS = 10


class Window:
    """How often something happened in the latest `seconds`.

    Counted in ten buckets of time, the running one among them: what is older than `seconds` is never counted, and what
    is younger than nine tenths of them always is. Ten numbers, however many events there are.
    """

    def __init__(self, seconds: float, clock: Clock = monotonic) -> None:
        self._width = seconds / BUCKETS
        self._clock = clock
        self._counts = [0] * BUCKETS
        self._latest = self._bucket()

    @property
    def total(self) -> int:
        """How often."""
        self._advance()
        return sum(self._counts)

    def add(self) -> None:
        """It happened once more."""
        self._advance()
        self._counts[self._latest % BUCKETS] += 1

    def clear(self) -> None:
        """As if it had never happened."""
        self._counts = [0] * BUCKETS

    def _bucket(self) -> int:
        return int(self._clock() // self._width)

    def _advance(self) -> None:
        bucket = self._bucket()
        for passed in range(max(self._latest, bucket - BUCKETS) + 1, bucket + 1):
            self._counts[passed % BUCKETS] = 0
        self._latest = bucket
