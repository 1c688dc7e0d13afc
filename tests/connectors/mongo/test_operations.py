from hashlib import sha256

import pytest

from connectors.domain.errors import Malformed, Unavailable
from connectors.domain.service import Service
from connectors.mongo import operations
from connectors.mongo.store import Store, Timeouts, open_store
from connectors.transport.stats import ServiceStats
from tests.connectors.mongo.support import behind

GREET, NEWER = "query Greet { greet }\n", "query Greet { greet now }"
ID = sha256(GREET.strip().encode()).hexdigest()


async def test_what_is_published_is_read_by_its_hash_and_its_name(store: Store) -> None:
    kept = store.operations("operations")
    assert await kept.publish("greet", GREET)
    assert await kept.read() == {ID: GREET, "greet": GREET}


async def test_publishing_the_same_again_changes_nothing(store: Store, store_uri: str) -> None:
    kept = store.operations("operations")
    assert [await kept.publish("greet", GREET) for _ in range(3)] == [True, False, False]
    with behind(store_uri) as database:
        assert list(database["operations"].find()) == [{"_id": ID, "document": GREET, "name": "greet"}]


async def test_a_changed_text_takes_the_name_over_and_the_old_one_keeps_its_hash(store: Store) -> None:
    kept = store.operations("operations")
    await kept.publish("greet", GREET)
    assert await kept.publish("greet", NEWER)
    assert await kept.read() == {ID: GREET, operations.digest(NEWER): NEWER, "greet": NEWER}


async def test_a_name_can_go_back_to_what_it_stood_for(store: Store) -> None:
    kept = store.operations("operations")
    for text in (GREET, NEWER, GREET):
        assert await kept.publish("greet", text)
    assert (await kept.read())["greet"] == GREET


async def test_an_id_that_is_the_hash_is_no_name(store: Store, store_uri: str) -> None:
    await store.operations("operations").publish(ID, GREET)
    with behind(store_uri) as database:
        assert list(database["operations"].find()) == [{"_id": ID, "document": GREET}]


async def test_what_others_have_put_there_is_read_where_it_holds_a_text(store: Store, store_uri: str) -> None:
    with behind(store_uri) as database:
        database["operations"].insert_many(
            [
                {"_id": "greet", "document": GREET},
                {"_id": "other", "document": NEWER, "name": "greet"},
                {"_id": "number", "document": 5},
                {"_id": "nothing"},
                {"_id": "named", "document": NEWER, "name": 5},
            ]
        )
    assert await store.operations("operations").read() == {"greet": GREET, "other": NEWER, "named": NEWER}


async def test_a_collection_that_is_not_there_holds_nothing(store: Store) -> None:
    assert await store.operations("operations").read() == {}


async def test_more_than_can_be_held_is_not_read(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "MOST", 1)
    kept = store.operations("operations")
    await kept.publish("greet", GREET)
    await kept.read()
    await kept.publish("newer", NEWER)
    with pytest.raises(Malformed, match="more than 1 documents"):
        await kept.read()


async def test_a_store_that_is_down_says_so() -> None:
    store = open_store("mongodb://127.0.0.1:1", ServiceStats(Service.STORE), timeouts=Timeouts(selection=0.05))
    with pytest.raises(Unavailable):
        await store.operations("operations").read()
    await store.close()
