"""Payments, recurring plans and invoices."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from connectors.domain import payments as domain
from connectors.domain.page import Page
from connectors.domain.references import CustomerRef
from schema.context import Info, customer_linked, load, report
from schema.enums import InvoiceStatus, PaymentStatus, PlanStatus, Service
from schema.loaders.merging import Found
from schema.loaders.payments import invoices, payments
from schema.money import Money
from schema.relay import Connection, Node, merged_connection, node_id
from schema.scalars import URL

if TYPE_CHECKING:
    from schema.customers import Customer

CustomerType = Annotated["Customer", strawberry.lazy("schema.customers")]  # the hub stands above its nouns


@strawberry.type(description="One payment, with what was refunded of it.")
class Payment(Node):
    """From any payment service."""

    service: Service = strawberry.field(description="Where it was made.")
    external_id: str = strawberry.field(description="Its id there.")
    url: URL | None = strawberry.field(description="Where people look at it.")
    amount: Money = strawberry.field(description="What was charged.")
    refunded: Money = strawberry.field(description="What was given back.")
    status: PaymentStatus = strawberry.field(description="Where it stands.")
    description: str | None = strawberry.field(description="What it was for.")
    created_at: datetime = strawberry.field(description="When it was made.")
    payer: strawberry.Private[str | None]

    @strawberry.field(description="Who paid, where our records know them.", graphql_type=CustomerType | None)
    async def customer(self, info: Info) -> object:
        """Found by the payer's id in the payment service."""
        return await customer_linked(info, self.service, self.payer)

    @classmethod
    def of(cls, noun: domain.Payment) -> "Payment":
        """The graph's payment of a domain's."""
        return cls(
            id=node_id("Payment", noun.service, noun.external_id),
            service=noun.service,
            external_id=noun.external_id,
            url=URL(noun.url) if noun.url else None,
            amount=Money.of(noun.amount),
            refunded=Money.of(noun.refunded),
            status=noun.status,
            description=noun.description,
            created_at=noun.created_at,
            payer=noun.customer,
        )


@strawberry.type(description="Something that a customer is billed for again and again.")
class RecurringPlan(Node):
    """From any billing service."""

    service: Service = strawberry.field(description="Who bills.")
    status: PlanStatus = strawberry.field(description="Where it stands.")
    price: Money = strawberry.field(description="What one interval costs.")
    interval: str = strawberry.field(description='How often it is billed: "month", "3 months".')
    current_period_end: datetime | None = strawberry.field(description="When the next bill is due.")
    cancel_at_period_end: bool = strawberry.field(description="Whether it ends then.")

    @classmethod
    def of(cls, noun: domain.Plan) -> "RecurringPlan":
        """The graph's plan of a domain's."""
        return cls(
            id=node_id("RecurringPlan", noun.service, noun.external_id),
            service=noun.service,
            status=noun.status,
            price=Money.of(noun.price),
            interval=noun.interval,
            current_period_end=noun.current_period_end,
            cancel_at_period_end=noun.cancel_at_period_end,
        )


@strawberry.type(description="A bill.")
class Invoice(Node):
    """From any billing service."""

    service: Service = strawberry.field(description="Who billed.")
    number: str | None = strawberry.field(description="The number printed on it.")
    status: InvoiceStatus = strawberry.field(description="Where it stands.")
    total: Money = strawberry.field(description="What it comes to.")
    due: Money = strawberry.field(description="What is still to be paid of it.")
    created_at: datetime = strawberry.field(description="When it was made out.")
    url: URL | None = strawberry.field(description="Where the customer looks at it.")

    @classmethod
    def of(cls, noun: domain.Invoice) -> "Invoice":
        """The graph's invoice of a domain's."""
        return cls(
            id=node_id("Invoice", noun.service, noun.external_id),
            service=noun.service,
            number=noun.number,
            status=noun.status,
            total=Money.of(noun.total),
            due=Money.of(noun.due),
            created_at=noun.created_at,
            url=URL(noun.url) if noun.url else None,
        )


async def payment_page(info: Info, asked: domain.PaymentsAsked) -> Connection[Payment]:
    """A page of payments; sources that failed are reported beside those that answered."""
    found = await load(info, payments, asked)
    report(info, found.failures)
    return merged_connection(Payment.of, found, asked.page)


async def invoice_page(info: Info, ref: CustomerRef, page: Page) -> Connection[Invoice]:
    """A page of one customer's invoices."""
    found: Found[domain.Invoice] = await load(info, invoices, domain.InvoicesAsked(ref, page))
    report(info, found.failures)
    return merged_connection(Invoice.of, found, page)
