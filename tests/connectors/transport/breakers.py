"""A breaker over a network of a test's own, whose time passes when the test says so."""

import asyncio

import httpx
import pytest

from connectors.domain.errors import ConnectorError, Malformed, TimedOut, Unavailable
from connectors.domain.service import Service
from connectors.transport.breaker import Breaker, BreakerState, LeftAlone

URL = "https://vendor.example/"
RESET = Unavailable(Service.STRIPE, "reset")
SLOW = TimedOut(Service.STRIPE, "slow")
GARBLED = Malformed(Service.STRIPE, "$", "not JSON")
CLOSED, OPEN, HALF_OPEN = BreakerState

Outcome = int | Exception


class Wire(httpx.AsyncBaseTransport):
    """Answers with what it is told to, at once; None: when `release` is called."""

    def __init__(self) -> None:
        self.outcome: Outcome | None = 200
        self.sent = 0
        self.closed = False
        self.waiting: list[asyncio.Future[Outcome]] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.sent += 1
        outcome = self.outcome if self.outcome is not None else await self._released()
        if isinstance(outcome, Exception):
            raise outcome
        return httpx.Response(outcome, request=request)

    async def _released(self) -> Outcome:
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self.waiting.append(future)
        return await future

    async def aclose(self) -> None:
        self.closed = True


class Subject:
    """A breaker with the defaults, over `wire`, whose time passes when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.wire = Wire()
        self.recovered = 0
        self.breaker = Breaker(self.wire, Service.STRIPE, closed=self._recovered, clock=lambda: self.now)

    def _recovered(self) -> None:
        self.recovered += 1

    async def call(self) -> httpx.Response:
        return await self.breaker.handle_async_request(httpx.Request("GET", URL))

    async def calls(self, count: int, outcome: Outcome) -> None:
        self.wire.outcome = outcome
        for _ in range(count):
            try:
                await self.call()
            except ConnectorError as error:
                assert error is outcome  # noqa: PT017 - whatever the layer inside raises travels up unchanged

    async def refusal(self) -> LeftAlone:
        before = self.wire.sent
        self.wire.outcome = 200
        with pytest.raises(LeftAlone) as refused:
            await self.call()
        assert self.wire.sent == before, "a refused call is not sent"
        return refused.value

    async def pending(self) -> asyncio.Task[httpx.Response]:
        """A call whose answer is on its way."""
        self.wire.outcome = None
        waiting = len(self.wire.waiting)
        task = asyncio.create_task(self.call())
        await asyncio.sleep(0)
        assert len(self.wire.waiting) == waiting + 1
        return task

    async def half_open(self) -> None:
        await self.calls(20, RESET)
        self.now += 5
        assert self.breaker.state is HALF_OPEN
