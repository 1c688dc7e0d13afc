"""The layers between a connector and the wire, in their order: trace, cache, coalesce, retry, breaker, limiter, wire.

One stack for each service and credential, for the life of the process. `docs/upstream.md` says what each layer does.
"""

from dataclasses import dataclass

import httpx

from connectors.transport.breaker import Breaker
from connectors.transport.cache import Cache
from connectors.transport.cache_store import CacheStore
from connectors.transport.coalesce import Coalesce
from connectors.transport.limiter import Limiter
from connectors.transport.limits import Limits
from connectors.transport.patience import Patience
from connectors.transport.quota_body import ReadsQuota
from connectors.transport.quota_budget import QuotaBudget
from connectors.transport.quota_gate import QuotaGate
from connectors.transport.retry import Retry
from connectors.transport.retry_budget import RetryBudget
from connectors.transport.stats import ServiceStats
from connectors.transport.trace import Sent, Trace

_SOONER = 0.94


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """The outermost layer, and those inside that can be asked how things are. `cache` is None where nothing is kept."""

    top: httpx.AsyncBaseTransport
    cache: Cache | None
    coalesce: Coalesce
    breaker: Breaker
    budget: QuotaBudget

    async def evict(self, path_prefix: str) -> None:
        """The service has changed by itself: who reads below such paths from now on is shown nothing of before."""
        self.coalesce.leave_behind()
        if self.cache:
            await self.cache.evict(path_prefix)


def stack(
    wire: httpx.AsyncBaseTransport,
    stats: ServiceStats,
    store: CacheStore,
    limits: Limits,
    reads_quota: ReadsQuota | None = None,
) -> Stack:
    """The layers around `wire`. `store` keeps the answers of every service; their keys tell them apart.

    `reads_quota` is for a vendor whose bodies tell of quotas.
    """
    service = stats.service
    budget = QuotaBudget(service)
    gate = QuotaGate(Sent(wire, stats), budget, reads=reads_quota)
    breaker = _breaker(Limiter(gate, service, concurrency=limits.concurrency, queue=limits.queue), stats, limits)
    retry = _retry(Patience(breaker, most=limits.queue), stats, limits)
    # A call ends a little before those who wait for it give up, so that the breaker hears of a timeout.
    timeout = limits.timeout * _SOONER
    coalesce = Coalesce(retry, service, stats, timeout=timeout)
    cache = Cache(coalesce, service, stats, store, timeout=timeout) if limits.cache else None
    return Stack(top=Trace(cache or coalesce, stats), cache=cache, coalesce=coalesce, breaker=breaker, budget=budget)


def _breaker(inner: httpx.AsyncBaseTransport, stats: ServiceStats, limits: Limits) -> Breaker:
    return Breaker(
        inner,
        stats.service,
        window=limits.breaker_window,
        least=limits.breaker_calls,
        share=limits.breaker_failures,
        open_for=limits.breaker_open,
        closed=stats.recovered,
    )


def _retry(inner: httpx.AsyncBaseTransport, stats: ServiceStats, limits: Limits) -> Retry:
    return Retry(
        inner,
        stats.service,
        stats,
        RetryBudget(share=limits.retry_budget, window=limits.retry_window, floor=limits.retry_floor),
        attempts=limits.attempts,
        base=limits.retry_delay,
        throttled_base=limits.retry_delay_throttled,
        ceiling=limits.retry_delay_max,
    )
