"""Which variables decide what an operation asks for: those of `@skip`, `@include`, `@defer` and `@stream`.

A plan is made for given values of these; whatever else the variables hold, the same plan serves.
"""

from collections.abc import Iterable, Iterator

from graphql import DocumentNode, Node, VariableNode
from graphql.execution.values import VariableValues
from graphql.language import DirectiveNode

_DECIDING = frozenset({"skip", "include", "defer", "stream"})
_ABSENT = object()


def deciding_variables(document: DocumentNode) -> tuple[str, ...]:
    """Their names, over every operation and fragment of a document, in their order."""
    found: dict[str, None] = {}
    for node in _nodes(document):
        if isinstance(node, DirectiveNode) and node.name.value in _DECIDING:
            given = (one.value for one in node.arguments or ())
            found.update((one.name.value, None) for one in given if isinstance(one, VariableNode))
    return tuple(found)


def decided(names: Iterable[str], variables: VariableValues) -> tuple[object, ...]:
    """The values that choose the plan. They are Booleans, or absent; what is neither was refused before."""
    return tuple([variables.coerced.get(name, _ABSENT) for name in names])


def only(names: Iterable[str], variables: VariableValues) -> VariableValues:
    """The deciding variables alone, so that a kept plan does not keep the rest."""
    return VariableValues(
        {name: variables.sources[name] for name in names if name in variables.sources},
        {name: variables.coerced[name] for name in names if name in variables.coerced},
    )


def has_variable(nodes: Iterable[Node]) -> bool:
    """Whether a variable stands anywhere in these nodes."""
    return any(isinstance(inner, VariableNode) for node in nodes for inner in _nodes(node))


def asks_incrementally(roots: Iterable[Node]) -> bool:
    """Whether anything in an operation and its document's fragments asks for `@defer` or `@stream`."""
    named = (node.name.value for root in roots for node in _nodes(root) if isinstance(node, DirectiveNode))
    return any(name in ("defer", "stream") for name in named)


def is_volatile(roots: Iterable[Node]) -> bool:
    """Whether a caller asks for what is there now: an answer that was begun before is not good enough."""
    named = (node.name.value for root in roots for node in _nodes(root) if isinstance(node, DirectiveNode))
    return any(name == "live" for name in named)


def _nodes(node: Node) -> Iterator[Node]:
    """Every node of a tree. Not recursive: documents may be deep."""
    stack: list[Node] = [node]
    while stack:
        one = stack.pop()
        yield one
        for key in one.keys:
            child = getattr(one, key, None)
            if isinstance(child, Node):
                stack.append(child)
            elif isinstance(child, tuple | list):
                stack += [inner for inner in reversed(child) if isinstance(inner, Node)]
