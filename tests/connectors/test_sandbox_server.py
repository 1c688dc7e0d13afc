"""The imitations over HTTP, as any HTTP client sees them."""

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

import httpx
import pytest

from connectors.connection import Access, Mode, connect
from connectors.domain.service import Service
from connectors.faults.delivery import Message
from connectors.registry import VENDORS
from connectors.sandbox import reply
from connectors.sandbox_server import LARGEST_BODY, SandboxServer, address
from connectors.seed.people import STRIPE_CUSTOMER, People
from connectors.stripe.service import STRIPE
from connectors.vendor import Handler, Vendor
from tests.connectors.support import connected, crowd, refs

KEY = {"Authorization": "Bearer sk_test_imitation"}
HERE = "http://127.0.0.1:8001"


def _echo(_: People) -> Handler:
    """Tells what it was asked, with a link to itself."""

    def handle(request: httpx.Request) -> httpx.Response:
        told = {
            "method": request.method,
            "url": str(request.url),
            "headers": request.headers.multi_items(),
            "body": request.content.decode(),
        }
        link = f'<{request.url.copy_with(query=b"page=2")}>; rel="next"'
        return reply(told, 201, {"Link": link, "X-RateLimit-Remaining": "59"})

    return handle


ECHO: Vendor = replace(
    STRIPE, service=Service.FRANKFURTER, base_url="https://api.frankfurter.dev/v2", variables=(), imitate=_echo
)


@pytest.fixture
async def sandbox() -> AsyncIterator[httpx.AsyncClient]:
    server = SandboxServer([STRIPE, ECHO], crowd())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(server), base_url=HERE) as client:
        yield client


async def test_a_prefix_is_a_vendor(sandbox: httpx.AsyncClient) -> None:
    customer = STRIPE_CUSTOMER.encode(3)
    answer = await sandbox.get("/stripe/v1/charges", params={"customer": customer, "limit": 2}, headers=KEY)
    assert answer.status_code == 200
    assert {charge["customer"] for charge in answer.json()["data"]} == {customer}


async def test_an_error_of_the_imitation_stays_what_it_is(sandbox: httpx.AsyncClient) -> None:
    answer = await sandbox.get("/stripe/v1/charges")
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/json"


async def test_the_imitation_believes_to_be_at_the_vendor_s_own_address(sandbox: httpx.AsyncClient) -> None:
    answer = await sandbox.put("/frankfurter/v2/a%2Fb?x=%20&x=2", content="body", headers={"X-Own": "1"})
    told = answer.json()
    assert told["method"] == "PUT"
    assert told["url"] == f"{HERE}/frankfurter/v2/a%2Fb?x=%20&x=2", "a link in a body leads here, too"
    assert ["host", "api.frankfurter.dev"] in told["headers"]
    assert ["x-own", "1"] in told["headers"]
    assert told["body"] == "body"


async def test_status_and_headers_come_through_and_links_lead_here(sandbox: httpx.AsyncClient) -> None:
    answer = await sandbox.get("/frankfurter/v2/rates")
    assert answer.status_code == 201
    assert answer.headers["x-ratelimit-remaining"] == "59"
    assert answer.links["next"]["url"] == f"{HERE}/frankfurter/v2/rates?page=2"
    assert answer.headers.get_list("content-length") == [str(len(answer.content))]


async def test_links_lead_to_the_address_by_which_the_client_came(sandbox: httpx.AsyncClient) -> None:
    answer = await sandbox.get("/frankfurter/v2/rates", headers={"Host": "sandbox.test:9"})
    assert answer.links["next"]["url"] == "http://sandbox.test:9/frankfurter/v2/rates?page=2"


async def test_an_imitation_keeps_its_state_from_one_request_to_the_next(sandbox: httpx.AsyncClient) -> None:
    charges = (await sandbox.get("/stripe/v1/charges", headers=KEY)).json()["data"]
    paid = next(charge for charge in charges if charge["status"] == "succeeded" and not charge["amount_refunded"])
    refund = await sandbox.post("/stripe/v1/refunds", data={"charge": paid["id"]}, headers=KEY)
    assert refund.status_code == 200
    again = await sandbox.get(f"/stripe/v1/charges/{paid['id']}", headers=KEY)
    assert again.json()["amount_refunded"] == paid["amount"]


async def test_the_root_lists_what_is_served(sandbox: httpx.AsyncClient) -> None:
    assert (await sandbox.get("/")).json() == {
        "customers": 40,
        "services": [
            {"service": "stripe", "baseUrl": f"{HERE}/stripe", "documentation": "https://docs.stripe.com/api"},
            {
                "service": "frankfurter",
                "baseUrl": f"{HERE}/frankfurter/v2",
                "documentation": "https://docs.stripe.com/api",
            },
        ],
    }


@pytest.mark.parametrize("path", ["/paypal/v1/x", "/stripes", "//stripe", "/%2e%2e/stripe"])
async def test_an_unknown_prefix_is_not_found_and_told_which_there_are(sandbox: httpx.AsyncClient, path: str) -> None:
    answer = await sandbox.send(sandbox.build_request("GET", httpx.URL(HERE).copy_with(raw_path=path.encode())))
    assert answer.status_code == 404
    assert "expected one of /stripe, /frankfurter" in answer.json()["error"]


async def test_a_body_that_is_too_large_is_refused(sandbox: httpx.AsyncClient) -> None:
    assert (await sandbox.post("/stripe/v1/refunds", content=b"x" * (LARGEST_BODY + 1))).status_code == 413
    assert (await sandbox.post("/frankfurter/v2", content=b"x" * LARGEST_BODY)).status_code == 201


async def test_a_body_in_parts_is_one_body() -> None:
    parts: list[Message] = [
        {"type": "http.request", "body": b"one ", "more_body": True},
        {"type": "http.request", "body": b"two", "more_body": False},
    ]
    sent = await _exchange("POST", parts)
    assert json.loads(sent[1]["body"])["body"] == "one two"


async def test_head_has_the_headers_of_get_and_no_body() -> None:
    start, body = await _exchange("HEAD", [{"type": "http.request"}])
    assert int(dict(start["headers"])[b"content-length"]) > 0
    assert body["body"] == b""


async def test_the_start_and_the_end_of_the_process_are_acknowledged() -> None:
    sent: list[Message] = []
    received = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])

    async def receive() -> Message:
        return next(received)

    async def send(message: Message) -> None:
        sent.append(message)

    await SandboxServer([ECHO], crowd())({"type": "lifespan"}, receive, send)
    assert [message["type"] for message in sent] == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


def test_the_path_of_a_vendor_s_base_url_follows_its_prefix() -> None:
    assert address(STRIPE, HERE) == f"{HERE}/stripe"
    assert address(ECHO, HERE) == f"{HERE}/frankfurter/v2"


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.service.value)
async def test_a_connector_finds_every_vendor_at_its_address_here(vendor: Vendor) -> None:
    people = crowd()
    credentials = {variable.name: variable.imitated for variable in vendor.variables}
    live = Access(mode=Mode.LIVE, base_url=address(vendor, HERE), credentials=credentials)
    connection = connect(vendor, live, people, httpx.ASGITransport(SandboxServer(VENDORS, people)))
    await connection.connector.ping()
    await connection.client.aclose()


async def test_over_http_an_imitation_tells_what_it_tells_in_the_process() -> None:
    people = crowd()
    keys = refs(people, range(5))
    live = Access(mode=Mode.LIVE, base_url=address(STRIPE, HERE), credentials={"STRIPE_API_KEY": "sk_test_imitation"})
    over_http = connect(STRIPE, live, people, httpx.ASGITransport(SandboxServer([STRIPE], people)))
    inside = connected(STRIPE, people)
    assert over_http.connector.offer.billing
    assert inside.connector.offer.billing
    there = await over_http.connector.offer.billing.plans(keys)
    assert there == await inside.connector.offer.billing.plans(keys)
    assert any(there.values())


async def _exchange(method: str, parts: Sequence[Message]) -> list[Message]:
    sent: list[Message] = []
    received = iter(parts)

    async def receive() -> Message:
        return next(received)

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "scheme": "http",
        "method": method,
        "path": "/frankfurter/v2",
        "query_string": b"",
        "headers": [],
    }
    await SandboxServer([ECHO], crowd())(scope, receive, send)
    return sent
