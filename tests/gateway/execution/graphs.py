"""Random graphs, described apart from any library: their types, and what their fields take."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

LEAVES = ("Int", "Float", "String", "Boolean", "ID", "Colour", "Odd")
COLOURS = ("RED", "GREEN", "BLUE")


@dataclass(frozen=True)
class Ref:
    """A named type, or a list where `item` is given."""

    name: str
    null: bool
    item: "Ref | None" = None

    def __str__(self) -> str:
        inner = f"[{self.item}]" if self.item else self.name
        return inner if self.null else f"{inner}!"

    @property
    def named(self) -> str:
        return self.item.named if self.item else self.name


@dataclass(frozen=True)
class Argument:
    """`default` is written as in SDL, and is "" where there is none."""

    name: str
    type: str
    default: str = ""

    def __str__(self) -> str:
        return f"{self.name}: {self.type}" + (f" = {self.default}" if self.default else "")


ARGUMENTS = (
    Argument("count", "Int", "3"),
    Argument("must", "Int!", "4"),
    Argument("needed", "String!"),
    Argument("text", "String"),
    Argument("many", "[Int!]", "[1, 2]"),
    Argument("given", "Given"),
    Argument("colour", "Colour", "GREEN"),
)
INPUT = 'input Given { size: Int! = 2, name: String = "n", more: [Given!] }'


@dataclass(frozen=True)
class Field:
    """`manner`: `read` from the object, or by a resolver: `sync`, `async`, `future`, `task`, `later`."""

    name: str
    type: Ref
    manner: str
    arguments: tuple[Argument, ...] = ()


@dataclass
class Kind:
    """An object type, or an interface; its name begins with `O` or `I`."""

    name: str
    fields: list[Field] = field(default_factory=list)
    interfaces: list[str] = field(default_factory=list)


@dataclass
class Graph:
    """`asked`: how the objects of a type are told: `resolve`, `is` or `name`."""

    kinds: dict[str, Kind]
    unions: dict[str, list[str]]
    roots: tuple[str, str]
    asked: dict[str, str]
    fields: dict[str, Field]  # every field has a name of its own, but for what an interface and its types share

    def possible(self, name: str) -> list[str]:
        """The object types that a value of type `name` can be of."""
        if name in self.unions:
            return self.unions[name]
        if name.startswith("I"):
            return [kind.name for kind in self.kinds.values() if name in kind.interfaces]
        return [name]


MANNERS = ("read", "read", "sync", "sync", "async", "future", "task", "later")


class _Maker:
    def __init__(self, rng: Random, *, hasty: bool) -> None:
        self.rng = rng
        self.manners = ("read", "sync") if hasty else MANNERS
        self.objects = [f"O{at}" for at in range(rng.randint(2, 4))]
        self.composite = [*self.objects, "I0", "U0"]

    def graph(self) -> Graph:
        rng = self.rng
        shared = [self.field(f"i0_f{at}", deep=True) for at in range(rng.randint(1, 2))]
        kinds = {"I0": Kind("I0", shared)}
        for at, name in enumerate(self.objects):
            implements = at == 0 or rng.random() < 0.5
            own = [self.field(f"o{at}_f{no}", deep=True) for no in range(rng.randint(2, 4))]
            kinds[name] = Kind(name, own + (shared if implements else []), ["I0"] if implements else [])
        for root in ("Query", "Mutation"):
            kinds[root] = Kind(root, [self.field(f"{root[0].lower()}_f{no}", deep=True) for no in range(4)])
        unions = {"U0": rng.sample(self.objects, 2)}
        asked = {name: rng.choice(["resolve", "is", "name"]) for name in ("I0", "U0")}
        fields = {one.name: one for kind in kinds.values() for one in kind.fields}
        return Graph(kinds, unions, ("Query", "Mutation"), asked, fields)

    def field(self, name: str, *, deep: bool) -> Field:
        rng = self.rng
        named = rng.choice(self.composite) if deep and rng.random() < 0.5 else rng.choice(LEAVES)
        manner = rng.choice(self.manners)
        takes = manner != "read" and rng.random() < 0.4
        arguments = tuple(rng.sample(ARGUMENTS, rng.randint(1, 3))) if takes else ()
        return Field(name, self.ref(named, 0), manner, arguments)

    def ref(self, named: str, depth: int) -> Ref:
        null = self.rng.random() < 0.6
        if depth < 2 and self.rng.random() < 0.35:
            return Ref("", null, self.ref(named, depth + 1))
        return Ref(named, null)


def graph(rng: Random, *, hasty: bool = False) -> Graph:
    """`hasty`: nothing has to be awaited to read a field, though values in lists may."""
    return _Maker(rng, hasty=hasty).graph()


def sdl(graph_: Graph) -> str:
    """The whole of it, for graphql-core."""
    return "\n".join([INPUT, f"enum Colour {{ {' '.join(COLOURS)} }}", "scalar Odd", *_definitions(graph_)])


def _definitions(graph_: Graph) -> Iterator[str]:
    for name, members in graph_.unions.items():
        yield f"union {name} = {' | '.join(members)}"
    for kind in graph_.kinds.values():
        word = "interface" if kind.name.startswith("I") else "type"
        implements = f" implements {' & '.join(kind.interfaces)}" if kind.interfaces else ""
        yield f"{word} {kind.name}{implements} {{ {' '.join(map(_definition, kind.fields))} }}"


def _definition(one: Field) -> str:
    arguments = f"({', '.join(map(str, one.arguments))})" if one.arguments else ""
    return f"{one.name}{arguments}: {one.type}"
