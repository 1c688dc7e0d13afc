"""What happens with a customer, over a real change stream."""

import asyncio
import subprocess
from collections.abc import AsyncIterator, Iterator
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path
from socket import create_server

import pytest
from bson import ObjectId

from connectors.domain.activity import Following, Happening, News, NoChanges, TimelineKind
from connectors.domain.customers import Customer
from connectors.domain.errors import NotFound, Unavailable
from connectors.domain.service import Service
from connectors.mongo import mongod
from connectors.mongo.driver import LISTEN
from connectors.mongo.store import Store, Timeouts, open_store
from connectors.transport.stats import ServiceStats
from tests.connectors.mongo.support import NOBODY, NOON, Clock, anna, behind, plainly

PATIENCE = 10  # seconds
TICKET = News(
    key="ticket-1",
    customer="",
    kind=TimelineKind.TICKET,
    service=Service.ZENDESK,
    external_id="1",
    title="Help",
    url="https://desk.example/1",
)


@pytest.fixture
async def store(store_uri: str, clock: Clock) -> AsyncIterator[Store]:
    opened = open_store(store_uri, ServiceStats(Service.STORE), clock=clock)
    await opened.ensure_indexes()
    yield opened
    await opened.close()


@pytest.fixture
async def other(store_uri: str) -> AsyncIterator[Store]:
    """The same database, as another process has it."""
    opened = open_store(store_uri, ServiceStats(Service.STORE))
    yield opened
    await opened.close()


@pytest.fixture
async def ada(store: Store) -> Customer:
    return await store.customers.create(anna())


async def told(following: Following, count: int) -> list[Happening]:
    """The next `count`."""
    async with asyncio.timeout(PATIENCE):
        return [await anext(aiter(following)) for _ in range(count)]


def about(customer: Customer, key: str = "ticket-1") -> News:
    return replace(TICKET, customer=customer.id, key=key)


async def closed(store: Store) -> None:
    """Returns when no stream is open any more."""
    async with asyncio.timeout(LISTEN * 4):
        await store.watch.idle()
    assert store.watch.streams == 0


async def test_what_one_process_publishes_another_one_tells(store: Store, other: Store, ada: Customer) -> None:
    following = await store.activity.follow(ada.id)
    await other.activity.publish(about(ada), NOON + timedelta(hours=1))
    assert await told(following, 1) == [Happening(**asdict(about(ada)), at=NOON + timedelta(hours=1))]


async def test_without_a_time_it_happened_when_it_was_published(store: Store, ada: Customer) -> None:
    following = await store.activity.follow(ada.id)
    await store.activity.publish(about(ada))
    assert [one.at for one in await told(following, 1)] == [NOON]


async def test_what_is_published_twice_with_the_same_key_is_told_once(store: Store, ada: Customer) -> None:
    following = await store.activity.follow(ada.id)
    await store.activity.publish(about(ada))
    await store.activity.publish(about(ada))
    await store.activity.publish(about(ada, "ticket-2"))
    assert [one.key for one in await told(following, 2)] == ["ticket-1", "ticket-2"]


async def test_notes_and_what_is_published_come_in_the_order_in_which_they_were_written(
    store: Store, other: Store, ada: Customer
) -> None:
    following = await store.activity.follow(ada.id)
    for number in range(5):
        await store.customers.add_note(ada.id, f"note {number}", "ada")
        await other.activity.publish(about(ada, f"ticket {number}"))
    found = await told(following, 10)
    assert [one.title if one.kind is TimelineKind.NOTE else one.key for one in found] == [
        text for number in range(5) for text in (f"note {number}", f"ticket {number}")
    ]


async def test_a_note_has_its_text_its_time_and_the_store_as_its_place(store: Store, ada: Customer) -> None:
    await store.customers.add_note(ada.id, "before anybody listened", "ada")
    following = await store.activity.follow(ada.id)
    noted = await store.customers.add_note(ada.id, "hello", "ada")
    (note,) = await told(following, 1)
    assert (note.kind, note.service, note.title, note.at) == (TimelineKind.NOTE, Service.STORE, "hello", NOON)
    assert note.external_id == noted.notes[-1].id


async def test_notes_of_other_programs_are_told_however_they_write_them(
    store: Store, store_uri: str, ada: Customer
) -> None:
    await store.customers.add_note(ada.id, "old", "ada")
    following = await store.activity.follow(ada.id)
    id = ObjectId(ada.id)
    with behind(store_uri) as database:
        customers = database["customers"]
        found = customers.find_one({"_id": id})
        assert found is not None
        set_whole, replaced = ({"_id": ObjectId(), "text": text, "author": "x", "createdAt": NOON} for text in "ab")
        customers.update_one({"_id": id}, {"$set": {"notes.0.text": "edited"}})
        customers.update_one({"_id": id}, {"$set": {"notes": [*found["notes"], set_whole]}})
        customers.update_one({"_id": id}, {"$push": {"notes": {"broken": True}}})
        customers.replace_one({"_id": id}, found | {"notes": [*found["notes"], set_whole, replaced]})
    assert [one.title for one in await told(following, 2)] == ["a", "b"]


async def test_what_happens_with_somebody_else_is_told_to_others(store: Store, ada: Customer) -> None:
    bob = await store.customers.create(plainly("bob"))
    of_ada, of_bob = await store.activity.follow(ada.id), await store.activity.follow(bob.id)
    await store.activity.publish(about(ada, "of ada"))
    await store.activity.publish(about(bob, "of bob"))
    assert [one.key for one in await told(of_bob, 1)] == ["of bob"]
    assert [one.key for one in await told(of_ada, 1)] == ["of ada"]


async def test_one_stream_serves_everybody_and_is_closed_after_the_last(store: Store, ada: Customer) -> None:
    following = await asyncio.gather(*(store.activity.follow(ada.id) for _ in range(20)))
    assert (store.watch.opened, store.watch.streams) == (1, 1)
    await store.activity.publish(about(ada))
    for one in following:
        assert [found.key for found in await told(one, 1)] == ["ticket-1"]
    for one in following:
        await one.aclose()
    await closed(store)
    again = await store.activity.follow(ada.id)
    assert store.watch.opened == 2
    await again.aclose()


async def test_who_comes_while_the_stream_is_being_left_misses_nothing(store: Store, ada: Customer) -> None:
    for number in range(5):
        following = await store.activity.follow(ada.id)
        await store.activity.publish(about(ada, str(number)))
        assert [one.key for one in await told(following, 1)] == [str(number)]
        await following.aclose()
        await asyncio.sleep(number * LISTEN / 20)


async def test_who_gives_up_while_the_stream_is_opened_leaves_nothing_behind(store: Store, ada: Customer) -> None:
    following = asyncio.ensure_future(store.activity.follow(ada.id))
    await asyncio.sleep(0)
    following.cancel()
    await asyncio.wait((following,))
    await closed(store)


async def test_it_ends_where_the_customer_is_deleted(store: Store, ada: Customer) -> None:
    following = await store.activity.follow(ada.id)
    await store.customers.delete(ada.id)
    with pytest.raises(StopAsyncIteration):
        await told(following, 1)


@pytest.mark.parametrize("id", [NOBODY, "no id at all"])
async def test_nobody_can_be_followed_who_is_not_there(store: Store, id: str) -> None:
    with pytest.raises(NotFound):
        await store.activity.follow(id)
    await closed(store)


async def test_waiting_for_something_to_happen_is_no_call_of_the_store(store_uri: str) -> None:
    stats = ServiceStats(Service.STORE)
    store = open_store(store_uri, stats)
    ada = await store.customers.create(anna())
    await store.activity.follow(ada.id)
    calls = stats.totals.calls
    await asyncio.sleep(0.05)
    assert stats.totals.calls == calls
    await store.close()


async def test_the_end_of_the_store_ends_everybody(store: Store, ada: Customer) -> None:
    following = await store.activity.follow(ada.id)
    await store.watch.close()
    with pytest.raises(StopAsyncIteration):
        await told(following, 1)
    assert store.watch.streams == 0


async def test_a_store_out_of_reach_says_so_and_is_tried_anew_by_the_next() -> None:
    store = open_store("mongodb://127.0.0.1:1", ServiceStats(Service.STORE), timeouts=Timeouts(selection=0.05))
    for _ in range(2):
        with pytest.raises(Unavailable):
            await store.activity.follow(NOBODY)
    assert store.watch.opened == 2
    await store.close()


@pytest.fixture
def single(tmp_path: Path) -> Iterator[str]:
    """A server that is no replica set."""
    with create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    data = tmp_path / "data"
    data.mkdir()
    command = [str(mongod.program()), "--dbpath", str(data), "--bind_ip", "127.0.0.1", "--port", str(port)]
    running = subprocess.Popen([*command, "--nounixsocket", "--quiet"], stdout=subprocess.DEVNULL)  # noqa: S603 - ours
    try:
        yield f"mongodb://127.0.0.1:{port}"
    finally:
        running.kill()
        running.wait()


async def test_a_single_server_tells_that_it_has_to_be_a_replica_set(single: str) -> None:
    store = open_store(single, ServiceStats(Service.STORE), timeouts=Timeouts(selection=30))
    with pytest.raises(NoChanges, match="replica set"):
        await store.activity.follow(NOBODY)
    await store.close()
