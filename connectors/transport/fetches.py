"""Which of the answers under way may still be kept when they arrive."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from connectors.transport.identity import Identity

Matches = Callable[[Identity], bool]


class Fetches:
    """Fetches under way, by what they ask for, in the order in which they began.

    What was asked before a change tells of a time before it, however late it arrives. So an eviction forgets the
    fetches under way as well, and an answer that is kept forgets those that began before its own: a slow old answer
    never takes the place of a newer one.
    """

    def __init__(self) -> None:
        self._under_way: dict[Identity, list[Fetch]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._under_way.values()))

    @contextmanager
    def begin(self, key: Identity) -> Iterator["Fetch"]:
        """One fetch, from the moment before it is sent."""
        fetch = Fetch(self, key)
        self._under_way.setdefault(key, []).append(fetch)
        try:
            yield fetch
        finally:
            self._forget(key, fetch, older=False)

    def evict(self, matches: Matches) -> None:
        """Nothing that is under way and matches will be kept."""
        for key in [key for key in self._under_way if matches(key)]:
            del self._under_way[key]

    def settle(self, key: Identity, fetch: "Fetch") -> bool:
        """Whether `fetch` may be kept; if so, none that began before it may any more."""
        return self._forget(key, fetch, older=True)

    def _forget(self, key: Identity, fetch: "Fetch", *, older: bool) -> bool:
        begun = self._under_way.get(key, [])
        if fetch not in begun:
            return False
        place = begun.index(fetch)
        del begun[0 if older else place : place + 1]
        if not begun:
            del self._under_way[key]
        return True


class Fetch:
    """One of them."""

    def __init__(self, fetches: Fetches, key: Identity) -> None:
        self._fetches = fetches
        self._key = key

    def settle(self) -> bool:
        """Whether its answer may be kept. Asked once, when it is there."""
        return self._fetches.settle(self._key, self)
