"""Payments, recurring plans, invoices and balances, and who provides them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from connectors.domain.answers import Answers
from connectors.domain.money import Money
from connectors.domain.page import Page, Slice
from connectors.domain.references import CustomerRef
from connectors.domain.service import Service


class PaymentStatus(StrEnum):
    """Where a payment stands; refunds included."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    REFUNDED = "refunded"
    PARTIALLY_REFUNDED = "partially_refunded"


class PlanStatus(StrEnum):
    """Where a recurring plan stands."""

    TRIALING = "trialing"
    ACTIVE = "active"
    PAST_DUE = "past_due"
    PAUSED = "paused"
    CANCELED = "canceled"
    UNPAID = "unpaid"
    INCOMPLETE = "incomplete"


class InvoiceStatus(StrEnum):
    """Where an invoice stands."""

    DRAFT = "draft"
    OPEN = "open"
    PAID = "paid"
    VOID = "void"
    UNCOLLECTIBLE = "uncollectible"


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """One payment; `customer` is the payer's id in the same service."""

    service: Service
    external_id: str
    url: str | None
    amount: Money
    refunded: Money
    status: PaymentStatus
    description: str | None
    created_at: datetime
    customer: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a customer is billed for again and again: `price` per `interval` ("month", "3 months")."""

    service: Service
    external_id: str
    status: PlanStatus
    price: Money
    interval: str
    current_period_end: datetime | None
    cancel_at_period_end: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """One invoice; `due` is what is still to be paid of `total`."""

    service: Service
    external_id: str
    number: str | None
    status: InvoiceStatus
    total: Money
    due: Money
    created_at: datetime
    url: str | None


@dataclass(frozen=True, slots=True)
class PaymentsAsked:
    """Payments of one customer, or of everybody where `ref` is None."""

    ref: CustomerRef | None
    page: Page
    status: PaymentStatus | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class InvoicesAsked:
    """Invoices of one customer."""

    ref: CustomerRef
    page: Page


class PaymentSource(Protocol):
    """A service that takes payments. Every method answers each key asked, and never raises for one of them."""

    async def payments(self, asked: Sequence[PaymentsAsked]) -> Answers[PaymentsAsked, Slice[Payment]]:
        """Newest first. A customer who is not linked to the service has none."""

    async def payments_by_id(self, ids: Sequence[str]) -> Answers[str, Payment | None]:
        """By the service's own ids; None where there is no such payment."""

    async def balance(self) -> Sequence[Money]:
        """What can be paid out now, one amount a currency. Raises ConnectorError."""


class BillingSource(Protocol):
    """A service that bills again and again. The same law as for `PaymentSource`."""

    async def plans(self, refs: Sequence[CustomerRef]) -> Answers[CustomerRef, tuple[Plan, ...]]:
        """Every plan of each customer, ended ones included, newest first."""

    async def plans_by_id(self, ids: Sequence[str]) -> Answers[str, Plan | None]:
        """By the service's own ids; None where there is no such plan."""

    async def invoices(self, asked: Sequence[InvoicesAsked]) -> Answers[InvoicesAsked, Slice[Invoice]]:
        """Newest first."""

    async def invoices_by_id(self, ids: Sequence[str]) -> Answers[str, Invoice | None]:
        """By the service's own ids; None where there is no such invoice."""
