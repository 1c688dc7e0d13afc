"""Support tickets, and who provides them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from connectors.domain.answers import Answers
from connectors.domain.page import Page, Slice
from connectors.domain.references import CustomerRef
from connectors.domain.service import Service


class TicketStatus(StrEnum):
    """Where a ticket stands: PENDING waits for somebody, SOLVED is over."""

    NEW = "new"
    OPEN = "open"
    PENDING = "pending"
    SOLVED = "solved"


class Priority(StrEnum):
    """How much a ticket matters."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """One conversation with support; `customer` is the requester's id in the same service, `assignee` a name."""

    service: Service
    external_id: str
    url: str | None
    subject: str
    status: TicketStatus
    priority: Priority | None
    assignee: str | None
    created_at: datetime
    updated_at: datetime
    customer: str | None


@dataclass(frozen=True, slots=True)
class TicketsAsked:
    """Tickets of one requester, or of everybody where `ref` is None."""

    ref: CustomerRef | None
    page: Page
    status: TicketStatus | None = None


class TicketSource(Protocol):
    """A support desk. Every method answers each key asked, and never raises for one of them."""

    async def tickets(self, asked: Sequence[TicketsAsked]) -> Answers[TicketsAsked, Slice[Ticket]]:
        """Newest first by creation. A customer who is not linked to the service has none."""

    async def tickets_by_id(self, ids: Sequence[str]) -> Answers[str, Ticket | None]:
        """By the service's own ids; None where there is no such ticket."""
