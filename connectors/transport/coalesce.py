"""Identical reads under way share one call, across requests."""

import asyncio
from math import isinf
from time import monotonic
from typing import NoReturn

import httpx

from connectors.domain.errors import Overloaded, RateLimited, TimedOut, Unavailable
from connectors.domain.service import Service
from connectors.transport.call import Priority, call_of
from connectors.transport.deadline import Clock, anew, remaining
from connectors.transport.departure import Departure, awaited
from connectors.transport.identity import Identity, changes_something, identity, is_read
from connectors.transport.live import wants_live
from connectors.transport.snapshot import Snapshot
from connectors.transport.stats import ServiceStats

_GRACE = 1.02  # as a factor: what waits inside ends by its own deadline, and the breaker hears why; this ends the rest
_KEPT_BACK = (Overloaded, RateLimited)  # unsent, perhaps for its low priority alone


class Coalesce(httpx.AsyncBaseTransport):
    """Sends a read once while it is under way, and hands its answer, or its error, to all who asked for the same.

    The call belongs to none of them: it has `timeout` seconds of its own, each waits for it until its own deadline, and
    it is cancelled when the last has gone. It is entered in the ledger of the one who came first. Nobody joins a call
    that began before something was changed through here, or before they asked for a live answer; nor one with a lower
    priority before it has been sent. Where such a one is kept back when it is repeated, they ask for themselves.
    """

    def __init__(
        self,
        inner: httpx.AsyncBaseTransport,
        service: Service,
        stats: ServiceStats,
        *,
        timeout: float = 10.0,
        clock: Clock = monotonic,
    ) -> None:
        self._inner = inner
        self._service = service
        self._stats = stats
        self._timeout = timeout
        self._clock = clock
        self._flights: dict[Identity, _Flight] = {}  # those that may be joined
        self._tasks: set[asyncio.Task[Snapshot]] = set()  # all of them, until each is over

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer, in a response of the caller's own. TimedOut when the caller's deadline comes first."""
        if not is_read(request):
            return await self._pass_on(request)
        if not remaining(self._clock):
            self._fail_in_time()
        key = identity(self._service, request)
        while True:
            flight = self._joinable(key, request)
            if flight is None:
                flight = self._start(key, request)
            else:
                self._stats.coalesced()
            try:
                return (await self._landing(key, flight)).response(request)
            except _KEPT_BACK:
                if not flight.gives_way_to(request):
                    raise

    def leave_behind(self) -> None:
        """Nobody joins what is under way now: it may tell of what was before. Those who wait are answered."""
        self._flights.clear()
        self._stats.changed()

    async def aclose(self) -> None:
        """Gives up what is under way, then closes the transport inside."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._inner.aclose()

    async def _pass_on(self, request: httpx.Request) -> httpx.Response:
        try:
            return await self._inner.handle_async_request(request)
        finally:
            # Even where it failed, or was cancelled: the service may have done it all the same.
            if changes_something(request):
                self.leave_behind()

    def _joinable(self, key: Identity, request: httpx.Request) -> "_Flight | None":
        flight = self._flights.get(key)
        if flight is None or wants_live(request) or (flight.gives_way_to(request) and not flight.departure.sent):
            return None
        return flight

    def _start(self, key: Identity, request: httpx.Request) -> "_Flight":
        departure = Departure()
        task = asyncio.create_task(self._fly(request, departure))
        flight = self._flights[key] = _Flight(task, call_of(request).priority, departure)
        self._tasks.add(task)
        task.add_done_callback(lambda _: self._landed(key, flight))
        return flight

    async def _fly(self, request: httpx.Request, departure: Departure) -> Snapshot:
        with anew(self._timeout, self._clock), awaited(departure):
            try:
                async with asyncio.timeout(self._timeout * _GRACE):
                    return Snapshot.of(await self._inner.handle_async_request(request))
            except TimeoutError as slow:
                raise TimedOut(
                    self._service, f"{self._service.name} did not answer within {self._timeout:g} s"
                ) from slow

    def _landed(self, key: Identity, flight: "_Flight") -> None:
        """Who comes before the first of those who wait has gone on, and kept the answer, still joins."""
        self._tasks.discard(flight.task)
        if not flight.waiting:
            self._forget(key, flight)
        if not flight.task.cancelled():
            flight.task.exception()  # seen, even where nobody waits any more

    def _forget(self, key: Identity, flight: "_Flight") -> None:
        if self._flights.get(key) is flight:
            del self._flights[key]

    async def _landing(self, key: Identity, flight: "_Flight") -> Snapshot:
        left = remaining(self._clock)
        flight.waiting += 1
        try:
            await asyncio.wait({flight.task}, timeout=None if isinf(left) else left)
        finally:
            flight.waiting -= 1
            if flight.task.done() or not flight.waiting:
                self._forget(key, flight)
                flight.task.cancel()  # in vain where it is over
        if not flight.task.done():
            self._fail_in_time()
        return self._answer(flight.task)

    def _answer(self, task: "asyncio.Task[Snapshot]") -> Snapshot:
        if task.cancelled():  # by `aclose` alone: those who wait would have kept it
            raise Unavailable(self._service, f"the call to {self._service.name} was given up")
        error = task.exception()
        if error is not None:
            raise _twin(error) from error
        return task.result()

    def _fail_in_time(self) -> NoReturn:
        raise TimedOut(self._service, f"{self._service.name} did not answer in time")


class _Flight:
    """One call, and how many wait for it."""

    def __init__(self, task: "asyncio.Task[Snapshot]", priority: Priority, departure: Departure) -> None:
        self.task = task
        self.departure = departure
        self.waiting = 0
        self._priority = priority

    def gives_way_to(self, request: httpx.Request) -> bool:
        """Whether its priority is lower than that of `request`."""
        return self._priority > call_of(request).priority


def _twin(error: BaseException) -> BaseException:
    """The same error as an object of its own: one that many raise would gather the tracebacks of all."""
    kind = type(error)
    twin = kind.__new__(kind, *error.args)  # not kind(...): what an error takes is not what it shows in `args`
    twin.__dict__.update(error.__dict__)
    return twin
