"""The figures of upstream reads fit the graph, and what the connectors' clients say of themselves."""

import pytest
from graphql import GraphQLObjectType

from connectors import turns
from connectors.bluesky import client as bluesky
from connectors.domain.search import SearchKind
from connectors.domain.service import Service
from connectors.github import batches, matches
from connectors.github import client as github
from connectors.hubspot import records as hubspot
from connectors.intercom import search as intercom
from connectors.jira import client as jira
from connectors.jira import jql
from connectors.mastodon import client as mastodon
from connectors.mongo.reads import READS
from connectors.open_meteo import client as open_meteo
from connectors.pagerduty import listing as pagerduty
from connectors.paypal import walk as paypal
from connectors.registry import VENDORS
from connectors.slack import calls as slack
from connectors.slack.client import CHANNELS
from connectors.stripe import client as stripe
from connectors.zendesk import client as zendesk
from connectors.zendesk import search
from schema.build import build_schema
from schema.upstream import FIELDS, FieldReading, upstream

GRAPH = build_schema()._schema  # noqa: SLF001 - strawberry has no public way to what graphql-core executes
CALLS = upstream()


def readings(coordinate: str, service: Service) -> list[FieldReading]:
    return [one for one in CALLS[coordinate] if one.service == service.name]


def reading(coordinate: str, service: Service) -> FieldReading:
    (found,) = readings(coordinate, service)
    return found


@pytest.mark.parametrize("coordinate", CALLS)
def test_a_coordinate_is_that_of_a_field_of_the_graph(coordinate: str) -> None:
    type_, _, field = coordinate.partition(".")
    found = GRAPH.type_map[type_]
    assert isinstance(found, GraphQLObjectType)
    assert field in found.fields


@pytest.mark.parametrize("coordinate", CALLS)
def test_a_field_that_reads_reads_from_somebody(coordinate: str) -> None:
    assert CALLS[coordinate]
    assert {one.service for one in CALLS[coordinate]} <= set(Service.__members__)


@pytest.mark.parametrize("coordinate", CALLS)
def test_arguments_that_tell_reads_apart_are_arguments_of_the_field(coordinate: str) -> None:
    type_, _, field = coordinate.partition(".")
    found = GRAPH.type_map[type_]
    assert isinstance(found, GraphQLObjectType)
    assert {name for one in CALLS[coordinate] for name in one.apart} <= set(found.fields[field].args)


def test_every_connected_vendor_says_what_its_reads_take() -> None:
    told = {one.service for readings in CALLS.values() for one in readings}
    assert {vendor.service.name for vendor in VENDORS} <= told


def test_every_read_that_a_field_does_is_told_by_somebody_and_every_one_that_is_told_is_done_by_a_field() -> None:
    """They are matched by name: a name that only one side has would cost nothing."""
    done = {one.read for asked in FIELDS.values() for one in asked}
    assert done == {*READS, *(read for vendor in VENDORS for read in vendor.reads)}


def test_every_connection_of_the_graph_is_read_from_somewhere() -> None:
    """A field whose answer is a page has to be fetched; what has none of its own stands in the object itself."""
    pages = {
        f"{type_.name}.{name}"
        for type_ in GRAPH.type_map.values()
        if isinstance(type_, GraphQLObjectType)
        for name, field in type_.fields.items()
        if str(field.type).rstrip("!").endswith("Connection")
    }
    assert pages <= set(CALLS)


def test_batches_and_pages_are_as_large_as_the_clients_make_them() -> None:
    """A page has room for the two items beyond its end that clients ask for."""
    assert reading("Customer.payments", Service.STRIPE).page == stripe.PAGE - 2
    assert reading("Customer.tickets", Service.ZENDESK).per_batch == zendesk.GROUP
    assert reading("Query.tickets", Service.ZENDESK).page == search.PAGE - 2
    assert reading("Query.node", Service.ZENDESK).per_batch == zendesk.BATCH
    assert reading("Customer.developer", Service.GITHUB).per_batch == batches.BATCH
    assert reading("Query.issues", Service.GITHUB).page == github.PAGE - 2
    assert reading("Customer.profiles", Service.BLUESKY).per_batch == bluesky.BATCH
    assert reading("Query.posts", Service.BLUESKY).page == bluesky.PAGE - 2
    assert reading("Customer.posts", Service.BLUESKY).page == (bluesky.PAGE - 2) // 2


def test_batches_and_pages_of_the_other_services_are_as_large_as_their_clients_make_them() -> None:
    assert reading("Query.payments", Service.PAYPAL).times == paypal.DEEPEST + 1, "and a token"
    assert readings("Customer.tickets", Service.INTERCOM)[0].per_batch == intercom.GROUP
    assert readings("Query.tickets", Service.INTERCOM)[0].page == intercom.PAGE - 2
    assert reading("Customer.contact", Service.HUBSPOT).per_batch == hubspot.BATCH
    assert [one.per_batch for one in readings("Contact.company", Service.HUBSPOT)] == [
        hubspot.ASSOCIATED,
        hubspot.BATCH,
    ]
    assert readings("Query.deals", Service.HUBSPOT)[0].page == hubspot.PAGE - 2
    assert reading("Customer.issues", Service.JIRA).per_batch == jira.GROUP
    assert reading("Query.issues", Service.JIRA).page == jql.PAGE - 2
    assert reading("Query.node", Service.JIRA).per_batch == jira.BATCH
    assert reading("Query.incidents", Service.PAGERDUTY).page == pagerduty.LARGEST - 2
    assert readings("Customer.messages", Service.SLACK)[0].times == CHANNELS
    assert reading("Query.channels", Service.SLACK).page == slack.LISTED
    assert readings("Channel.messages", Service.SLACK)[0].page == slack.PAGE - 2
    assert reading("Customer.profiles", Service.MASTODON).per_batch == mastodon.ACCOUNTS
    assert reading("Query.node", Service.MASTODON).per_batch == mastodon.STATUSES
    assert reading("Customer.posts", Service.MASTODON).page == mastodon.PAGE - 2
    assert reading("Customer.weather", Service.OPEN_METEO).per_batch == open_meteo.BATCH


def test_a_page_of_a_search_takes_as_many_calls_as_the_clients_make_for_it_at_most() -> None:
    kinds = {kind: ("kinds", kind) for kind in SearchKind.__members__}
    found = [one for one in CALLS["Query.search"] if one.times == turns.MOST and one.per_batch]
    assert {(one.service, one.only) for one in found} == {
        ("ZENDESK", kinds["TICKET"]),
        ("INTERCOM", kinds["TICKET"]),
        ("HUBSPOT", kinds["CONTACT"]),
        ("HUBSPOT", kinds["DEAL"]),
        ("JIRA", kinds["ISSUE"]),
        ("BLUESKY", kinds["POST"]),
    }
    assert {(one.service, one.only): one.page for one in CALLS["Query.search"] if one.page} == {
        ("GITHUB", kinds["REPOSITORY"]): matches.PAGE - matches.STEP,
        ("GITHUB", kinds["ISSUE"]): matches.PAGE - matches.STEP,
        ("MASTODON", kinds["POST"]): mastodon.PAGE,
    }
    payments = [one for one in CALLS["Query.search"] if one.service == Service.STRIPE.name]
    assert [(one.only, one.times, one.page) for one in payments] == [(kinds["PAYMENT"], 1, None)] * 2


def test_every_read_of_a_search_belongs_to_kinds_that_there_are() -> None:
    for one in CALLS["Query.search"]:
        argument, *kinds = one.only
        assert argument == "kinds"
        assert kinds
        assert set(kinds) <= set(SearchKind.__members__)


def test_payments_and_lifetime_value_share_what_they_read() -> None:
    payments, value = (reading(f"Customer.{name}", Service.STRIPE) for name in ("payments", "lifetimeValue"))
    assert payments.shared == value.shared == "charges"
    assert value.page is None, "of a list that is read to its end nobody knows the length"


def test_what_is_off_is_not_asked() -> None:
    some = upstream({Service.STORE, Service.STRIPE})
    assert {one.service for readings in some.values() for one in readings} == {"STORE", "STRIPE"}
    assert some["Customer.tickets"] == ()
