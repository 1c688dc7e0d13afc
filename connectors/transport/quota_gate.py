"""Keeps back what the vendor would refuse, and hears what its answers tell."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import httpx

from connectors.transport.call import call_of
from connectors.transport.quota import Quota, quotas
from connectors.transport.quota_budget import QuotaBudget
from connectors.transport.throttle import asked_pause


class QuotaGate(httpx.AsyncBaseTransport):
    """Directly around the wire, inside the limiter: what it refuses leaves its slot at once.

    Raises RateLimited, unsent, where the budget has no room or the service asked to be left alone. An answer that says
    so travels up as it is: one is enough to pause the service for everybody.
    """

    def __init__(
        self,
        inner: httpx.AsyncBaseTransport,
        budget: QuotaBudget,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`now` is for vendors' dates."""
        self._inner = inner
        self._budget = budget
        self._now = now

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Passes the request on where the budget has room for it."""
        sent = self._budget.reserve(call_of(request).priority)
        heard: Sequence[Quota] | None = None
        try:
            response = await self._inner.handle_async_request(request)
            heard = self._listen(response)
        finally:
            self._budget.settle(sent, heard)
        return response

    async def aclose(self) -> None:
        """Closes the transport inside."""
        await self._inner.aclose()

    def _listen(self, response: httpx.Response) -> Sequence[Quota]:
        now = self._now()
        heard = quotas(response.headers, now)
        pause = asked_pause(response, heard, now)
        if pause is not None:
            self._budget.pause(pause)
        return heard
