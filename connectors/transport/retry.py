"""Sends a call once more where that does no harm and may help.

Delays are those of the AWS SDKs' standard mode: https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from http import HTTPStatus
from time import monotonic

import httpx

from connectors.domain.errors import Overloaded, RateLimited, TimedOut, Unavailable
from connectors.domain.service import Service
from connectors.transport.breaker import LeftAlone
from connectors.transport.call import call_of
from connectors.transport.deadline import Clock, remaining
from connectors.transport.quota import quotas
from connectors.transport.retry_after import retry_after
from connectors.transport.retry_budget import RetryBudget
from connectors.transport.stats import ServiceStats
from connectors.transport.throttle import asked_pause

BASE = 0.05  # seconds
THROTTLED_BASE = 1.0  # seconds, where the service said 429
CEILING = 20.0  # seconds; a service that asks for a longer pause is not waited for
ROOM = 0.1  # seconds that a call itself takes at least: a wait that leaves less is in vain
TRANSIENT = frozenset({429, 500, 502, 503, 504})

Answer = httpx.Response | Unavailable | TimedOut


class Retry(httpx.AsyncBaseTransport):
    """Repeats what is repeatable (`Call.repeatable`) after Unavailable, TimedOut, 429, 500, 502, 503 and 504.

    When attempts, budget or deadline are used up, the last answer is given as it is. LeftAlone is not repeated: the
    breaker inside has just said that it makes no sense.
    """

    def __init__(
        self,
        inner: httpx.AsyncBaseTransport,
        service: Service,
        stats: ServiceStats,
        budget: RetryBudget,
        *,
        attempts: int = 3,
        base: float = BASE,
        throttled_base: float = THROTTLED_BASE,
        ceiling: float = CEILING,
        random: Callable[[], float] = random.random,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Clock = monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`attempts`: the first included; `base` and `throttled_base` are the seconds from which waits grow.

        `ceiling`: seconds of the longest wait. `random` gives [0, 1); `clock` is the deadline's, `now` is for dates.
        """
        self.service = service
        self._inner = inner
        self._stats = stats
        self._budget = budget
        self._attempts = attempts
        self._base = base
        self._throttled_base = throttled_base
        self._ceiling = ceiling
        self._random = random
        self._sleep = sleep
        self._clock = clock
        self._now = now

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The first answer that is not worth another attempt, or the last; raises what the transport inside does."""
        answer = await self._attempt(request)
        if not _failed(answer):
            self._budget.deposit()
        retries = self._attempts - 1 if call_of(request).repeatable else 0
        for retry in range(retries):
            wait = self._wait(answer, retry) if _transient(answer) else None
            if wait is None or not self._budget.reserve():
                break
            answer = await self._again(request, wait)
        return _given(answer)

    async def aclose(self) -> None:
        """Closes the transport inside."""
        await self._inner.aclose()

    async def _attempt(self, request: httpx.Request) -> Answer:
        try:
            return await self._inner.handle_async_request(request)
        except LeftAlone:
            raise
        except (Unavailable, TimedOut) as failure:
            return failure

    async def _again(self, request: httpx.Request, wait: float) -> Answer:
        """Charged for what was sent: not where the wait was cancelled, nor where a layer inside kept the call back."""
        sent = False
        try:
            await self._sleep(wait)
            sent = True
            return await self._attempt(request)
        except (LeftAlone, RateLimited, Overloaded):
            sent = False
            raise
        finally:
            self._budget.settle(sent=sent)
            if sent:
                self._stats.retried()

    def _wait(self, answer: Answer, retry: int) -> float | None:
        """Seconds: what the service asked for, and a random part of a time that doubles; None where they do not fit.

        All who were asked to come back at one time would come back together: so the random part comes on top.
        """
        asked, left = self._asked(answer), remaining(self._clock) - ROOM
        base = self._throttled_base if asked or _throttled(answer) else self._base
        jitter = self._random() * min(base * 2.0**retry, self._ceiling)
        if asked:
            jitter = min(jitter, max(0.0, left - asked))
        return asked + jitter if asked <= self._ceiling and asked + jitter <= left else None

    def _asked(self, answer: Answer) -> float:
        """Seconds, as its header says; else those for which the quotas inside leave the service alone (`QuotaGate`)."""
        if not isinstance(answer, httpx.Response):
            return 0.0
        now = self._now()
        said = retry_after(answer.headers.get("retry-after"), now)
        if said is not None:
            return said
        return asked_pause(answer, quotas(answer.headers, now), now) or 0.0


def _transient(answer: Answer) -> bool:
    """Whether another attempt may help; Stripe says so itself: https://docs.stripe.com/error-low-level."""
    if not isinstance(answer, httpx.Response):
        return True
    advice = answer.headers.get("stripe-should-retry")
    if answer.is_error and advice in ("true", "false"):
        return bool(advice == "true")
    return answer.status_code in TRANSIENT


def _throttled(answer: Answer) -> bool:
    return isinstance(answer, httpx.Response) and answer.status_code == HTTPStatus.TOO_MANY_REQUESTS


def _failed(answer: Answer) -> bool:
    return not isinstance(answer, httpx.Response) or answer.is_server_error or _throttled(answer)


def _given(answer: Answer) -> httpx.Response:
    if isinstance(answer, httpx.Response):
        return answer
    raise answer
