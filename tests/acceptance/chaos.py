"""Whatever can go wrong while writes are under way, in an order that a seed decides."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from random import Random

import aiohttp

from connectors.domain.deeds import ABANDONED, State
from connectors.domain.service import Service
from tests.acceptance.processes import Gateway, Imitations
from tests.connectors.mongo.support import behind

SERVICES = (Service.STRIPE, Service.PAYPAL, Service.ZENDESK, Service.INTERCOM)
_PERIOD = 0.3  # seconds for which a service fails in one way
_FAULTS = (
    *("latency=100ms,rate=0.5", "latency=700ms,rate=0.2", "hang,rate=0.05"),
    *("reset,rate=0.3", "reset-after,rate=0.3", "reset-after,latency=100ms,rate=0.6", "truncate,rate=0.3"),
    *("status=503,rate=0.3", "status=429,retry-after=1,rate=0.02"),
)
# Calls are given half a second, so that the slow ones are lost.
SETTINGS: Mapping[str, str] = {
    f"{service.name}_{name}": value
    for service in SERVICES
    for name, value in {"TIMEOUT": "0.5", "BREAKER_OPEN": "0.3"}.items()
}


class Chaos:
    """`under_way` is how many deeds each kill left behind."""

    def __init__(self, served: Gateway, services: Imitations, store_uri: str, random: Random) -> None:
        self.under_way: list[int] = []
        self._served = served
        self._services = services
        self._store_uri = store_uri
        self._random = random
        self._settled = 0
        self._moved = asyncio.Condition()

    async def fail(self, http: aiohttp.ClientSession) -> None:
        """Every service in another way, and in yet another one soon after; until it is cancelled."""
        while True:
            await self._services.fail(http, {service.value: self._random.choice(_FAULTS) for service in SERVICES})
            await asyncio.sleep(_PERIOD)

    async def kill(self, times: int, total: int) -> None:
        """So many times while `total` wishes are carried out, at moments that nobody can know."""
        share = total // (times + 1)
        for number in range(1, times + 1):
            at = number * share + self._random.randrange(-share // 3, share // 3)
            async with self._moved:
                while self._settled < at:
                    await self._moved.wait()
            await asyncio.sleep(self._random.random() / 20)
            self.kill_and_start()

    def kill_and_start(self) -> None:
        """A minute passes in between: whatever is still under way, a dead process has left behind."""
        self._served.kill()
        self.under_way.append(a_minute_passes(self._store_uri))
        self._served.start()

    async def settled(self) -> None:
        """One more wish is through."""
        async with self._moved:
            self._settled += 1
            self._moved.notify_all()


def a_minute_passes(store_uri: str) -> int:
    """For every deed that is under way; how many there are. The gateway is down: its clock would not move with them."""
    by = round(ABANDONED / timedelta(milliseconds=1))
    aged = {name: {"$subtract": [f"${name}", by]} for name in ("createdAt", "touchedAt")}
    with behind(store_uri) as database:
        return database["deeds"].update_many({"state": State.PENDING}, [{"$set": aged}]).modified_count
