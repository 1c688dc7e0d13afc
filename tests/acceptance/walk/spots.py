"""What can be given to a field, as schema coordinates: `Query.customers(filter).linkedTo: STRIPE`."""

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import GraphQLEnumType, GraphQLField, GraphQLInputObjectType, GraphQLInputType, get_named_type


def there_are(coordinate: str, wanted: GraphQLField) -> Iterator[str]:
    """Each argument of a field, each field of its inputs, and each value of an enum that either takes."""
    for name, one in wanted.args.items():
        yield from _there_are(f"{coordinate}({name})", one.type, ())


def given(coordinate: str, wanted: GraphQLField, arguments: Mapping[str, Any]) -> Iterator[str]:
    """Those of them that are in `arguments`."""
    for name, value in arguments.items():
        yield from _given(f"{coordinate}({name})", wanted.args[name].type, value)


def is_value(spot: str) -> bool:
    """Whether it is one value of an enum."""
    return ": " in spot


def _there_are(spot: str, kind: GraphQLInputType, within: tuple[str, ...]) -> Iterator[str]:
    named = get_named_type(kind)
    yield spot
    if isinstance(named, GraphQLEnumType):
        yield from (f"{spot}: {value}" for value in named.values)
    elif isinstance(named, GraphQLInputObjectType) and named.name not in within:
        for name, one in named.fields.items():
            yield from _there_are(f"{spot}.{name}", one.type, (*within, named.name))


def _given(spot: str, kind: GraphQLInputType, value: Any) -> Iterator[str]:  # noqa: ANN401 - JSON
    named = get_named_type(kind)
    yield spot
    for one in value if isinstance(value, list) else [value]:
        if isinstance(named, GraphQLEnumType):
            yield f"{spot}: {one}"
        elif isinstance(named, GraphQLInputObjectType):
            for name, inside in one.items():
                yield from _given(f"{spot}.{name}", named.fields[name].type, inside)
