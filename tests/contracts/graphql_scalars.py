"""The scalars of GitHub's schema (https://docs.github.com/en/graphql/reference/scalars), each with its check."""

from collections.abc import Callable

from graphql import GraphQLError, GraphQLScalarType, GraphQLSchema, is_specified_scalar_type

from tests.contracts.document import Json
from tests.contracts.formats import CHECKER
from tests.contracts.violation import Uncompilable, shown


def _is_int(value: Json) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _text(form: str | None = None) -> Callable[[Json], bool]:
    return lambda value: isinstance(value, str) and (form is None or CHECKER.conforms(value, form))


SCALARS: dict[str, Callable[[Json], bool]] = {
    "Int": lambda value: _is_int(value) and -(2**31) <= value < 2**31,
    "Float": lambda value: _is_int(value) or isinstance(value, float),
    "Boolean": lambda value: isinstance(value, bool),
    "String": _text(),
    "ID": _text(),
    "BigInt": lambda value: _is_int(value) or (isinstance(value, str) and value.removeprefix("-").isdecimal()),
    "Date": _text("date"),
    "DateTime": _text("date-time"),
    "GitTimestamp": _text("date-time"),
    "PreciseDateTime": _text("date-time"),
    "URI": _text("uri"),
    **dict.fromkeys(("Base64String", "GitObjectID", "GitRefname", "GitSSHRemote", "HTML", "X509Certificate"), _text()),
}


def check_arguments(name: str, schema: GraphQLSchema) -> None:
    """Has the schema's own scalars refuse arguments that do not pass their check: built from SDL they take anything.

    Raises `Uncompilable` for a scalar without a check.
    """
    for scalar in schema.type_map.values():
        if isinstance(scalar, GraphQLScalarType):
            if scalar.name not in SCALARS:
                raise Uncompilable(f"{name} scalar {scalar.name}", "no check is known for it")
            if not is_specified_scalar_type(scalar):
                _make_strict(scalar)


def _make_strict(scalar: GraphQLScalarType) -> None:
    def strict(value: Json) -> Json:
        if not SCALARS[scalar.name](value):
            raise GraphQLError(f"{scalar.name} cannot represent {shown(value)}")
        return value

    vars(scalar).update(parse_value=strict, coerce_input_value=strict)
