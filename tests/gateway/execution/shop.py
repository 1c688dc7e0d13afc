"""A small graph for the tests of what is measured before execution, and documents over it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
from graphql import (
    ExecutionResult,
    FragmentDefinitionNode,
    GraphQLResolveInfo,
    OperationDefinitionNode,
    build_schema,
    execute_sync,
    get_named_type,
    is_composite_type,
    parse,
)
from graphql.execution.values import VariableValues, get_variable_values

from gateway.execution.documents import Documents
from gateway.execution.limits import Limits
from gateway.execution.measure import Measure
from gateway.execution.operation import UnfitError
from gateway.execution.tariff import Tariff

SDL = """
  type Query {
    shop(id: ID): Shop!
    shops(first: Int = 3, last: Int, after: String): ShopConnection!
    items(ids: [ID!]!): [Item!]!
    found(kinds: [Kind!]): [Found!]!
    pages(first: Int): [ShopConnection!]!
    node: Node!
    name: String
  }
  type Mutation { rename(name: String!): Shop! }
  type Subscription { renamed: Shop! }
  interface Node { id: ID! owner: Person! }
  union Found = Shop | Item
  enum Kind { SHOP ITEM NOTHING }
  type ShopConnection { edges: [ShopEdge!]! nodes: [Shop!]! pageInfo: PageInfo! total: Int }
  type ShopEdge { node: Shop! cursor: String! }
  type PageInfo { more: Boolean! }
  type Shop implements Node {
    id: ID! name: String owner: Person! tags: [String!]! grid: [[Item!]!]!
    items(first: Int = 2, tag: String, after: String): [Item!]! staff: [Person!]!
  }
  type Item implements Node { id: ID! name: String owner: Person! shop: Shop! maker: Person! }
  type Person { id: ID! name: String shop: Shop! }
"""
SCHEMA = build_schema(SDL)
ASSUMED = 4


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What a read takes of a service."""

    service: str = "MAKERS"
    per_batch: int | None = 1
    times: int = 1
    each_item: bool = False
    page: int | None = None
    different: int | None = None
    shared: str | None = None
    apart: Sequence[str] = ()
    only: Sequence[str] = ()
    exact: bool = False


TARIFF = Tariff(assumed=ASSUMED, sizes={"Shop.staff": 2})


def tariff(**calls: Taken) -> Tariff:
    """With reads by schema coordinate, spelled with `_` for the dot."""
    return replace(TARIFF, calls={name.replace("_", "."): [taken] for name, taken in calls.items()})


def operation(text: str) -> tuple[OperationDefinitionNode, dict[str, FragmentDefinitionNode]]:
    """The first operation of a document, and its fragments."""
    nodes = parse(text).definitions
    fragments = {node.name.value: node for node in nodes if isinstance(node, FragmentDefinitionNode)}
    return next(node for node in nodes if isinstance(node, OperationDefinitionNode)), fragments


def measure(text: str, prices: Tariff = TARIFF) -> Measure:
    """Of the first operation of a document."""
    node, fragments = operation(text)
    return Measure(SCHEMA, node, fragments, prices)


def coerced(text: str, variables: Mapping[str, Any]) -> VariableValues:
    """As execution coerces them."""
    values = get_variable_values(SCHEMA, operation(text)[0].variable_definitions or (), dict(variables))
    assert isinstance(values, VariableValues), values
    return values


def answered(
    text: str, variables: Mapping[str, Any], kind: Callable[[str], str], seen: Callable[[tuple[str, ...], str], None]
) -> ExecutionResult:
    """Executes a document over objects that have everything, lists as long as TARIFF has it, at graphql-core's hands.

    `kind` chooses the type of an abstract one's object; `seen` is told each resolved field's path, without indices, and
    its coordinate.
    """

    def resolve(source: dict[str, int], info: GraphQLResolveInfo[object], **arguments: Any) -> object:  # noqa: ANN401 - whatever a field takes
        seen(tuple(key for key in info.path.as_list() if isinstance(key, str)), f"{info.parent_type}.{info.field_name}")
        named = get_named_type(info.return_type)
        leaf = {"Boolean": True, "Int": 1}.get(named.name, "x")
        slice_ = arguments.get("last") or arguments.get("first")
        one: object = {"slice": slice_} if is_composite_type(named) else leaf
        if str(info.return_type).startswith("[["):
            return [[one] * ASSUMED] * ASSUMED
        if not str(info.return_type).startswith("["):
            return one
        if info.field_name in ("edges", "nodes"):
            return [one] * source["slice"]
        given = len(arguments["ids"]) if "ids" in arguments else slice_
        if given is None:
            given = 2 if info.field_name == "staff" else ASSUMED
        return [one] * given

    return execute_sync(
        SCHEMA,
        parse(text),
        {},
        variable_values=dict(variables),
        field_resolver=resolve,
        type_resolver=lambda _source, _info, abstract: kind(abstract.name),
    )


def refusals(text: str, limits: Limits | None = None) -> list[dict[str, Any]]:
    """The errors for which a document is refused."""
    with pytest.raises(UnfitError) as unfit:
        Documents(SCHEMA, limits or Limits()).get(text)
    return [dict(error) for error in unfit.value.errors]


def codes(errors: Sequence[Mapping[str, Any]]) -> set[str]:
    """The codes of some errors."""
    return {error["extensions"]["code"] for error in errors}
