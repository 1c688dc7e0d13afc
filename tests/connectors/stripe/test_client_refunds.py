"""Giving a charge back through the connector."""

from decimal import Decimal
from urllib.parse import parse_qs

import httpx
import pytest

from connectors.connection import Access, Mode, connect, imitated
from connectors.domain.errors import Rejected
from connectors.domain.money import Money
from connectors.domain.page import Page
from connectors.domain.payments import Payment, PaymentsAsked, PaymentStatus
from connectors.domain.refunds import Refund, RefundDesk
from connectors.stripe.client import Stripe
from connectors.stripe.service import STRIPE
from connectors.transport.cache_store import MemoryStore
from tests.connectors.support import NOW, Recorder, connected, crowd
from tests.contracts.checked import contract

PEOPLE = crowd()


@pytest.fixture
def wire() -> Recorder:
    return Recorder(httpx.MockTransport(STRIPE.imitate(PEOPLE)))


@pytest.fixture
def stripe(wire: Recorder) -> Stripe:
    return over(wire)


def over(wire: httpx.AsyncBaseTransport, *, whole: bool = False) -> Stripe:
    access = Access(mode=Mode.IMITATED, base_url=STRIPE.base_url, credentials=imitated(STRIPE))
    layered = connect(STRIPE, access, PEOPLE, wire, store=MemoryStore()) if whole else connected(STRIPE, PEOPLE, wire)
    assert isinstance(layered.connector, Stripe)
    return layered.connector


async def listed(stripe: Stripe) -> list[Payment]:
    asked = PaymentsAsked(None, Page(None))
    answer = (await stripe.payments([asked]))[asked]
    assert not isinstance(answer, Exception)
    return list(answer.items)


async def some(stripe: Stripe, status: PaymentStatus = PaymentStatus.SUCCEEDED, currency: str = "EUR") -> Payment:
    return next(one for one in await listed(stripe) if one.status is status and one.amount.currency == currency)


def form(request: httpx.Request) -> dict[str, list[str]]:
    return parse_qs(request.content.decode())


def error(status: int, message: str, **detail: str) -> httpx.MockTransport:
    body = {"error": {"message": message, "type": "invalid_request_error"} | detail}
    return httpx.MockTransport(lambda _: httpx.Response(status, json=body))


async def test_a_refund_of_all_is_one_call_and_answers_the_charge_as_it_is_afterwards(
    stripe: Stripe, wire: Recorder
) -> None:
    desk: RefundDesk = stripe
    before = await some(stripe)
    wire.requests.clear()
    after = await desk.refund(Refund(before.external_id), "key-1")
    (sent,) = wire.requests
    assert (sent.method, sent.url.path, sent.headers["idempotency-key"]) == ("POST", "/v1/refunds", "key-1")
    assert form(sent) == {"charge": [before.external_id], "expand[]": ["charge"]}
    assert (after.status, after.refunded) == (PaymentStatus.REFUNDED, before.amount)
    assert after in await listed(stripe)


async def test_a_part_is_counted_in_minor_units_once_its_currency_is_known(stripe: Stripe, wire: Recorder) -> None:
    before = await some(stripe)
    wire.requests.clear()
    after = await stripe.refund(Refund(before.external_id, Money(Decimal("1.50"), "EUR")), "k")
    assert [request.url.path for request in wire.requests] == [f"/v1/charges/{before.external_id}", "/v1/refunds"]
    assert form(wire.requests[1])["amount"] == ["150"]
    assert (after.status, after.refunded) == (PaymentStatus.PARTIALLY_REFUNDED, Money(Decimal("1.50"), "EUR"))


async def test_parts_add_up(stripe: Stripe) -> None:
    before = await some(stripe, currency="JPY")
    for count in (1, 2, 3):
        after = await stripe.refund(Refund(before.external_id, Money(Decimal(50), "JPY")), f"k{count}")
        assert after.refunded == Money(Decimal(50 * count), "JPY")


@pytest.mark.parametrize(
    ("reason", "sent"),
    [
        (None, {}),
        ("", {}),
        ("duplicate", {"reason": ["duplicate"]}),
        ("requested_by_customer", {"reason": ["requested_by_customer"]}),
        ("Arrived late", {"metadata[reason]": ["Arrived late"]}),
    ],
)
async def test_a_reason_of_stripes_own_is_one_and_any_other_is_a_note(
    stripe: Stripe, wire: Recorder, reason: str | None, sent: dict[str, list[str]]
) -> None:
    before = await some(stripe)
    await stripe.refund(Refund(before.external_id, reason=reason), "k")
    given = form(wire.requests[-1])
    assert {name: given[name] for name in given if "reason" in name} == sent


async def test_the_same_refund_with_the_same_key_is_made_once(stripe: Stripe) -> None:
    before = await some(stripe)
    refund = Refund(before.external_id, Money(Decimal(1), "EUR"), "duplicate")
    first, again = await stripe.refund(refund, "key-1"), await stripe.refund(refund, "key-1")
    assert first == again
    assert (await stripe.payments_by_id([before.external_id]))[before.external_id] == first


async def test_another_refund_with_a_key_that_was_used_is_refused(stripe: Stripe) -> None:
    before = await some(stripe)
    await stripe.refund(Refund(before.external_id, Money(Decimal(1), "EUR")), "key-1")
    with pytest.raises(Rejected, match="same parameters") as refused:
        await stripe.refund(Refund(before.external_id, Money(Decimal(2), "EUR")), "key-1")
    assert refused.value.status == 400


async def test_more_than_is_left_is_refused_in_stripes_words(stripe: Stripe) -> None:
    before = await some(stripe)
    with pytest.raises(Rejected, match=r"Refund amount \(100000000\) is greater than unrefunded amount on charge"):
        await stripe.refund(Refund(before.external_id, Money(Decimal(10**6), "EUR")), "k")


async def test_what_was_given_back_already_is_refused(stripe: Stripe) -> None:
    before = await some(stripe)
    await stripe.refund(Refund(before.external_id), "k1")
    with pytest.raises(Rejected, match="has already been refunded"):
        await stripe.refund(Refund(before.external_id), "k2")


@pytest.mark.parametrize("amount", [None, Money(Decimal(1), "EUR")])
async def test_a_charge_that_there_is_not_is_refused(stripe: Stripe, amount: Money | None) -> None:
    with pytest.raises(Rejected, match="No such charge: 'ch_nope'") as refused:
        await stripe.refund(Refund("ch_nope", amount), "k")
    assert refused.value.status == 404


@pytest.mark.parametrize(
    ("amount", "message"),
    [
        (Money(Decimal(1), "USD"), "was paid in EUR, not USD"),
        (Money(Decimal("1.005"), "EUR"), "EUR has no such fraction as 1.005"),
    ],
)
async def test_an_amount_that_the_charge_cannot_have_is_refused_before_anything_is_written(
    stripe: Stripe, wire: Recorder, amount: Money, message: str
) -> None:
    before = await some(stripe)
    with pytest.raises(Rejected, match=message) as refused:
        await stripe.refund(Refund(before.external_id, amount), "k")
    assert refused.value.status == 400
    assert {request.method for request in wire.requests} == {"GET"}


@pytest.mark.parametrize("status", ["failed", "canceled"])
async def test_a_refund_that_came_to_nothing_is_an_error(stripe: Stripe, status: str) -> None:
    before = await some(stripe)
    known: dict[str, object] = {"id": before.external_id, "currency": "eur", "created": int(NOW.timestamp())}
    charge = known | {"status": "succeeded", "amount": 1, "amount_refunded": 0, "refunded": False, "livemode": False}
    answer = httpx.MockTransport(lambda _: httpx.Response(200, json={"status": status, "charge": charge}))
    with pytest.raises(Rejected, match=f"STRIPE could not refund {before.external_id}"):
        await over(answer).refund(Refund(before.external_id), "k")


async def test_stripes_refusal_is_told_as_it_is() -> None:
    with pytest.raises(Rejected, match="STRIPE answered 400: Insufficient funds in your Stripe balance"):
        await over(error(400, "Insufficient funds in your Stripe balance")).refund(Refund("ch_1"), "k")


async def test_a_refund_is_repeated_where_stripe_failed_and_drops_what_was_kept(wire: Recorder) -> None:
    failures = [503]

    class Failing(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            response = await wire.handle_async_request(request)  # done, but the answer is lost
            return httpx.Response(failures.pop()) if request.method == "POST" and failures else response

    stripe = over(Failing(), whole=True)
    before = await some(stripe)
    await stripe.balance()
    after = await stripe.refund(Refund(before.external_id, Money(Decimal(1), "EUR")), "k")
    assert after.refunded == Money(Decimal(1), "EUR")
    assert [request.method for request in wire.requests].count("POST") == 2
    assert after in await listed(stripe)
    wire.requests.clear()
    await stripe.balance()
    assert len(wire.requests) == 1


class Expanded(httpx.AsyncBaseTransport):
    """Holds a refund and the charge inside it to the contract one by one: the document is cut where one is in another.

    https://docs.stripe.com/api/expanding_objects
    """

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self.seen = 0
        self._contract = contract("stripe", extra={"GET /v1/charges/{charge}": "charge"})
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._contract.check_request(request)
        response = await self._inner.handle_async_request(request)
        told = response
        if request.url.path == "/v1/refunds" and response.is_success:
            body = response.json()
            self._contract.check_body("charge", body["charge"])
            told = httpx.Response(200, json=body | {"charge": body["charge"]["id"]})
            self.seen += 1
        self._contract.check_response(request, told)
        return response


async def test_refunds_keep_to_the_contract() -> None:
    held = Expanded(httpx.MockTransport(STRIPE.imitate(PEOPLE)))
    stripe = over(held)
    before = await some(stripe)
    await stripe.refund(Refund(before.external_id, Money(Decimal(1), "EUR"), "fraudulent"), "k1")
    await stripe.refund(Refund(before.external_id, None, "Arrived late"), "k2")
    with pytest.raises(Rejected):
        await stripe.refund(Refund(before.external_id), "k3")
    assert held.seen == 2
