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
from connectors.transport.quota_budget import QuotaBudget
from connectors.transport.quota_gate import QuotaGate
from connectors.transport.retry import Retry
from connectors.transport.retry_budget import RetryBudget
from connectors.transport.stats import ServiceStats
from connectors.transport.trace import Sent, Trace

_SOONER = 0.97


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one service is given. `timeout` is seconds for a whole call, its retries included."""

    timeout: float = 10.0
    concurrency: int = 32
    queue: int = 256
    attempts: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """The outermost layer, and those inside that can be asked how things are."""

    top: httpx.AsyncBaseTransport
    breaker: Breaker
    budget: QuotaBudget


def stack(wire: httpx.AsyncBaseTransport, stats: ServiceStats, store: CacheStore, limits: Limits) -> Stack:
    """The layers around `wire`. `store` keeps the answers of every service; their keys tell them apart."""
    service = stats.service
    budget = QuotaBudget(service)
    limiter = Limiter(QuotaGate(Sent(wire, stats), budget), service, concurrency=limits.concurrency, queue=limits.queue)
    breaker = Breaker(limiter, service)
    retry = Retry(breaker, service, stats, RetryBudget(), attempts=limits.attempts)
    # A call ends a little before those who wait for it give up, so that the breaker hears of a timeout.
    timeout = limits.timeout * _SOONER
    coalesce = Coalesce(retry, service, stats, timeout=timeout)
    cache = Cache(coalesce, service, stats, store, timeout=timeout)
    return Stack(top=Trace(cache, stats), breaker=breaker, budget=budget)
