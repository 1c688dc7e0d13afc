import httpx
import pytest

from connectors.connection import Access, Mode, connect, imitated
from connectors.registry import VENDORS
from connectors.transport.cache_store import MemoryStore
from connectors.treatment import Keep, Treatment
from connectors.vendor import Vendor
from tests.connectors.support import answering, crowd

KEEP = Keep(path="/v1/", fresh=10, stale=60, if_error=3600, override=True)
KEEPS = (Keep(path="/v1/balance", fresh=1), Keep(path="/v1/", fresh=10, stale=60, if_error=3600))
TREATMENT = Treatment(credential="who", keeps=KEEPS)


def request(method: str = "GET", **headers: str) -> httpx.Request:
    return httpx.Request(method, "https://vendor.example/prefix/v1/charges", headers=headers)


@pytest.mark.parametrize(("path", "fresh"), [("/v1/balance", 1), ("/v1/charges", 10), ("/v2/charges", None)])
def test_the_first_path_that_fits_says_how_long_an_answer_is_fresh(path: str, fresh: float | None) -> None:
    call = TREATMENT.call(request(), path, reads=True)
    assert (call.credential, call.repeatable, call.fresh) == ("who", True, fresh)


def test_a_route_says_whether_it_goes_before_the_services_own_word() -> None:
    assert Treatment(keeps=(KEEP,)).call(request(), "/v1/charges", reads=True).override
    assert not TREATMENT.call(request(), "/v1/charges", reads=True).override
    assert not Treatment(keeps=(KEEP,)).call(request("POST"), "/v1/charges", reads=False).override


def test_a_route_can_be_kept_for_longer_or_not_at_all() -> None:
    assert KEEP.times(2) == Keep(path="/v1/", fresh=20, stale=120, if_error=7200, override=True)
    assert KEEP.times(0) == Keep(path="/v1/", fresh=0, stale=0, if_error=0, override=True)


@pytest.mark.parametrize("private", [True, False])
@pytest.mark.parametrize("path", ["/v1/charges", "/v2/charges"])
def test_every_call_says_whether_its_answer_is_for_its_caller_alone(path: str, *, private: bool) -> None:
    assert Treatment(private=private, keeps=KEEPS).call(request(), path, reads=True).private is private


def test_a_write_says_what_it_changes() -> None:
    assert TREATMENT.call(request("POST"), "/v1/refunds", reads=False, evicts=("/v1/charges",)).evicts == (
        "/v1/charges",
    )


def test_a_write_is_neither_kept_nor_repeated_unless_it_has_a_key() -> None:
    bare = TREATMENT.call(request("POST"), "/v1/refunds", reads=False)
    assert (bare.repeatable, bare.fresh) == (False, None)
    keyed = TREATMENT.call(request("POST", **{"Idempotency-Key": "k"}), "/v1/refunds", reads=False)
    assert (keyed.repeatable, keyed.fresh) == (True, None)


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.service.value)
@pytest.mark.parametrize("prefix", ["", "/imitations"])
async def test_what_a_vendor_is_asked_twice_is_sent_once_wherever_it_is_reached(vendor: Vendor, prefix: str) -> None:
    credentials = imitated(vendor)
    base = httpx.URL(vendor.base_url.format_map(credentials))
    address = str(base.copy_with(path=f"{prefix}{base.path}".rstrip("/") or "/"))
    imitation = vendor.imitate(crowd())

    def reached(sent: httpx.Request) -> httpx.Response:
        url = sent.url.copy_with(raw_path=sent.url.raw_path.removeprefix(prefix.encode()))
        return imitation(httpx.Request(sent.method, url, headers=sent.headers, content=sent.content))

    access = Access(mode=Mode.LIVE, base_url=address, credentials=credentials)
    connection = connect(vendor, access, crowd(), httpx.MockTransport(reached), store=MemoryStore())
    await connection.connector.ping()
    sent = connection.stats.totals.calls  # PayPal's token included
    await connection.connector.ping()
    assert (connection.stats.totals.calls, connection.stats.totals.cached) == (sent, 1)


async def test_an_answer_that_is_no_success_is_not_shown_again() -> None:
    vendor = VENDORS[0]
    access = Access(mode=Mode.LIVE, base_url="https://vendor.example", credentials=imitated(vendor))
    connection = connect(vendor, access, crowd(), answering(401), store=MemoryStore())
    for _ in range(2):
        with pytest.raises(Exception, match="credentials"):
            await connection.connector.ping()
    assert (connection.stats.totals.calls, connection.stats.totals.cached) == (2, 0)
