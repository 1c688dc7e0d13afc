"""One of a vendor's limits: what was last said of it, and what our own calls have taken since.

Answers overtake each other. Of two figures only the later one counts, and which one that is can be known in two cases:
the call of one was sent after the answer of the other had come, or their windows differ. Otherwise the smaller counts.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from math import inf

from connectors.transport.quota import Quota

UNSAID = 10.0  # seconds for which a figure holds where the vendor does not say when it is counted anew
SLACK = 2.0  # seconds by which the ends of one window seem to differ: vendors round, and so do we
SHORTLY = 1.0  # seconds after which to ask again, where only our own calls under way take up what is left


@dataclass(frozen=True, slots=True)
class Told:
    """A quota, and in the clock's seconds when its call was `sent`, when it was `heard`, and where its window ends.

    The vendor answered somewhere between `sent` and `heard`; counted from either, the window ends at `soonest` or
    `latest`.
    """

    quota: Quota
    sent: float
    heard: float
    soonest: float
    latest: float


def told(quota: Quota, sent: float | None, clock: float, now: datetime) -> Told:
    """`quota` as heard at `clock`, which is `now`; `sent` is None where nobody knows to which call it belongs."""
    began = clock if sent is None else sent
    asked = -inf if sent is None else sent
    if quota.resets_at is None:
        return Told(quota, asked, clock, clock, clock + UNSAID)
    ends = clock + (quota.resets_at - now).total_seconds()
    return Told(quota, asked, clock, ends - (clock - began), ends)


class QuotaWindow:
    """What is left of one limit. When its window is over, all of it is, until an answer says otherwise."""

    def __init__(self, first: Told) -> None:
        self._told = first
        self._left = first.quota.remaining

    def over(self, clock: float) -> bool:
        """Whether the figures are of a window that is over."""
        return clock >= self._told.latest

    def left(self, clock: float) -> int:
        """What the vendor said, less what calls have taken that never told."""
        return self._told.quota.limit if self.over(clock) else self._left

    def quota(self, clock: float) -> Quota:
        """What the vendor last said; all of it, without an end, where that window is over."""
        last = self._told.quota
        return replace(last, remaining=last.limit, resets_at=None) if self.over(clock) else last

    def wait(self, need: int, clock: float) -> float:
        """Seconds until `need` may be there; 0 where it is."""
        if self.left(clock) >= need:
            return 0.0
        return max(self._told.latest - clock, SHORTLY)

    def spend(self, cost: int, clock: float) -> None:
        """A call was sent, and nothing was heard of it. Our own reckoning never takes the last call away.

        Only the vendor's word does: without a call that is sent, nothing would ever correct us.
        """
        if not self.over(clock):
            self._left = max(min(self._left, cost), self._left - cost)

    def hear(self, figure: Told) -> None:
        """Takes a figure for what it is worth."""
        clock, known = figure.heard, self._told
        if figure.latest <= clock:
            return
        known_at = known.latest if self.over(clock) else known.heard
        if figure.sent > known_at or figure.soonest > known.latest + SLACK:
            self._told = replace(figure, quota=_likely(figure.quota, known.quota))
            self._left = figure.quota.remaining
        elif figure.latest >= known.soonest - SLACK:
            self._told = replace(known, quota=min(known.quota, figure.quota, key=_remaining), heard=clock)
            self._left = min(self._left, figure.quota.remaining)


def _likely(quota: Quota, before: Quota) -> Quota:
    """A limit that is no more than what remains may be a guess: then the larger one of before stands."""
    guessed = quota.limit == max(quota.remaining, 1)
    return replace(quota, limit=max(quota.limit, before.limit)) if guessed else quota


def _remaining(quota: Quota) -> int:
    return quota.remaining
