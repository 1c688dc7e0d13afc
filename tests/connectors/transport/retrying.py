"""A `Retry` over a network that answers as it is told, whose waits are over at once."""

from datetime import UTC, datetime

import httpx

from connectors.domain.errors import ConnectorError, TimedOut, Unavailable
from connectors.domain.service import Service
from connectors.transport.retry import Retry
from connectors.transport.retry_budget import RetryBudget
from connectors.transport.stats import ServiceStats

NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
RESET = Unavailable(Service.STRIPE, "reset")
SLOW = TimedOut(Service.STRIPE, "slow")
GET = httpx.Request("GET", "https://vendor.example/")

Outcome = int | Exception | httpx.Response


class Wire(httpx.AsyncBaseTransport):
    """Answers one outcome after the other, the last one for ever; keeps what was sent."""

    def __init__(self, *outcomes: Outcome) -> None:
        self.outcomes = list(outcomes)
        self.sent: list[bytes] = []
        self.closed = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(await request.aread())
        outcome = self.outcomes.pop(0) if len(self.outcomes) > 1 else self.outcomes[0]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome if isinstance(outcome, httpx.Response) else httpx.Response(outcome)

    async def aclose(self) -> None:
        self.closed = True


class Subject:
    """A retry over `outcomes`, with the defaults, whose waits are over at once; `random` is always `rand`."""

    def __init__(self, *outcomes: Outcome, rand: float = 0.5, attempts: int = 3, **waits: float) -> None:
        """`waits` are those of the layer that can be set."""
        self.now = 1000.0
        self.waits: list[float] = []
        self.wire = Wire(*outcomes)
        self.stats = ServiceStats(Service.STRIPE)
        self.budget = RetryBudget(clock=self.clock)
        self.retry = Retry(
            self.wire,
            Service.STRIPE,
            self.stats,
            self.budget,
            attempts=attempts,
            random=lambda: rand,
            sleep=self.sleep,
            clock=self.clock,
            now=lambda: NOW,
            **waits,
        )

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds

    async def call(self, request: httpx.Request = GET) -> int | ConnectorError:
        """The status, or what was raised."""
        try:
            return (await self.retry.handle_async_request(request)).status_code
        except ConnectorError as error:
            return error
