"""Payments one at a time."""

from datetime import timedelta
from decimal import Decimal

import httpx
import pytest

from connectors.domain.errors import Unavailable
from connectors.domain.payments import PaymentStatus
from connectors.paypal.client import Paypal
from tests.connectors.paypal.support import (
    TRANSACTIONS,
    Written,
    by_id,
    capture,
    client,
    everything,
    imitation,
    line,
    outside_checkout,
    paths,
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


async def test_whatever_a_list_shows_is_found_by_its_id(paypal: Paypal) -> None:
    listed = {payment.external_id: payment for payment in await everything(paypal)}
    assert await paypal.payments_by_id(list(listed)) == listed
    assert any(outside_checkout(id) for id in listed)


async def test_a_capture_is_two_calls(paypal: Paypal, wire: Recorder) -> None:
    payment = await some(paypal)
    wire.requests.clear()
    assert await by_id(paypal, payment.external_id) == payment
    assert paths(wire) == [f"/v2/payments/captures/{payment.external_id}", TRANSACTIONS]
    assert wire.requests[-1].url.params["transaction_id"] == payment.external_id


async def test_n_payments_are_two_calls_each_and_one_that_is_asked_twice_is_one(paypal: Paypal, wire: Recorder) -> None:
    ids = [
        one.external_id
        for one in await everything(paypal)
        if one.status is PaymentStatus.SUCCEEDED and not outside_checkout(one.external_id)
    ][:6]
    wire.requests.clear()
    await paypal.payments_by_id([*ids, *ids])
    assert len(paths(wire)) == 12


async def test_a_partial_refund_is_summed_up_from_the_history_after_it() -> None:
    wire = Written(
        [
            line("A", NOW - 40 * DAY),
            returned("R1", "A", NOW - 35 * DAY, "-1.00"),
            returned("R2", "A", NOW - DAY, "-2.00"),
        ],
        {"A": capture("A", NOW - 40 * DAY, "PARTIALLY_REFUNDED")},
    )
    payment = await by_id(client(wire), A)
    assert payment is not None
    assert (payment.refunded.amount, payment.status) == (Decimal("3.00"), PaymentStatus.PARTIALLY_REFUNDED)
    assert len(wire.requests) == 2 + 2


async def test_a_full_refund_needs_no_sum() -> None:
    wire = Written([line("A", NOW - 40 * DAY)], {"A": capture("A", NOW - 40 * DAY, "REFUNDED")})
    payment = await by_id(client(wire), A)
    assert payment is not None
    assert payment.refunded == payment.amount
    assert len(wire.requests) == 2


async def test_what_the_history_does_not_list_yet_is_known_by_its_capture() -> None:
    payment = await by_id(client(Written([], {"A": capture("A", NOW - DAY / 24)})), A)
    assert payment is not None
    assert (payment.status, payment.customer) == (PaymentStatus.SUCCEEDED, None)


async def test_what_paypal_has_forgotten_is_known_by_its_capture_alone() -> None:
    wire = Written([], {"A": capture("A", NOW - 2000 * DAY)})
    assert await by_id(client(wire), A) is not None
    assert len(wire.requests) == 1


@pytest.mark.parametrize(("days", "calls"), [(10, 1 + 6 + 2), (250, 1 + 12 + 7), (1000, 1 + 36 + 7)])
async def test_money_sent_outside_a_checkout_is_looked_for_newest_first(days: int, calls: int) -> None:
    wire = Written([line("A", NOW - days * DAY), returned("R", "A", NOW - (days - 1) * DAY)])
    payment = await by_id(client(wire), A)
    assert payment is not None
    assert payment.refunded.amount == Decimal("4.00")
    assert len(wire.requests) <= calls


async def test_an_id_that_there_never_was_is_none_after_three_years_of_history() -> None:
    wire = Written([line("B", NOW - DAY)])
    assert await by_id(client(wire), A) is None
    assert len(wire.requests) == 1 + 37


@pytest.mark.parametrize(
    "id", ["", "A", "A" * 16, "A" * 18, "../balances", "..", "AAAAAAAA/AAAAAAAA", "ÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄ"]
)
async def test_what_cannot_be_an_id_is_none_and_costs_nothing(paypal: Paypal, wire: Recorder, id: str) -> None:
    assert await by_id(paypal, id) is None
    assert wire.requests == []


async def test_the_id_of_a_refund_or_of_money_that_we_sent_is_no_payment() -> None:
    lines = [returned("R", "A", NOW - DAY), line("S", NOW - DAY, "-5.00", transaction_event_code="T0001")]
    paypal = client(Written(lines))
    assert await by_id(paypal, "R".ljust(17, "X")) is None
    assert await by_id(paypal, "S".ljust(17, "X")) is None


async def test_one_payment_that_fails_leaves_the_others(paypal: Paypal, wire: Recorder) -> None:
    good = await some(paypal)

    class Failing(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            return httpx.Response(503) if A in str(request.url) else await wire.handle_async_request(request)

    answers = await client(Failing()).payments_by_id([A, good.external_id])
    assert isinstance(answers[A], Unavailable)
    assert answers[good.external_id] == good
