from pathlib import Path

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    Undefined,
    is_introspection_type,
    is_specified_scalar_type,
)

import schema
from connectors.connection import Mode
from connectors.domain.errors import Unavailable
from connectors.domain.service import Service
from connectors.registry import VENDORS
from connectors.seed.people import People
from connectors.sources import Sources
from schema.build import build_schema
from tests.schema.fakes import Book, Shop
from tests.schema.harness import graph, hub, imitations, run
from tests.schema.nouns import customer

SNAPSHOT = Path(schema.__file__).with_name("schema.graphql")


def ours() -> list[GraphQLNamedType]:
    """The types that are this graph's own."""
    types = graph()._schema.type_map.values()  # noqa: SLF001 - strawberry has no public way to the schema inside
    return [one for one in types if not is_introspection_type(one) and not is_specified_scalar_type(one)]


def descriptions(kind: GraphQLNamedType) -> dict[str, str | None]:
    """Everything in a type that can have a description, and what it has."""
    found = {kind.name: kind.description}
    if isinstance(kind, GraphQLEnumType):
        return found | {f"{kind.name}.{name}": value.description for name, value in kind.values.items()}
    if isinstance(kind, GraphQLInputObjectType):
        return found | {f"{kind.name}.{name}": one.description for name, one in kind.fields.items()}
    if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
        for name, one in kind.fields.items():
            found[f"{kind.name}.{name}"] = one.description
            found |= {f"{kind.name}.{name}({arg})": given.description for arg, given in one.args.items()}
    return found


def test_the_snapshot_is_what_the_code_says() -> None:
    same = SNAPSHOT.read_text() == build_schema().as_str() + "\n"
    assert same, "the graph has changed; if that is meant: make generated"


def test_every_type_field_argument_and_value_says_what_it_is() -> None:
    everything = {name: text for kind in ours() for name, text in descriptions(kind).items()}
    assert [name for name, text in everything.items() if not text] == []
    assert len(everything) > 300


def test_what_may_be_left_out_has_no_default_of_null() -> None:
    arguments = [
        argument
        for kind in ours()
        if isinstance(kind, GraphQLObjectType)
        for field in kind.fields.values()
        for argument in field.args.values()
    ]
    fields = [field for kind in ours() if isinstance(kind, GraphQLInputObjectType) for field in kind.fields.values()]
    defaults = [one.default_value for one in [*arguments, *fields]]
    assert not any(default is None for default in defaults)
    assert sum(default is Undefined for default in defaults) > 20


async def test_sources_tell_what_each_service_that_was_asked_cost(imitated: Sources) -> None:
    answer = await run(imitated, "{ incidents { edges { node { id } } } }")
    entries = answer.extensions["sources"]
    assert [(entry["service"], entry["calls"], entry["errors"]) for entry in entries] == [("PAGERDUTY", 1, 0)]
    assert set(entries[0]) == {*"service calls cached coalesced stale ageSeconds retries errors ms".split()}
    assert entries[0]["ms"] >= 0


async def test_sources_are_empty_where_nobody_was_asked(imitated: Sources) -> None:
    assert (await run(imitated, "{ __typename }")).extensions == {"sources": []}


async def test_sources_count_the_store_and_what_failed(kept: Sources) -> None:
    answer = await run(kept, "{ customers(first: 2) { totalCount edges { node { payments { totalCount } } } } }")
    assert answer.calls(Service.STORE) == 2
    assert answer.calls(Service.STRIPE) == 2
    assert {entry["errors"] for entry in answer.extensions["sources"]} == {0}


async def test_sources_start_from_zero_with_every_operation(imitated: Sources) -> None:
    query = "{ payments { totalCount } }"
    assert (await run(imitated, query)).calls(Service.STRIPE) == (await run(imitated, query)).calls(Service.STRIPE) == 1


async def test_services_that_are_off_are_not_asked(book: Book, people: People) -> None:
    off = imitations(people, book, {vendor.service: Mode.OFF for vendor in VENDORS})
    answer = await run(off, "{ balance { amount } }")
    assert answer.codes == ["SERVICE_NOT_CONFIGURED"]
    assert answer.extensions["sources"] == []


async def test_one_answer_has_data_and_errors_side_by_side() -> None:
    shop = Shop(failures={"Bob": Unavailable(Service.STRIPE, "STRIPE dropped the call")})
    sources = hub(shop, customers=Book([customer("Ada"), customer("Bob", number=2)]))
    answer = await run(sources, "{ customers { edges { node { name payments { edges { node { id } } } } } } }")
    assert [edge["node"]["payments"] for edge in answer.data["customers"]["edges"]] == [{"edges": []}, None]
    assert answer.only_error["path"] == ["customers", "edges", 1, "node", "payments"]
