"""One execution of a plan: what it was given, and what it has come to so far."""

from collections.abc import AsyncIterable, Awaitable, Callable, Mapping
from typing import Any, TypeGuard

from graphql import ExecutionResult
from graphql.execution import Executor
from graphql.execution.values import VariableValues
from graphql.pyutils.is_awaitable import is_async_iterable, is_awaitable
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.info import Info

from gateway.execution.failures import Failures
from gateway.execution.kinds import Raised
from gateway.execution.plan import Operation, Selection, Step
from gateway.execution.waiting import Waiting


class Run:
    """Everything that resolvers may be told, and the failures."""

    __slots__ = (
        "_arguments",
        "_helpers",
        "_make_helpers",
        "context",
        "converter",
        "extensions",
        "failures",
        "info_class",
        "is_async_iterable",
        "is_awaitable",
        "kinds",
        "root_value",
        "schema",
        "selection",
        "type_resolver",
        "variables",
    )

    def __init__(
        self,
        operation: Operation,
        selection: Selection,
        root_value: object,
        context: object,
        variables: VariableValues,
        helpers: Callable[[], Executor[Any]],
        extensions: Mapping[str, Any] | None = None,
        *,
        is_awaitable: Callable[[Any], TypeGuard[Awaitable[Any]]] = is_awaitable,
        is_async_iterable: Callable[[Any], TypeGuard[AsyncIterable[Any]]] = is_async_iterable,
    ) -> None:
        """`helpers` makes graphql-core's executor, which resolvers may ask for its helpers: few do."""
        self.schema = operation.schema
        self.selection = selection
        self.root_value = root_value
        self.context = context
        self.variables = variables
        self._make_helpers = helpers
        self._helpers: Executor[Any] | None = None
        self.is_awaitable = is_awaitable
        self.is_async_iterable = is_async_iterable
        self.extensions: Mapping[str, Any] = extensions or {}
        self.kinds = operation.kinds
        self.type_resolver = operation.type_resolver
        self.failures = Failures(propagate=operation.error_propagation)
        self._arguments: dict[Step, dict[str, Any] | Raised] = {}
        made = getattr(operation.schema, "_strawberry_schema", None)
        if made is not None:
            self.converter: GraphQLCoreConverter = made.schema_converter
            self.info_class: type[Info] = made.config.info_class

    @property
    def helpers(self) -> Executor[Any]:
        """It executes nothing here."""
        if self._helpers is None:
            self._helpers = self._make_helpers()
        return self._helpers

    def arguments(self, step: Step) -> dict[str, Any] | Raised:
        """The same for every row of every batch."""
        found = self._arguments.get(step)
        if found is None:
            found = self._arguments[step] = step.given.of(self.variables)
        return found

    def drop(self, waiting: Waiting) -> None:
        """Nobody waits for it any more; what is under way goes on to its end."""
        self.helpers.settle_in_background([one for one in waiting.values if self.is_awaitable(one)])

    def result(self, data: dict[str, Any]) -> ExecutionResult:
        """The response: nulls where they belong, errors in document order."""
        if not self.failures:
            return ExecutionResult(data, None)
        settled, errors = self.failures.settle(data)
        return ExecutionResult(settled, errors)
