"""A random graph as graphql-core's own schema: dicts and objects, resolvers on some of the fields."""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    build_schema,
)

from tests.gateway.execution.graphs import Field, Graph, Kind, sdl
from tests.gateway.execution.world import World, odd_output


class Thing:
    """An object with attributes; every other one is a mapping."""

    def __init__(self, world: World, kind: Kind, number: int) -> None:
        self.world, self.kind, self.number = world, kind, number
        if "name" in world.graph.asked.values():
            self._Thing__typename = kind.name
        self.fields = {one.name: one for one in kind.fields}

    def __getattr__(self, name: str) -> Any:
        one = self.__dict__.get("fields", {}).get(name)
        if one is None:
            raise AttributeError(name)
        return self.held(one)

    def held(self, one: Field) -> Any:
        if self.number == 1 and one.manner == "read":  # a method
            return lambda _info, **arguments: self.world.read(self.kind.name, 1, one, arguments)
        return self.world.read(self.kind.name, self.number, one, {})


class Mapped(Mapping[str, Any]):
    def __init__(self, thing: Thing) -> None:
        self.thing = thing

    def __getitem__(self, name: str) -> Any:
        if name == "__typename":
            return getattr(self.thing, "_Thing__typename", None)
        return self.thing.held(self.thing.fields[name])

    def __iter__(self) -> Any:
        return iter(self.thing.fields)

    def __len__(self) -> int:
        return len(self.thing.fields)


def make(world: World, kind: str, number: int) -> Any:
    thing = Thing(world, world.graph.kinds[kind], number)
    return Mapped(thing) if number == 2 else thing


def world(graph: Graph, seed: int) -> World:
    return World(graph, seed, make, str)


def schema(graph: Graph, rng: Random) -> GraphQLSchema:
    """Resolvers find the world in the context."""
    made = build_schema(sdl(graph))
    for kind in graph.kinds.values():
        type_: Any = made.type_map[kind.name]
        for one in kind.fields:
            if one.manner != "read" and not isinstance(type_, GraphQLInterfaceType):
                _resolved(type_.fields[one.name], one)
    for name, how in graph.asked.items():
        if how == "resolve":
            made.type_map[name].resolve_type = _resolver(rng)  # type: ignore[attr-defined]  # an interface or a union
        elif how == "is":
            for possible in graph.possible(name):
                _told(made.type_map[possible], rng)
    odd = made.type_map["Odd"]
    assert isinstance(odd, GraphQLScalarType)
    odd.coerce_output_value = odd_output
    return made


def _thing(source: Any) -> Thing:
    found = source.thing if isinstance(source, Mapped) else source
    assert isinstance(found, Thing)
    return found


def _resolved(field: GraphQLField, one: Field) -> None:
    def resolve(source: Any, info: Any, **arguments: Any) -> Any:
        assert info.field_name == one.name
        assert str(info.return_type) == str(one.type)
        thing = _thing(source)
        return info.context.read(thing.kind.name, thing.number, one, arguments)

    field.resolve = resolve


def _resolver(rng: Random) -> Callable[..., Any]:
    wrong, waits = rng.random() < 0.2, rng.random() < 0.3

    def resolve(value: Any, info: Any, _abstract: object) -> Any:
        name = _thing(value).kind.name
        if wrong and _thing(value).number == 0:
            return ("Query", "Nope", None, 3)[int(name[1:]) % 4]
        if waits:
            return info.context.waited("async", 1, lambda: name)
        return name

    return resolve


def _told(type_: Any, rng: Random) -> None:
    waits = rng.random() < 0.3

    def is_type_of(value: Any, info: Any) -> Any:
        answer = _thing(value).kind.name == type_.name
        return info.context.waited("async", 1, lambda: answer) if waits else answer

    assert isinstance(type_, GraphQLObjectType)
    type_.is_type_of = is_type_of
