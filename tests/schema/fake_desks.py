"""Whoever can be written to, as one fake: it acts once for each key where it honours keys, and fails where told to."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from connectors.domain.chat import Message, NewMessage
from connectors.domain.code import Issue
from connectors.domain.crm import Deal, NewDeal
from connectors.domain.errors import ConnectorError
from connectors.domain.new_issues import NewIssue
from connectors.domain.new_tickets import NewTicket
from connectors.domain.offer import Offer
from connectors.domain.payments import Payment
from connectors.domain.refunds import Refund
from connectors.domain.service import Service
from connectors.domain.tickets import Ticket
from tests.schema.fake_crm import Crm
from tests.schema.fakes import Desk, Shop, Tracker
from tests.schema.nouns import issue, payment, ticket

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


@dataclass
class Writing:
    """`ends` is how each attempt ends, None for well; `acts_first`: what fails has been carried out all the same."""

    ends: list[ConnectorError | None] = field(default_factory=list)
    acts_first: bool = False
    sent: list[tuple[object, str]] = field(default_factory=list)
    acts: dict[str, object] = field(default_factory=dict)

    @property
    def keys(self) -> list[str]:
        return [key for _, key in self.sent]

    def wrote(self, new: object, key: str, act: Callable[[], object]) -> object:
        self.sent.append((new, key))
        end = self.ends.pop(0) if self.ends else None
        if end is None or self.acts_first:
            self.acts.setdefault(key, act())
        if end is not None:
            raise end
        return self.acts[key]


@dataclass
class RefundingShop(Shop):
    """Payments that can be given back; `written` is what was sent."""

    written: Writing = field(default_factory=Writing)

    @property
    def offer(self) -> Offer:
        return Offer(payments=self, refund_desk=self)

    async def refund(self, refund: Refund, key: str) -> Payment:
        made = self.written.wrote(refund, key, lambda: self._paid(refund.payment))
        assert isinstance(made, Payment)
        return made

    def _paid(self, id: str) -> Payment:
        return next((one for one in self.charges if one.external_id == id), payment(id))


@dataclass
class OpenDesk(Desk):
    """A desk at which tickets can be opened."""

    written: Writing = field(default_factory=Writing)

    @property
    def offer(self) -> Offer:
        return Offer(tickets=self, ticket_desk=self)

    async def open_ticket(self, new: NewTicket, key: str) -> Ticket:
        made = self.written.wrote(new, key, self._opened)
        assert isinstance(made, Ticket)
        return made

    def _opened(self) -> Ticket:
        self.cases = [*self.cases, ticket(str(len(self.cases) + 1))]
        return self.cases[-1]


@dataclass
class OpenTracker(Tracker):
    """A tracker in which issues can be opened."""

    written: Writing = field(default_factory=Writing)

    @property
    def offer(self) -> Offer:
        return Offer(issues=self, issue_desk=self)

    async def create_issue(self, new: NewIssue, key: str) -> Issue:
        made = self.written.wrote(new, key, lambda: issue("1", service=Service.JIRA))
        assert isinstance(made, Issue)
        return made


@dataclass
class SellingCrm(Crm):
    """A CRM in which deals can be opened."""

    written: Writing = field(default_factory=Writing)

    @property
    def offer(self) -> Offer:
        return Offer(crm=self, deal_desk=self)

    async def create_deal(self, new: NewDeal, key: str) -> Deal:
        made = self.written.wrote(new, key, lambda: self._opened(new))
        assert isinstance(made, Deal)
        return made

    def _opened(self, new: NewDeal) -> Deal:
        deal = Deal(
            service=self.service,
            external_id=str(len(self.pitches) + 1),
            url=None,
            name=new.name,
            stage=new.stage or "First",
            amount=new.amount,
            closes_on=new.closes_on,
            created_at=NOW,
        )
        self.pitches = {**self.pitches, deal.external_id: [deal]}
        return deal


@dataclass
class Speaker:
    """A `Messenger` alone: what it said is not read again."""

    service: Service = Service.SLACK
    written: Writing = field(default_factory=Writing)

    @property
    def offer(self) -> Offer:
        return Offer(messenger=self)

    async def send_message(self, new: NewMessage, key: str) -> Message:
        made = self.written.wrote(new, key, lambda: _said(new))
        assert isinstance(made, Message)
        return made


def _said(new: NewMessage) -> Message:
    return Message(
        service=Service.SLACK,
        external_id=f"{new.channel} 1",
        channel="general",
        author="us",
        text=new.text,
        created_at=NOW,
        url=None,
    )
