"""What it takes to write to a service, checked before the service sees it."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import strawberry

from connectors.domain.crm import NewDeal
from connectors.domain.errors import Refused
from connectors.domain.money import Money, digits
from connectors.domain.new_issues import NewIssue
from connectors.domain.new_tickets import NewTicket
from connectors.domain.references import CustomerRef
from connectors.domain.refunds import Refund
from schema.customer_inputs import checked_email, checked_text
from schema.enums import Priority, Service
from schema.scalars import Currency

LONGEST = 10_000  # characters of a text
_KEY = "Any text of 1 to 255 characters: what is asked for with the same one is done once, for 24 hours."
_MOST_LABELS = 50


@strawberry.input(description="What to give back of a payment.")
class RefundPaymentInput:
    """Without an amount, all that is left."""

    payment_id: strawberry.ID = strawberry.field(description="Which payment.")
    amount: Decimal | None = strawberry.field(default=None, description="How much; all that is left when left out.")
    currency: Currency | None = strawberry.field(default=None, description="What `amount` is an amount of.")
    reason: str | None = strawberry.field(default=None, description="Why; the payer may be shown it.")
    idempotency_key: str | None = strawberry.field(default=None, description=_KEY)

    def noun(self, payment: str) -> Refund:
        """The domain's refund of `payment`, which is the service's own id; Refused where a rule is broken."""
        reason = None if self.reason is None else checked_text("reason", self.reason, most=255)
        return Refund(payment, _checked_money(self.amount, self.currency), reason)


@strawberry.input(description="A ticket to open: of a customer, or of whoever has an address.")
class OpenTicketInput:
    """One of `customerId` and `email` is needed."""

    subject: str = strawberry.field(description="What it is about.")
    text: str = strawberry.field(description="What is wanted.")
    customer_id: strawberry.ID | None = strawberry.field(default=None, description="In whose name.")
    service: Service | None = strawberry.field(default=None, description="At which desk; the first one when left out.")
    name: str | None = strawberry.field(default=None, description="What the requester is called; else the customer's.")
    email: str | None = strawberry.field(
        default=None, description="Where the requester is written to; else the customer's."
    )
    priority: Priority | None = strawberry.field(default=None, description="How much it matters, where the desk asks.")
    idempotency_key: str | None = strawberry.field(default=None, description=_KEY)

    def noun(self, ref: CustomerRef | None, name: str | None, email: str | None) -> NewTicket:
        """The domain's ticket of the customer `ref`, called `name`, at `email`; Refused where a rule is broken."""
        address = checked_email(email if self.email is None else self.email)
        return NewTicket(
            ref=ref,
            name=checked_text("name", self.name or name or address),
            email=address,
            subject=checked_text("subject", self.subject),
            text=checked_text("text", self.text, most=LONGEST),
            priority=self.priority,
        )


@strawberry.input(description="A deal to open.")
class CreateDealInput:
    """A name is what it takes."""

    name: str = strawberry.field(description="What it is called.")
    amount: Decimal | None = strawberry.field(default=None, description="What it is worth.")
    currency: Currency | None = strawberry.field(default=None, description="What `amount` is an amount of.")
    stage: str | None = strawberry.field(default=None, description="How far it is; the first stage when left out.")
    closes_on: date | None = strawberry.field(default=None, description="The day on which it will be decided.")
    customer_id: strawberry.ID | None = strawberry.field(default=None, description="With whom.")
    idempotency_key: str | None = strawberry.field(default=None, description=_KEY)

    def noun(self, ref: CustomerRef | None) -> NewDeal:
        """The domain's deal with the customer `ref`; Refused where a rule is broken."""
        return NewDeal(
            name=checked_text("name", self.name),
            amount=_checked_money(self.amount, self.currency),
            stage=None if self.stage is None else checked_text("stage", self.stage),
            closes_on=self.closes_on,
            ref=ref,
        )


@strawberry.input(description="An issue to open.")
class CreateIssueInput:
    """A project and a title are what it takes."""

    project: str = strawberry.field(description='Where, as the tracker calls it: "OPS".')
    title: str = strawberry.field(description="What it is about.")
    text: str | None = strawberry.field(default=None, description="The whole of it; an empty line ends a paragraph.")
    labels: list[str] = strawberry.field(default_factory=list, description="How it is labelled.")
    kind: str = strawberry.field(default="Task", description="One of the tracker's own types.")
    customer_id: strawberry.ID | None = strawberry.field(
        default=None, description="For whom: whoever follows that customer is told."
    )
    idempotency_key: str | None = strawberry.field(default=None, description=_KEY)

    def noun(self) -> NewIssue:
        """The domain's issue; Refused where a rule is broken."""
        return NewIssue(
            project=checked_text("project", self.project),
            title=" ".join(checked_text("title", self.title, most=255).split()),
            text=None if self.text is None else checked_text("text", self.text, most=LONGEST),
            labels=_checked_labels(self.labels),
            kind=checked_text("kind", self.kind),
        )


def _checked_money(amount: Decimal | None, currency: str | None) -> Money | None:
    if amount is None:
        if currency is not None:
            raise Refused("amount", "amount has to be given with a currency")
        return None
    if currency is None:
        raise Refused("currency", "currency has to be given with an amount")
    if amount <= 0:
        raise Refused("amount", "amount must be more than nothing")
    least = Decimal(1).scaleb(-digits(currency))
    if amount >= Decimal(10) ** 12 or amount % least:
        raise Refused("amount", f"{amount:f} is not an amount in {currency}: it has steps of {least:f}")
    return Money(amount, currency)


def _checked_labels(labels: Sequence[str]) -> tuple[str, ...]:
    checked = tuple(dict.fromkeys(checked_text("labels", label) for label in labels))
    if len(checked) > _MOST_LABELS:
        raise Refused("labels", f"an issue has {_MOST_LABELS} labels at most")
    return checked
