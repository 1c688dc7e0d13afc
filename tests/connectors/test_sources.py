from typing import cast

import pytest

from connectors.connection import Connection
from connectors.domain.customers import CustomerStore
from connectors.domain.deeds import DeedStore
from connectors.domain.offer import Offer
from connectors.domain.search import SearchKind
from connectors.domain.service import Service
from connectors.registry import VENDORS
from connectors.sources import Sources
from connectors.stripe.client import Stripe
from connectors.stripe.service import STRIPE
from connectors.transport.stats import ServiceStats
from connectors.vendor import Vendor
from tests.connectors.support import connected, crowd, offering, searching

STORE = cast("CustomerStore", object())  # handed on, never called
DEEDS = cast("DeedStore", object())  # likewise
STATS = ServiceStats(Service.STORE)
NOUNS = tuple(Offer.__dataclass_fields__)
OFFERED = {
    Service.STRIPE: "payments refund_desk billing searches",
    Service.PAYPAL: "payments refund_desk",
    Service.ZENDESK: "tickets ticket_desk searches",
    Service.INTERCOM: "tickets ticket_desk searches",
    Service.HUBSPOT: "crm deal_desk searches",
    Service.GITHUB: "issues code searches",
    Service.JIRA: "issues issue_desk searches",
    Service.PAGERDUTY: "incidents",
    Service.SLACK: "chat messenger",
    Service.BLUESKY: "social searches",
    Service.MASTODON: "social searches",
    Service.FRANKFURTER: "rates",
    Service.OPEN_METEO: "weather",
}


def sources(*connections: Connection) -> Sources:
    return Sources(STORE, STATS, connections, DEEDS)


def test_a_service_stands_under_each_noun_that_it_offers_and_no_other() -> None:
    stripe = connected(STRIPE, crowd(1))
    found = sources(stripe)
    assert isinstance(stripe.connector, Stripe)
    for noun in NOUNS:
        expected = (
            {Service.STRIPE: getattr(stripe.connector.offer, noun)} if noun in OFFERED[Service.STRIPE].split() else {}
        )
        assert getattr(found, noun) == expected, noun
    assert found.connections == (stripe,)


def test_without_services_every_noun_is_empty_and_the_store_is_there() -> None:
    found = sources()
    assert [getattr(found, noun) for noun in NOUNS] == [{}] * len(NOUNS)
    assert (found.customers, found.store) == (STORE, STATS)


KNOWN = [vendor for vendor in VENDORS if vendor.service in OFFERED]  # what is new tells of itself in its own tests


@pytest.mark.parametrize("vendor", KNOWN, ids=lambda vendor: vendor.service.value)
def test_every_vendor_offers_what_it_is_known_for(vendor: Vendor) -> None:
    offer = connected(vendor, crowd(1)).connector.offer
    assert " ".join(noun for noun in NOUNS if getattr(offer, noun)) == OFFERED[vendor.service]


@pytest.mark.parametrize(
    ("kind", "services"),
    [
        (SearchKind.CUSTOMER, []),  # the store's own
        (SearchKind.PAYMENT, [Service.STRIPE]),
        (SearchKind.TICKET, [Service.ZENDESK, Service.INTERCOM]),
        (SearchKind.CONTACT, [Service.HUBSPOT]),
        (SearchKind.DEAL, [Service.HUBSPOT]),
        (SearchKind.REPOSITORY, [Service.GITHUB]),
        (SearchKind.ISSUE, [Service.GITHUB, Service.JIRA]),
        (SearchKind.POST, [Service.BLUESKY, Service.MASTODON]),
    ],
)
def test_everything_that_can_be_looked_for_is_found_by_somebody(kind: SearchKind, services: list[Service]) -> None:
    found = sources(*(connected(vendor, crowd(1)) for vendor in VENDORS))
    asked = [service for service, searches in found.searches.items() if kind in dict(searches)]
    assert [service for service in asked if service in OFFERED] == services
    assert asked == searching(kind)


def test_every_noun_of_the_graph_has_a_source_among_all_vendors() -> None:
    found = sources(*(connected(vendor, crowd(1)) for vendor in VENDORS))
    assert [noun for noun in NOUNS if not getattr(found, noun)] == []


def test_nouns_of_several_services_have_all_of_them_in_the_order_of_the_registry() -> None:
    found = sources(*(connected(vendor, crowd(1)) for vendor in VENDORS))
    for noun in NOUNS:
        assert list(getattr(found, noun)) == offering(noun)
    assert list(found.payments)[:2] == list(found.refund_desk)[:2] == [Service.STRIPE, Service.PAYPAL]
    assert list(found.tickets)[:2] == list(found.ticket_desk)[:2] == [Service.ZENDESK, Service.INTERCOM]
    assert list(found.issues)[:2] == [Service.GITHUB, Service.JIRA]
    assert list(found.social)[:2] == [Service.BLUESKY, Service.MASTODON]
