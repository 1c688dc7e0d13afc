"""Stripe's bodies, as far as they are read (API 2023-08-16), and the nouns they become."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Generic, Literal, TypeVar

import msgspec

from connectors.domain.money import Money, digits
from connectors.domain.payments import Invoice, InvoiceStatus, Payment, PaymentStatus, Plan, PlanStatus
from connectors.domain.service import Service

API_VERSION = "2023-08-16"
T = TypeVar("T")
Seconds = Annotated[int, msgspec.Meta(ge=0, lt=253_402_300_800)]  # since 1970, up to what a datetime can hold


class Charge(msgspec.Struct):
    """https://docs.stripe.com/api/charges/object: amounts in minor units, `created` in Unix seconds."""

    id: str
    amount: int
    amount_refunded: int
    currency: str
    status: Literal["succeeded", "pending", "failed"]
    created: Seconds
    refunded: bool
    livemode: bool
    customer: str | None = None
    description: str | None = None


class Recurring(msgspec.Struct):
    """How often a price is charged: every `interval_count` of `interval`."""

    interval: Literal["day", "week", "month", "year"]
    interval_count: int = 1


class Price(msgspec.Struct):
    """https://docs.stripe.com/api/prices/object: `unit_amount` is null for tiered prices."""

    currency: str
    unit_amount: int | None = None
    recurring: Recurring | None = None


class Item(msgspec.Struct):
    """One line of a subscription."""

    price: Price
    quantity: int = 1


class Items(msgspec.Struct):
    """The lines of a subscription."""

    data: list[Item]


class Subscription(msgspec.Struct):
    """https://docs.stripe.com/api/subscriptions/object."""

    id: str
    status: Literal[
        "active", "canceled", "incomplete", "incomplete_expired", "past_due", "paused", "trialing", "unpaid"
    ]
    currency: str
    cancel_at_period_end: bool
    current_period_end: Seconds
    created: Seconds
    items: Items


class StripeInvoice(msgspec.Struct):
    """https://docs.stripe.com/api/invoices/object."""

    id: str
    currency: str
    total: int
    amount_remaining: int
    created: Seconds
    status: Literal["draft", "open", "paid", "void", "uncollectible"] | None = None
    number: str | None = None
    hosted_invoice_url: str | None = None


class List(msgspec.Struct, Generic[T]):
    """https://docs.stripe.com/api/pagination: newest first."""

    data: list[T]
    has_more: bool


class Matches(msgspec.Struct, Generic[T]):
    """https://docs.stripe.com/api/pagination/search: goes on at the page that it names."""

    data: list[T]
    has_more: bool
    next_page: str | None = None


class Payer(msgspec.Struct):
    """https://docs.stripe.com/api/customers/object, as far as charges name it."""

    id: str


class Funds(msgspec.Struct):
    """An amount in minor units."""

    amount: int
    currency: str


# Where Stripe counts otherwise than ISO 4217 does. Krónur and Ugandan shillings have kept the two decimals that they
# once had (https://docs.stripe.com/currencies#special-cases), an ariary has none (#zero-decimal there).
_DIGITS = {"ISK": 2, "UGX": 2, "MGA": 0}


def money(minor: int, currency: str) -> Money:
    """From an amount in the minor units that Stripe counts in; `currency` in lower case, as Stripe writes it."""
    code = currency.upper()
    if code in _DIGITS:
        return Money(Decimal(minor).scaleb(-_DIGITS[code]), code)
    return Money.of_minor(minor, code)


def minor(amount: Money) -> int | None:
    """In the minor units that Stripe counts in; None where they are too coarse for it."""
    counted = amount.amount.scaleb(_DIGITS.get(amount.currency, digits(amount.currency)))
    return int(counted) if counted == int(counted) else None


class Refunded(msgspec.Struct):
    """https://docs.stripe.com/api/refunds/object, with the charge as it is afterwards (`expand[]`)."""

    charge: Charge
    status: str | None = None


REFUND_FAILED = frozenset({"failed", "canceled"})
_REASONS = frozenset({"duplicate", "fraudulent", "requested_by_customer"})


def refund_reason(reason: str | None) -> dict[str, str]:
    """Stripe's own reasons as such, any other as a note: https://docs.stripe.com/api/metadata."""
    if not reason:
        return {}
    return {"reason": reason} if reason in _REASONS else {"metadata[reason]": reason}


class Balance(msgspec.Struct):
    """https://docs.stripe.com/api/balance/balance_object."""

    available: list[Funds]


class _ErrorDetail(msgspec.Struct):
    message: str | None = None


class _ErrorBody(msgspec.Struct):
    error: _ErrorDetail


def error_message(body: bytes) -> str | None:
    """Stripe's own words: https://docs.stripe.com/api/errors."""
    return msgspec.json.decode(body, type=_ErrorBody).error.message


def payment(charge: Charge) -> Payment:
    """A charge with its refunds is one payment."""
    mode = "" if charge.livemode else "test/"
    return Payment(
        service=Service.STRIPE,
        external_id=charge.id,
        url=f"https://dashboard.stripe.com/{mode}payments/{charge.id}",
        amount=money(charge.amount, charge.currency),
        refunded=money(charge.amount_refunded, charge.currency),
        status=_payment_status(charge),
        description=charge.description,
        created_at=datetime.fromtimestamp(charge.created, UTC),
        customer=charge.customer,
    )


def plan(subscription: Subscription) -> Plan:
    """The price of a plan is that of all its lines together; tiered prices have none to add."""
    lines = subscription.items.data
    minor = sum((line.price.unit_amount or 0) * line.quantity for line in lines)
    return Plan(
        service=Service.STRIPE,
        external_id=subscription.id,
        status=_PLAN_STATUS.get(subscription.status) or PlanStatus(subscription.status),
        price=money(minor, subscription.currency),
        interval=_interval(next((line.price.recurring for line in lines if line.price.recurring), None)),
        current_period_end=datetime.fromtimestamp(subscription.current_period_end, UTC),
        cancel_at_period_end=subscription.cancel_at_period_end,
    )


def invoice(body: StripeInvoice) -> Invoice:
    """An invoice without a status is one that Stripe still puts together: a draft."""
    return Invoice(
        service=Service.STRIPE,
        external_id=body.id,
        number=body.number,
        status=InvoiceStatus(body.status or "draft"),
        total=money(body.total, body.currency),
        due=money(body.amount_remaining, body.currency),
        created_at=datetime.fromtimestamp(body.created, UTC),
        url=body.hosted_invoice_url,
    )


_PLAN_STATUS = {"incomplete_expired": PlanStatus.CANCELED}


def _payment_status(charge: Charge) -> PaymentStatus:
    if charge.status != "succeeded":
        return PaymentStatus(charge.status)
    if charge.refunded:
        return PaymentStatus.REFUNDED
    return PaymentStatus.PARTIALLY_REFUNDED if charge.amount_refunded else PaymentStatus.SUCCEEDED


def _interval(recurring: Recurring | None) -> str:
    if recurring is None:
        return "once"
    many = recurring.interval_count
    return recurring.interval if many == 1 else f"{many} {recurring.interval}s"
