import ssl
from collections.abc import Callable, Mapping
from dataclasses import replace

import httpx
import pytest
import respx

from connectors.connection import Access, Connection, Mode, base_url, connect, imitated
from connectors.domain.errors import NotConfigured, TimedOut, Unavailable
from connectors.domain.service import Service
from connectors.faults.fault import Fault, Kind
from connectors.frankfurter.service import FRANKFURTER
from connectors.stripe.client import Stripe
from connectors.stripe.service import STRIPE
from connectors.transport.cache_store import MemoryStore
from connectors.transport.call import Call, call_of
from connectors.transport.limits import Limits
from connectors.transport.quota import Quota
from connectors.transport.quota_body import Said
from connectors.transport.trace import Trace
from connectors.vendor import Vendor
from tests.acceptance.faults import replying, serving
from tests.connectors.support import Recorder, Silence, answering, connected, crowd

PEOPLE = crowd(3)
BALANCE = b'{"available": []}'
LIVE = Access(mode=Mode.LIVE, base_url="https://api.stripe.com", credentials={"STRIPE_API_KEY": "sk_live_1"})
OFF = Access(mode=Mode.OFF, base_url="https://api.stripe.com", credentials={})


def live(access: Access = LIVE, wire: httpx.AsyncBaseTransport | None = None) -> Connection:
    return connect(STRIPE, access, PEOPLE, wire)


async def test_exactly_these_headers_are_sent_and_nothing_of_a_callers() -> None:
    network = respx.MockRouter()
    route = network.get("https://api.stripe.com/v1/balance").respond(200, content=BALANCE)
    await live(wire=httpx.MockTransport(network.async_handler)).connector.ping()
    sent = route.calls.last.request.headers
    assert dict(sent) == {
        "host": "api.stripe.com",
        "accept": "*/*",
        "accept-encoding": sent["accept-encoding"],
        "connection": "keep-alive",
        "user-agent": "tributary",
        "authorization": "Bearer sk_live_1",
        "stripe-version": "2023-08-16",
    }
    assert "gzip" in sent["accept-encoding"]


async def test_a_redirect_leads_nowhere() -> None:
    network = respx.MockRouter(assert_all_called=False)
    network.get("https://api.stripe.com/v1/balance").respond(307, headers={"Location": "http://169.254.169.254/"})
    elsewhere = network.get("http://169.254.169.254/").respond(200, content=BALANCE)
    with pytest.raises(Unavailable, match="307"):
        await live(wire=httpx.MockTransport(network.async_handler)).connector.ping()
    assert not elsewhere.called


async def test_cookies_are_neither_kept_nor_sent() -> None:
    cookies = "session=of-somebody; Domain=stripe.com; Path=/; Secure"
    wire = Recorder(answering(200, BALANCE, {"Set-Cookie": cookies}))
    connection = live(wire=wire)
    await connection.connector.ping()
    await connection.connector.ping()
    assert len(wire.requests) == 2
    assert all("cookie" not in request.headers for request in wire.requests)
    assert list(connection.client.cookies.jar) == []


async def test_the_environment_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    async with serving(replying("200 OK", BALANCE)) as address:
        connection = live(replace(LIVE, base_url=address))
        await connection.connector.ping()
        await connection.client.aclose()


async def test_an_imitated_service_answers_without_a_network() -> None:
    connection = connected(STRIPE, PEOPLE)
    assert isinstance(connection.connector, Stripe)
    assert await connection.connector.balance()
    assert connection.stats.totals.calls == 1


async def test_an_imitated_service_fails_as_it_is_told_to() -> None:
    access = Access(
        mode=Mode.IMITATED,
        base_url=STRIPE.base_url,
        credentials=imitated(STRIPE),
        fault=Fault(kind=Kind.STATUS, status=502),
    )
    with pytest.raises(Unavailable, match="502"):
        await live(access).connector.ping()


async def test_two_imitations_have_a_state_of_their_own() -> None:
    first, second = (connected(STRIPE, PEOPLE) for _ in range(2))
    charges = (await first.client.get("/v1/charges", params={"limit": 100})).json()["data"]
    paid = next(charge for charge in charges if charge["paid"] and not charge["amount_refunded"])
    refund = await first.client.post("/v1/refunds", data={"charge": paid["id"]})
    assert refund.status_code == 200
    path = f"/v1/charges/{paid['id']}"
    assert (await first.client.get(path)).json()["refunded"] is True
    assert (await second.client.get(path)).json()["refunded"] is False


async def test_a_service_that_is_off_needs_no_credentials_and_is_never_called() -> None:
    wire = Recorder(answering(200, BALANCE))
    connection = live(OFF, wire)
    with pytest.raises(NotConfigured, match="STRIPE is not configured"):
        await connection.connector.ping()
    assert wire.requests == []
    assert connection.stats.totals.calls == connection.stats.totals.errors == 0


async def test_a_service_that_is_off_costs_each_key_its_own_error() -> None:
    connector = live(OFF).connector
    assert isinstance(connector, Stripe)
    answers = await connector.payments_by_id(["ch_1", "ch_2"])
    assert [type(answer) for answer in answers.values()] == [NotConfigured, NotConfigured]


async def test_the_timeout_is_the_accesss() -> None:
    with pytest.raises(TimedOut, match=r"0\.05 s"):
        await live(replace(LIVE, limits=Limits(timeout=0.05)), Silence()).connector.ping()


@pytest.mark.parametrize(
    ("limits", "given"),
    [
        (Limits(), {"timeout": 10.0, "connect_timeout": 2.0, "concurrency": 32, "largest": 10 * 2**20}),
        (Limits(timeout=0.5), {"timeout": 0.5, "connect_timeout": 0.5, "concurrency": 32, "largest": 10 * 2**20}),
        (
            Limits(timeout=9, connect_timeout=0.1, concurrency=3, max_body=0.5),
            {"timeout": 9, "connect_timeout": 0.1, "concurrency": 3, "largest": 2**19},
        ),
    ],
)
async def test_the_wire_is_given_its_limits(
    monkeypatch: pytest.MonkeyPatch, limits: Limits, given: dict[str, float]
) -> None:
    found: list[dict[str, object]] = []

    def wire(_: Service, *, tls: object, **limits: object) -> httpx.MockTransport:
        found.append(limits)
        assert tls
        return answering(200, BALANCE)

    monkeypatch.setattr("connectors.connection.Wire", wire)
    live(replace(LIVE, limits=limits))
    assert found == [given]


async def asked(vendor: Vendor, limits: Limits | None = None) -> Call:
    """What the layers are told of a ping."""
    wire = Recorder(answering(500))
    access = Access(mode=Mode.LIVE, base_url="https://vendor.example", credentials=imitated(vendor))
    connection = connect(vendor, replace(access, limits=limits or Limits()), PEOPLE, wire)
    with pytest.raises(Unavailable):
        await connection.connector.ping()
    return call_of(wire.requests[0])


async def test_what_needs_no_secret_is_for_everybody() -> None:
    assert (await asked(STRIPE)).private
    assert not (await asked(FRANKFURTER)).private
    public = replace(STRIPE, variables=tuple(replace(variable, secret=False) for variable in STRIPE.variables))
    assert not (await asked(public)).private


async def test_lifetimes_are_as_long_as_the_limits_say() -> None:
    usual, longer = await asked(STRIPE), await asked(STRIPE, Limits(cache=3))
    assert usual.fresh
    assert (longer.fresh, longer.stale, longer.if_error) == (3 * usual.fresh, 3 * usual.stale, 3 * usual.if_error)


async def test_quotas_are_read_as_the_vendor_says() -> None:
    vendor = replace(STRIPE, reads_quota=lambda body: Said(Quota(len(body), 1)))
    connection = connect(vendor, LIVE, PEOPLE, answering(200, BALANCE), store=MemoryStore())
    await connection.connector.ping()
    assert connection.stack
    assert connection.stack.budget.current() == Quota(len(BALANCE), 1)


async def test_every_call_is_traced_outermost() -> None:
    connection = live(wire=answering(200, BALANCE))
    assert isinstance(connection.client._transport, Trace)  # noqa: SLF001 - httpx has no other way to look
    assert connection.service is connection.stats.service is STRIPE.service


async def test_secrets_do_not_leave_in_an_errors_words() -> None:
    connector = live(wire=answering(400, b'{"error": {"message": "sk_live_1 may not"}}')).connector
    assert isinstance(connector, Stripe)
    answers = await connector.payments_by_id(["ch_1"])
    assert str(answers["ch_1"]) == "STRIPE answered 400: … may not"


async def test_certificates_are_read_once_for_all_services(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[ssl.SSLContext] = []
    create: Callable[[], ssl.SSLContext] = httpx.create_ssl_context

    def counted() -> ssl.SSLContext:
        made.append(create())
        return made[-1]

    monkeypatch.setattr(httpx, "create_ssl_context", counted)
    for _ in range(3):
        live()
    assert len(made) <= 1


def test_imitated_credentials_are_what_the_vendor_says() -> None:
    assert imitated(STRIPE) == {"STRIPE_API_KEY": "sk_test_imitation"}


@pytest.mark.parametrize(
    ("template", "credentials", "url"),
    [
        ("https://api.stripe.com", {}, "https://api.stripe.com"),
        ("https://{SUB}.zendesk.com", {"SUB": "acme"}, "https://acme.zendesk.com"),
    ],
)
def test_a_base_url_may_hold_names_of_variables(template: str, credentials: Mapping[str, str], url: str) -> None:
    assert base_url(replace(STRIPE, base_url=template), credentials) == url
