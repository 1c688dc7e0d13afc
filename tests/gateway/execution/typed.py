"""A random graph as a Strawberry schema: its classes are written as a module, attributes and resolvers in them."""

import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import strawberry
from strawberry.schema.config import StrawberryConfig

from tests.gateway.execution.graphs import Field, Graph, Kind, Ref
from tests.gateway.execution.world import Colour, World, odd_output

_HEAD = """
from typing import Annotated, Any, Union
import strawberry
from tests.gateway.execution.typed import Made, Odd
from tests.gateway.execution.world import Colour as Colours

Colour = strawberry.enum(Colours, name="Colour")

@strawberry.input
class Given:
    size: int = 2
    name: str | None = "n"
    more: "list[Given] | None" = None
"""
_LEAVES = {
    "Int": "int",
    "Float": "float",
    "String": "str",
    "Boolean": "bool",
    "ID": "strawberry.ID",
    "Colour": "Colour",
    "Odd": "Odd",
}
_ARGUMENTS = {
    "count": "count: int | None = 3",
    "must": "must: int = 4",
    "needed": "needed: str",
    "text": "text: str | None = None",
    "many": "many: list[int] | None = strawberry.UNSET",
    "given": "given: Given | None = None",
    "colour": "colour: Colour | None = Colours.GREEN",
}


class Odd:
    """Stands for the scalar."""


class Made:
    """What attributes hold is asked of the world."""

    _world: World
    _number: int

    def __getattr__(self, name: str) -> Any:
        held = {} if name.startswith("_") else self._world.graph.fields
        if name not in held:
            raise AttributeError(f"{type(self).__name__} has no {name}")
        return self._world.read(type(self).__name__, self._number, held[name], {})


def world(graph: Graph, seed: int, module: ModuleType) -> World:
    def make(world_: World, kind: str, number: int) -> Any:
        found = getattr(module, kind)
        made = found.__new__(found)
        made._world, made._number = world_, number  # noqa: SLF001 - made here
        return made

    return World(graph, seed, make, Colour.__getitem__)


def schema(graph: Graph, name: str) -> tuple[strawberry.Schema, ModuleType]:
    """The module is known to Python as `name` until it is forgotten."""
    module = sys.modules[name] = ModuleType(name)
    exec(compile("\n".join(_module(graph)), name, "exec"), module.__dict__)  # noqa: S102 - written here
    config = StrawberryConfig(
        auto_camel_case=False,
        scalar_map={Odd: strawberry.scalar(name="Odd", serialize=odd_output, parse_value=lambda value: value)},
    )
    kinds = [getattr(module, kind) for kind in graph.kinds if kind.startswith("O")]
    return strawberry.Schema(module.Query, module.Mutation, types=kinds, config=config), module


def _module(graph: Graph) -> Iterator[str]:
    yield _HEAD
    for kind in graph.kinds.values():
        word = "interface" if kind.name.startswith("I") else "type"
        bases = ", ".join([*kind.interfaces, *([] if kind.interfaces else ["Made"])])
        yield f"@strawberry.{word}\nclass {kind.name}({bases}):"
        shared = {one.name for name in kind.interfaces for one in graph.kinds[name].fields}
        for one in kind.fields:
            if one.name not in shared:
                yield from _field(graph, kind, one)
        yield "    pass"
    for name, members in graph.unions.items():
        yield f"{name} = Annotated[Union[{', '.join(members)}], strawberry.union('{name}')]"


def _field(graph: Graph, kind: Kind, one: Field) -> Iterator[str]:
    is_root = kind.name in graph.roots
    type_ = _type(one.type)
    if one.manner == "read" and not is_root:
        yield f"    {one.name}: {type_!r}"
        return
    takes = ["self", "info: strawberry.Info"]
    source = "self"
    if len(one.name) % 2 and not is_root:
        takes, source = ["info: strawberry.Info", f'above: strawberry.Parent["{kind.name}"]'], "above"
    given = "{" + ", ".join(f"{arg.name!r}: {arg.name}" for arg in one.arguments) + "}"
    arguments = ", ".join([*takes, *(["*"] if one.arguments else []), *(_ARGUMENTS[arg.name] for arg in one.arguments)])
    owner = f"{kind.name!r}" if is_root else f"type({source}).__name__"
    number = "0" if is_root else f"{source}._number"
    read = f"info.context.read({owner}, {number}, info.context.graph.fields[{one.name!r}], {given})"
    waits = one.manner == "async"
    yield "    @strawberry.field"
    yield f"    {'async ' if waits else ''}def {one.name}({arguments}) -> {type_!r}:"
    yield f"        return {'await ' if waits else ''}{read}"


def _type(ref: Ref) -> str:
    inner = f"list[{_type(ref.item)}]" if ref.item else _LEAVES.get(ref.name, ref.name)
    return f"{inner} | None" if ref.null else inner
