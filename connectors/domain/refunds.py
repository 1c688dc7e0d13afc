"""Giving a payment back, in part or as a whole, and who can."""

from dataclasses import dataclass
from typing import Protocol

from connectors.domain.money import Money
from connectors.domain.payments import Payment


@dataclass(frozen=True, slots=True)
class Refund:
    """What to give back of one payment, named by the service's own id; `amount` None for all that is left.

    `reason` is free text: the service keeps it, and may show it to the payer.
    """

    payment: str
    amount: Money | None = None
    reason: str | None = None


class RefundDesk(Protocol):
    """A service that can give a payment back."""

    async def refund(self, refund: Refund, key: str) -> Payment:
        """The payment as it is afterwards. The same refund with the same `key` is made once, however often it is asked.

        `key`: at most 64 characters of [A-Za-z0-9_-]. Raises ConnectorError: Rejected, with the service's own words,
        for a payment that is not there, or cannot be given back, or not that much of it.
        """
