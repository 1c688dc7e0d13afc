import pytest

from connectors.connection import Mode
from connectors.domain.errors import Unavailable
from connectors.domain.offer import Offer
from connectors.domain.service import Service
from connectors.mongo.store import open_store
from connectors.registry import VENDORS
from connectors.seed.people import People
from connectors.sources import Sources
from connectors.transport.stats import ServiceStats
from tests.schema.fake_deeds import Deeds
from tests.schema.fakes import Book
from tests.schema.harness import imitations, offering, run

SERVICES = "{ services { service configured sandbox state lastError calls errors } }"
DOWN = Unavailable(Service.STRIPE, "STRIPE dropped the call")


def with_calls(*answered: bool) -> Sources:
    """One service of which so many calls were answered, or were not."""
    connection = offering(Service.STRIPE, Offer())
    for success in answered:
        with connection.stats.call():
            connection.stats.succeeded() if success else connection.stats.failed(DOWN)
    return Sources(Book(), ServiceStats(Service.STORE), [connection], Deeds())


async def test_the_store_comes_first_and_then_every_vendor(imitated: Sources) -> None:
    services = (await run(imitated, SERVICES)).whole["services"]
    assert [one["service"] for one in services] == ["STORE", *(vendor.service.name for vendor in VENDORS)]
    assert [(one["configured"], one["sandbox"]) for one in services] == [(True, False), *[(True, True)] * len(VENDORS)]
    assert {(one["state"], one["calls"], one["lastError"]) for one in services} == {("UP", 0, None)}


async def test_a_service_that_is_off_is_disabled(people: People) -> None:
    off = imitations(people, Book(), {Service.STRIPE: Mode.OFF})
    services = {one["service"]: one for one in (await run(off, SERVICES)).whole["services"]}
    assert services["STRIPE"]["state"] == "DISABLED"
    assert services["STRIPE"]["configured"] is services["STRIPE"]["sandbox"] is False


async def test_a_live_service_is_no_sandbox() -> None:
    [_, stripe] = (await run(with_calls(), SERVICES)).whole["services"]
    assert stripe["configured"] is True
    assert stripe["sandbox"] is False


@pytest.mark.parametrize(
    ("answered", "state"),
    [
        ([], "UP"),
        ([True] * 5, "UP"),
        ([True, True, False], "DEGRADED"),
        ([True, False], "DOWN"),
        ([False], "DOWN"),
        ([False, *[True] * 20], "UP"),
    ],
)
async def test_a_state_is_that_of_the_latest_calls(answered: list[bool], state: str) -> None:
    [_, stripe] = (await run(with_calls(*answered), SERVICES)).whole["services"]
    assert stripe["state"] == state
    assert stripe["calls"] == len(answered)
    assert stripe["errors"] == answered.count(False)
    assert stripe["lastError"] == (None if all(answered) else "STRIPE dropped the call")


async def test_calls_are_counted_since_the_process_started(imitated: Sources) -> None:
    for _ in range(2):
        await run(imitated, "{ payments(first: 1) { totalCount } }")
    services = {one["service"]: one for one in (await run(imitated, SERVICES)).whole["services"]}
    assert services["STRIPE"]["calls"] == 2
    assert services["STRIPE"]["state"] == "UP"


async def test_the_store_is_counted_like_any_other_service(store_uri: str) -> None:
    stats = ServiceStats(Service.STORE)
    store = open_store(store_uri, stats)
    sources = Sources(store.customers, stats, [], store.deeds)
    await run(sources, "{ customers { totalCount } }")
    [kept] = (await run(sources, SERVICES)).whole["services"]
    await store.close()
    assert kept == {
        "service": "STORE",
        "configured": True,
        "sandbox": False,
        "state": "UP",
        "lastError": None,
        "calls": 2,
        "errors": 0,
    }
