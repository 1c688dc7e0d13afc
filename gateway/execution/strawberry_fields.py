"""What Strawberry's own wrappers around a field do, known beforehand: which fields are attributes, which are functions.

Only what cannot be told apart from the wrapper is done in its stead: a field with extensions, permissions, exception
handlers or a class of its own is called as Strawberry made it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLField, GraphQLObjectType
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.base import StrawberryMaybe, StrawberryObjectDefinition, StrawberryOptional
from strawberry.types.field import StrawberryField

from gateway.execution.loading import Loading, loading_of

_BACK = GraphQLCoreConverter.DEFINITION_BACKREF
_PLAIN = (str, int, float, bool)


def strawberry_field(field: GraphQLField) -> StrawberryField | None:
    """What Strawberry made this field of; None where another library made it, or its class is not Strawberry's own."""
    made_of = field.extensions.get(_BACK)
    own = isinstance(made_of, StrawberryField) and type(made_of).get_result is StrawberryField.get_result
    return made_of if own else None


def attribute(field: GraphQLField) -> str | None:
    """The attribute that a field without resolver reads; None where it does anything else."""
    made_of = strawberry_field(field)
    plain = made_of is not None and made_of.is_basic_field and made_of.default_resolver is getattr
    return made_of.python_name if made_of and plain and getattr(field.resolve, "_is_default", False) else None


@dataclass(frozen=True, slots=True)
class Function:
    """A resolver as its author wrote it, and what it wants to be given."""

    field: StrawberryField
    call: Callable[..., Any]
    takes_self: bool
    source: tuple[str, ...]  # the keywords that take the parent
    info: str | None  # the keyword that takes the Info
    loading: Loading | None  # where the field was declared as a load
    takes_arguments: bool  # of GraphQL's
    names: dict[str, str] | None  # Python's for each argument's, where Strawberry converts none of their values


def function(field: GraphQLField, converter: GraphQLCoreConverter) -> Function | None:
    """The resolver itself; None where Strawberry does more than to call it."""
    made_of = strawberry_field(field)
    if made_of is None or made_of.base_resolver is None or made_of.extensions or converter.exception_handlers:
        return None
    resolver = made_of.base_resolver
    source = [one.name for one in (resolver.parent_parameter, resolver.root_parameter) if one]
    return Function(
        field=made_of,
        call=resolver.wrapped_func,  # type: ignore[arg-type]  # a static method can be called as well
        takes_self=resolver.self_parameter is not None,
        source=tuple(source),
        info=resolver.info_parameter.name if resolver.info_parameter else None,
        loading=loading_of(made_of),
        takes_arguments=bool(made_of.arguments),
        names=_names(made_of, converter),
    )


def _names(field: StrawberryField, converter: GraphQLCoreConverter) -> dict[str, str] | None:
    """A value of Python's own class is handed on as it is: `strawberry.types.arguments.convert_argument`."""
    found = {}
    for argument in field.arguments:
        named = argument.type
        inner = named.of_type if isinstance(named, StrawberryOptional) else named
        if inner not in _PLAIN or isinstance(named, StrawberryMaybe):
            return None
        found[converter.config.name_converter.from_argument(argument)] = argument.python_name
    return found


def definition_of(kind: GraphQLObjectType) -> StrawberryObjectDefinition | None:
    """What Strawberry made this type of."""
    made_of = kind.extensions.get(_BACK)
    return made_of if isinstance(made_of, StrawberryObjectDefinition) else None
