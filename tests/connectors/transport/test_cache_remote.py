"""The store's interface is one that another process can stand behind: over a network, slowly, as bytes."""

import asyncio
import pickle
from collections.abc import Callable
from dataclasses import replace

from connectors.domain.service import Service
from connectors.transport.cache import Cache
from connectors.transport.cache_store import CacheStore, Entry
from connectors.transport.identity import Identity
from connectors.transport.stats import ServiceStats
from tests.connectors.transport.cached import NOON, ROUTE, reply
from tests.connectors.transport.timeless import turns
from tests.connectors.transport.vendor_wire import URL, Vendor, Waiting, read, write


class Remote:
    """A `CacheStore` that holds bytes alone, and takes some turns for each answer; one that is down has nothing."""

    def __init__(self) -> None:
        self.down = False
        self._kept: dict[bytes, bytes] = {}

    async def get(self, key: Identity) -> Entry | None:
        await turns(3)
        found = None if self.down else self._kept.get(pickle.dumps(key))
        return None if found is None else pickle.loads(found)  # noqa: S301 - the test's own

    async def put(self, key: Identity, entry: Entry) -> None:
        await turns(9)
        if not self.down:
            self._kept[pickle.dumps(key)] = pickle.dumps(replace(entry, snapshot=replace(entry.snapshot, decoded={})))

    async def delete(self, key: Identity) -> None:
        await turns(3)
        self._kept.pop(pickle.dumps(key), None)

    async def evict(self, service: Service, matches: Callable[[Identity], bool]) -> None:
        await turns(3)
        for raw in list(self._kept):
            key: Identity = pickle.loads(raw)  # noqa: S301 - as above
            if key.service is service and matches(key):
                del self._kept[raw]


class Gateway:
    """One of several processes over the same store."""

    def __init__(self, store: CacheStore, vendor: Vendor | Waiting) -> None:
        self.now = NOON
        self.layer = Cache(vendor, Service.GITHUB, ServiceStats(Service.GITHUB), store, now=lambda: self.now)

    async def ask(self, credential: str = "a") -> bytes:
        request = read(call=replace(ROUTE, credential=credential))
        return (await self.layer.handle_async_request(request)).content


async def test_what_one_process_has_fetched_another_one_shows() -> None:
    store, vendor = Remote(), Vendor(reply(b"1"), reply(b"2"))
    one, other = Gateway(store, vendor), Gateway(store, vendor)
    assert [await one.ask(), await other.ask(), await one.ask()] == [b"1"] * 3
    assert await other.ask("b") == b"2", "credentials are told apart there as well"


async def test_a_change_that_one_process_makes_ends_what_all_have() -> None:
    store, vendor = Remote(), Vendor(reply(b"1"), reply(b"made"), reply(b"2"))
    one, other = Gateway(store, vendor), Gateway(store, vendor)
    await one.ask()
    await other.layer.handle_async_request(write())
    assert await one.ask() == b"2"


async def test_a_store_that_is_down_is_a_miss_and_no_failure() -> None:
    store = Remote()
    gateway = Gateway(store, Vendor(reply(b"1"), reply(b"2")))
    await gateway.ask()
    store.down = True
    assert await gateway.ask() == b"2"


async def test_an_answer_that_is_on_its_way_to_the_store_during_a_change_does_not_stay_there() -> None:
    store, wire = Remote(), Waiting()
    gateway = Gateway(store, wire)
    asking = asyncio.create_task(gateway.ask())
    await turns(10)
    wire.open[0].answer(b"1")
    await turns(2)  # it is being put
    changing = asyncio.create_task(gateway.layer.handle_async_request(write(url=URL)))
    await turns(1)
    wire.open[0].answer()
    await changing
    assert await asking == b"1"
    again = asyncio.create_task(gateway.ask())
    await turns(20)
    assert wire.open, "it is from before the change"
    wire.open[0].answer(b"2")
    assert await again == b"2"
