import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.domain.service import Service
from connectors.transport.cache_store import Entry, MemoryStore
from connectors.transport.identity import Identity, identity
from connectors.transport.lifespan import Lifespan
from connectors.transport.snapshot import Snapshot
from tests.connectors.transport.vendor_wire import URL, read

FRESH = Lifespan(at=0, age=0, lifetime=60)


def key(number: int, service: Service = Service.GITHUB, credential: str = "a") -> Identity:
    return identity(service, read(f"{URL}/{number}", credential=credential))


def entry(size: int = 100, headers: int = 0) -> Entry:
    pairs = tuple((b"X-Header-%d" % number, b"value" * 4 + b"%d" % number) for number in range(headers))
    return Entry(Snapshot(200, pairs, bytes(size)), FRESH)


async def test_what_was_put_last_is_what_is_there() -> None:
    store, first, second = MemoryStore(), entry(), entry()
    assert await store.get(key(1)) is None
    await store.put(key(1), first)
    await store.put(key(1), second)
    assert await store.get(key(1)) is second
    assert (len(store), store.used) == (1, second.size)
    await store.delete(key(1))
    await store.delete(key(1))
    assert (await store.get(key(1)), len(store), store.used) == (None, 0, 0)


async def test_what_was_longest_not_asked_for_goes_first() -> None:
    store = MemoryStore(limit=3 * entry().size)
    for number in (1, 2, 3):
        await store.put(key(number), entry())
    await store.get(key(1))
    await store.put(key(4), entry())
    assert [await store.get(key(number)) is not None for number in (1, 2, 3, 4)] == [True, False, True, True]


async def test_one_large_answer_takes_the_place_of_many() -> None:
    store = MemoryStore(limit=4 * entry().size)
    for number in range(4):
        await store.put(key(number), entry())
    await store.put(key(9), entry((3 * entry().size - entry(0).size) // 3))
    assert [await store.get(key(number)) is not None for number in (0, 1, 2, 3, 9)] == [False] * 3 + [True, True]


async def test_what_is_larger_than_the_store_is_not_kept_nor_what_it_would_replace() -> None:
    store = MemoryStore(limit=2 * entry().size)
    for number in (1, 2):
        await store.put(key(number), entry())
    await store.put(key(1), entry(10 * entry().size))
    assert [await store.get(key(number)) is not None for number in (1, 2)] == [False, True]


async def test_an_eviction_stays_within_its_service() -> None:
    store = MemoryStore()
    for service in (Service.GITHUB, Service.JIRA):
        for credential in ("a", "b"):
            await store.put(key(1, service, credential), entry())
    await store.evict(Service.GITHUB, lambda key: key.credential == "a")
    await store.evict(Service.STRIPE, lambda _: True)
    left = [
        (service, credential)
        for service in (Service.GITHUB, Service.JIRA)
        for credential in ("a", "b")
        if await store.get(key(1, service, credential))
    ]
    assert left == [(Service.GITHUB, "b"), (Service.JIRA, "a"), (Service.JIRA, "b")]
    assert store.used == 3 * entry().size


async def test_keys_of_what_has_gone_are_forgotten_as_well() -> None:
    store = MemoryStore(limit=2 * entry().size)
    for number in range(9):
        await store.put(key(number), entry())
    looked_at: list[Identity] = []

    def look(each: Identity) -> bool:
        looked_at.append(each)
        return False

    await store.evict(Service.GITHUB, look)
    assert sorted(looked_at) == [key(7), key(8)]


OPERATIONS = st.tuples(st.sampled_from(["put", "get", "delete", "evict"]), st.integers(0, 5), st.integers(0, 9000))


@settings(derandomize=True, max_examples=100, deadline=None)
@given(st.lists(OPERATIONS, max_size=40))
async def test_the_limit_holds_and_the_count_is_right_whatever_is_done(steps: list[tuple[str, int, int]]) -> None:
    store = MemoryStore(limit=20_000)
    for do, number, size in steps:
        if do == "put":
            await store.put(key(number), entry(size))
        elif do == "get":
            await store.get(key(number))
        elif do == "delete":
            await store.delete(key(number))
        else:
            await store.evict(Service.GITHUB, lambda each, number=number: each == key(number))  # type: ignore[misc]  # mypy does not infer defaults
        there = [found for each in range(6) if (found := await store.get(key(each)))]
        assert store.used == sum(found.size for found in there) <= 20_000, "the bytes counted are not those held"
        assert len(store) == len(there)
    await store.evict(Service.GITHUB, lambda _: True)
    assert (len(store), store.used) == (0, 0), "an entry could not be evicted"


@pytest.mark.parametrize(("size", "headers"), [(200, 0), (200, 15), (10_000, 15)])
async def test_it_takes_no_more_memory_than_it_counts_for_what_is_not_decoded_yet(size: int, headers: int) -> None:
    store = MemoryStore()
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    for number in range(500):
        await store.put(key(number), entry(size, headers))
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert 0.5 * (store.used - 2 * 500 * size) < after - before <= store.used
