"""How many retries a service can be asked to bear: https://finagle.github.io/blog/2016/02/08/retry-budgets/."""

from time import monotonic

from connectors.transport.window import Clock, Window


class RetryBudget:
    """The retries of one service, over all its callers: few beside its calls.

    In `window` seconds there are at most as many as `share` of the calls that were answered well at the first attempt,
    or `floor` for each of the seconds, whichever is more. So a retry takes from the budget and a clean success gives
    back, and a service that fails altogether earns nothing: only the floor is left, where a share of all the calls
    would add a fifth to its load just then.

    Counted in a window, not kept in a bucket of tokens, because the bound is on what is sent in a window: a bucket that
    is full after a quiet minute adds its depth to that.
    """

    def __init__(
        self, *, share: float = 0.2, window: float = 10.0, floor: float = 10.0, clock: Clock = monotonic
    ) -> None:
        """`share` of clean successes; `window` seconds; `floor` retries a second, all at once where need be."""
        self._share = share
        self._floor = floor * window
        self._successes = Window(window, clock)
        self._retries = Window(window, clock)
        self._reserved = 0

    @property
    def reserved(self) -> int:
        """Retries that wait or are under way."""
        return self._reserved

    @property
    def left(self) -> int:
        """Retries that may be reserved now, never negative."""
        allowed = max(self._floor, self._share * self._successes.total)
        return max(0, int(allowed) - self._retries.total - self._reserved)

    def deposit(self) -> None:
        """A call was answered well at the first attempt."""
        self._successes.add()

    def reserve(self) -> bool:
        """Takes one retry, where one is left; `settle` follows in any case."""
        if not self.left:
            return False
        self._reserved += 1
        return True

    def settle(self, *, sent: bool) -> None:
        """The retry is over; one that was not `sent` after all is given back."""
        self._reserved -= 1
        if sent:
            self._retries.add()
