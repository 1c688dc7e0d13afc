"""What an operation selects, as a tree: fields with the same response name merged, fragments dissolved.

It is as large as the operation with its fragments written out, which `Limits.fields` bounds.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from graphql import (
    BooleanValueNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLCompositeType,
    GraphQLField,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    is_abstract_type,
    is_composite_type,
    is_object_type,
)

from gateway.execution.amount import Amount, Variables, product
from gateway.execution.sizes import SIZED, listed, lists, sliced
from gateway.execution.tariff import Tariff

Conditions = frozenset[tuple[str, bool]]  # variables of `@include` and `@skip`, and what each has to be
Spread = tuple[str, str, Conditions]  # of which fragment, on which type
Fragment = InlineFragmentNode | FragmentDefinitionNode
ALWAYS: Conditions = frozenset()


@dataclass(slots=True, kw_only=True)
class Selected:
    """One field of the answer, under its response name `key`.

    `size` is how many items it has for each object that it is a field of, 1 where it is no list; `slice` is what its
    slicing arguments ask for. `only` is the type that an object must have, where not every object has the field.
    """

    key: str
    parent: GraphQLCompositeType
    definition: GraphQLField
    only: GraphQLCompositeType | None
    nodes: list[FieldNode] = field(default_factory=list)
    alternatives: list[Conditions] = field(default_factory=list)
    size: Amount = 1
    slice: Amount | None = None
    inner: list["Selected"] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The field's own."""
        return self.nodes[0].name.value

    @property
    def coordinate(self) -> str:
        """https://spec.graphql.org/September2025/#sec-Schema-Coordinates."""
        return f"{self.parent.name}.{self.name}"

    @property
    def type(self) -> GraphQLNamedType:
        """Of one item."""
        return get_named_type(self.definition.type)

    @property
    def sure(self) -> bool:
        """Whether it is in every answer, whatever the variables."""
        return ALWAYS in self.alternatives

    def wanted(self, variables: Variables) -> bool:
        """Whether `@include` and `@skip` let it into the answer to these variables."""
        return any(all(variables.get(name) is value for name, value in one) for one in self.alternatives)

    def when(self, amount: Amount) -> Amount:
        """`amount`, or 0 where it is left out of the answer."""
        if self.sure or amount == 0:
            return amount
        return product(lambda variables: int(self.wanted(variables)), amount)


class Selector:
    """Dissolves the operations of one document."""

    def __init__(self, schema: GraphQLSchema, fragments: Mapping[str, FragmentDefinitionNode], tariff: Tariff) -> None:
        self._schema = schema
        self._fragments = fragments
        self._tariff = tariff

    def roots(self, operation: OperationDefinitionNode) -> list[Selected]:
        """The fields of a valid operation's first level, with all that is below; what introspects is left out."""
        root = self._schema.get_root_type(operation.operation)
        return self._merged(root, [(operation.selection_set, ALWAYS)], None) if root else []

    def possible(self, type_: GraphQLNamedType) -> frozenset[str]:
        """The names of the object types that a type stands for."""
        if is_abstract_type(type_):
            return frozenset(one.name for one in self._schema.get_possible_types(type_))
        return frozenset([type_.name])

    def _merged(
        self, parent: GraphQLCompositeType, sets: Iterable[tuple[SelectionSetNode, Conditions]], slice_: Amount | None
    ) -> list[Selected]:
        found: dict[tuple[str, str], Selected] = {}
        seen: set[Spread] = set()
        for selections, conditions in sets:
            for node, owner, wanted in self._fields(selections, parent, conditions, seen):
                definition = self._schema.get_field(owner, node.name.value)
                if definition is None or node.name.value.startswith("__"):
                    continue
                only = None if owner is parent else owner
                key = (only.name if only else "", node.alias.value if node.alias else node.name.value)
                if key not in found:
                    found[key] = Selected(key=key[1], parent=owner, definition=definition, only=only)
                found[key].nodes.append(node)
                found[key].alternatives.append(wanted)
        for one in found.values():
            self._complete(one, slice_)
        return list(found.values())

    def _complete(self, one: Selected, slice_: Amount | None) -> None:
        """Sizes it, and selects what is below."""
        node, depth = one.nodes[0], lists(one.definition.type)
        one.slice = sliced(one.definition, node, self._tariff)
        if depth and one.slice is None:
            sized = slice_ if one.name in SIZED else None
            one.size = listed(one.definition, node, one.coordinate, self._tariff) if sized is None else sized
        elif depth:
            one.size = one.slice or 0
        for _ in range(1, depth):
            one.size = product(one.size, self._tariff.assumed)
        if is_composite_type(one.type):
            # What all of its nodes hang on is asked above; below counts what one of them hangs on beyond that.
            common = frozenset.intersection(*one.alternatives)
            nodes = zip(one.nodes, one.alternatives, strict=True)
            below = [(each.selection_set, wanted - common) for each, wanted in nodes if each.selection_set]
            one.inner = self._merged(one.type, below, None if depth else one.slice)

    def _fields(
        self, selections: SelectionSetNode, parent: GraphQLCompositeType, conditions: Conditions, seen: set[Spread]
    ) -> Iterator[tuple[FieldNode, GraphQLCompositeType, Conditions]]:
        """Each field, the type that it is a field of, and its conditions. Not recursive: spreads may be many."""
        stack = [(iter(selections.selections), parent, conditions)]
        while stack:
            nodes, owner, outer = stack[-1]
            node = next(nodes, None)
            if node is None:
                stack.pop()
            elif (wanted := _conditions(node, outer)) is None:
                continue
            elif isinstance(node, FieldNode):
                yield node, owner, wanted
            elif (fragment := self._fragment(node, owner, wanted, seen)) and (
                narrowed := self._narrowed(owner, fragment)
            ):
                stack.append((iter(fragment.selection_set.selections), narrowed, wanted))

    def _fragment(
        self, node: SelectionNode, owner: GraphQLCompositeType, wanted: Conditions, seen: set[Spread]
    ) -> Fragment | None:
        """What a node stands for; None where the same was spread before in the same place."""
        if not isinstance(node, FragmentSpreadNode):
            return node if isinstance(node, InlineFragmentNode) else None
        spread = node.name.value, owner.name, wanted
        if spread in seen:
            return None
        seen.add(spread)
        return self._fragments.get(node.name.value)

    def _narrowed(self, owner: GraphQLCompositeType, fragment: Fragment) -> GraphQLCompositeType | None:
        """The type whose fields a fragment selects; None where no object can be of both types."""
        if fragment.type_condition is None:
            return owner
        condition = self._schema.type_map[fragment.type_condition.name.value]
        if not is_composite_type(condition) or not self.possible(owner) & self.possible(condition):
            return None
        within = is_object_type(owner) or (is_abstract_type(condition) and self._schema.is_sub_type(condition, owner))
        return owner if within else condition


def _conditions(node: SelectionNode, outer: Conditions) -> Conditions | None:
    """What has to hold for a node, beside what holds around it; None where its directives leave it out for good."""
    for directive in node.directives or ():
        wanted = {"include": True, "skip": False}.get(directive.name.value)
        condition = directive.arguments[0].value if directive.arguments else None
        if wanted is not None and isinstance(condition, VariableNode):
            outer |= {(condition.name.value, wanted)}
        elif wanted is not None and isinstance(condition, BooleanValueNode) and condition.value is not wanted:
            return None
    return outer
