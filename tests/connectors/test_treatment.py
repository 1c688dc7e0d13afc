import httpx
import pytest

from connectors.connection import Access, Mode, connect, imitated
from connectors.registry import VENDORS
from connectors.transport.cache_store import MemoryStore
from connectors.treatment import Keep, Treatment
from connectors.vendor import Vendor
from tests.connectors.support import answering, crowd

KEEPS = (Keep(path="/v1/balance", fresh=1), Keep(path="/v1/", fresh=10, stale=60, if_error=3600))
TREATMENT = Treatment(credential="who", keeps=KEEPS)


def request(method: str = "GET", **headers: str) -> httpx.Request:
    return httpx.Request(method, "https://vendor.example/prefix/v1/charges", headers=headers)


@pytest.mark.parametrize(("path", "fresh"), [("/v1/balance", 1), ("/v1/charges", 10), ("/v2/charges", None)])
def test_the_first_path_that_fits_says_how_long_an_answer_is_fresh(path: str, fresh: float | None) -> None:
    call = TREATMENT.call(request(), path, reads=True)
    assert (call.credential, call.repeatable, call.fresh) == ("who", True, fresh)


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
    await connection.connector.ping()
    assert (connection.stats.totals.calls, connection.stats.totals.cached) == (1, 1)


async def test_an_answer_that_is_no_success_is_not_shown_again() -> None:
    vendor = VENDORS[0]
    access = Access(mode=Mode.LIVE, base_url="https://vendor.example", credentials=imitated(vendor))
    connection = connect(vendor, access, crowd(), answering(401), store=MemoryStore())
    for _ in range(2):
        with pytest.raises(Exception, match="credentials"):
            await connection.connector.ping()
    assert (connection.stats.totals.calls, connection.stats.totals.cached) == (2, 0)
