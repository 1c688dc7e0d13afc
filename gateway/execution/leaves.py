"""Scalars and enums: how their values are written, as an expression where a plain value needs no more than a look.

Each expression stands for graphql-core's `coerce_output_value` of the same type, for values of the class that it looks
for; any other value, of a class that the type can still represent or not, is left to `coerce_output_value` itself.
"""

from collections.abc import Callable
from typing import Any, Final

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLScalarType,
    GraphQLString,
)
from graphql.pyutils import Undefined, inspect

from gateway.execution.kinds import Kinds

Leaf = GraphQLScalarType | GraphQLEnumType
Names = dict[str, Any]
ODD: Final = object()  # in the place of an output that is not known

# For each of the specified scalars, what must hold of `v` so that it is its own output (GraphQL, section 3.5).
_OWN = {
    GraphQLString: "v.__class__ is str",
    GraphQLBoolean: "v is True or v is False",
    # CPython compares numbers of one digit (30 bits) in place; the wider bounds are for the rest of the 32.
    GraphQLInt: "v.__class__ is int and (-1073741823 <= v <= 1073741823 or -2147483648 <= v <= 2147483647)",
    GraphQLFloat: "v.__class__ is float and v - v == 0.0",
}


# The classes of which any value is its own output.
OWN_CLASSES: Final[dict[Any, frozenset[type]]] = {
    GraphQLString: frozenset({str}),
    GraphQLID: frozenset({str}),
    GraphQLBoolean: frozenset({bool}),
}


def written(leaf: Leaf, kinds: Kinds, names: Names, odd: str) -> str:
    """An expression over `v`, which is not None, that is the output; or `odd`, an expression, where that is not known.

    It sets `w`. What the expression needs is put into `names`.
    """
    if leaf is GraphQLID:
        return f"v if v.__class__ is str else str(v) if v.__class__ is int else {odd}"
    if leaf in _OWN:
        return f"v if {_OWN[leaf]} else {odd}"
    at = len(names)
    if isinstance(leaf, GraphQLEnumType) and (members := _members(leaf)):
        names[f"enum{at}"], names[f"names{at}"] = members
        return f"names{at}[v._name_] if v.__class__ is enum{at} else {odd}"
    names[f"plain{at}"] = kinds.plain
    names[f"leaf{at}"] = _attempt(leaf)
    names["ODD"] = ODD
    return f"w if plain{at}(v.__class__) and (w := leaf{at}(v)) is not ODD else {odd}"


def leaf_writer(leaf: Leaf) -> Callable[[Any], Any]:
    """Turns a value that is not None into its output. Raises where the type cannot represent it."""
    coerce = leaf.coerce_output_value

    def write(value: object) -> object:
        output = coerce(value)
        if output is None or output is Undefined:
            asked = f"`{inspect(leaf)}.coerce_output_value({inspect(value)})`"
            raise TypeError(f"Expected {asked} to return non-nullable value, returned: {inspect(output)}")
        return output

    return write


def _attempt(leaf: Leaf) -> Callable[[Any], Any]:
    """The same, `ODD` where the type cannot represent it."""
    write = leaf_writer(leaf)

    def attempt(value: object) -> object:
        try:
            return write(value)
        except Exception:  # noqa: BLE001 - it is asked once more, where the failure is told
            return ODD

    return attempt


def _members(leaf: GraphQLEnumType) -> tuple[type, dict[str, str]] | None:
    """The class of a Python enum's members and each one's output by its name; None where it is no such enum."""
    wrapped = getattr(leaf, "wrapped_cls", None)
    if wrapped is None:
        return None
    return wrapped, {name: leaf.coerce_output_value(member) for name, member in wrapped.__members__.items()}
