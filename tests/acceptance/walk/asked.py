"""Operations as trees of fields: written down from a schema, and found again in their answers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_abstract_type,
    is_composite_type,
    is_leaf_type,
    is_non_null_type,
    is_required_argument,
)

Path = tuple[str | int, ...]
Composite = GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType


@dataclass(frozen=True, slots=True)
class Asked:
    """A field of the type `kind`, with arguments as JSON, and what is asked of its value."""

    kind: str
    name: str
    given: Mapping[str, Any] = field(default_factory=dict)
    inner: tuple["Asked", ...] = ()
    alias: str = ""

    @property
    def key(self) -> str:
        """Where the answer has it."""
        return self.alias or self.name

    @property
    def coordinate(self) -> str:
        """As https://spec.graphql.org/draft/#sec-Schema-Coordinates."""
        return f"{self.kind}.{self.name}"


Chain = tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A field of one object of an answer. `pinned` leads to that object alone."""

    path: Path
    asked: Asked
    pinned: Chain
    value: Any


@dataclass(frozen=True, slots=True)
class Seen:
    """An object of an answer. `pinned` leads to it alone, from the nearest node, by that node's id."""

    kind: str
    path: Path
    value: dict[str, Any]
    chain: Chain
    pinned: Chain

    @property
    def service(self) -> str:
        """Whose it is; empty where it does not say so."""
        return str(self.value.get("service", ""))


def along(schema: GraphQLSchema, chain: Chain, inner: Sequence[Asked]) -> tuple[Asked, ...]:
    """The fields `inner` of what a chain leads to, asked from the root, with the id of every node on the way."""
    asked = tuple(inner)
    for one in reversed(chain):
        asked = (replace(one, inner=_identified(schema, asked)),)
    return asked


def _identified(schema: GraphQLSchema, asked: tuple[Asked, ...]) -> tuple[Asked, ...]:
    kind = asked[0].kind
    known = not is_node(schema, kind) or any(one.key == "id" for one in asked)
    return asked if known else (Asked(kind, "id"), *asked)


def is_node(schema: GraphQLSchema, kind: str) -> bool:
    """Whether there is a way to objects of this type by their ids."""
    found = schema.type_map[kind]
    return isinstance(found, GraphQLObjectType) and any(one.name == "Node" for one in found.interfaces)


def objects_of(schema: GraphQLSchema, kind: Composite) -> Sequence[GraphQLObjectType]:
    """The object types that a value of this type can have."""
    return [kind] if isinstance(kind, GraphQLObjectType) else schema.get_possible_types(kind)


def flat(schema: GraphQLSchema, kind: Composite, within: tuple[str, ...] = ()) -> tuple[Asked, ...]:
    """The leaves of a type, and those of its parts that are never null; where there are several, what all have."""
    kinds = objects_of(schema, kind)
    return tuple(
        Asked(one.name, name, inner=_inner(schema, wanted, (*within, one.name)))
        for one in kinds
        for name, wanted in one.fields.items()
        if _comes_along(wanted, within) and all(_has(other, name, wanted) for other in kinds)
    )


def _has(kind: GraphQLObjectType, name: str, wanted: GraphQLField) -> bool:
    return name in kind.fields and str(kind.fields[name].type) == str(wanted.type)


def _comes_along(wanted: GraphQLField, within: tuple[str, ...]) -> bool:
    named = get_named_type(wanted.type)
    if any(is_required_argument(one) for one in wanted.args.values()):
        return False
    return is_leaf_type(named) or (is_non_null_type(wanted.type) and named.name not in within)


def _inner(schema: GraphQLSchema, wanted: GraphQLField, within: tuple[str, ...]) -> tuple[Asked, ...]:
    named = get_named_type(wanted.type)
    return flat(schema, named, within) if is_composite_type(named) else ()


def below(schema: GraphQLSchema, wanted: GraphQLField) -> tuple[Asked, ...]:
    """What is asked of a field's value, where nothing in particular is."""
    return _inner(schema, wanted, ())


class Operation:
    """A document with one operation, and its variables: every argument is one."""

    def __init__(self, schema: GraphQLSchema, fields: Sequence[Asked], kind: str = "query") -> None:
        self.fields = tuple(fields)
        self.variables: dict[str, Any] = {}
        self._schema = schema
        self._declared: list[str] = []
        body = self._selection(self.fields)
        declared = f"({', '.join(self._declared)})" if self._declared else ""
        self.text = f"{kind} Walk{declared} {body}"

    @property
    def coordinates(self) -> set[str]:
        """Of all its fields."""
        return set(_coordinates(self.fields))

    def __str__(self) -> str:
        """As it is told of."""
        return f"{self.text} with {self.variables}"

    def _selection(self, fields: Sequence[Asked]) -> str:
        kinds = dict.fromkeys(one.kind for one in fields)
        parts = {kind: " ".join(self._field(one) for one in fields if one.kind == kind) for kind in kinds}
        spread = (f"... on {kind} {{ {part} }}" for kind, part in parts.items())
        return f"{{ __typename {' '.join(parts.values() if len(parts) == 1 else spread)} }}"

    def _field(self, one: Asked) -> str:
        kind = self._schema.type_map[one.kind]
        assert isinstance(kind, GraphQLObjectType)
        wanted = kind.fields[one.name]
        given = ", ".join(f"{name}: ${self._variable(wanted, name, value)}" for name, value in one.given.items())
        text = (f"{one.alias}: " if one.alias else "") + one.name + (f"({given})" if given else "")
        if not one.inner:
            return text
        abstract = is_abstract_type(get_named_type(wanted.type))
        inner = self._selection(one.inner)
        if abstract and len({inside.kind for inside in one.inner}) == 1:
            inner = f"{{ __typename ... on {one.inner[0].kind} {inner} }}"
        return f"{text} {inner}"

    def _variable(self, wanted: GraphQLField, name: str, value: Any) -> str:  # noqa: ANN401 - JSON
        variable = f"v{len(self.variables)}"
        self.variables[variable] = value
        self._declared.append(f"${variable}: {wanted.args[name].type}")
        return variable

    def places(self, data: Mapping[str, Any]) -> Iterator[Place | Seen]:
        """Every field of every object, and every object, in the data of this operation's answer."""
        return _places(self._schema, self.fields, data, Seen(str(data["__typename"]), (), dict(data), (), ()))


def _coordinates(fields: Sequence[Asked]) -> Iterator[str]:
    for one in fields:
        yield one.coordinate
        yield from _coordinates(one.inner)


def _places(
    schema: GraphQLSchema, fields: Sequence[Asked], data: Mapping[str, Any], here: Seen
) -> Iterator[Place | Seen]:
    for one in fields:
        if one.kind != data["__typename"]:
            continue
        value = data[one.key]
        yield Place((*here.path, one.key), one, here.pinned, value)
        for path, item in _objects(value, (*here.path, one.key)):
            seen = _seen(schema, item, path, here, replace(one, inner=(), alias=""))
            yield seen
            yield from _places(schema, one.inner, item, seen)


def _objects(value: Any, path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        yield path, value
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _objects(item, (*path, number))


def _seen(schema: GraphQLSchema, item: dict[str, Any], path: Path, here: Seen, asked: Asked) -> Seen:
    kind = schema.type_map[item["__typename"]]
    assert isinstance(kind, GraphQLObjectType)
    by_id = is_node(schema, kind.name) and "id" in item
    pinned = (Asked("Query", "node", {"id": item["id"]}),) if by_id else (*here.pinned, asked)
    return Seen(kind.name, path, item, (*here.chain, asked), pinned)
