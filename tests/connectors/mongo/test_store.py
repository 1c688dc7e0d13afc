import asyncio
import socket
import threading
from collections.abc import Iterator
from time import perf_counter

import pytest

from connectors.domain.customers import CustomerFilter, CustomersAsked
from connectors.domain.errors import ConnectorError, TimedOut, Unauthorized, Unavailable
from connectors.domain.service import Service
from connectors.mongo.store import Timeouts, open_store
from connectors.transport.stats import ServiceStats, State
from tests.connectors.mongo.support import NOBODY, STRIPE_ANNA, anna, behind, writes_held


@pytest.fixture
def silent() -> Iterator[int]:
    """The port of a server that accepts and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


async def test_an_open_store_answers_a_ping_and_counts_it(store_uri: str) -> None:
    stats = ServiceStats(Service.STORE)
    store = open_store(store_uri, stats)
    assert stats.totals.calls == 0, "opening sends nothing"
    await store.ping()
    assert (stats.totals.calls, stats.totals.errors, stats.state) == (1, 0, State.UP)
    await store.close()


async def test_a_store_out_of_reach_is_unavailable_within_three_seconds_and_keeps_the_password() -> None:
    stats = ServiceStats(Service.STORE)
    store = open_store("mongodb://anna:hunter2@127.0.0.1:1/crm", stats)
    began = perf_counter()
    with pytest.raises(Unavailable) as raised:
        await store.customers.by_id([NOBODY])
    assert perf_counter() - began <= 3
    assert (raised.value.service, str(raised.value)) == (Service.STORE, "STORE cannot be reached")
    assert "hunter2" not in f"{stats.last_error} {raised.value!r} {raised.value.__cause__}"
    assert (stats.totals.calls, stats.totals.errors, stats.state) == (1, 1, State.DOWN)
    await store.close()


async def test_every_method_fails_as_a_connector_when_the_store_is_down() -> None:
    store = open_store("mongodb://127.0.0.1:1", ServiceStats(Service.STORE), timeouts=Timeouts(selection=0.05))
    customers = store.customers
    calls = (
        customers.by_id([NOBODY]),
        customers.by_email(["a@example.com"]),
        customers.by_link([STRIPE_ANNA]),
        customers.page(CustomersAsked()),
        customers.count(CustomerFilter()),
        customers.create(anna()),
        customers.update(NOBODY, 1, {"name": "x"}),
        customers.delete(NOBODY),
        customers.link(NOBODY, STRIPE_ANNA),
        customers.unlink(NOBODY, Service.STRIPE),
        customers.add_note(NOBODY, "text", "me"),
        store.ping(),
    )
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [Unavailable] * len(calls)
    await store.close()


async def test_a_server_that_says_nothing_costs_no_more_than_the_call_may_take(silent: int) -> None:
    timeouts = Timeouts(selection=0.2, connect=0.2, call=0.3)
    store = open_store(
        f"mongodb://127.0.0.1:{silent}/?directConnection=true", ServiceStats(Service.STORE), timeouts=timeouts
    )
    began = perf_counter()
    with pytest.raises(ConnectorError):
        await store.ping()
    assert perf_counter() - began < 2
    await store.close()


async def test_a_call_that_takes_too_long_timed_out(store_uri: str) -> None:
    stats = ServiceStats(Service.STORE)
    hasty = open_store(store_uri, stats, timeouts=Timeouts(call=0.3))
    await hasty.ping()
    no_answer = pytest.raises(TimedOut, match="did not answer in time")
    with behind(store_uri) as database, writes_held(database.client), no_answer:
        await hasty.customers.create(anna())
    assert stats.totals.errors == 1
    await hasty.close()


async def test_credentials_that_are_not_accepted_say_so_without_repeating_them(mongo_uri: str) -> None:
    uri = mongo_uri.replace("mongodb://", "mongodb://anna:hunter2@")
    store = open_store(uri, ServiceStats(Service.STORE))
    with pytest.raises(Unauthorized) as raised:
        await store.ping()
    assert str(raised.value) == "STORE does not accept our credentials"
    await store.close()


async def test_a_closed_store_leaves_no_thread_behind(store_uri: str) -> None:
    before = set(threading.enumerate())
    store = open_store(store_uri, ServiceStats(Service.STORE))
    await store.ping()
    watching = {thread for thread in set(threading.enumerate()) - before if thread.ident and "pymongo" in thread.name}
    assert watching
    await store.close()
    for thread in watching:
        thread.join(5)
    assert not any(thread.is_alive() for thread in watching)
