from collections.abc import AsyncIterator
from time import perf_counter
from typing import Any

import pytest

from connectors.domain.errors import TimedOut, Unavailable
from connectors.domain.references import ServiceLink
from connectors.domain.service import Service
from connectors.mongo import indexes
from connectors.mongo.indexes import IndexFailure, models
from connectors.mongo.store import Store, Timeouts, open_store
from connectors.transport.stats import ServiceStats
from tests.connectors.mongo.support import STRIPE_ANNA, anna, behind, plainly, writes_held


@pytest.fixture
async def bare(store_uri: str) -> AsyncIterator[Store]:
    """A store without its indexes."""
    opened = open_store(store_uri, ServiceStats(Service.STORE))
    yield opened
    await opened.close()


async def test_making_the_indexes_twice_makes_them_once(store: Store, store_uri: str) -> None:
    await store.ensure_indexes()
    with behind(store_uri) as database:
        names = set(database["customers"].index_information())
    assert names == {
        "_id_",
        "unique_email",
        "unique_link",
        "words",
        "tags",
        "company",
        "by_nameKey",
        "by_emailKey",
        "by_createdAt",
        "by_updatedAt",
    }


async def test_an_index_that_was_dropped_is_made_again(store: Store, store_uri: str) -> None:
    with behind(store_uri) as database:
        database["customers"].drop_index("unique_email")
        await store.ensure_indexes()
        assert database["customers"].index_information()["unique_email"]["unique"] is True


async def test_an_index_in_the_way_is_named(bare: Store, store_uri: str) -> None:
    with behind(store_uri) as database:
        database["customers"].create_index([("emailKey", 1)], name="unique_email")
    with pytest.raises(IndexFailure, match=r"customers: another index is in the way.*unique_email"):
        await bare.ensure_indexes()


async def test_duplicates_in_the_way_are_named(bare: Store) -> None:
    await bare.customers.create(anna(links=()))
    await bare.customers.create(anna(links=()))
    with pytest.raises(IndexFailure, match=r"several documents have .*anna@example\.com.*must be unique"):
        await bare.ensure_indexes()


async def test_a_store_that_is_down_has_no_indexes_to_make() -> None:
    store = open_store("mongodb://127.0.0.1:1", ServiceStats(Service.STORE), timeouts=Timeouts(selection=0.05))
    with pytest.raises(Unavailable):
        await store.ensure_indexes()
    await store.close()


async def test_an_index_has_its_own_time_to_be_made_in(
    bare: Store, store_uri: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bare.customers.create(anna())
    monkeypatch.setattr(indexes, "BUILD_TIMEOUT", 0.3)
    began = perf_counter()
    with behind(store_uri) as database, writes_held(database.client), pytest.raises(TimedOut):
        await bare.ensure_indexes()
    assert 0.3 <= perf_counter() - began < 5, "the call's own limit is 10 s"


def names(plan: dict[str, Any]) -> set[str]:
    """The indexes that a plan uses."""
    inner = [plan["inputStage"]] if "inputStage" in plan else plan.get("inputStages", [])
    return {plan["indexName"]} if "indexName" in plan else {name for one in inner for name in names(one)}


@pytest.mark.parametrize(
    ("which", "index"),
    [
        ({"emailKey": {"$in": ["anna@example.com"]}}, "unique_email"),
        ({"$or": [{"links": {"$elemMatch": {"service": "stripe", "externalId": {"$in": ["x"]}}}}]}, "unique_link"),
        ({"links.service": "stripe"}, "unique_link"),
        ({"tags": "vip"}, "tags"),
        ({"companyKey": "fjord"}, "company"),
    ],
)
async def test_every_question_has_its_index(store: Store, store_uri: str, which: dict[str, Any], index: str) -> None:
    await store.customers.create(anna())
    with behind(store_uri) as database:
        plan = database["customers"].find(which).explain()["queryPlanner"]["winningPlan"]
    assert names(plan) == {index}


async def test_the_index_of_links_holds_each_customer_by_service_and_id(store: Store, store_uri: str) -> None:
    for i in range(30):
        await store.customers.create(plainly(f"p{i}", links=(ServiceLink(Service.STRIPE, f"cus_{i}"),)))
    await store.customers.create(anna())
    which = {"links": {"$elemMatch": {"service": "stripe", "externalId": {"$in": [STRIPE_ANNA.external_id]}}}}
    with behind(store_uri) as database:
        ran = database["customers"].find(which).explain()["executionStats"]
    assert (ran["nReturned"], ran["totalDocsExamined"]) == (1, 1)


def test_every_index_has_a_name_of_its_own() -> None:
    made = [model.document["name"] for model in models()]
    assert len(set(made)) == len(made)
