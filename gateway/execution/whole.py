"""An operation without `@defer` and `@stream`: a service may ignore them, and answer with everything at once.

https://github.com/graphql/graphql-spec/pull/1110, "Incremental delivery": what is deferred may come in the first part.
"""

from typing import Any

from graphql import (
    REMOVE,
    SKIP,
    OperationDefinitionNode,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    VisitorAction,
    print_ast,
    separate_operations,
    visit,
)
from graphql.language import DirectiveNode

from gateway.execution.documents import Document

_INCREMENTAL = frozenset({"defer", "stream"})


def whole(document: Document, operation: OperationDefinitionNode) -> Document:
    """The operation alone, with its fragments. All of its variables are still declared, and so still checked.

    Its text declares those only that are still used: whoever validates it must not find fault with our change.
    """
    name = operation.name.value if operation.name else ""
    ast = separate_operations(visit(document.ast, _Undeferring()))[name]
    found = _Used()
    visit(ast, found)
    return document.altered(ast, print_ast(visit(ast, _Undeclaring(found.names))))


class _Undeferring(Visitor):
    def enter_directive(self, node: DirectiveNode, *_: Any) -> VisitorAction:  # noqa: ANN401 - graphql-core's signature
        return REMOVE if node.name.value in _INCREMENTAL else None


class _Used(Visitor):
    """The names of the variables that stand anywhere but in their own declarations."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_variable_definition(self, *_: Any) -> VisitorAction:  # noqa: ANN401 - graphql-core's signature
        return SKIP

    def enter_variable(self, node: VariableNode, *_: Any) -> None:  # noqa: ANN401 - graphql-core's signature
        self.names.add(node.name.value)


class _Undeclaring(Visitor):
    def __init__(self, used: set[str]) -> None:
        super().__init__()
        self._used = used

    def enter_variable_definition(self, node: VariableDefinitionNode, *_: Any) -> VisitorAction:  # noqa: ANN401 - as above
        return None if node.variable.name.value in self._used else REMOVE
