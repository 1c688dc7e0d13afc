"""The domain's enums, as the graph shows them: every value described.

Import them from here, so that they are enums of the graph before a type names them.
"""

from enum import Enum, StrEnum
from typing import TypeVar

import strawberry

from connectors.domain.code import IssueState
from connectors.domain.customers import CustomerField
from connectors.domain.payments import InvoiceStatus, PaymentStatus, PlanStatus
from connectors.domain.search import SearchKind
from connectors.domain.service import Service
from connectors.domain.tickets import Priority, TicketStatus
from connectors.registry import VENDORS

E = TypeVar("E", bound=type[Enum])


def described(enum: E, about: str, *values: str, name: str | None = None) -> E:
    """Makes an enum one of the graph, with one description for each value, in the order of the values."""
    made = strawberry.enum(enum, name=name, description=about)
    for value, description in zip(made.__strawberry_definition__.values, values, strict=True):  # type: ignore[attr-defined]  # set by strawberry
        value.description = description
    return made


class ServiceState(StrEnum):
    """How a connected service is doing."""

    UP = "up"
    DEGRADED = "degraded"
    DOWN = "down"
    DISABLED = "disabled"


class Direction(StrEnum):
    """Of an order."""

    ASC = "asc"
    DESC = "desc"


_ABOUT = {Service.STORE: "Our own records, in MongoDB."} | {vendor.service: vendor.about for vendor in VENDORS}

described(Service, "A source of data.", *(_ABOUT[service] for service in Service))
described(
    ServiceState,
    "How a connected service is doing, by its latest calls.",
    "Its latest calls were answered.",
    "Some of its latest calls failed.",
    "At least half of its latest calls failed.",
    "It is not configured: nothing is asked of it.",
)
described(
    PaymentStatus,
    "Where a payment stands.",
    "Not settled yet.",
    "Paid.",
    "Refused or broken off.",
    "Paid, then given back in full.",
    "Paid, then given back in part.",
)
described(
    PlanStatus,
    "Where a recurring plan stands.",
    "Running, not billed yet.",
    "Running and paid.",
    "Running, but the last bill is unpaid.",
    "Interrupted; nothing is billed.",
    "Ended.",
    "Bills are no longer collected.",
    "The first payment has not come through.",
)
described(
    InvoiceStatus,
    "Where an invoice stands.",
    "Still being put together.",
    "Sent, to be paid.",
    "Paid.",
    "Withdrawn.",
    "Given up.",
)
described(
    TicketStatus,
    "Where a ticket stands.",
    "Nobody has looked at it.",
    "Somebody works on it.",
    "It waits for somebody else.",
    "It is over.",
)
described(
    Priority,
    "How much a ticket matters.",
    "It can wait.",
    "As usual.",
    "Before others.",
    "Now.",
)
described(IssueState, "Whether there is still something to do.", "To be dealt with.", "Dealt with.")
described(Direction, "Which way a list is ordered.", "Smallest, or oldest, first.", "Largest, or newest, first.")
described(
    CustomerField,
    "What customers can be ordered by.",
    "Their name, without regard to case.",
    "Their email, without regard to case.",
    "When they were entered.",
    "When they were last changed.",
    name="CustomerOrderField",
)
described(
    SearchKind,
    "What can be looked for.",
    "Customers of our own records: every word begins a word of their name, email, company or tags.",
    "Payments of those who have the text in their name or email, where the payment service can tell.",
    "What support was asked.",
    "Contacts of a CRM, by name, address, telephone number.",
    "Deals of a CRM, by name, description, stage.",
    "Repositories, by name, description, topics.",
    "Issues, by title, text, comments.",
    "Posts of social networks; where only hashtags are open to everybody, by these.",
)

__all__ = [
    "CustomerField",
    "Direction",
    "InvoiceStatus",
    "IssueState",
    "PaymentStatus",
    "PlanStatus",
    "Priority",
    "SearchKind",
    "Service",
    "ServiceState",
    "TicketStatus",
    "described",
]
