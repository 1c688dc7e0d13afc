"""All services, opened and closed together."""

import re
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import httpx
import pytest

from connectors.connection import Access, Connection, Mode, base_url, imitated
from connectors.domain.errors import NotConfigured
from connectors.domain.service import Service
from connectors.registry import VENDORS, open_connections, vendor_of
from connectors.stripe.service import STRIPE
from connectors.vendor import Vendor
from tests.connectors.support import crowd


def access(vendor: Vendor, mode: Mode = Mode.IMITATED) -> Access:
    credentials = imitated(vendor)
    return Access(mode=mode, base_url=base_url(vendor, credentials), credentials=credentials)


ALL = {vendor.service: access(vendor) for vendor in VENDORS}


def test_every_service_is_there_once_and_the_store_is_none_of_them() -> None:
    services = [vendor.service for vendor in VENDORS]
    assert len(services) == len(set(services))
    assert Service.STORE not in services


def test_every_folder_of_a_vendor_stands_under_its_name_and_in_the_order_of_the_services() -> None:
    root = Path(sys.modules["connectors"].__path__[0])
    folders = {file.parent.name for file in root.glob("*/service.py")} - {"domain"}
    assert {vendor.service.value for vendor in VENDORS} == folders
    assert [vendor.service for vendor in VENDORS] == [service for service in Service if service is not Service.STORE]
    assert vendor_of(Service.STRIPE) is STRIPE


def module(**holds: object) -> ModuleType:
    made = ModuleType("connectors.stripe.service")
    vars(made).update(holds)
    return made


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (None, "and there is no such module"),
        (module(), "and there is none"),
        (module(STRIPE="sk_live"), "and there is none"),
        (module(STRIPE=replace(STRIPE, service=Service.PAYPAL)), "which says of itself that it is Service.PAYPAL"),
    ],
    ids=["no module", "no vendor", "something else", "another's"],
)
def test_a_line_that_promises_what_is_not_there_is_told(
    monkeypatch: pytest.MonkeyPatch, found: ModuleType | None, told: str
) -> None:
    monkeypatch.setitem(sys.modules, "connectors.stripe.service", found)
    promise = "Service.STRIPE = 'stripe' stands for the Vendor STRIPE of connectors.stripe.service"
    with pytest.raises(ImportError, match=re.escape(f"{promise}, {told}")):
        vendor_of(Service.STRIPE)


def test_what_a_vendors_own_module_lacks_is_told_as_python_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "connectors.stripe.service")
    monkeypatch.setitem(sys.modules, "connectors.stripe.client", None)
    with pytest.raises(ModuleNotFoundError, match=r"^import of connectors\.stripe\.client halted"):
        vendor_of(Service.STRIPE)


def test_every_vendor_says_where_it_is_documented_and_is_spoken_to_over_tls() -> None:
    for vendor in VENDORS:
        assert vendor.documentation.startswith("https://"), vendor.service
        assert httpx.URL(base_url(vendor, imitated(vendor))).scheme == "https", vendor.service


def test_every_vendor_says_what_it_has_and_what_reading_it_takes() -> None:
    for vendor in VENDORS:
        assert re.fullmatch(r"[^:]+: [^:]+\.", vendor.about), vendor.service
        assert vendor.reads, vendor.service


async def test_every_vendor_answers_through_its_imitation() -> None:
    async with open_connections(ALL, crowd()) as connections:
        assert [connection.service for connection in connections] == [vendor.service for vendor in VENDORS]
        for connection in connections:
            await connection.connector.ping()
            assert connection.stats.totals.errors == 0


async def test_every_vendor_offers_a_noun() -> None:
    async with open_connections(ALL, crowd()) as connections:
        for connection in connections:
            offer = connection.connector.offer
            assert any(getattr(offer, noun) is not None for noun in offer.__dataclass_fields__), connection.service


async def test_a_vendor_that_is_off_sends_nothing() -> None:
    off = {vendor.service: access(vendor, Mode.OFF) for vendor in VENDORS}
    async with open_connections(off, crowd()) as connections:
        for connection in connections:
            with pytest.raises(NotConfigured):
                await connection.connector.ping()
            assert connection.stats.totals.calls == 0


async def test_every_pool_is_closed_at_the_end() -> None:
    async with open_connections(ALL, crowd()) as connections:
        assert not any(connection.client.is_closed for connection in connections)
    assert all(connection.client.is_closed for connection in connections)


async def test_every_pool_is_closed_when_the_process_fails() -> None:
    opened: list[Connection] = []

    async def fail() -> None:
        async with open_connections(ALL, crowd()) as connections:
            opened.extend(connections)
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    assert all(connection.client.is_closed for connection in opened)


async def test_a_pool_that_cannot_be_closed_does_not_keep_the_others_open(monkeypatch: pytest.MonkeyPatch) -> None:
    close = httpx.AsyncClient.aclose
    opened: list[Connection] = []

    async def stuck(client: httpx.AsyncClient) -> None:
        if client is opened[-1].client:
            raise OSError("the pool is stuck")
        await close(client)

    async def run() -> None:
        pair = VENDORS[0], replace(VENDORS[0], service=Service.PAYPAL)
        async with open_connections({one.service: access(one) for one in pair}, crowd(), pair) as connections:
            opened.extend(connections)

    monkeypatch.setattr(httpx.AsyncClient, "aclose", stuck)
    with pytest.raises(OSError, match="stuck"):
        await run()
    assert [connection.client.is_closed for connection in opened] == [True, False]
    await close(opened[-1].client)
