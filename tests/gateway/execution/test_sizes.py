from collections.abc import Mapping
from dataclasses import replace

import pytest
from graphql import (
    FieldNode,
    GraphQLArgument,
    GraphQLField,
    GraphQLInt,
    GraphQLList,
    GraphQLString,
    build_schema,
)

from gateway.execution.amount import value
from gateway.execution.sizes import listed, lists, sliced
from gateway.execution.tariff import Tariff
from tests.gateway.execution.shop import operation

SCHEMA = build_schema("""
  type Query {
    none: [Int] one: Int nested: [[Int!]]! both(first: Int = 3, last: Int): [Int] bare(last: Int): [Int]
    ids(ids: [ID!]): [Int] quotes(of: [ID!] = [1, 2], ids: ID): [Int]
  }
""")
TARIFF = Tariff(assumed=7)


def field(name: str) -> GraphQLField:
    assert SCHEMA.query_type is not None
    found: GraphQLField = SCHEMA.query_type.fields[name]
    return found


def node(text: str) -> FieldNode:
    (found,) = operation(f"{{ {text} }}")[0].selection_set.selections
    assert isinstance(found, FieldNode)
    return found


def slice_of(text: str, variables: Mapping[str, object] | None = None, tariff: Tariff = TARIFF) -> int | None:
    found = node(text)
    amount = sliced(field(found.name.value), found, tariff)
    return None if amount is None else value(amount, variables or {})


def size_of(text: str, variables: Mapping[str, object] | None = None, **sizes: int | str) -> int:
    found = node(text)
    name = found.name.value
    tariff = replace(TARIFF, sizes={f"Query.{key}": size for key, size in sizes.items()})
    return value(listed(field(name), found, f"Query.{name}", tariff), variables or {})


@pytest.mark.parametrize(("name", "count"), [("one", 0), ("none", 1), ("nested", 2)])
def test_a_type_is_as_many_lists_as_it_is_wrapped_in(name: str, count: int) -> None:
    assert lists(field(name).type) == count


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("both(first: 5)", 5),
        ("both", 3),
        ("both(first: null)", 3),
        ("both(last: 2)", 2),
        ("both(first: 5, last: 9)", 9),
        ("both(first: -4)", 0),
        ("bare", 7),
        ("bare(last: 2)", 2),
        ("none", None),
    ],
)
def test_a_slice_is_what_is_asked_for_or_else_the_default(text: str, size: int | None) -> None:
    assert slice_of(text) == size


@pytest.mark.parametrize(
    ("text", "variables", "size"),
    [
        ("both(first: $a)", {"a": 6}, 6),
        ("both(first: $a)", {"a": None}, 3),
        ("both(first: $a)", {}, 3),
        ("both(first: $a, last: $b)", {"a": 4, "b": 2}, 4),
        ("both(first: 3, last: $b)", {"b": 9}, 9),
        ("both(first: $a, last: $b)", {"b": 2}, 2),
        ("bare(last: $a)", {}, 7),
    ],
)
def test_a_slice_may_hang_on_variables(text: str, variables: dict[str, object], size: int) -> None:
    assert slice_of(text, variables) == size


def test_a_slice_beyond_what_the_field_takes_counts_as_that() -> None:
    bounded = replace(TARIFF, most=100)
    assert slice_of("both(first: 1000000)", tariff=bounded) == 100
    assert slice_of("both(first: $a)", {"a": 1_000_000}, bounded) == 100


@pytest.mark.parametrize(
    ("text", "variables", "size"),
    [
        ("none", {}, 7),
        ("ids(ids: [1, 2, 3])", {}, 3),
        ("ids(ids: 1)", {}, 1),
        ("ids(ids: null)", {}, 0),
        ("ids", {}, 0),
        ("ids(ids: $a)", {"a": ["1", "2"]}, 2),
        ("ids(ids: [$a, $b])", {}, 2),
        ("ids(ids: $a)", {"a": None}, 0),
        ("ids(ids: $a)", {}, 0),
        ("ids(ids: $a)", {"a": "1"}, 1),
        ("quotes(ids: 1)", {}, 7),
    ],
)
def test_a_list_by_ids_is_as_long_as_they_are_many(text: str, variables: dict[str, object], size: int) -> None:
    assert size_of(text, variables) == size


def test_the_size_of_a_field_can_be_set() -> None:
    assert size_of("none", none=30) == 30
    assert size_of("quotes(of: [1, 2, 3])", quotes="of") == 3
    assert size_of("quotes", quotes="of") == 2, "the argument's default"
    assert size_of("quotes(of: $a)", quotes="of") == 2
    assert size_of("none", none="nothing of that name") == 7


def test_a_default_is_found_in_every_form_that_graphql_core_has() -> None:
    old = GraphQLField(GraphQLList(GraphQLString), {"first": GraphQLArgument(GraphQLInt, default_value=4)})
    assert sliced(old, node("old"), TARIFF) == 4
