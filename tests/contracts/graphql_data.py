"""The `data` of a GraphQL response against the operation that asked for it (https://spec.graphql.org/draft/#sec-Data)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLEnumType,
    GraphQLIncludeDirective,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLSkipDirective,
    GraphQLUnionType,
    InlineFragmentNode,
    SelectionNode,
    SelectionSetNode,
    get_directive_values,
    is_abstract_type,
    is_list_type,
    is_non_null_type,
)
from graphql.execution.values import VariableValues

from tests.contracts.document import Json
from tests.contracts.graphql_scalars import SCALARS
from tests.contracts.violation import Mistake, shown

TYPENAME = "__typename"
Mistakes = Iterator[Mistake]


@dataclass(frozen=True)
class Data:
    """One operation's expectations: every field that was selected is there in its type's shape, and no other."""

    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: VariableValues

    def mistakes(self, root: GraphQLObjectType, selections: SelectionSetNode, data: Json) -> Mistakes:
        """What is wrong with `data`, in the order of the selections."""
        yield from self._object(root, [selections], data, "$.data")

    def _object(self, kind: GraphQLObjectType, selections: list[SelectionSetNode], value: Json, path: str) -> Mistakes:
        fields: dict[str, list[FieldNode]] = {}
        for selection_set in selections:
            self._collect(kind, selection_set, fields)
        for name, nodes in fields.items():
            if name not in value:
                wrong = f"{kind.name}.{nodes[0].name.value} was selected, but is missing"
                yield Mistake(f"{path}.{name}", wrong, value)
            else:
                yield from self._field(kind, nodes, value[name], f"{path}.{name}")
        for name in (each for each in value if each not in fields):
            yield Mistake(f"{path}.{name}", f"not selected of {kind.name}", value[name])

    def _field(self, kind: GraphQLObjectType, nodes: list[FieldNode], value: Json, path: str) -> Mistakes:
        field = nodes[0].name.value
        if field != TYPENAME:
            nested = [node.selection_set for node in nodes if node.selection_set]
            yield from self._value(kind.fields[field].type, nested, value, path)
        elif value != kind.name:
            yield Mistake(path, f"{shown(value)} is not {kind.name}", value)

    def _value(self, kind: GraphQLOutputType, nested: list[SelectionSetNode], value: Json, path: str) -> Mistakes:
        if is_non_null_type(kind):
            if value is None:
                yield Mistake(path, f"null, but its type is {kind}", value)
            else:
                yield from self._value(kind.of_type, nested, value, path)
        elif value is not None and is_list_type(kind):
            yield from self._list(kind.of_type, nested, value, path)
        elif value is not None:
            yield from self._named(kind, nested, value, path)

    def _list(self, item: GraphQLOutputType, nested: list[SelectionSetNode], value: Json, path: str) -> Mistakes:
        if not isinstance(value, list):
            yield Mistake(path, f"{shown(value)} is not a list of {item}", value)
            return
        for index, each in enumerate(value):
            yield from self._value(item, nested, each, f"{path}[{index}]")

    def _named(self, kind: GraphQLOutputType, nested: list[SelectionSetNode], value: Json, path: str) -> Mistakes:
        if isinstance(kind, GraphQLScalarType):
            if not SCALARS[kind.name](value):
                yield Mistake(path, f"{shown(value)} is no {kind.name}", value)
        elif isinstance(kind, GraphQLEnumType):
            if not isinstance(value, str) or value not in kind.values:
                yield Mistake(path, f"{shown(value)} is no {kind.name}", value)
        elif not isinstance(value, dict):
            yield Mistake(path, f"{shown(value)} is not an object of {kind}", value)
        elif isinstance(kind, GraphQLObjectType):
            yield from self._object(kind, nested, value, path)
        elif isinstance(kind, GraphQLInterfaceType | GraphQLUnionType):
            yield from self._abstract(kind, nested, value, path)

    def _abstract(
        self,
        kind: GraphQLInterfaceType | GraphQLUnionType,
        nested: list[SelectionSetNode],
        value: Json,
        path: str,
    ) -> Mistakes:
        """An object of the type that `__typename` tells, or where that was not selected, of any possible type."""
        possible = self.schema.get_possible_types(kind)
        told = {value[name] for name in self._typename_keys(nested) if isinstance(value.get(name), str)}
        candidates = [each for each in possible if not told or each.name in told]
        if not candidates:
            yield Mistake(path, f"{sorted(told)} is no type of {kind.name}", value)
            return
        found = [list(self._object(each, nested, value, path)) for each in candidates]
        yield from min(found, key=len)

    def _typename_keys(self, nested: list[SelectionSetNode]) -> Iterator[str]:
        for selection in (each for selection_set in nested for each in selection_set.selections):
            if not isinstance(selection, FieldNode):
                yield from self._typename_keys([self._inner(selection)])
            elif selection.name.value == TYPENAME:
                yield _key(selection)

    def _collect(
        self, kind: GraphQLObjectType, selection_set: SelectionSetNode, fields: dict[str, list[FieldNode]]
    ) -> None:
        """The selected fields of an object by response name (https://spec.graphql.org/draft/#CollectFields())."""
        for selection in selection_set.selections:
            if not self._included(selection):
                continue
            if isinstance(selection, FieldNode):
                fields.setdefault(_key(selection), []).append(selection)
            elif self._applies(selection, kind):
                self._collect(kind, self._inner(selection), fields)

    def _included(self, selection: SelectionNode) -> bool:
        skip = get_directive_values(GraphQLSkipDirective, selection, self.variables)
        include = get_directive_values(GraphQLIncludeDirective, selection, self.variables)
        return not (skip and skip["if"]) and (include is None or bool(include["if"]))

    def _applies(self, selection: SelectionNode, kind: GraphQLObjectType) -> bool:
        named = self._fragment(selection).type_condition
        condition = self.schema.get_type(named.name.value) if named else kind
        return condition is kind or (is_abstract_type(condition) and self.schema.is_sub_type(condition, kind))

    def _inner(self, selection: SelectionNode) -> SelectionSetNode:
        return self._fragment(selection).selection_set

    def _fragment(self, selection: SelectionNode) -> FragmentDefinitionNode | InlineFragmentNode:
        if isinstance(selection, FragmentSpreadNode):
            return self.fragments[selection.name.value]
        if isinstance(selection, InlineFragmentNode):
            return selection
        raise TypeError(f"{selection.kind} is no fragment")


def _key(node: FieldNode) -> str:
    return node.alias.value if node.alias else node.name.value
