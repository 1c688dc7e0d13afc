"""Waits out a short pause instead of failing what was not even sent."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from math import inf
from time import monotonic

import httpx

from connectors.domain.errors import RateLimited
from connectors.transport.call import Priority, call_of
from connectors.transport.deadline import Clock, remaining

LONGEST = 3.0  # seconds, in all: beyond, people would rather be told
SPREAD = 1.0  # seconds over which those who waited come back
ROOM = 0.1  # seconds that a call itself takes at least: a wait that leaves less is in vain


class Patience(httpx.AsyncBaseTransport):
    """Sends a call again that the quotas inside kept back for a moment (RateLimited, with how long).

    For calls that somebody waits for, within their deadline, and for `longest` seconds in all. Who waits is outside of
    breaker and limiter, and holds no slot; `most` may. They come back one by one, at random, and never more of them are
    sent at once than the limiter lets through.
    """

    def __init__(
        self,
        inner: httpx.AsyncBaseTransport,
        *,
        longest: float = LONGEST,
        most: int = 256,
        random: Callable[[], float] = random.random,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Clock = monotonic,
    ) -> None:
        """`random` gives [0, 1); `clock` is the deadline's."""
        self._inner = inner
        self._longest = longest
        self._most = most
        self._random = random
        self._sleep = sleep
        self._clock = clock
        self._waiting = 0

    @property
    def waiting(self) -> int:
        """Calls that wait for the end of a pause."""
        return self._waiting

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Passes the request on; raises the RateLimited that is not worth a wait."""
        until = inf if call_of(request).priority is Priority.INTERACTIVE else -inf
        while True:
            try:
                return await self._inner.handle_async_request(request)
            except RateLimited as kept_back:
                until = min(until, self._clock() + min(self._longest, remaining(self._clock) - ROOM))
                wait = self._wait(kept_back.retry_after, until - self._clock())
                if wait is None:
                    raise
            await self._waited(wait)

    async def aclose(self) -> None:
        """Closes the transport inside."""
        await self._inner.aclose()

    def _wait(self, pause: float | None, left: float) -> float | None:
        if pause is None or pause > left or self._waiting >= self._most:
            return None
        return pause + self._random() * min(SPREAD, left - pause)

    async def _waited(self, seconds: float) -> None:
        self._waiting += 1
        try:
            await self._sleep(seconds)
        finally:
            self._waiting -= 1
