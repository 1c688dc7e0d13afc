"""Keeps back what the vendor would refuse, and hears what its answers tell."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from math import ceil

import httpx

from connectors.transport.call import call_of
from connectors.transport.quota import Quota, quotas
from connectors.transport.quota_body import ReadsQuota, Said
from connectors.transport.quota_budget import QuotaBudget
from connectors.transport.snapshot import Snapshot
from connectors.transport.throttle import asked_pause


class QuotaGate(httpx.AsyncBaseTransport):
    """Directly around the wire, inside the limiter: what it refuses leaves its slot at once.

    Raises RateLimited, unsent, where the budget has no room or the service asked to be left alone. An answer that says
    so travels up as it is: one is enough to pause the service for everybody. What is a refusal or a failure only by its
    body becomes the status that it means. All that is heard came over the wire just now: kept answers do not pass here.
    """

    def __init__(
        self,
        inner: httpx.AsyncBaseTransport,
        budget: QuotaBudget,
        *,
        reads: ReadsQuota | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`reads` is for vendors that tell of quotas in their bodies; `now` is for their dates."""
        self._inner = inner
        self._budget = budget
        self._reads = reads
        self._now = now

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Passes the request on where the budget has room for it."""
        sent = self._budget.reserve(call_of(request).priority)
        heard: Sequence[Quota] | None = None
        try:
            response = await self._inner.handle_async_request(request)
            heard = quotas(response.headers, self._now())
        finally:
            self._budget.settle(sent, heard)
        said = self._said(response)
        if said and said.quota:
            self._budget.tell(said.quota, said.cost)
            heard = (*heard, said.quota)
        if said and said.refused is not None:
            response = self._refusal(request, Snapshot.of(response), heard, said.refused)
        elif said and said.status is not None:
            response = replace(Snapshot.of(response), status=said.status, reason=None).response(request)
        self._pause(response, heard)
        return response

    async def aclose(self) -> None:
        """Closes the transport inside."""
        await self._inner.aclose()

    def _said(self, response: httpx.Response) -> Said | None:
        return self._reads(response.content) if self._reads and response.is_success else None

    def _refusal(
        self, request: httpx.Request, answer: Snapshot, heard: Sequence[Quota], otherwise: float
    ) -> httpx.Response:
        """The same with status 429, which says when to come back: `otherwise` where nothing else does."""
        refused = replace(answer, status=HTTPStatus.TOO_MANY_REQUESTS, reason=None)
        response = refused.response(request)
        known = "retry-after" in response.headers or any(not quota.remaining for quota in heard)
        pause = asked_pause(response, heard, self._now()) if known else None
        seconds = ceil(otherwise if pause is None else pause)
        return refused.without(frozenset({b"retry-after"})).response(request, (b"Retry-After", b"%d" % seconds))

    def _pause(self, response: httpx.Response, heard: Sequence[Quota]) -> None:
        pause = asked_pause(response, heard, self._now())
        if pause is not None:
            self._budget.pause(pause)
