from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

import msgspec
import pytest

from connectors.domain.money import Money
from connectors.domain.payments import InvoiceStatus, PaymentStatus, PlanStatus
from connectors.domain.service import Service
from connectors.stripe import wire

BODIES = Path(__file__).parent / "bodies"
T = TypeVar("T")


def recorded(name: str, into: type[T]) -> T:
    """A body in Stripe's documented shape."""
    return msgspec.json.decode((BODIES / f"{name}.json").read_bytes(), type=into)


def charge(**changes: object) -> wire.Charge:
    return msgspec.structs.replace(recorded("charge_bare", wire.Charge), **changes)


def subscription(**changes: object) -> wire.Subscription:
    return msgspec.structs.replace(recorded("subscription_tiered", wire.Subscription), **changes)


def test_a_charge_of_nobody_without_a_description_is_a_payment() -> None:
    payment = wire.payment(recorded("charge_bare", wire.Charge))
    assert payment.service is Service.STRIPE
    assert payment.external_id == "ch_3MmlLrLkdIwHu7ix0snN0B15"
    assert payment.url == "https://dashboard.stripe.com/payments/ch_3MmlLrLkdIwHu7ix0snN0B15"
    assert payment.amount == Money(Decimal("109.900"), "KWD")
    assert payment.refunded == Money(Decimal(0), "KWD")
    assert (payment.customer, payment.description) == (None, None)
    assert payment.created_at == datetime(2023, 3, 17, 22, 2, 19, tzinfo=UTC)


def test_a_page_of_charges_keeps_their_order_and_every_status() -> None:
    page = recorded("charges_page", wire.List[wire.Charge])
    payments = [wire.payment(one) for one in page.data]
    assert page.has_more
    assert [payment.status for payment in payments] == [
        PaymentStatus.REFUNDED,
        PaymentStatus.PARTIALLY_REFUNDED,
        PaymentStatus.PENDING,
        PaymentStatus.FAILED,
    ]
    assert payments[0].description == "Abonnement (März)"
    assert payments[1].refunded == Money(Decimal("5.00"), "EUR")
    assert payments[2].amount == Money(Decimal(500), "JPY")


def test_a_payment_of_test_mode_links_to_test_mode() -> None:
    assert wire.payment(charge(livemode=False)).url == (
        "https://dashboard.stripe.com/test/payments/ch_3MmlLrLkdIwHu7ix0snN0B15"
    )


def test_a_charge_that_failed_is_failed_whatever_else_it_says() -> None:
    assert wire.payment(charge(status="failed", refunded=True)).status is PaymentStatus.FAILED
    assert wire.payment(charge()).status is PaymentStatus.SUCCEEDED


@pytest.mark.parametrize(
    ("minor", "currency", "amount"),
    [
        (1250, "eur", "12.50"),
        (1250, "jpy", "1250"),
        (1250, "kwd", "1.250"),
        (500, "isk", "5.00"),  # two decimals that are always 00
        (500, "ugx", "5.00"),
        (500, "mga", "500"),
        (-500, "isk", "-5.00"),
    ],
)
def test_money_is_counted_as_stripe_counts(minor: int, currency: str, amount: str) -> None:
    money = wire.money(minor, currency)
    assert (str(money.amount), money.currency) == (amount, currency.upper())


def test_a_plan_is_the_sum_of_its_lines_without_those_that_have_no_price() -> None:
    plan = wire.plan(recorded("subscription_tiered", wire.Subscription))
    assert plan.price == Money(Decimal("30.00"), "USD")
    assert plan.interval == "3 months"
    assert plan.status is PlanStatus.CANCELED  # incomplete_expired: it never began
    assert plan.cancel_at_period_end
    assert plan.current_period_end == datetime(2024, 3, 9, 16, tzinfo=UTC)


@pytest.mark.parametrize("status", [one for one in PlanStatus if one is not PlanStatus.CANCELED])
def test_every_other_status_of_a_subscription_has_its_own_name(status: PlanStatus) -> None:
    assert wire.plan(subscription(status=status.value)).status is status


@pytest.mark.parametrize(
    ("recurring", "interval"),
    [
        ([wire.Recurring("month")], "month"),
        ([wire.Recurring("year", 2)], "2 years"),
        ([None, wire.Recurring("week")], "week"),
        ([None], "once"),
        ([], "once"),
    ],
)
def test_an_interval_is_that_of_the_first_line_that_comes_again(
    recurring: list[wire.Recurring | None], interval: str
) -> None:
    lines = [wire.Item(wire.Price("usd", 100, each)) for each in recurring]
    plan = wire.plan(subscription(items=wire.Items(lines)))
    assert plan.interval == interval
    assert plan.price == Money(Decimal(len(recurring)), "USD")


def test_an_invoice_that_stripe_still_puts_together_is_a_draft() -> None:
    invoice = wire.invoice(recorded("invoice_upcoming", wire.StripeInvoice))
    assert invoice.status is InvoiceStatus.DRAFT
    assert (invoice.number, invoice.url) == (None, None)
    assert invoice.total == Money(Decimal("-500.00"), "ISK")
    assert invoice.due == Money(Decimal(0), "ISK")


@pytest.mark.parametrize("status", list(InvoiceStatus))
def test_every_status_of_an_invoice_has_its_own_name(status: InvoiceStatus) -> None:
    body = msgspec.structs.replace(recorded("invoice_upcoming", wire.StripeInvoice), status=status.value)
    assert wire.invoice(body).status is status


@pytest.mark.parametrize(
    ("field", "value", "path"),
    [
        ("created", 253_402_300_800, "$.created"),  # the year 10000
        ("created", -1, "$.created"),
        ("created", "2026-01-01", "$.created"),
        ("status", "lost", "$.status"),
        ("amount", 12.5, "$.amount"),
        ("id", None, "$.id"),
    ],
)
def test_a_charge_that_does_not_fit_says_where(field: str, value: object, path: str) -> None:
    body = msgspec.json.decode((BODIES / "charge_bare.json").read_bytes()) | {field: value}
    with pytest.raises(msgspec.ValidationError) as misfit:
        msgspec.json.decode(msgspec.json.encode(body), type=wire.Charge)
    assert f"`{path}`" in str(misfit.value)


def test_the_last_second_of_the_calendar_is_a_time() -> None:
    assert wire.payment(charge(created=253_402_300_799)).created_at.year == 9999


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            b'{"error": {"message": "No such charge: \'ch_1\'", "type": "invalid_request_error"}}',
            "No such charge: 'ch_1'",
        ),
        (b'{"error": {"type": "api_error"}}', None),
        (b'{"error": {"message": null}}', None),
    ],
)
def test_an_error_is_in_stripes_words_where_it_has_some(body: bytes, message: str | None) -> None:
    assert wire.error_message(body) == message


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"error": "no"}', b"<html>"])
def test_another_error_body_is_not_stripes(body: bytes) -> None:
    with pytest.raises(msgspec.MsgspecError):
        wire.error_message(body)


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("12.50", "EUR", 1250),
        ("12.5", "EUR", 1250),
        ("1250", "JPY", 1250),
        ("1.234", "KWD", 1234),
        ("5", "ISK", 500),  # as Stripe counts
        ("5", "UGX", 500),
        ("5", "MGA", 5),
        ("12.505", "EUR", None),
        ("0.5", "JPY", None),
        ("0.5", "MGA", None),
        ("-1", "EUR", -100),
    ],
)
def test_an_amount_is_counted_as_stripe_counts(amount: str, currency: str, minor: int | None) -> None:
    assert wire.minor(Money(Decimal(amount), currency)) == minor
    assert minor is None or wire.money(minor, currency.lower()) == Money(Decimal(amount), currency)
