"""An operation, planned once: which fields each type of object is asked for, and how each is read, called and written.

A plan is made level by level, as execution first reaches a level with a type, and kept. It holds nothing of a request
but the values of the variables that decide what is asked for.
"""

from collections.abc import Callable
from dataclasses import dataclass
from types import NoneType
from typing import TYPE_CHECKING, Any, Final

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLField,
    GraphQLFieldResolver,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    GraphQLTypeResolver,
    OperationDefinitionNode,
    get_named_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)
from graphql.execution.collect_fields import FieldDetails, FragmentDetails, collect_fields, collect_subfields
from graphql.execution.execute import default_field_resolver
from graphql.execution.values import VariableValues

from gateway.execution.arguments import Arguments
from gateway.execution.kinds import Kinds
from gateway.execution.leaves import OWN_CLASSES
from gateway.execution.strawberry_fields import Function, attribute, function

if TYPE_CHECKING:
    from gateway.execution.building import Builder

TYPENAME: Final = "__typename"
Details = list[FieldDetails]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """What a plan is made of, and what every step can be asked about it."""

    schema: GraphQLSchema
    node: OperationDefinitionNode
    fragments: dict[str, FragmentDetails]
    fragment_definitions: dict[str, FragmentDefinitionNode]
    deciding: VariableValues
    field_resolver: GraphQLFieldResolver
    type_resolver: GraphQLTypeResolver
    error_propagation: bool
    hide_suggestions: bool
    kinds: Kinds


class Step:
    """One field of the objects of one type: `order` is its place among its siblings.

    `by_default`: graphql-core's default resolver reads it, an item or an attribute, which is called where it can be.
    `is_read`: no resolver is called for it.
    """

    __slots__ = (
        "_selections",
        "attribute",
        "by_default",
        "definition",
        "details",
        "function",
        "given",
        "is_read",
        "key",
        "name",
        "named",
        "nodes",
        "operation",
        "order",
        "parent_type",
        "resolve",
        "shape",
        "type",
    )

    def __init__(
        self,
        operation: Operation,
        parent: GraphQLObjectType,
        field: GraphQLField,
        key: str,
        order: int,
        details: Details,
    ) -> None:
        self.operation = operation
        self.parent_type = parent
        self.definition = field
        self.key = key
        self.order = order
        self.details = details
        self.nodes: list[FieldNode] = [one.node for one in details]
        self.name = self.nodes[0].name.value
        self.type: GraphQLOutputType = field.type
        self.named = get_named_type(field.type)
        self.resolve = field.resolve or operation.field_resolver
        self.attribute = attribute(field)
        self.by_default = self.resolve is default_field_resolver
        self.is_read = self.attribute is not None or (
            self.by_default and not self.nodes[0].arguments and not self.definition.args
        )
        self.function = self._function()
        self.shape = Shape.of(field.type)
        self._selections: dict[GraphQLObjectType, Selection] = {}
        self.given = Arguments(field, details[0], operation.deciding, hide_suggestions=operation.hide_suggestions)

    def selection(self, kind: GraphQLObjectType) -> "Selection":
        """What is asked of objects of type `kind` in this field. Raises GraphQLError where that cannot be told."""
        found = self._selections.get(kind)
        if found is None:
            found = self._selections[kind] = Selection(self.operation, kind, self._collected(kind))
        return found

    def _collected(self, kind: GraphQLObjectType) -> dict[str, Details]:
        one = self.operation
        try:
            return collect_subfields(
                one.schema, one.fragments, one.deciding, one.node, kind, self.details, one.hide_suggestions
            ).grouped_field_set
        except RecursionError:
            raise GraphQLError("The fragments of this field are nested too deeply.", self.nodes) from None

    def _function(self) -> Function | None:
        made = getattr(self.operation.schema, "_strawberry_schema", None)
        return function(self.definition, made.schema_converter) if made is not None else None


class Shape:
    """What a field's type is made of, as far as execution asks for it again and again."""

    __slots__ = ("item_object", "null", "object", "own")

    def __init__(self, null: bool, own: frozenset[type], *, one: bool = False, item: bool = False) -> None:  # noqa: FBT001 - made in `of` alone
        self.null, self.own, self.object, self.item_object = null, own, one, item

    @classmethod
    def of(cls, type_: GraphQLOutputType) -> "Shape":
        """`object`: not in a list; `item_object`: a list of objects; `null`: may be null.

        `own`: the classes of which each value is its own output.
        """
        null = not is_non_null_type(type_)
        inner: Any = type_.of_type if is_non_null_type(type_) else type_
        if not is_list_type(inner):
            own = OWN_CLASSES.get(inner, frozenset())
            return cls(null, own | {NoneType} if own and null else own, one=is_object_type(inner))
        item: Any = inner.of_type
        return cls(null, frozenset(), item=is_object_type(item.of_type if is_non_null_type(item) else item))


class Selection:
    """What is asked of objects of type `kind`: every field in its order, and those that cannot simply be read."""

    __slots__ = ("_builder", "fields", "kind", "operation", "steps")

    def __init__(self, operation: Operation, kind: GraphQLObjectType, grouped: dict[str, Details]) -> None:
        self.operation = operation
        self.kind = kind
        self.fields: list[Step] = []
        for key, details in grouped.items():
            definition = operation.schema.get_field(kind, details[0].node.name.value)
            if definition is not None:  # what a type does not have is left out, as in graphql-core
                self.fields.append(Step(operation, kind, definition, key, len(self.fields), details))
        self.steps = [step for step in self.fields if step.name != TYPENAME and not (step.is_read and _flat(step))]
        self._builder: Builder | None = None

    def builder(self, make: "Callable[[Selection], Builder]") -> "Builder":
        """Made when it is needed first."""
        if self._builder is None:
            self._builder = make(self)
        return self._builder


def root_selection(operation: Operation, kind: GraphQLObjectType) -> Selection:
    """What the operation asks of the root. Raises GraphQLError where a condition cannot be told."""
    collected = collect_fields(
        operation.schema, operation.fragments, operation.deciding, kind, operation.node, operation.hide_suggestions
    )
    return Selection(operation, kind, collected.grouped_field_set)


def _flat(step: Step) -> bool:
    """Whether it is a leaf, or a list of leaves."""
    inner: Any = step.type.of_type if is_non_null_type(step.type) else step.type
    if is_list_type(inner):
        inner = inner.of_type.of_type if is_non_null_type(inner.of_type) else inner.of_type
    return is_leaf_type(inner)
