from typing import cast

from connectors.connection import Connection
from connectors.domain.customers import CustomerStore
from connectors.domain.offer import Offer
from connectors.domain.service import Service
from connectors.sources import Sources
from connectors.stripe.client import Stripe
from connectors.stripe.service import STRIPE
from connectors.transport.stats import ServiceStats
from tests.connectors.support import connected, crowd

STORE = cast("CustomerStore", object())  # handed on, never called
STATS = ServiceStats(Service.STORE)
NOUNS = ("payments", "billing", "tickets", "issues", "code", "social", "rates")


def sources(*connections: Connection) -> Sources:
    return Sources(STORE, STATS, connections)


def test_a_service_stands_under_each_noun_that_it_offers_and_no_other() -> None:
    stripe = connected(STRIPE, crowd(1))
    found = sources(stripe)
    assert isinstance(stripe.connector, Stripe)
    assert found.payments == {Service.STRIPE: stripe.connector}
    assert found.billing == {Service.STRIPE: stripe.connector}
    assert [getattr(found, noun) for noun in NOUNS[2:]] == [{}] * 5
    assert found.connections == (stripe,)


def test_without_services_every_noun_is_empty_and_the_store_is_there() -> None:
    found = sources()
    assert [getattr(found, noun) for noun in NOUNS] == [{}] * 7
    assert (found.customers, found.store) == (STORE, STATS)


def test_every_noun_of_an_offer_has_its_sources() -> None:
    assert set(NOUNS) == set(Offer.__dataclass_fields__)
