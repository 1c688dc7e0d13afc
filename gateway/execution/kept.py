"""Answers of whole queries, kept for a moment where every part of them may be shown again.

Most of them read something that its owner may have changed meanwhile: such an answer comes with a mark, and is shown as
long as the mark is still the same. What is shown says so: how its parts were had is told by its owner anew, and its age
goes on.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any

from cachetools import LRUCache

from gateway.execution.operation import Again, Answer, Fresh, Freshness

LONGEST = 10.0  # seconds until a new one is made, and as many for which it may be shown meanwhile
SHORTEST = 1.0  # seconds that one is shown before a new one is made: its parts expire one by one
BYTES = 16_000_000
_ENTRY = 1_000  # bytes that a key and its entry take, about

Written = Callable[[bytes, Mapping[str, Any]], bytes]


@dataclass(frozen=True, slots=True)
class Entry:
    """`data` is JSON, made at `since` on the clock of `Kept`, while `mark` was the mark; None where none matters."""

    data: bytes
    freshness: Fresh
    again: Again
    mark: Hashable
    since: float


class Kept:
    """The answers of the latest queries that may be shown again, in so many bytes."""

    def __init__(self, limit: int = BYTES, *, longest: float = LONGEST, clock: Callable[[], float] = monotonic) -> None:
        self._entries: LRUCache[Hashable, Entry] = LRUCache(limit, getsizeof=_size)
        self._limit = limit
        self._used = False
        self._longest = longest
        self._clock = clock

    def put(self, key: Hashable, data: bytes, freshness: Fresh, again: Again, mark: Hashable = None) -> None:
        """Keeps an answer for as long as it may be shown, and twice `LONGEST` at most."""
        entry = Entry(data, freshness, again, mark, self._clock())
        if again.shown > 0 and (mark is not None or not again.marked) and _size(entry) <= self._limit:
            self._entries[key] = entry
            self._used = True

    def get(self, key: Hashable) -> Entry | None:
        """One that may be shown still, if its mark is the same."""
        if not self._used:  # most engines never keep anything
            return None
        entry = self._entries.get(key)
        if entry is not None and self._seconds(entry) >= min(entry.again.shown, 2 * self._longest):
            del self._entries[key]
            return None
        return entry

    def overdue(self, entry: Entry) -> bool:
        """Whether it is time for a new one, though this one may be shown meanwhile."""
        return self._seconds(entry) >= max(SHORTEST, min(entry.again.fresh, self._longest))

    def answer(self, entry: Entry, written: Written) -> Answer:
        """As it is shown now: `written` from its data and what is retold of its parts."""
        seconds, first = self._seconds(entry), entry.freshness
        freshness = Freshness(first.max_age, first.age + int(seconds), first.private)
        return Answer(written(entry.data, entry.again.retold(seconds)), freshness=freshness)

    def _seconds(self, entry: Entry) -> float:
        return self._clock() - entry.since


def _size(entry: Entry) -> int:
    return _ENTRY + len(entry.data)
