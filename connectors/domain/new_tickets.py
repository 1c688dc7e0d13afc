"""What it takes to open a support ticket, and who can."""

from dataclasses import dataclass
from typing import Protocol

from connectors.domain.references import CustomerRef
from connectors.domain.tickets import Priority, Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTicket:
    """A ticket in the name of a customer.

    Where `ref` is None, or not linked to the desk, the requester is whoever has `email` there; somebody new, called
    `name`, where nobody has. A desk that keeps no priorities of its own kind leaves `priority` out.
    """

    ref: CustomerRef | None
    name: str
    email: str
    subject: str
    text: str
    priority: Priority | None = None


class TicketDesk(Protocol):
    """A support desk at which tickets can be opened."""

    async def open_ticket(self, new: NewTicket, key: str) -> Ticket:
        """The ticket as the desk keeps it now.

        `key` (64 characters of [A-Za-z0-9_-] at most) stands for this one wish: a desk that knows idempotency keys
        opens one ticket however often it is sent. Raises ConnectorError, Rejected with the desk's words where it
        refuses the input.
        """
