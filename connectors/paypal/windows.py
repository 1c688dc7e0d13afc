"""Stretches of PayPal's history that one search may cover: https://developer.paypal.com/docs/transaction-search/.

They lie on a grid that is the same for everybody at any time, so that their searches are the same calls: shared while
under way, and kept afterwards.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

MEMORY = timedelta(days=3 * 365 - 1)  # PayPal lists the previous three years
STEP = timedelta(days=30)  # a search covers 31 days at most; the latest window is longer than a step by `LAG` at most
LAG = timedelta(hours=4)  # up to three hours are not listed yet, and a search that begins there is refused
FINEST = STEP / 256
PULSE = timedelta(minutes=5)  # how often the end of the latest window moves on
_ORIGIN = datetime(2000, 1, 1, tzinfo=UTC)


class Window(NamedTuple):
    """From `start` to `end`; a window and its neighbour share that second, for PayPal does not say whose it is."""

    start: datetime
    end: datetime

    def cut(self, step: timedelta, latest: datetime) -> list["Window"]:
        """The same in windows of `step` on the grid, newest first; none begins after `latest`."""
        edges = [self.end]
        edge = floor(min(self.end - timedelta(seconds=1), latest), step)
        while edge > self.start:
            edges.append(edge)
            edge -= step
        return [Window(start, end) for end, start in pairwise([*edges, self.start])]

    def earlier(self, now: datetime) -> Iterator["Window"]:
        """The latest window as it was some pulses ago, three at most; no other window moves."""
        end = floor(now, PULSE)
        if self.end == end:
            ends = (end - PULSE * count for count in (1, 2, 3))
            yield from (Window(self.start, before) for before in ends if before > self.start)

    def narrower(self, share: float, now: datetime) -> list["Window"]:
        """The same in windows that are at most `share` of it long; itself where there is none as fine."""
        step = STEP
        while step > FINEST and step > (self.end - self.start) * share:
            step /= 2
        return self.cut(step, now - LAG)


def history(now: datetime) -> list[Window]:
    """All that PayPal remembers, newest first."""
    end = floor(now, PULSE)
    start = floor(now - MEMORY, timedelta(days=1)) + timedelta(days=1)
    return Window(start, end).cut(STEP, end - LAG)


def floor(moment: datetime, step: timedelta) -> datetime:
    """The last moment on the grid that is not after `moment`, in UTC."""
    return _ORIGIN + (moment - _ORIGIN) // step * step
