"""Variables of an operation, coerced (GraphQL, section 6.1.2): what needs no more than a look is only looked at.

A value that is of its type's own class stands for itself. Anything else, with every refusal, is left to graphql-core's
`get_variable_values`, for all variables of the operation: lists, inputs, enums, other scalars, defaults, numbers that
have to be converted.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from graphql import (
    GRAPHQL_MAX_INT,
    GRAPHQL_MIN_INT,
    GraphQLBoolean,
    GraphQLError,
    GraphQLID,
    GraphQLInt,
    GraphQLNamedType,
    GraphQLSchema,
    GraphQLString,
    VariableDefinitionNode,
    is_non_null_type,
)
from graphql.execution.get_variable_signature import GraphQLVariableSignature, get_variable_signature
from graphql.execution.values import VariableValues, VariableValueSource, get_variable_values

NONE: Final = VariableValues({}, {})
_ABSENT: Final = object()


class Inputs:
    """What the variables of one operation have to be."""

    __slots__ = ("_definitions", "_schema", "_simple")

    def __init__(self, schema: GraphQLSchema, definitions: Sequence[VariableDefinitionNode]) -> None:
        self._schema = schema
        self._definitions = definitions
        simple = [_simple(schema, definition) for definition in definitions]
        self._simple = None if None in simple else [one for one in simple if one is not None]

    def coerced(self, given: Mapping[str, Any], *, hide_suggestions: bool) -> VariableValues | list[GraphQLError]:
        """The values, or what is wrong with them."""
        if not self._definitions:
            return NONE
        found = self._looked_at(given)
        if found is not None:
            return found
        return get_variable_values(self._schema, self._definitions, dict(given), hide_suggestions=hide_suggestions)

    def _looked_at(self, given: Mapping[str, Any]) -> VariableValues | None:
        if self._simple is None:
            return None
        sources: dict[str, VariableValueSource] = {}
        coerced: dict[str, Any] = {}
        for one in self._simple:
            value = given.get(one.name, _ABSENT)
            if value is _ABSENT or value is None:
                if not one.nullable:
                    return None
            elif not one.fits(value):
                return None
            if value is _ABSENT:
                sources[one.name] = one.absent
            else:
                sources[one.name] = VariableValueSource(one.signature, value)
                coerced[one.name] = value
        return VariableValues(sources, coerced)


class _Simple:
    """A variable of a scalar that JSON has, without a default."""

    __slots__ = ("absent", "fits", "name", "nullable", "signature")

    def __init__(self, signature: GraphQLVariableSignature, fits: Callable[[Any], bool], *, nullable: bool) -> None:
        self.name = signature.name
        self.signature = signature
        self.absent = VariableValueSource(signature)
        self.fits = fits
        self.nullable = nullable


def _is_int(value: object) -> bool:
    return value.__class__ is int and GRAPHQL_MIN_INT <= value <= GRAPHQL_MAX_INT


def _is_str(value: object) -> bool:
    return value.__class__ is str


def _is_bool(value: object) -> bool:
    return value is True or value is False


_FITS: Final[dict[GraphQLNamedType, Callable[[Any], bool]]] = {
    GraphQLInt: _is_int,
    GraphQLString: _is_str,
    GraphQLID: _is_str,
    GraphQLBoolean: _is_bool,
}


def _simple(schema: GraphQLSchema, definition: VariableDefinitionNode) -> _Simple | None:
    signature = get_variable_signature(schema, definition)
    if isinstance(signature, GraphQLError) or signature.default is not None:
        return None
    nullable = not is_non_null_type(signature.type)
    named: Any = signature.type if nullable else signature.type.of_type  # type: ignore[union-attr]  # it is non-null
    fits = _FITS.get(named)
    return _Simple(signature, fits, nullable=nullable) if fits else None
