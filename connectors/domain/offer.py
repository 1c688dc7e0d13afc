"""Which nouns one service provides."""

from dataclasses import dataclass

from connectors.domain.chat import ChatSource, Messenger
from connectors.domain.code import CodeSource, IssueSource
from connectors.domain.crm import CrmSource, DealDesk
from connectors.domain.incidents import IncidentSource
from connectors.domain.new_issues import IssueDesk
from connectors.domain.new_tickets import TicketDesk
from connectors.domain.payments import BillingSource, PaymentSource
from connectors.domain.rates import RateSource
from connectors.domain.refunds import RefundDesk
from connectors.domain.search import Searches
from connectors.domain.social import SocialSource
from connectors.domain.tickets import TicketSource
from connectors.domain.weather import WeatherSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One line a noun; None for what the service does not have."""

    payments: PaymentSource | None = None
    refund_desk: RefundDesk | None = None
    billing: BillingSource | None = None
    tickets: TicketSource | None = None
    ticket_desk: TicketDesk | None = None
    crm: CrmSource | None = None
    deal_desk: DealDesk | None = None
    issues: IssueSource | None = None
    issue_desk: IssueDesk | None = None
    code: CodeSource | None = None
    incidents: IncidentSource | None = None
    chat: ChatSource | None = None
    messenger: Messenger | None = None
    social: SocialSource | None = None
    rates: RateSource | None = None
    weather: WeatherSource | None = None
    searches: Searches | None = None
