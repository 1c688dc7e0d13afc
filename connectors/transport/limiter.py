"""A bulkhead: so many calls to a service at once, so many that wait, and not one more.

https://learn.microsoft.com/azure/architecture/patterns/bulkhead
"""

import asyncio
from collections import OrderedDict
from math import inf
from time import monotonic

import httpx

from connectors.domain.errors import ConnectorError, Overloaded, TimedOut
from connectors.domain.service import Service
from connectors.transport.call import Priority, call_of
from connectors.transport.deadline import Clock, remaining

Place = asyncio.Future[ConnectorError | None]  # None: a slot was handed over; else why there will be none
Line = OrderedDict[Place, None]  # first come first; every step in constant time, from the middle too


class Limiter(httpx.AsyncBaseTransport):
    """At most `concurrency` calls inside and `queue` waiting, by priority, and within one first come first served.

    Raises Overloaded where the queue is full: a call in the background gives its place, the latest first, to one that
    a person waits for. Raises TimedOut where the deadline passes in the queue. A slot that is left goes to one waiter
    directly: nobody who comes later can take it, and nobody else wakes up.
    """

    def __init__(
        self,
        inner: httpx.AsyncBaseTransport,
        service: Service,
        *,
        concurrency: int = 32,
        queue: int = 256,
        clock: Clock = monotonic,
    ) -> None:
        """`clock` is the deadline's. Raises ValueError for limits under which no call would pass."""
        if concurrency < 1 or queue < 0:
            raise ValueError(f"no call passes with concurrency={concurrency} and queue={queue}")
        self._inner = inner
        self._service = service
        self._concurrency = concurrency
        self._queue = queue
        self._clock = clock
        self._inside = 0
        self._lines: dict[Priority, Line] = {priority: OrderedDict() for priority in sorted(Priority)}

    @property
    def inside(self) -> int:
        """Calls under way."""
        return self._inside

    @property
    def waiting(self) -> int:
        """Calls that wait for a slot."""
        return sum(map(len, self._lines.values()))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Passes the request on as soon as there is a slot for it."""
        await self._enter(call_of(request).priority)
        try:
            return await self._inner.handle_async_request(request)
        finally:
            self._leave()

    async def aclose(self) -> None:
        """Closes the transport inside."""
        await self._inner.aclose()

    async def _enter(self, priority: Priority) -> None:
        if self._inside < self._concurrency:  # then nobody waits: a slot that is left goes to a waiter first
            self._inside += 1
            return
        self._make_room(priority)
        if refusal := await self._slot(self._lines[priority]):
            raise refusal

    def _make_room(self, priority: Priority) -> None:
        if self.waiting < self._queue:
            return
        for other in reversed(self._lines):
            if other > priority and self._lines[other]:
                place, _ = self._lines[other].popitem()
                _tell(place, Overloaded(self._service))
                return
        raise Overloaded(self._service)

    async def _slot(self, line: Line) -> ConnectorError | None:
        place: Place = asyncio.get_running_loop().create_future()
        line[place] = None
        timer = self._timer(place)
        try:
            return await place
        except asyncio.CancelledError:
            if not place.cancelled() and place.result() is None:
                self._leave()  # a slot was handed over before the caller, gone in the same moment, could take it
            raise
        finally:
            line.pop(place, None)
            if timer:
                timer.cancel()

    def _timer(self, place: Place) -> asyncio.TimerHandle | None:
        left = remaining(self._clock)
        if left == inf:
            return None
        late = TimedOut(self._service, f"{self._service.name} had no room for the call in time")
        return asyncio.get_running_loop().call_later(left, _tell, place, late)

    def _leave(self) -> None:
        for line in self._lines.values():
            while line:
                place, _ = line.popitem(last=False)
                if _tell(place, None):
                    return
        self._inside -= 1


def _tell(place: Place, outcome: ConnectorError | None) -> bool:
    """Whether anybody is still there to hear it."""
    if place.done():
        return False
    place.set_result(outcome)
    return True
