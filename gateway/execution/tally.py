"""What the operations of a document amount to, fragments included.

Every selection set is looked at once. What a fragment holds is added at each spread of it, as if it were written out
there, but it is never written out: thirty fragments, each spread twice in the one before, are thirty additions.
"""

from collections.abc import Iterator, Mapping
from graphlib import TopologicalSorter
from typing import Final, Literal, NamedTuple

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    VariableDefinitionNode,
)

INTROSPECTION: Final = frozenset({"__schema", "__type"})
Counted = Literal["aliases", "directives", "root_fields", "fields"]


class Tally(NamedTuple):
    """`depth` is in levels of fields; `root_fields` are those of the first level."""

    depth: int = 0
    aliases: int = 0
    directives: int = 0
    root_fields: int = 0
    fields: int = 0

    def beside(self, other: "Tally") -> "Tally":
        """Of both together in one selection set."""
        return Tally(max(self.depth, other.depth), *(one + two for one, two in zip(self[1:], other[1:], strict=True)))


NOTHING: Final = Tally()


class Tallies:
    """The tallies of one document. Raises graphlib.CycleError where a fragment is spread within itself."""

    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        self._definitions = fragments
        self._fragments: dict[str, Tally] = {}
        self._sets: dict[int, Tally] = {}  # by the identity of a selection set: nodes are compared by value
        spread = {name: set(_spreads(fragment.selection_set)) for name, fragment in fragments.items()}
        for name in TopologicalSorter(spread).static_order():
            if name in fragments:
                own = Tally(directives=_directives(fragments[name]))
                self._fragments[name] = own.beside(self._of(fragments[name].selection_set))

    def operation(self, operation: OperationDefinitionNode) -> Tally:
        """Of one operation, the directives of its variables included."""
        directives = _directives(operation) + sum(map(_directives, operation.variable_definitions or ()))
        return Tally(directives=directives).beside(self._of(operation.selection_set))

    def nth(self, operation: OperationDefinitionNode, counted: Counted, number: int) -> SelectionNode | None:
        """The selection at which a count reaches `number`; None where what stands before the fields reaches it."""
        inner: SelectionSetNode | None = operation.selection_set
        number -= getattr(self.operation(operation), counted) - getattr(self._of(operation.selection_set), counted)
        found = None
        while inner and number > 0:
            for selection in inner.selections:
                all_of_it = getattr(self._selection(selection), counted)
                if number <= all_of_it:
                    break
                number -= all_of_it
            else:
                return found  # the rest stands at the head of a fragment
            found = selection
            number -= getattr(_own(selection), counted)
            inner = self._inner(selection)
        return found

    def deepest(self, operation: OperationDefinitionNode, level: int) -> tuple[str, FieldNode | None]:
        """The longest path, as far as `level`, and the field there."""
        names: list[str] = []
        inner: SelectionSetNode | None = operation.selection_set
        field = None
        while inner and inner.selections and len(names) < level:
            selection = max(inner.selections, key=lambda one: self._selection(one).depth)
            if isinstance(selection, FieldNode):
                field = selection
                names.append(selection.name.value)
            inner = self._inner(selection)
        return ".".join(names), field

    def _of(self, selections: SelectionSetNode) -> Tally:
        found = self._sets.get(id(selections))
        if found is None:
            found = NOTHING
            for selection in selections.selections:
                found = found.beside(self._selection(selection))
            self._sets[id(selections)] = found
        return found

    def _selection(self, selection: SelectionNode) -> Tally:
        own = _own(selection)
        if isinstance(selection, FragmentSpreadNode):
            return own.beside(self._fragments.get(selection.name.value, NOTHING))
        if isinstance(selection, InlineFragmentNode):
            return own.beside(self._of(selection.selection_set))
        inner = (
            self._of(selection.selection_set)
            if isinstance(selection, FieldNode) and selection.selection_set
            else NOTHING
        )
        below = 0 if _introspects(selection) else inner.depth
        return own.beside(inner)._replace(depth=1 + below, root_fields=1)

    def _inner(self, selection: SelectionNode) -> SelectionSetNode | None:
        if isinstance(selection, FragmentSpreadNode):
            definition = self._definitions.get(selection.name.value)
            return definition.selection_set if definition else None
        return selection.selection_set if isinstance(selection, FieldNode | InlineFragmentNode) else None


def _own(selection: SelectionNode) -> Tally:
    """Without what it holds."""
    directives = _directives(selection)
    if isinstance(selection, FieldNode):
        return Tally(1, int(selection.alias is not None), directives, 1, 1)
    return Tally(directives=directives)


def _directives(node: SelectionNode | OperationDefinitionNode | VariableDefinitionNode | FragmentDefinitionNode) -> int:
    return len(node.directives or ())


def _introspects(selection: SelectionNode) -> bool:
    return isinstance(selection, FieldNode) and selection.name.value in INTROSPECTION


def _spreads(selections: SelectionSetNode) -> Iterator[str]:
    """The names of the fragments that are spread anywhere in it."""
    for selection in selections.selections:
        if isinstance(selection, FragmentSpreadNode):
            yield selection.name.value
        elif isinstance(selection, FieldNode | InlineFragmentNode) and selection.selection_set:
            yield from _spreads(selection.selection_set)
