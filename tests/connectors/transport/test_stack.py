"""The layers together, over a network of a test's choice and real time in small amounts."""

import asyncio
from collections.abc import Callable

import httpx
import pytest

from connectors.domain.errors import ConnectorError, TimedOut, Unavailable
from connectors.domain.service import Service
from connectors.transport.breaker import BreakerState
from connectors.transport.cache_store import MemoryStore
from connectors.transport.call import Call, attach
from connectors.transport.deadline import within
from connectors.transport.limits import Limits
from connectors.transport.stack import Stack, stack
from connectors.transport.stats import ServiceStats

TIMEOUT = 0.3  # seconds; with less a busy machine decides which layer ends a call


class Network(httpx.AsyncBaseTransport):
    """Answers as told, and counts."""

    def __init__(self, answer: Callable[[httpx.Request], httpx.Response] | None) -> None:
        self.requests: list[httpx.Request] = []
        self._answer = answer

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if self._answer is None:
            try:
                async with asyncio.timeout(TIMEOUT * 0.9):
                    await asyncio.Event().wait()
            except TimeoutError:
                raise TimedOut(Service.STRIPE, "slow") from None
        assert self._answer
        return self._answer(request)


def over(network: Network, timeout: float = TIMEOUT) -> tuple[Stack, ServiceStats]:
    stats = ServiceStats(Service.STRIPE)
    return stack(network, stats, MemoryStore(), Limits(timeout=timeout)), stats


async def ask(layers: Stack, path: str = "/", call: Call | None = None, seconds: float = TIMEOUT) -> httpx.Response:
    request = attach(httpx.Request("GET", f"https://vendor.example{path}"), call or Call(repeatable=True))
    with within(seconds):
        return await layers.top.handle_async_request(request)


async def test_an_answer_passes_through_every_layer_and_is_counted_once() -> None:
    layers, stats = over(Network(lambda _: httpx.Response(200, content=b"{}")))
    assert (await ask(layers)).content == b"{}"
    assert (stats.totals.calls, stats.totals.cached, stats.totals.retries) == (1, 0, 0)
    assert stats.latency(50) is not None


async def test_what_may_be_kept_is_asked_for_once() -> None:
    network = Network(lambda _: httpx.Response(200, content=b"{}"))
    layers, stats = over(network)
    keep = Call(repeatable=True, fresh=60)
    assert [(await ask(layers, call=keep)).content for _ in range(3)] == [b"{}"] * 3
    assert (len(network.requests), stats.totals.calls, stats.totals.cached) == (1, 1, 2)


async def test_two_credentials_share_nothing() -> None:
    network = Network(lambda _: httpx.Response(200, content=b"{}"))
    layers, _ = over(network)
    for credential in ("one", "other"):
        await ask(layers, call=Call(repeatable=True, fresh=60, credential=credential))
    assert len(network.requests) == 2


async def test_identical_reads_at_once_are_one_call() -> None:
    network = Network(lambda _: httpx.Response(200, content=b"{}"))
    layers, stats = over(network)
    answers = await asyncio.gather(*(ask(layers) for _ in range(100)))
    assert {answer.content for answer in answers} == {b"{}"}
    assert (len(network.requests), stats.totals.coalesced) == (1, 99)


async def test_a_passing_failure_is_tried_again_and_counted() -> None:
    statuses = iter([503, 200])
    layers, stats = over(Network(lambda _: httpx.Response(next(statuses), content=b"{}")), timeout=5)
    assert (await ask(layers, seconds=5)).status_code == 200
    assert (stats.totals.calls, stats.totals.retries) == (2, 1)


async def test_a_service_that_hangs_opens_the_breaker_and_is_left_alone() -> None:
    network = Network(None)
    layers, _ = over(network)
    hung = await asyncio.gather(*(ask(layers, f"/{n}") for n in range(20)), return_exceptions=True)
    assert all(isinstance(error, ConnectorError) for error in hung)
    assert layers.breaker.state is BreakerState.OPEN
    sent = len(network.requests)
    with pytest.raises(Unavailable):
        await ask(layers, "/one-more")
    assert len(network.requests) == sent


async def test_a_rate_limit_is_known_and_a_pause_is_kept() -> None:
    headers = {"Retry-After": "30", "RateLimit-Limit": "100", "RateLimit-Remaining": "0", "RateLimit-Reset": "30"}
    network = Network(lambda _: httpx.Response(429, content=b"{}", headers=headers))
    layers, _ = over(network)
    assert (await ask(layers)).status_code == 429
    with pytest.raises(ConnectorError):
        await ask(layers, "/other")
    assert len(network.requests) == 1
    quota = layers.budget.current()
    assert quota is not None
    assert (quota.limit, quota.remaining) == (100, 0)


async def test_after_a_service_has_said_that_it_changed_nobody_is_shown_what_was_before() -> None:
    sizes, released = iter(b"123"), asyncio.Event()

    class Slow(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            size = next(sizes)
            await released.wait()
            return httpx.Response(200, content=bytes([size]), request=request)

    stats = ServiceStats(Service.STRIPE)
    layers = stack(Slow(), stats, MemoryStore(), Limits())
    keep = Call(repeatable=True, fresh=60)
    early = asyncio.create_task(ask(layers, "/things/1", keep, seconds=5))
    await asyncio.sleep(0)
    await layers.evict("/things")
    late = asyncio.create_task(ask(layers, "/things/1", keep, seconds=5))
    await asyncio.sleep(0)
    released.set()
    assert [(await early).content, (await late).content] == [b"1", b"2"]
    assert (await ask(layers, "/things/1", keep)).content == b"2"
    await layers.evict("/others")
    assert (await ask(layers, "/things/1", keep)).content == b"2"
    await layers.evict("/things")
    assert (await ask(layers, "/things/1", keep)).content == b"3"


async def test_a_stack_that_keeps_nothing_can_be_told_as_well() -> None:
    network = Network(lambda _: httpx.Response(200, content=b"{}"))
    layers = stack(network, ServiceStats(Service.STRIPE), MemoryStore(), Limits(cache=0))
    await layers.evict("/")
    assert (await ask(layers)).content == b"{}"
