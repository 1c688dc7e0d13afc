"""The figures of upstream reads fit the graph, and what the connectors' clients say of themselves."""

import pytest
from graphql import GraphQLObjectType

from connectors.bluesky import client as bluesky
from connectors.domain.service import Service
from connectors.github import batches
from connectors.github import client as github
from connectors.registry import VENDORS
from connectors.stripe import client as stripe
from connectors.zendesk import client as zendesk
from connectors.zendesk import search
from schema.build import build_schema
from schema.upstream import Reading, upstream

GRAPH = build_schema()._schema  # noqa: SLF001 - strawberry has no public way to what graphql-core executes
CALLS = upstream()


def reading(coordinate: str, service: Service) -> Reading:
    (found,) = (one for one in CALLS[coordinate] if one.service == service.name)
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


def test_payments_and_lifetime_value_share_what_they_read() -> None:
    payments, value = (reading(f"Customer.{name}", Service.STRIPE) for name in ("payments", "lifetimeValue"))
    assert payments.shared == value.shared == "charges"
    assert value.page is None, "of a list that is read to its end nobody knows the length"


def test_what_is_off_is_not_asked() -> None:
    some = upstream({Service.STORE, Service.STRIPE})
    assert {one.service for readings in some.values() for one in readings} == {"STORE", "STRIPE"}
    assert some["Customer.tickets"] == ()
