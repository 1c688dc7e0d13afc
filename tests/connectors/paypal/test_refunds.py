"""Giving payments back."""

from datetime import timedelta
from decimal import Decimal

import httpx
import pytest

from connectors.domain.errors import Rejected, Unauthorized
from connectors.domain.money import Money
from connectors.domain.payments import PaymentStatus
from connectors.domain.refunds import Refund
from connectors.paypal.client import Paypal
from tests.connectors.paypal.support import (
    TOKEN,
    Written,
    body,
    by_id,
    capture,
    client,
    connected,
    everything,
    imitation,
    line,
    returned,
    some,
)
from tests.connectors.support import NOW, Recorder, crowd

PEOPLE = crowd()
DAY = timedelta(days=1)
A = "A".ljust(17, "X")


@pytest.fixture
def wire() -> Recorder:
    return Recorder(imitation(PEOPLE))


@pytest.fixture
def paypal(wire: Recorder) -> Paypal:
    return client(wire)


async def test_a_refund_of_all_leaves_nothing(paypal: Paypal, wire: Recorder) -> None:
    before = await some(paypal)
    wire.requests.clear()
    after = await paypal.refund(Refund(before.external_id), "key-1")
    assert (after.status, after.refunded) == (PaymentStatus.REFUNDED, before.amount)
    assert after == await by_id(paypal, before.external_id)
    sent = wire.requests[2]
    assert (sent.method, sent.url.path) == ("POST", f"/v2/payments/captures/{before.external_id}/refund")
    assert body(sent) == {}
    assert (sent.headers["paypal-request-id"], sent.headers["prefer"]) == ("key-1", "return=representation")


async def test_partial_refunds_add_up_and_lists_tell_of_them(paypal: Paypal) -> None:
    before = await some(paypal)
    third = Money((before.amount.amount / 3).quantize(before.amount.amount), before.amount.currency)
    for count in (1, 2):
        after = await paypal.refund(Refund(before.external_id, third, "Arrived late"), f"key-{count}")
        assert (after.status, after.refunded.amount) == (PaymentStatus.PARTIALLY_REFUNDED, third.amount * count)
    assert after in await everything(paypal)
    assert await by_id(paypal, before.external_id) == after


async def test_amount_and_reason_are_written_as_paypal_takes_them(paypal: Paypal, wire: Recorder) -> None:
    before = await some(paypal)
    await paypal.refund(Refund(before.external_id, Money(Decimal(2), before.amount.currency), "Arrived late"), "k")
    digits = "2" if before.amount.currency == "JPY" else "2.00"
    amount = {"currency_code": before.amount.currency, "value": digits}
    assert body(wire.requests[-1]) == {"amount": amount, "note_to_payer": "Arrived late"}


async def test_the_same_refund_with_the_same_key_is_made_once(paypal: Paypal) -> None:
    before = await some(paypal)
    refund = Refund(before.external_id, Money(Decimal(1), before.amount.currency))
    first, again = await paypal.refund(refund, "key-1"), await paypal.refund(refund, "key-1")
    assert first == again
    assert again.refunded.amount == 1


async def test_another_refund_with_a_key_that_was_used_is_refused(paypal: Paypal) -> None:
    before = await some(paypal)
    await paypal.refund(Refund(before.external_id, Money(Decimal(1), before.amount.currency)), "key-1")
    with pytest.raises(Rejected, match="PAYPAL_REQUEST_ID_PREVIOUSLY_USED") as refused:
        await paypal.refund(Refund(before.external_id, Money(Decimal(2), before.amount.currency)), "key-1")
    assert refused.value.status == 422


async def test_more_than_is_left_is_refused_in_paypals_words(paypal: Paypal) -> None:
    before = await some(paypal)
    with pytest.raises(Rejected, match=r"PAYPAL answered 422: REFUND_AMOUNT_EXCEEDED: .+"):
        await paypal.refund(Refund(before.external_id, Money(Decimal(10**6), before.amount.currency)), "k")


@pytest.mark.parametrize(
    ("status", "days", "issue"),
    [
        (PaymentStatus.REFUNDED, 170, "CAPTURE_FULLY_REFUNDED"),
        (PaymentStatus.FAILED, 1000, "REFUND_NOT_ALLOWED"),
    ],
)
async def test_what_cannot_be_given_back_is_refused(
    paypal: Paypal, status: PaymentStatus, days: int, issue: str
) -> None:
    before = await some(paypal, status, days)
    with pytest.raises(Rejected, match=issue):
        await paypal.refund(Refund(before.external_id), "k")


async def test_an_amount_in_another_currency_is_refused(paypal: Paypal) -> None:
    before = await some(paypal)
    with pytest.raises(Rejected, match="REFUND_CAPTURE_CURRENCY_MISMATCH"):
        await paypal.refund(Refund(before.external_id, Money(Decimal(1), "NOK")), "k")


@pytest.mark.parametrize("id", ["nope", "A" * 17])
async def test_a_payment_that_there_is_not_is_refused_and_nothing_is_written(wire: Recorder, id: str) -> None:
    connection = connected(wire)
    assert isinstance(connection.connector, Paypal)
    with pytest.raises(Rejected, match=f"PAYPAL has no payment {id}") as refused:
        await connection.connector.refund(Refund(id), "k")
    assert refused.value.status == 404
    assert {request.method for request in wire.requests if request.url.path != TOKEN} <= {"GET"}
    assert connection.stats.totals.errors == 1


@pytest.mark.parametrize(
    ("answer", "refunded"),
    [
        ({"status": "COMPLETED"}, "10.00"),
        ({"status": "PENDING", "amount": {"currency_code": "USD", "value": "3.00"}}, "4.00"),
        (
            {
                "status": "COMPLETED",
                "amount": {"currency_code": "USD", "value": "3.00"},
                "seller_payable_breakdown": {"total_refunded_amount": {"currency_code": "USD", "value": "6.50"}},
            },
            "6.50",
        ),
    ],
)
async def test_the_sum_is_paypals_or_follows_from_what_was_known(answer: dict[str, object], refunded: str) -> None:
    payment = await client(Answering(answer)).refund(Refund(A), "k")
    assert payment.refunded == Money(Decimal(refunded), "USD")


@pytest.mark.parametrize("status", ["FAILED", "CANCELLED"])
async def test_a_refund_that_came_to_nothing_is_an_error(status: str) -> None:
    with pytest.raises(Rejected, match=f"could not refund {A}: {status}"):
        await client(Answering({"status": status})).refund(Refund(A), "k")


async def test_a_refund_is_sent_again_where_the_token_was_refused() -> None:
    wire = Answering({"status": "COMPLETED"}, refusals=1)
    assert (await client(wire).refund(Refund(A), "k")).status is PaymentStatus.REFUNDED
    assert [request.headers["paypal-request-id"] for request in wire.posted] == ["k", "k"]
    with pytest.raises(Unauthorized):
        await client(Answering({}, refusals=2)).refund(Refund(A), "k")


async def test_a_refund_goes_through_the_stack_as_a_write_that_may_be_repeated_and_drops_what_was_kept() -> None:
    wire = Answering({"status": "COMPLETED"}, failures=1)
    paypal = client(wire, whole=True)
    await everything(paypal)
    searched = len(wire.requests)
    await paypal.refund(Refund(A), "k")
    assert len(wire.posted) == 2
    wire.requests.clear()
    await everything(paypal)
    assert len(wire.requests) == searched


class Answering(Written):
    """One payment, given back in part already; refunds are answered as a test says."""

    def __init__(self, answer: object, *, refusals: int = 0, failures: int = 0) -> None:
        lines = [line("A", NOW - 9 * DAY), returned("R", "A", NOW - DAY, "-1.00")]
        super().__init__(lines, {"A": capture("A", NOW - 9 * DAY, "PARTIALLY_REFUNDED")})
        self.answer = answer
        self.statuses = [401] * refusals + [503] * failures
        self.posted: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if not request.url.path.endswith("/refund"):
            return await super().handle_async_request(request)
        self.posted.append(request)
        return httpx.Response(self.statuses.pop(0) if self.statuses else 201, json=self.answer)
