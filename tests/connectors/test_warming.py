"""What is read before anybody asks: by which services, in how many calls, and to whose cost."""

import asyncio

import httpx
import pytest

from connectors.connection import Access, Connection, Mode, base_url, connect, imitated
from connectors.domain.errors import ConnectorError, Unavailable
from connectors.domain.service import Service
from connectors.hubspot.client import HubSpot
from connectors.registry import VENDORS
from connectors.transport.cache_store import MemoryStore
from connectors.transport.call import Call, Priority, call_of
from connectors.transport.deadline import remaining
from connectors.transport.limits import Limits
from connectors.transport.stats import Ledger, operation
from connectors.vendor import Handler, Vendor, Warm
from connectors.warming import warm_up
from tests.connectors.hubspot.support import ACCOUNT, OWNERS, PIPELINES
from tests.connectors.support import Recorder, crowd
from tests.connectors.transport.timeless import turns
from tests.connectors.transport.vendor_wire import Waiting

PEOPLE = crowd(3)
CALLS = {Service.HUBSPOT: 3, Service.SLACK: 1, Service.INTERCOM: 1, Service.PAYPAL: 1}
(HUBSPOT,) = (vendor for vendor in VENDORS if vendor.service is Service.HUBSPOT)


def over(
    vendor: Vendor, wire: httpx.AsyncBaseTransport | None = None, mode: Mode = Mode.LIVE, cache: float = 1
) -> Connection:
    """Behind the whole stack; the network is `wire`, else the imitation."""
    limits = Limits(attempts=1, cache=cache)
    access = Access(mode=mode, base_url=base_url(vendor, imitated(vendor)), credentials=imitated(vendor), limits=limits)
    inner = wire or httpx.MockTransport(vendor.imitate(PEOPLE))
    return connect(vendor, access, PEOPLE, inner, store=MemoryStore())


async def warmed(*connections: Connection) -> list[ConnectorError]:
    """What could not be read."""
    failures: list[ConnectorError] = []
    await warm_up(connections, failures.append)
    return failures


async def test_services_read_what_they_keep_for_long_in_few_calls_and_find_it_there_from_then_on() -> None:
    connections = [over(vendor) for vendor in VENDORS]
    assert await warmed(*connections) == []
    assert {one.service: one.stats.totals.calls for one in connections if one.stats.totals.calls} == CALLS
    for one in connections:
        if isinstance(one.connector, Warm):
            await one.connector.warm()
    assert {one.service: one.stats.totals.calls for one in connections if one.stats.totals.calls} == CALLS


async def test_hubspot_is_asked_for_what_its_account_says_of_itself() -> None:
    wire = Recorder(httpx.MockTransport(HUBSPOT.imitate(PEOPLE)))
    await warmed(over(HUBSPOT, wire))
    assert sorted(request.url.path for request in wire.requests) == sorted([ACCOUNT, PIPELINES, OWNERS])


@pytest.mark.parametrize(("mode", "cache"), [(Mode.OFF, 1), (Mode.LIVE, 0)])
async def test_a_service_that_is_off_or_keeps_nothing_is_not_asked(mode: Mode, cache: float) -> None:
    connections = [over(vendor, mode=mode, cache=cache) for vendor in VENDORS]
    assert await warmed(*connections) == []
    assert all(one.stats.totals.calls == 0 for one in connections)


async def test_it_is_in_the_background_with_a_deadline_of_its_own_and_in_nobodys_ledger() -> None:
    seen: list[tuple[Call, float]] = []

    def looking(inner: Handler) -> httpx.MockTransport:
        def handle(request: httpx.Request) -> httpx.Response:
            seen.append((call_of(request), remaining()))
            return inner(request)

        return httpx.MockTransport(handle)

    connections = [over(vendor, looking(vendor.imitate(PEOPLE))) for vendor in VENDORS]
    assert await warmed(*connections) == []
    assert len(seen) == sum(CALLS.values())
    assert {call.priority for call, _ in seen} == {Priority.BACKGROUND}
    assert all(left <= 10 for _, left in seen)


async def test_one_that_fails_is_told_of_once_and_costs_the_others_nothing() -> None:
    def refusing(request: httpx.Request) -> httpx.Response:
        return httpx.Response(503) if request.url.path == OWNERS else HUBSPOT.imitate(PEOPLE)(request)

    wire = Recorder(httpx.MockTransport(refusing))
    others = [over(vendor) for vendor in VENDORS if vendor is not HUBSPOT]
    (failure,) = await warmed(over(HUBSPOT, wire), *others)
    assert isinstance(failure, Unavailable)
    assert failure.service is Service.HUBSPOT
    assert len(wire.requests) == 3, "what else it has is read all the same, and nothing twice"
    assert {one.service for one in others if one.stats.totals.calls} == set(CALLS) - {Service.HUBSPOT}


async def test_an_operation_that_comes_meanwhile_waits_for_the_same_calls() -> None:
    wire = Waiting()
    connection = over(HUBSPOT, wire)
    hubspot = connection.connector
    assert isinstance(hubspot, HubSpot)
    warming = asyncio.create_task(warmed(connection))
    await turns()
    assert len(wire.open) == 3
    with operation(Ledger()) as ledger:
        asked = asyncio.create_task(hubspot.owners_by_id(["7"]))
        await turns()
    assert len(wire.open) == 3
    for call in wire.open:
        call.answer(HUBSPOT_SAYS[call.request.url.path])
    assert await asked == {"7": "Ada"}
    assert await warming == []
    assert (ledger.meters[Service.HUBSPOT].calls, ledger.meters[Service.HUBSPOT].coalesced) == (0, 1)


async def test_giving_it_up_ends_what_it_asked() -> None:
    wire = Waiting()
    warming = asyncio.create_task(warmed(over(HUBSPOT, wire)))
    await turns()
    assert len(wire.open) == 3
    warming.cancel()
    await asyncio.wait({warming})
    await turns()
    assert not wire.open


HUBSPOT_SAYS = {
    OWNERS: b'{"results": [{"id": "7", "firstName": "Ada"}]}',
    PIPELINES: b'{"results": []}',
    ACCOUNT: b'{"portalId": 7, "companyCurrency": "EUR"}',
}
