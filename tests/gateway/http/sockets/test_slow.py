"""Clients that do not read: nothing is piled up for them."""

import asyncio

from gateway.http.sockets.socket import Bounds
from tests.gateway.http.sockets.world import PATIENCE, Watch, asking, begun, listening

FLOOD = "subscription { flood(size: 100000) }"


async def settled(watch: Watch) -> int:
    """How far a subscription came, once it comes no further."""
    await asyncio.sleep(0.1)
    while True:
        before = watch.counted
        await asyncio.sleep(0.1)
        if watch.counted == before:
            return before


async def test_a_subscription_waits_for_who_does_not_read_and_loses_nothing() -> None:
    watch = Watch()
    async with listening(watch) as url, begun(url, queue=1) as client:
        await client.say(asking("1", FLOOD))
        stopped_at = await settled(watch)
        assert 1 < stopped_at < 500  # what the kernel's buffers hold, and no more
        for _ in range(stopped_at):
            assert (await client.hear())["type"] == "next"
        assert watch.counted > stopped_at


async def test_who_takes_nothing_for_long_is_given_up_with_all_that_runs() -> None:
    watch = Watch()
    async with listening(watch, bounds=Bounds(stalled=0.2)) as url, begun(url, queue=1) as client:
        await client.say(asking("1", FLOOD))
        await asyncio.wait_for(watch.ended.wait(), PATIENCE)
        counted = watch.counted
        await asyncio.sleep(0.05)
        assert watch.counted == counted
        client.connection.transport.abort()
