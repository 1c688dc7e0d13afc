"""Random operations over a random graph."""

from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.gateway.execution.graphs import COLOURS, Argument, Field, Graph

DEEPEST = 4


@dataclass
class Asked:
    """A document of one operation, with its variables."""

    kind: str
    text: str
    variables: dict[str, Any]

    def undivided(self) -> str:
        """The same, with every failure told at its own place and nowhere else."""
        return self.text.replace("@nothing", "@experimental_disableErrorPropagation", 1)

    @property
    def plain(self) -> str:
        return self.text.replace("@nothing", "", 1)


@dataclass
class _Writer:
    rng: Random
    graph: Graph
    declared: list[str] = field(default_factory=list)
    variables: dict[str, Any] = field(default_factory=dict)
    fragments: list[str] = field(default_factory=list)
    aliases: int = 0

    def selections(self, name: str, depth: int) -> str:
        count = self.rng.randint(1, 4 if depth < 2 else 3)
        return "{ " + " ".join(self.selection(name, depth) for _ in range(count)) + " }"

    def selection(self, name: str, depth: int) -> str:
        rng = self.rng
        fields = self.graph.kinds[name].fields if name in self.graph.kinds else []
        if depth >= DEEPEST:
            fields = [one for one in fields if self.is_leaf(one)]
        chance = rng.random()
        if not fields or chance < 0.08:
            return "__typename" + self.condition() if depth >= DEEPEST or chance < 0.5 else self.spread(name, depth)
        if depth < DEEPEST and chance < 0.25:
            return self.spread(name, depth)
        return self.field(rng.choice(fields), depth)

    def is_leaf(self, one: Field) -> bool:
        return one.type.named not in self.graph.kinds and one.type.named not in self.graph.unions

    def field(self, one: Field, depth: int) -> str:
        """What has arguments has an alias of its own: fields can always be merged."""
        key, arguments = one.name, ""
        if one.arguments or self.rng.random() < 0.1:
            self.aliases += 1
            key = f"x{self.aliases}__{one.name}"
            given = [f"{arg.name}: {value}" for arg in one.arguments if (value := self.value(arg))]
            arguments = f"({', '.join(given)})" if given else ""
        below = "" if self.is_leaf(one) else " " + self.selections(one.type.named, depth + 1)
        return (f"{key}: " if key != one.name else "") + one.name + arguments + self.condition() + below

    def spread(self, name: str, depth: int) -> str:
        names = [name, *self.graph.possible(name)]
        if name in self.graph.kinds:
            names += self.graph.kinds[name].interfaces
        inner = self.rng.choice(names)
        selections = self.selections(inner, depth + 1)
        if self.rng.random() < 0.5:
            return f"... on {inner}{self.condition()} {selections}"
        self.fragments.append(f"fragment F{len(self.fragments)} on {inner} {selections}")
        return f"...F{len(self.fragments) - 1}{self.condition()}"

    def condition(self) -> str:
        rng = self.rng
        if rng.random() < 0.85:
            return ""
        value = rng.choice(["true", "false"]) if rng.random() < 0.3 else self.boolean()
        return f" @{rng.choice(['skip', 'include'])}(if: {value})"

    def boolean(self) -> str:
        default = self.rng.choice(["", " = true", " = false"])
        given: Any = self.rng.random() < 0.5
        return self.variable(f"Boolean!{default}", given if not default or self.rng.random() < 0.5 else ...)

    def variable(self, declared: str, value: object) -> str:
        """`...` is not given."""
        name = f"v{len(self.declared)}"
        self.declared.append(f"${name}: {declared}")
        if value is not ...:
            self.variables[name] = value
        return f"${name}"

    def value(self, one: Argument) -> str:
        """As it stands in the document; "" where it is left out."""
        rng = self.rng
        if rng.random() < 0.25 and one.name != "needed":
            return ""
        if rng.random() < 0.4:
            return self.given(one)
        literals = {
            "Int": ["1", "null", "-5"],
            "Int!": ["7"],
            "String!": ['"x"', '"y"'],
            "String": ['"z"', "null"],
            "[Int!]": ["[4]", "[]", "5"],
            "Given": ["{}", "{ size: 9, more: [{}, { name: null }] }", "null"],
            "Colour": list(COLOURS),
        }
        return rng.choice(literals[one.type])

    def given(self, one: Argument) -> str:
        """What may be null can be handed to what may not, where that has a default: then it fails when it is asked."""
        rng = self.rng
        values: dict[str, list[Any]] = {
            "Int": [1, None, 2, ...],
            "Int!": [6, None, ...],
            "String!": ["v", "w"],
            "String": ["u", None, ...],
            "[Int!]": [[8, 9], [], None, ...],
            "Given": [{}, {"size": 3, "more": [{"size": 4}]}, None, ...],
            "Colour": [*COLOURS, None, ...],
        }
        declared = "Int" if one.type == "Int!" else one.type
        return self.variable(declared, rng.choice(values[one.type]))


def asked(rng: Random, graph: Graph) -> Asked:
    """Any operation; `@nothing` stands where a directive of the operation can stand."""
    kind, root = ("mutation", "Mutation") if rng.random() < 0.2 else ("query", "Query")
    writer = _Writer(rng, graph)
    body = writer.selections(root, 0)
    if kind == "query" and rng.random() < 0.05:
        body = body[:-1] + '__type(name: "O0") { name kind fields { name } } }'
    declared = f"({', '.join(writer.declared)})" if writer.declared else ""
    text = "\n".join([f"{kind} Asked{declared} @nothing {body}", *writer.fragments])
    return Asked(kind, text, writer.variables)
