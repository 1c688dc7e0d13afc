"""The connector over the imitation."""

from datetime import timedelta

import httpx
import pytest

from connectors.connection import Access, Connection, Mode, connect, imitated
from connectors.domain.errors import Malformed, NotConfigured, RateLimited, Rejected, Unavailable
from connectors.domain.offer import Offer
from connectors.domain.page import Page, Slice, position
from connectors.domain.payments import Payment, PaymentsAsked, PaymentSource, PaymentStatus
from connectors.domain.references import CustomerRef
from connectors.domain.refunds import RefundDesk
from connectors.paypal.client import Paypal
from connectors.paypal.service import PAYPAL
from connectors.seed.people import PAYPAL_PAYER, People
from tests.connectors.paypal.support import (
    BALANCES,
    TOKEN,
    TRANSACTIONS,
    client,
    connected,
    everything,
    imitation,
    page_of,
    paths,
    ref,
    searches,
)
from tests.connectors.support import NOW, Recorder, answering, crowd

PEOPLE = crowd()


@pytest.fixture
def wire() -> Recorder:
    return Recorder(imitation(PEOPLE))


@pytest.fixture
def paypal(wire: Recorder) -> Paypal:
    return client(wire)


def test_it_is_a_source_of_payments_and_a_desk_for_refunds(paypal: Paypal) -> None:
    source: PaymentSource = paypal
    desk: RefundDesk = paypal
    assert paypal.offer == Offer(payments=source, refund_desk=desk)


async def test_everybodys_payments_are_newest_first_and_of_every_kind(paypal: Paypal) -> None:
    payments = await everything(paypal)
    assert payments == sorted(payments, key=position, reverse=True)
    assert len({payment.external_id for payment in payments}) == len(payments) > 60
    assert {payment.status for payment in payments} >= {
        PaymentStatus.SUCCEEDED,
        PaymentStatus.FAILED,
        PaymentStatus.REFUNDED,
        PaymentStatus.PARTIALLY_REFUNDED,
    }
    assert all(payment.amount.amount > 0 for payment in payments)
    assert all(payment.amount.amount >= payment.refunded.amount >= 0 for payment in payments)
    assert all(payment.description for payment in payments)


async def test_the_payments_of_all_customers_and_guests_make_up_the_whole(paypal: Paypal) -> None:
    whole = await everything(paypal)
    asked = [PaymentsAsked(ref(number), Page(None)) for number in range(PEOPLE.count)]
    answers = await paypal.payments(asked)
    theirs: list[Payment] = []
    for number, one in enumerate(asked):
        answer = answers[one]
        assert isinstance(answer, Slice)
        assert {payment.customer for payment in answer.items} <= {PAYPAL_PAYER.encode(number)}
        theirs += answer.items
    guests = [payment for payment in whole if payment.customer is None]
    assert sorted([*theirs, *guests], key=position, reverse=True) == whole
    assert guests


async def test_a_batch_of_customers_costs_as_much_as_one(paypal: Paypal, wire: Recorder) -> None:
    await paypal.payments([PaymentsAsked(ref(0), Page(20))])
    one = len(searches(wire))
    wire.requests.clear()
    await paypal.payments([PaymentsAsked(ref(number), Page(20)) for number in range(40)])
    assert len(searches(wire)) == one == 15


async def test_refunds_are_told_by_the_payment(paypal: Paypal) -> None:
    payments = await everything(paypal)
    partly = next(payment for payment in payments if payment.status is PaymentStatus.PARTIALLY_REFUNDED)
    assert 0 < partly.refunded.amount < partly.amount.amount
    wholly = next(payment for payment in payments if payment.status is PaymentStatus.REFUNDED)
    assert wholly.refunded == wholly.amount


async def test_since_and_status_narrow_a_list(paypal: Paypal) -> None:
    since = NOW - timedelta(days=300)
    asked = PaymentsAsked(None, Page(None), PaymentStatus.SUCCEEDED, since)
    expected = [
        payment
        for payment in await everything(paypal)
        if payment.created_at >= since and payment.status is PaymentStatus.SUCCEEDED
    ]
    assert list((await page_of(paypal, asked)).items) == expected
    assert len(expected) > 10


async def test_the_balance_is_what_is_available_of_each_currency(paypal: Paypal, wire: Recorder) -> None:
    balance = await paypal.balance()
    assert len({money.currency for money in balance}) == len(balance) > 3
    assert paths(wire) == [BALANCES]


async def test_a_ping_reads_the_balance(paypal: Paypal, wire: Recorder) -> None:
    await paypal.ping()
    assert [request.url.path for request in wire.requests] == [TOKEN, BALANCES]


async def test_lists_are_kept_by_the_stack_although_paypal_says_no_store(wire: Recorder) -> None:
    paypal = client(wire, whole=True)
    for _ in range(2):
        await everything(paypal)
        await paypal.balance()
    assert len(searches(wire)) == 37
    assert paths(wire).count(BALANCES) == 1


async def test_a_payer_of_whom_paypal_knows_nothing_has_nothing(paypal: Paypal) -> None:
    assert await everything(paypal, ref(10_000)) == []


@pytest.mark.parametrize(
    ("status", "body", "headers", "error"),
    [
        (429, b'{"name": "RATE_LIMIT_REACHED", "message": "Too many requests."}', {"Retry-After": "7"}, RateLimited),
        (500, b'{"name": "INTERNAL_SERVER_ERROR"}', {}, Unavailable),
        (400, b'{"name": "INVALID_REQUEST", "message": "m"}', {}, Rejected),
        (200, b'{"transaction_details": [{}]}', {}, Malformed),
        (200, b"<html>", {}, Malformed),
    ],
)
async def test_a_failure_is_an_answer_of_every_key(
    status: int, body: bytes, headers: dict[str, str], error: type[Exception]
) -> None:
    def handle(request: httpx.Request) -> httpx.Response:
        if request.url.path == TOKEN:
            return httpx.Response(200, json={"access_token": "t", "expires_in": 100})
        return httpx.Response(status, content=body, headers=headers)

    asked = [PaymentsAsked(ref(1), Page(2)), PaymentsAsked(None, Page(2))]
    answers = await client(httpx.MockTransport(handle)).payments(asked)
    assert [type(answers[one]) for one in asked] == [error] * 2


async def test_without_credentials_only_the_unlinked_are_answered() -> None:
    access = Access(mode=Mode.OFF, base_url=PAYPAL.base_url, credentials={})
    connector = connect(PAYPAL, access, PEOPLE, answering()).connector
    assert isinstance(connector, Paypal)
    linked, unlinked = PaymentsAsked(ref(1), Page(2)), PaymentsAsked(CustomerRef("1"), Page(2))
    answers = await connector.payments([linked, unlinked])
    assert isinstance(answers[linked], NotConfigured)
    assert answers[unlinked] == Slice(())


async def test_calls_of_a_token_are_counted_as_calls() -> None:
    connection = connected(imitation(PEOPLE))
    await connection.connector.ping()
    assert (connection.stats.totals.calls, connection.stats.totals.errors) == (2, 0)


async def test_it_works_at_any_time_as_the_service_makes_it() -> None:
    access = Access(mode=Mode.IMITATED, base_url=PAYPAL.base_url, credentials=imitated(PAYPAL))
    connection: Connection = connect(PAYPAL, access, People(40))
    assert isinstance(connection.connector, Paypal)
    asked = PaymentsAsked(None, Page(None))
    found = (await connection.connector.payments([asked]))[asked]
    assert isinstance(found, Slice)
    assert found.items


async def test_a_search_is_of_payments_by_the_history_alone(paypal: Paypal, wire: Recorder) -> None:
    await page_of(paypal, PaymentsAsked(None, Page(5)))
    assert set(paths(wire)) == {TRANSACTIONS}
