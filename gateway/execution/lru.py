"""The entries that were used last, as many as fit."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Lru(Generic[K, V]):
    """At most `entries` entries that together weigh at most `weight`. What alone weighs more is not kept."""

    def __init__(self, entries: int, weight: int) -> None:
        self.weight = 0
        self._entries = entries
        self._most = weight
        self._kept: OrderedDict[K, tuple[V, int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: K) -> V | None:
        """Makes the entry the last to be given up."""
        kept = self._kept.get(key)
        if kept is None:
            return None
        self._kept.move_to_end(key)
        return kept[0]

    def put(self, key: K, value: V, weight: int) -> None:
        """Keeps an entry, and gives up those that were not used for the longest time until all of them fit."""
        self.weight -= self._kept.pop(key, (None, 0))[1]
        if weight > self._most:
            return
        self._kept[key] = value, weight
        self.weight += weight
        while len(self._kept) > self._entries or self.weight > self._most:
            _, (_, given_up) = self._kept.popitem(last=False)
            self.weight -= given_up
