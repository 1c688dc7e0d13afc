from datetime import timedelta
from decimal import Decimal

import httpx
import pytest

from connectors.connection import Connection
from connectors.domain.errors import Malformed, RateLimited, Rejected, Unauthorized, Unavailable
from connectors.domain.money import Money
from connectors.domain.page import Page, position
from connectors.domain.payments import InvoicesAsked, Payment, PaymentsAsked, PaymentStatus
from connectors.domain.references import CustomerRef
from connectors.stripe.client import Stripe
from connectors.stripe.service import STRIPE
from tests.connectors.support import NOW, Recorder, answering, connected, crowd, refs

PEOPLE = crowd()
REF = refs(PEOPLE, [0])[0]


@pytest.fixture
def wire() -> Recorder:
    return Recorder(httpx.MockTransport(STRIPE.imitate(PEOPLE)))


@pytest.fixture
def connection(wire: Recorder) -> Connection:
    return connected(STRIPE, PEOPLE, wire)


@pytest.fixture
def stripe(connection: Connection) -> Stripe:
    assert isinstance(connection.connector, Stripe)
    return connection.connector


def over(wire: httpx.AsyncBaseTransport) -> Stripe:
    connector = connected(STRIPE, PEOPLE, wire).connector
    assert isinstance(connector, Stripe)
    return connector


async def everything(stripe: Stripe, ref: CustomerRef | None) -> list[Payment]:
    asked = PaymentsAsked(ref, Page(None))
    answer = (await stripe.payments([asked]))[asked]
    assert not isinstance(answer, Exception)
    return list(answer.items)


async def test_a_customers_payments_are_one_call_newest_first(stripe: Stripe, wire: Recorder) -> None:
    payments = await everything(stripe, REF)
    assert len(wire.requests) == 1
    assert payments
    assert payments == sorted(payments, key=position, reverse=True)
    assert {payment.customer for payment in payments} == {REF.links[0].external_id}


async def test_the_key_goes_with_every_call_and_names_the_version(stripe: Stripe, wire: Recorder) -> None:
    await stripe.ping()
    assert wire.requests[0].headers["authorization"] == "Bearer sk_test_imitation"
    assert wire.requests[0].headers["stripe-version"] == "2023-08-16"


async def test_pages_of_everybodys_payments_join_to_the_whole_list(stripe: Stripe) -> None:
    whole = await everything(stripe, None)
    joined: list[Payment] = []
    page = Page(17)
    while True:
        asked = PaymentsAsked(None, page)
        answer = (await stripe.payments([asked]))[asked]
        assert not isinstance(answer, Exception)
        joined += answer.items
        if answer.horizon is None:
            break
        page = Page(17, answer.horizon)
    assert joined == whole
    assert len(whole) > 150


async def test_a_status_is_sifted_out_of_as_many_charges_as_it_takes(stripe: Stripe) -> None:
    asked = PaymentsAsked(None, Page(5), PaymentStatus.PARTIALLY_REFUNDED)
    answer = (await stripe.payments([asked]))[asked]
    assert not isinstance(answer, Exception)
    expected = [one for one in await everything(stripe, None) if one.status is PaymentStatus.PARTIALLY_REFUNDED]
    assert list(answer.items) == expected[:5]


async def test_since_leaves_older_payments_at_stripe(stripe: Stripe, wire: Recorder) -> None:
    asked = PaymentsAsked(None, Page(100), since=NOW - timedelta(days=30))
    answer = (await stripe.payments([asked]))[asked]
    assert not isinstance(answer, Exception)
    assert answer.items
    assert all(payment.created_at >= NOW - timedelta(days=30) for payment in answer.items)
    assert wire.requests[0].url.params["created[gte]"] == str(int((NOW - timedelta(days=30)).timestamp()))


async def test_somebody_without_a_link_has_no_payments_and_costs_no_call(stripe: Stripe, wire: Recorder) -> None:
    assert await everything(stripe, CustomerRef("1")) == []
    assert wire.requests == []


async def test_a_batch_answers_every_key_though_one_fails(stripe: Stripe) -> None:
    stranger = CustomerRef("2", (type(REF.links[0])(REF.links[0].service, "cus_nobody"),))
    asked = [PaymentsAsked(REF, Page(3)), PaymentsAsked(stranger, Page(3))]
    answers = await stripe.payments(asked)
    assert not isinstance(answers[asked[0]], Exception)
    refusal = answers[asked[1]]
    assert isinstance(refusal, Rejected)
    assert refusal.status == 400
    assert "No such customer: 'cus_nobody'" in str(refusal)


async def test_payments_by_id_find_what_lists_show_and_none_for_the_rest(stripe: Stripe) -> None:
    first = (await everything(stripe, REF))[0]
    found = await stripe.payments_by_id([first.external_id, "ch_nope", "../balance", ".."])
    assert found == {first.external_id: first, "ch_nope": None, "../balance": None, "..": None}


async def test_invoices_and_plans_are_found_again_by_id(stripe: Stripe) -> None:
    asked = InvoicesAsked(REF, Page(2))
    invoices = (await stripe.invoices([asked]))[asked]
    assert not isinstance(invoices, Exception)
    plans = (await stripe.plans(refs(PEOPLE, range(9))))[REF]
    assert not isinstance(plans, Exception)
    for invoice in invoices.items:
        assert await stripe.invoices_by_id([invoice.external_id]) == {invoice.external_id: invoice}
    for plan in plans:
        assert await stripe.plans_by_id([plan.external_id]) == {plan.external_id: plan}


async def test_the_balance_has_one_amount_a_currency(stripe: Stripe) -> None:
    balance = await stripe.balance()
    assert len({money.currency for money in balance}) == len(balance) > 3
    assert all(money.amount >= 0 for money in balance)


async def test_minor_units_of_yen_are_whole_yen(stripe: Stripe) -> None:
    payments = [one for one in await everything(stripe, None) if one.amount.currency == "JPY"]
    assert payments
    assert all(payment.amount.amount % 150 == Decimal(0) for payment in payments)


async def test_the_balance_is_counted_as_stripe_counts() -> None:
    wire = answering(200, b'{"available": [{"amount": 500, "currency": "isk"}, {"amount": -5, "currency": "eur"}]}')
    assert await over(wire).balance() == [Money(Decimal(5), "ISK"), Money(Decimal("-0.05"), "EUR")]


async def test_plans_are_read_page_by_page_to_the_end() -> None:
    pages = iter([(b"sub_2", b"true"), (b"sub_1", b"false")])

    def answer(_: httpx.Request) -> httpx.Response:
        id, more = next(pages)
        plan = b'{"id": "%s", "status": "active", "currency": "eur", "cancel_at_period_end": false, ' % id
        body = plan + b'"current_period_end": 9, "created": 1, "items": {"data": []}}'
        return httpx.Response(200, content=b'{"has_more": %s, "data": [%s]}' % (more, body))

    wire = Recorder(httpx.MockTransport(answer))
    plans = (await over(wire).plans([REF]))[REF]
    assert isinstance(plans, tuple)
    assert [plan.external_id for plan in plans] == ["sub_2", "sub_1"]
    assert [dict(request.url.params).get("starting_after") for request in wire.requests] == [None, "sub_2"]
    assert {request.url.params["status"] for request in wire.requests} == {"all"}


async def test_the_same_key_asked_twice_is_one_call(stripe: Stripe, wire: Recorder) -> None:
    asked = PaymentsAsked(REF, Page(3))
    assert list(await stripe.payments([asked, asked])) == [asked]
    assert list(await stripe.payments_by_id(["ch_1", "ch_1"])) == ["ch_1"]
    assert len(wire.requests) == 2


async def test_a_page_of_none_tells_that_there_is_more(stripe: Stripe) -> None:
    asked = PaymentsAsked(REF, Page(0))
    answer = (await stripe.payments([asked]))[asked]
    assert not isinstance(answer, Exception)
    assert answer.items == ()
    assert answer.horizon is not None
    rest = PaymentsAsked(REF, Page(None, answer.horizon))
    following = (await stripe.payments([rest]))[rest]
    assert not isinstance(following, Exception)
    assert list(following.items) == await everything(stripe, REF)


@pytest.mark.parametrize(
    ("wire", "error", "words"),
    [
        (answering(401), Unauthorized, "credentials"),
        (answering(500), Unavailable, "500"),
        (answering(302, headers={"Location": "http://elsewhere.example"}), Unavailable, "302"),
        (answering(429, headers={"Retry-After": "7"}), RateLimited, "7 s"),
        (answering(400, b'{"error": {"message": "no sk_test_imitation"}}'), Rejected, "400: no …"),
        (answering(200, b"<html>"), Malformed, "not JSON"),
        (
            answering(200, b'{"available": [{"amount": "1", "currency": "eur"}]}'),
            Malformed,
            r"\$.available\[0\].amount",
        ),
    ],
)
async def test_what_goes_wrong_has_one_kind_each(
    wire: httpx.AsyncBaseTransport, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        await over(wire).balance()
