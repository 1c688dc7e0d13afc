"""The store beside the server: found well formed, started, filled."""

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from connectors.domain.errors import Unavailable
from connectors.mongo.store import InvalidStoreUri
from connectors.seed.people import People
from gateway.cli import store
from gateway.settings import Settings, load
from gateway.variables import Run

pytestmark = pytest.mark.usefixtures("bare")


def given(**environment: str) -> Settings:
    os.environ.update(environment)
    return load(Run.DEV)


def customers(uri: str) -> set[str]:
    with MongoClient[dict[str, Any]](uri) as client:
        return {document["name"] for document in client.get_default_database("tributary")["customers"].find()}


def indexes(uri: str) -> set[str]:
    with MongoClient[dict[str, Any]](uri) as client:
        return set(client.get_default_database("tributary")["customers"].index_information())


async def test_filling_makes_the_indexes_and_puts_in_who_is_not_there_yet(store_uri: str) -> None:
    assert await store.fill(store_uri, 5) == 5
    assert await store.fill(store_uri, 8) == 3
    assert await store.fill(store_uri, 8) == 0
    people = People(8)
    assert customers(store_uri) == {people[number].name for number in range(8)}
    assert "unique_email" in indexes(store_uri)


async def test_a_store_that_is_down_cannot_be_filled() -> None:
    with pytest.raises(Unavailable):
        await store.fill("mongodb://127.0.0.1:1/", 1)


@pytest.mark.parametrize("uri", ["mongodb://127.0.0.1:1/", "mongodb://a:1,b:2/name?replicaSet=r"])
def test_an_address_is_well_formed_be_the_store_up_or_down(uri: str) -> None:
    store.well_formed(given(MONGODB_URI=uri))


def test_an_address_that_the_driver_cannot_read_is_refused_without_showing_it() -> None:
    with pytest.raises(InvalidStoreUri) as refused:
        store.well_formed(given(MONGODB_URI="mongodb://robin:hunter2@a:b:c"))
    assert "hunter2" not in str(refused.value)


def test_no_address_is_well_formed_too() -> None:
    store.well_formed(given())


def test_the_embedded_store_is_filled_the_first_time_and_when_more_are_wanted(bare: Path) -> None:
    with store.embedded(given(TRIBUTARY_SANDBOX_CUSTOMERS="4")) as uri:
        assert len(customers(uri)) == 4
        asyncio.run(_forget_everybody(uri))
    with store.embedded(given(TRIBUTARY_SANDBOX_CUSTOMERS="4")) as uri:
        assert customers(uri) == set(), "who has been deleted does not come back"
    with store.embedded(given(TRIBUTARY_SANDBOX_CUSTOMERS="6")) as uri:
        assert len(customers(uri)) == 6
    assert (bare / ".tributary" / "mongo" / store.SEEDED).read_text() == "6"


def test_the_data_lie_where_the_settings_say(bare: Path) -> None:
    with store.embedded(given(TRIBUTARY_DATA_DIR="elsewhere", TRIBUTARY_SANDBOX_CUSTOMERS="1")):
        pass
    assert (bare / "elsewhere" / "mongo" / "data").is_dir()
    assert not (bare / ".tributary").exists()


async def _forget_everybody(uri: str) -> None:
    with MongoClient[dict[str, Any]](uri) as client:
        client.get_default_database("tributary")["customers"].delete_many({})
