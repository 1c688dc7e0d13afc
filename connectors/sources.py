"""For each noun, the services that provide it."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from connectors.connection import Connection
from connectors.domain.code import CodeSource, IssueSource
from connectors.domain.customers import CustomerStore
from connectors.domain.offer import Offer
from connectors.domain.payments import BillingSource, PaymentSource
from connectors.domain.rates import RateSource
from connectors.domain.service import Service
from connectors.domain.social import SocialSource
from connectors.domain.tickets import TicketSource
from connectors.transport.stats import ServiceStats

S = TypeVar("S")


class Sources:
    """The store, and every connected service under each noun that it offers. Lives as long as the process."""

    def __init__(self, customers: CustomerStore, store: ServiceStats, connections: Sequence[Connection]) -> None:
        offers = {connection.service: connection.connector.offer for connection in connections}
        self.customers = customers
        self.store = store
        self.connections = tuple(connections)
        self.customer_urls = {one.service: one.customer_url for one in connections if one.customer_url}
        self.payments: Mapping[Service, PaymentSource] = _of(offers, lambda offer: offer.payments)
        self.billing: Mapping[Service, BillingSource] = _of(offers, lambda offer: offer.billing)
        self.tickets: Mapping[Service, TicketSource] = _of(offers, lambda offer: offer.tickets)
        self.issues: Mapping[Service, IssueSource] = _of(offers, lambda offer: offer.issues)
        self.code: Mapping[Service, CodeSource] = _of(offers, lambda offer: offer.code)
        self.social: Mapping[Service, SocialSource] = _of(offers, lambda offer: offer.social)
        self.rates: Mapping[Service, RateSource] = _of(offers, lambda offer: offer.rates)


def _of(offers: Mapping[Service, Offer], noun: Callable[[Offer], S | None]) -> dict[Service, S]:
    return {service: source for service, offer in offers.items() if (source := noun(offer)) is not None}
