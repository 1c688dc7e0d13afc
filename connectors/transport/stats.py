"""How often each service was called, how often it failed, and for how long it kept us waiting.

The same figures are kept twice: for one operation (`Ledger`, in a context variable, behind `extensions.sources`)
and since the process started (`ServiceStats`, behind the field `services`).
"""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from time import perf_counter

from fastdigest import TDigest

from connectors.domain.errors import ConnectorError
from connectors.domain.service import Service
from connectors.transport.again import Again, Repeatable
from connectors.transport.freshness import Clock, Freshness, Parts

RECENT = 20  # calls that `ServiceStats.state` looks back on


class Meter:
    """Calls, errors, and milliseconds during which at least one call was under way."""

    def __init__(self, clock: Clock = perf_counter) -> None:
        self.calls = 0
        self.errors = 0
        self.cached = 0
        self.coalesced = 0
        self.retries = 0
        self.stale = False
        self.age = 0.0  # seconds, of the oldest answer shown
        self._clock = clock
        self._open = 0
        self._opened_at = 0.0
        self._busy = 0.0

    @property
    def ms(self) -> float:
        """Wall-clock milliseconds: calls side by side count once, so that it never exceeds the operation's own time."""
        running = self._clock() - self._opened_at if self._open else 0.0
        return (self._busy + running) * 1000

    def begin(self) -> None:
        """Somebody waits for an answer."""
        if not self._open:
            self._opened_at = self._clock()
        self._open += 1

    def end(self) -> None:
        """The wait is over."""
        self._open -= 1
        if not self._open:
            self._busy += self._clock() - self._opened_at


class Ledger:
    """What one operation cost, by service, in the order of first use."""

    def __init__(self, clock: Clock = perf_counter) -> None:
        self.meters: dict[Service, Meter] = {}
        self.parts = Parts(clock)
        self.repeatable = Repeatable(clock)
        self._clock = clock

    def again(self) -> Again | None:
        """For how long this process may show the operation's answer again; None where it may not.

        Every part must have said so: nothing was missing, asked for live, or true for its moment alone.
        """
        told = self.repeatable.told + self.repeatable.records
        if self.parts.spoiled or not told or told < self.parts.begun:
            return None
        return self.repeatable.again()

    def freshness(self) -> Freshness:
        """For how long the operation's answer may be shown, as of now, over all that it has read.

        `max_age` is 0 as soon as one part may not be kept: it was shown stale, asked for live, failed, kept against its
        service's word, written, or came from the store. `private` is what was fetched in the name of credentials, or
        said so itself.
        """
        return self.parts.freshness()

    def meter(self, service: Service) -> Meter:
        """The meter of `service`, made at first use."""
        if service not in self.meters:
            self.meters[service] = Meter(self._clock)
        return self.meters[service]


_ledger: ContextVar[Ledger | None] = ContextVar("ledger", default=None)


@contextmanager
def operation(ledger: Ledger) -> Iterator[Ledger]:
    """Every call made inside, and by tasks started inside, is entered in `ledger`."""
    token = _ledger.set(ledger)
    try:
        yield ledger
    finally:
        _ledger.reset(token)


class State(StrEnum):
    """How a service is doing, by its latest calls."""

    UP = "up"
    DEGRADED = "degraded"
    DOWN = "down"


class ServiceStats:
    """The figures of one service since the process started."""

    def __init__(self, service: Service, clock: Clock = perf_counter) -> None:
        self.service = service
        self.totals = Meter(clock)
        self._clock = clock
        self.last_error: str | None = None
        self.changes = 0  # whatever was answered before the last one may be wrong
        self._latencies = TDigest(max_centroids=200)
        self._recent: deque[bool] = deque(maxlen=RECENT)

    @property
    def state(self) -> State:
        """DOWN where at least half of the last 20 calls failed, DEGRADED where any did."""
        failures = self._recent.count(False)
        if not failures:
            return State.UP
        return State.DOWN if failures * 2 >= len(self._recent) else State.DEGRADED

    @contextmanager
    def call(self) -> Iterator[None]:
        """One call that is sent, and waited for to the last byte of its answer."""
        with self.waiting(), self.timed():
            yield

    def latency(self, percentile: float) -> float | None:
        """Milliseconds within which `percentile` per cent of the calls sent were answered; None before the first."""
        return None if self._latencies.is_empty() else self._latencies.quantile(percentile / 100)

    @contextmanager
    def timed(self) -> Iterator[None]:
        """One call that is sent, until its answer is there; one that fails tells nothing of latency."""
        self.sent()
        began = self._clock()
        yield
        self._latencies.update((self._clock() - began) * 1000)

    def sent(self) -> None:
        """One call goes out to the service."""
        for meter in self._meters():
            meter.calls += 1

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """A wait for an answer, wherever it comes from: a part of the operation's own."""
        meters = self._meters()
        if ledger := _ledger.get():
            ledger.parts.begin()
        for meter in meters:
            meter.begin()
        try:
            yield
        finally:
            for meter in meters:
                meter.end()

    def succeeded(self) -> None:
        """The last call was answered as documented."""
        self._recent.append(True)

    def recovered(self) -> None:
        """The service is well again: calls that failed before say nothing of how it is doing now."""
        self._recent.clear()

    def refused(self, error: ConnectorError) -> None:
        """The service is well, and said no: an error for whoever asked, and no sign of trouble."""
        self.last_error = str(error)
        for meter in self._meters():
            meter.errors += 1
        self.missing()

    def failed(self, error: ConnectorError) -> None:
        """The last call came to nothing; `error` says why, and is fit to be shown."""
        self._recent.append(False)
        self.refused(error)

    def failed_unseen(self, error: ConnectorError) -> None:
        """As `failed`, but nobody was shown the error: something kept stood in, or nobody waited for the answer."""
        self._recent.append(False)
        self.last_error = str(error)
        self.totals.errors += 1

    def missing(self) -> None:
        """The operation goes without an answer: it may have one the next time."""
        if ledger := _ledger.get():
            ledger.parts.spoil()

    def changed(self) -> None:
        """Something was written, or the service has said that it changed, or was found to have."""
        self.changes += 1

    def recorded(self) -> None:
        """Something was read that is there to be read again at any time: our own records."""
        if ledger := _ledger.get():
            ledger.repeatable.recorded()

    def fetched(self, age: float, left: float, *, private: bool, fresh: float = 0.0, shown: float = 0.0) -> None:
        """A new answer may be kept for `left` more seconds, by others than its caller where it is not `private`.

        Here it is kept for longer: it is `fresh` for so many seconds, and then shown for so many while it is renewed.
        """
        if ledger := _ledger.get():
            ledger.parts.lasts(age, left, private=private)
            ledger.repeatable.lasts(self.service, fresh, shown)

    def cached(
        self,
        age: float,
        left: float = 0.0,
        *,
        stale: bool,
        private: bool = True,
        fresh: float = 0.0,
        shown: float = 0.0,
    ) -> None:
        """An answer was shown again; `age`: seconds since the service made or confirmed it; others as in `fetched`."""
        for meter in self._meters():
            meter.cached += 1
            meter.stale |= stale
            meter.age = max(meter.age, age)
        self.fetched(age, 0.0 if stale else left, private=private, fresh=fresh, shown=shown)

    def coalesced(self) -> None:
        """An answer was shared with an identical call under way."""
        for meter in self._meters():
            meter.coalesced += 1

    def retried(self) -> None:
        """A call is sent once more."""
        for meter in self._meters():
            meter.retries += 1

    def failed_after_all(self, error: ConnectorError) -> None:
        """The last call, of which `succeeded` was said, has an error in its answer: it counts once, as failed."""
        if self._recent and self._recent[-1]:
            self._recent.pop()
        self.failed(error)

    def _meters(self) -> tuple[Meter, ...]:
        ledger = _ledger.get()
        return (self.totals,) if ledger is None else (self.totals, ledger.meter(self.service))
