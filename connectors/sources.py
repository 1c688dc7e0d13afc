"""For each noun, the services that provide it."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from connectors.connection import Connection
from connectors.domain.activity import Activity, Silent
from connectors.domain.chat import ChatSource, Messenger
from connectors.domain.code import CodeSource, IssueSource
from connectors.domain.crm import CrmSource, DealDesk
from connectors.domain.customers import CustomerStore
from connectors.domain.deeds import DeedStore
from connectors.domain.incidents import IncidentSource
from connectors.domain.new_issues import IssueDesk
from connectors.domain.new_tickets import TicketDesk
from connectors.domain.offer import Offer
from connectors.domain.payments import BillingSource, PaymentSource
from connectors.domain.rates import RateSource
from connectors.domain.refunds import RefundDesk
from connectors.domain.search import Searches
from connectors.domain.service import Service
from connectors.domain.social import SocialSource
from connectors.domain.tickets import TicketSource
from connectors.domain.weather import WeatherSource
from connectors.transport.stats import ServiceStats

S = TypeVar("S")


class Sources:
    """The store, and every connected service under each noun that it offers. Lives as long as the process."""

    def __init__(
        self,
        customers: CustomerStore,
        store: ServiceStats,
        connections: Sequence[Connection],
        deeds: DeedStore,
        activity: Activity | None = None,
    ) -> None:
        offers = {connection.service: connection.connector.offer for connection in connections}
        self.customers = customers
        self.deeds = deeds
        self.activity = activity or Silent()
        self.store = store
        self.connections = tuple(connections)
        self.customer_urls = {one.service: one.customer_url for one in connections if one.customer_url}
        self.payments: Mapping[Service, PaymentSource] = _of(offers, lambda offer: offer.payments)
        self.refund_desk: Mapping[Service, RefundDesk] = _of(offers, lambda offer: offer.refund_desk)
        self.billing: Mapping[Service, BillingSource] = _of(offers, lambda offer: offer.billing)
        self.tickets: Mapping[Service, TicketSource] = _of(offers, lambda offer: offer.tickets)
        self.ticket_desk: Mapping[Service, TicketDesk] = _of(offers, lambda offer: offer.ticket_desk)
        self.crm: Mapping[Service, CrmSource] = _of(offers, lambda offer: offer.crm)
        self.deal_desk: Mapping[Service, DealDesk] = _of(offers, lambda offer: offer.deal_desk)
        self.issues: Mapping[Service, IssueSource] = _of(offers, lambda offer: offer.issues)
        self.issue_desk: Mapping[Service, IssueDesk] = _of(offers, lambda offer: offer.issue_desk)
        self.code: Mapping[Service, CodeSource] = _of(offers, lambda offer: offer.code)
        self.incidents: Mapping[Service, IncidentSource] = _of(offers, lambda offer: offer.incidents)
        self.chat: Mapping[Service, ChatSource] = _of(offers, lambda offer: offer.chat)
        self.messenger: Mapping[Service, Messenger] = _of(offers, lambda offer: offer.messenger)
        self.social: Mapping[Service, SocialSource] = _of(offers, lambda offer: offer.social)
        self.rates: Mapping[Service, RateSource] = _of(offers, lambda offer: offer.rates)
        self.weather: Mapping[Service, WeatherSource] = _of(offers, lambda offer: offer.weather)
        self.searches: Mapping[Service, Searches] = _of(offers, lambda offer: offer.searches)

    @property
    def changes(self) -> int:
        """Goes up whenever something may be another than it was answered before, by a change that went through here."""
        return self.store.changes + sum(one.stats.changes for one in self.connections)


def _of(offers: Mapping[Service, Offer], noun: Callable[[Offer], S | None]) -> dict[Service, S]:
    return {service: source for service, offer in offers.items() if (source := noun(offer)) is not None}
