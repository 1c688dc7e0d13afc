"""How many items a list has at most, and whether a list of names has one: https://ibm.github.io/graphql-specs/cost-spec.html#sec-The-List-Size-Directive."""

from collections.abc import Callable, Sequence
from typing import Any

from graphql import (
    EnumValueNode,
    FieldNode,
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLOutputType,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    Undefined,
    ValueNode,
    VariableNode,
    get_named_type,
    is_list_type,
    is_non_null_type,
    value_from_ast_untyped,
)

from gateway.execution.amount import Amount, Variables
from gateway.execution.tariff import Tariff

SLICING = ("first", "last")  # https://relay.dev/graphql/connections.htm#sec-Arguments
SIZED = frozenset({"edges", "nodes"})  # of a connection: as long as the slice that was asked of it
LISTED = ("ids",)  # a list is as long as this argument of it

Given = Callable[[Variables], int | None]


def lists(type_: GraphQLOutputType) -> int:
    """How many lists a type is wrapped in."""
    count = 0
    while is_non_null_type(type_) or is_list_type(type_):
        count += is_list_type(type_)
        type_ = type_.of_type
    return count


def sliced(field: GraphQLField, node: FieldNode, tariff: Tariff) -> Amount | None:
    """What the slicing arguments ask for, the largest where there are several; None for a field without them.

    The defaults of the schema count where none is given, or null is.
    """
    known = [name for name in SLICING if name in field.args]
    if not known:
        return None
    values = [value for name in known if (value := _argument(node, name))]
    defaults = [default for name in known if isinstance(default := _default(field.args[name]), int)]
    return _largest(
        [_integer(value) for value in values], _bounded(max(defaults, default=tariff.assumed), tariff), tariff
    )


def listed(field: GraphQLField, node: FieldNode, coordinate: str, tariff: Tariff) -> Amount:
    """The size of a list that is not sliced."""
    size = tariff.sizes.get(coordinate)
    if isinstance(size, int):
        return size
    names = (size,) if size else LISTED
    for name in names:
        if name in field.args and is_list_type(_nullable(field.args[name].type)):
            return _length(_argument(node, name), _default(field.args[name]))
    return tariff.assumed


def chosen(field: GraphQLField, node: FieldNode, only: Sequence[str]) -> Amount:
    """1 where an argument lists one of some names of an enum, or is left out or null; else 0. `only`: see `Calls`."""
    if not only:
        return 1
    name, *wanted = only
    kind = get_named_type(field.args[name].type)
    values = [kind.parse_value(one) for one in wanted] if isinstance(kind, GraphQLEnumType) else wanted

    def listed_in(given: object) -> bool:
        items = given if isinstance(given, list) else [given]
        return given is None or any(item in values for item in items)

    argument = _argument(node, name)
    if argument is None or isinstance(argument, NullValueNode):
        return 1
    if isinstance(argument, VariableNode):
        variable = argument.name.value
        return lambda variables: int(listed_in(variables.get(variable)))
    items = argument.values if isinstance(argument, ListValueNode) else (argument,)
    if any(isinstance(item, EnumValueNode) and item.value in wanted for item in items):
        return 1
    others = [item.name.value for item in items if isinstance(item, VariableNode)]
    return (lambda variables: int(any(listed_in([variables.get(one)]) for one in others))) if others else 0


def _largest(given: list[Given | int | None], default: int, tariff: Tariff) -> Amount:
    known = [one for one in given if isinstance(one, int)]
    asked = [one for one in given if callable(one)]
    if not asked:
        return _bounded(max(known), tariff) if known else default

    def largest(variables: Variables) -> int:
        found = known + [number for one in asked if isinstance(number := one(variables), int)]
        return _bounded(max(found), tariff) if found else default

    return largest


def _integer(node: ValueNode) -> Given | int | None:
    if isinstance(node, IntValueNode):
        return int(node.value)
    if isinstance(node, VariableNode):
        name = node.name.value
        return lambda variables: variables.get(name)
    return None


def _length(node: ValueNode | None, default: object) -> Amount:
    if isinstance(node, VariableNode):
        name = node.name.value
        return lambda variables: _count(variables.get(name, default))
    if isinstance(node, ListValueNode):
        return len(node.values)
    return _count(default) if node is None else int(not isinstance(node, NullValueNode))


def _count(items: object) -> int:
    if isinstance(items, list | tuple):
        return len(items)
    return int(items is not None and items is not Undefined)


def _bounded(size: int, tariff: Tariff) -> int:
    return max(0, size if tariff.most is None else min(size, tariff.most))


def _argument(node: FieldNode, name: str) -> ValueNode | None:
    return next((one.value for one in node.arguments or () if one.name.value == name), None)


def _default(argument: GraphQLArgument) -> Any:  # noqa: ANN401 - of any type that an argument has
    given = argument.default
    if given is None:
        return argument.default_value
    return given.value if given.literal is None else value_from_ast_untyped(given.literal)


def _nullable(type_: Any) -> Any:  # noqa: ANN401 - graphql-core types are generic over each other
    return type_.of_type if is_non_null_type(type_) else type_
