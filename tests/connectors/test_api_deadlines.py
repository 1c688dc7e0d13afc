"""A call that takes too long is heard of by the breaker as what it is, whoever else would have given it up as well."""

import asyncio
from collections.abc import Awaitable, Callable

import httpx
import pytest

from connectors.api import Api
from connectors.domain.errors import TimedOut
from connectors.domain.service import Service
from connectors.transport.breaker import BreakerState
from connectors.transport.cache_store import MemoryStore
from connectors.transport.deadline import remaining, within
from connectors.transport.limits import Limits
from connectors.transport.stack import Stack, stack
from connectors.transport.stats import ServiceStats
from tests.connectors.subject import BASE, Thing, why

Call = Callable[[Api, int], Awaitable[Thing]]
TIMEOUT = 0.5  # seconds


class Hanging(httpx.AsyncBaseTransport):
    """Never answers, and gives up at its deadline, as the wire does."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            async with asyncio.timeout(remaining()):
                await asyncio.Event().wait()
        except TimeoutError:
            raise TimedOut(Service.JIRA, f"{request.method} was too slow") from None
        raise AssertionError("nothing was waited for")


def reached() -> tuple[Api, Stack]:
    stats = ServiceStats(Service.JIRA)
    layers = stack(Hanging(), stats, MemoryStore(), Limits(timeout=TIMEOUT, attempts=1, concurrency=100))
    client = httpx.AsyncClient(base_url=BASE, transport=layers.top)
    api = Api(Service.JIRA, client, stats, transport=layers.top, timeout=TIMEOUT, error_message=why)
    return api, layers


async def read(api: Api, number: int) -> Thing:
    return await api.get(f"/{number}", into=Thing)


async def write(api: Api, number: int) -> Thing:
    return await api.post(f"/{number}", json={}, into=Thing)


@pytest.mark.parametrize("call", [read, write])
@pytest.mark.parametrize("hurry", [False, True])
async def test_calls_that_are_not_answered_in_time_open_the_breaker(call: Call, *, hurry: bool) -> None:
    api, layers = reached()
    with within(TIMEOUT / 2 if hurry and call is write else 60):  # a read goes on for others
        asked = [call(api, number) for number in range(20)]
        ends = await asyncio.gather(*asked, return_exceptions=True)
    assert {type(end) for end in ends} == {TimedOut}
    assert layers.breaker.state is BreakerState.OPEN
