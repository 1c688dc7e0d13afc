"""What may be spent on one service in the name of one credential, before the vendor refuses.

Nobody waits here. A call that the vendor would refuse is refused at once, unsent, with the time after which it has a
chance: to wait would take a slot of the limiter away from calls that have one now.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from math import ceil, inf
from time import monotonic

from connectors.domain.errors import RateLimited
from connectors.domain.service import Service
from connectors.transport.call import Priority
from connectors.transport.deadline import Clock
from connectors.transport.quota import Quota, tightest
from connectors.transport.quota_window import QuotaWindow, told

RESERVE = 0.1  # of a limit, at least one call: what work in the background leaves for people
LONGEST = 86_400.0  # seconds of a pause; a service that asks for more is asked again every day
POLICIES = 16  # limits of one vendor that are kept; Jira has three, HubSpot two


class QuotaBudget:
    """Fed by answers; every limit that the vendor tells of must have room for a call.

    A call under way counts against what remains until its answer tells the new figure. Refused first is what nobody
    waits for: in the background a call must leave the reserve untouched.
    """

    def __init__(
        self,
        service: Service,
        *,
        clock: Clock = monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`clock` measures time; `now` reads vendors' dates, and may jump without harm to what was read before."""
        self.service = service
        self._clock = clock
        self._now = now
        self._windows: dict[str, QuotaWindow] = {}
        self._paused_until = -inf
        self._under_way = 0
        self._cost = 1

    @property
    def under_way(self) -> int:
        """Calls that were reserved and are not settled."""
        return self._under_way

    def current(self) -> Quota | None:
        """The limit that is nearest to its end, as the vendor last told; None where it never did."""
        clock = self._clock()
        return tightest(tuple(window.quota(clock) for window in self._windows.values()))

    def reserve(self, priority: Priority) -> float:
        """Takes one call out of what is left; gives its moment, for `settle`, which must follow.

        Raises RateLimited where the vendor would refuse it, where the service asked to be left alone, or where it is
        for the background and would touch the reserve.
        """
        clock = self._clock()
        wait = self._wait(priority, clock)
        if wait > 0:
            raise RateLimited(self.service, ceil(wait * 1000) / 1000)
        self._under_way += 1
        return clock

    def settle(self, sent: float, heard: Sequence[Quota] | None) -> None:
        """The call of that moment is over; `heard` is what its answer told, None where there was no answer."""
        self._under_way -= 1
        clock = self._clock()
        if heard is None:  # it may have been counted all the same
            for window in self._windows.values():
                window.spend(self._cost, clock)
        for quota in heard or ():
            self._hear(quota, sent, clock)

    def tell(self, quota: Quota, cost: int = 1) -> None:
        """Figures from a body; `cost` is what that call took, and calls under way will take likewise.

        As GitHub's: https://docs.github.com/en/graphql/reference/objects#ratelimit. `policy` is as in its headers.
        """
        self._cost = max(1, cost)
        self._hear(quota, None, self._clock())

    def pause(self, seconds: float) -> None:
        """Nothing is sent for so long, whoever asks. Of several pauses the one that ends last stands."""
        self._paused_until = max(self._paused_until, self._clock() + min(seconds, LONGEST))

    def _wait(self, priority: Priority, clock: float) -> float:
        claimed = self._under_way * self._cost
        needs = ((window, claimed + self._need(window, priority, clock)) for window in self._windows.values())
        return max(self._paused_until - clock, 0.0, *(window.wait(need, clock) for window, need in needs))

    def _need(self, window: QuotaWindow, priority: Priority, clock: float) -> int:
        if priority is Priority.INTERACTIVE:
            return self._cost
        return max(self._cost, ceil(window.quota(clock).limit * RESERVE))

    def _hear(self, quota: Quota, sent: float | None, clock: float) -> None:
        figure = told(quota, sent, clock, self._now())
        if window := self._windows.get(quota.policy):
            window.hear(figure)
        elif figure.latest > clock and self._has_room(clock):
            self._windows[quota.policy] = QuotaWindow(figure)

    def _has_room(self, clock: float) -> bool:
        if len(self._windows) >= POLICIES:
            self._windows = {policy: window for policy, window in self._windows.items() if not window.over(clock)}
        return len(self._windows) < POLICIES
