"""Which nouns one service provides."""

from dataclasses import dataclass

from connectors.domain.code import CodeSource, IssueSource
from connectors.domain.payments import BillingSource, PaymentSource
from connectors.domain.rates import RateSource
from connectors.domain.social import SocialSource
from connectors.domain.tickets import TicketSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One line a noun; None for what the service does not have."""

    payments: PaymentSource | None = None
    billing: BillingSource | None = None
    tickets: TicketSource | None = None
    issues: IssueSource | None = None
    code: CodeSource | None = None
    social: SocialSource | None = None
    rates: RateSource | None = None
