"""Faults are shown and changed while the imitations run: outage and recovery."""

from collections.abc import AsyncIterator

import httpx
import pytest

from connectors.registry import VENDORS
from connectors.sandbox_server import SandboxServer
from tests.connectors.support import crowd

KEY = {"Authorization": "Bearer sk_test_imitation"}
RATES = "/frankfurter/v2/currencies"


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    server = SandboxServer(VENDORS, crowd(3), {"stripe": "status=500"})
    async with httpx.AsyncClient(transport=httpx.ASGITransport(server), base_url="http://sandbox") as client:
        yield client


async def test_the_faults_that_apply_are_shown(http: httpx.AsyncClient) -> None:
    assert (await http.get("/faults")).json() == {"stripe": "status=500"}
    assert (await http.get("/stripe/v1/balance", headers=KEY)).status_code == 500
    assert (await http.get(RATES)).status_code == 200


async def test_an_outage_and_the_recovery_from_it(http: httpx.AsyncClient) -> None:
    put = await http.put("/faults", content="frankfurter:status=503,retry-after=7,rate=1;zendesk:latency=80ms")
    assert put.json() == {"frankfurter": "status=503,retry-after=7", "zendesk": "latency=0.08s"}
    assert (await http.get(RATES)).headers["retry-after"] == "7"
    assert (await http.get("/stripe/v1/balance", headers=KEY)).status_code == 200, "all of them are replaced"
    assert (await http.delete("/faults")).json() == {}
    assert (await http.get(RATES)).status_code == 200


async def test_what_is_shown_can_be_put_back(http: httpx.AsyncClient) -> None:
    await http.put("/faults", content="stripe:latency=1s,rate=0.5;github:reset")
    shown = (await http.get("/faults")).json()
    await http.delete("/faults")
    assert (await http.put("/faults", json=shown)).json() == shown


async def test_an_empty_body_clears_them(http: httpx.AsyncClient) -> None:
    assert (await http.put("/faults", content=b"")).json() == {}


async def test_mistakes_are_told_all_at_once_and_change_nothing(http: httpx.AsyncClient) -> None:
    refused = await http.put("/faults", content="strip:reset;github:rset")
    assert refused.status_code == 400
    assert refused.json()["mistakes"] == [
        "strip is no service: did you mean stripe?",
        "github: rset is no fault: did you mean reset?",
    ]
    assert (await http.get("/faults")).json() == {"stripe": "status=500"}


@pytest.mark.parametrize("body", [b"\xff", b'{"stripe": 5}', b'{"stripe"', b'{"stripe": {"latency": "2s"}}'])
async def test_what_is_neither_a_text_nor_its_json_is_refused_with_an_example(
    http: httpx.AsyncClient, body: bytes
) -> None:
    refused = await http.put("/faults", content=body)
    assert refused.status_code == 400
    assert "stripe:latency=2s" in refused.json()["mistakes"][0]


async def test_any_other_method_is_told_which_there_are(http: httpx.AsyncClient) -> None:
    refused = await http.post("/faults", content="stripe:reset")
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD, PUT, DELETE")
    assert (await http.get("/faults")).json() == {"stripe": "status=500"}
