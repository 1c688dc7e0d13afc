"""`@defer` and `@stream` over any schema."""

import strawberry
from graphql import build_schema, execute_sync, get_introspection_query, introspection_from_schema, parse

from gateway.execution.directives import allowing
from gateway.execution.operation import Answer
from tests.gateway.execution.people import Gates, Graph

SCHEMA = build_schema("type Query { a: Int }")
BOTH = {"defer", "stream"}


def test_the_other_schema_has_both_and_the_same_types() -> None:
    other = allowing(SCHEMA)
    assert {one.name for one in other.directives} - {one.name for one in SCHEMA.directives} == BOTH
    assert other.type_map is SCHEMA.type_map
    assert allowing(other) is other


def test_the_schema_itself_is_still_executed() -> None:
    """Beside this one: graphql-core refuses a schema with these directives."""
    allowing(SCHEMA)
    assert execute_sync(SCHEMA, parse("{ a }"), {"a": 1}).data == {"a": 1}


def test_a_directive_of_the_schema_s_own_is_kept() -> None:
    schema = build_schema("directive @defer(if: Boolean) on FIELD\ntype Query { a: Int }")
    assert allowing(schema).get_directive("defer") is schema.get_directive("defer")
    assert allowing(schema).get_directive("stream") is not None


def test_strawberry_finds_its_own_schema_from_there() -> None:
    @strawberry.type
    class Query:
        a: int = 1

    schema = strawberry.Schema(Query)
    inner = schema._schema  # noqa: SLF001 - strawberry has no public way to what graphql-core executes
    assert vars(allowing(inner)).keys() == vars(inner).keys()
    assert introspection_from_schema(allowing(inner))["__schema"]["types"]


async def test_clients_are_told_of_both() -> None:
    engine = Graph().engine
    answer = await engine.execute(engine.prepare("{ __schema { directives { name } } }", None), None, Gates())
    assert isinstance(answer, Answer)
    assert all(f'"{name}"'.encode() in answer.body for name in BOTH)
    assert engine.prepare(get_introspection_query(), None).kind == "query"
