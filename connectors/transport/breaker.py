"""Leaves a service alone while most calls to it fail: https://martinfowler.com/bliki/CircuitBreaker.html."""

import asyncio
from collections.abc import Callable
from enum import Enum, StrEnum, auto
from math import ceil
from time import monotonic

import httpx

from connectors.domain.errors import Malformed, TimedOut, Unavailable
from connectors.domain.service import Service
from connectors.transport.deadline import remaining
from connectors.transport.window import Clock, Window


class LeftAlone(Unavailable):
    """The breaker is open: the call was not sent."""


class BreakerState(StrEnum):
    """What becomes of the next call."""

    CLOSED = "closed"  # it is sent
    OPEN = "open"  # it is refused
    HALF_OPEN = "half-open"  # one is sent, to see how the service is; the others are refused until it has come back


class _Outcome(Enum):
    ANSWERED = auto()  # whatever the answer says: the service is there
    FAILED = auto()
    UNKNOWN = auto()  # cancelled, or never sent: tells nothing of the service


class Breaker(httpx.AsyncBaseTransport):
    """Passes calls on, or raises LeftAlone at once. One for each service and credential.

    A failure is a 5xx, TimedOut or Unavailable, and what was cancelled when its time was up. A 4xx is an answer, 429
    among them, and so is a Malformed body. What another layer refused to send (Overloaded, RateLimited) and what was
    cancelled before counts for nothing.
    """

    def __init__(
        self,
        inner: httpx.AsyncBaseTransport,
        service: Service,
        *,
        window: float = 10.0,
        least: int = 20,
        share: float = 0.5,
        open_for: float = 5.0,
        closed: Callable[[], None] = lambda: None,
        clock: Clock = monotonic,
    ) -> None:
        """Opens for `open_for` seconds when `share` of at least `least` calls in `window` seconds failed.

        `closed` is called when the service is well again.
        """
        self._inner = inner
        self._service = service
        self._least = least
        self._share = share
        self._open_for = open_for
        self._closed = closed
        self._clock = clock
        self._calls = Window(window, clock)
        self._failures = Window(window, clock)
        self._opened_at: float | None = None
        self._probing = False
        self._period = 0  # a call counts in the period in which it was sent: a late answer tells of the past

    @property
    def state(self) -> BreakerState:
        """What becomes of the next call."""
        if self._opened_at is None:
            return BreakerState.CLOSED
        return BreakerState.OPEN if self.retry_after else BreakerState.HALF_OPEN

    @property
    def retry_after(self) -> float:
        """Seconds for which every call is refused; 0 where the next one has a chance."""
        return 0.0 if self._opened_at is None else max(0.0, self._opened_at + self._open_for - self._clock())

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Passes the request on where the state allows it; else raises LeftAlone."""
        period = self._admit()
        outcome = _Outcome.UNKNOWN
        try:
            response = await self._inner.handle_async_request(request)
            outcome = _Outcome.FAILED if response.is_server_error else _Outcome.ANSWERED
        except (Unavailable, TimedOut):
            outcome = _Outcome.FAILED
            raise
        except asyncio.CancelledError:
            if not remaining(self._clock):  # whoever was first to notice: it was not answered in time
                outcome = _Outcome.FAILED
            raise
        except Malformed:
            outcome = _Outcome.ANSWERED
            raise
        finally:
            self._settle(period, outcome)
        return response

    async def aclose(self) -> None:
        """Closes the transport inside."""
        await self._inner.aclose()

    def _admit(self) -> int:
        state = self.state
        if state is BreakerState.OPEN or self._probing:
            raise self._refusal()
        self._probing = state is BreakerState.HALF_OPEN
        return self._period

    def _refusal(self) -> LeftAlone:
        seconds = ceil(self.retry_after)
        until = f"for {seconds} s" if seconds else "until the call that tries it has come back"
        text = f"{self._service.name} is left alone {until}: most of its latest calls failed"
        return LeftAlone(self._service, text)

    def _settle(self, period: int, outcome: _Outcome) -> None:
        if period != self._period:
            return
        if self._probing:
            self._judge(outcome)
        elif outcome is not _Outcome.UNKNOWN:
            self._count(outcome)

    def _judge(self, probe: _Outcome) -> None:
        """A probe that tells nothing hands the chance to the next caller."""
        self._probing = False
        if probe is _Outcome.FAILED:
            self._turn(self._clock())
        elif probe is _Outcome.ANSWERED:
            self._turn(None)
            self._closed()

    def _count(self, outcome: _Outcome) -> None:
        self._calls.add()
        if outcome is _Outcome.FAILED:
            self._failures.add()
        calls = self._calls.total
        if calls >= self._least and self._failures.total >= self._share * calls:
            self._turn(self._clock())

    def _turn(self, opened_at: float | None) -> None:
        """A new period begins, open or closed, in which what was before counts for nothing."""
        self._opened_at = opened_at
        self._period += 1
        self._calls.clear()
        self._failures.clear()
