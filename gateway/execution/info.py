"""What a resolver is told about where it is: made for each call, worked out only as far as it is asked."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLResolveInfo,
    GraphQLSchema,
    OperationDefinitionNode,
)
from graphql.execution.values import VariableValues
from graphql.pyutils import Path

from gateway.execution.batch import Batch
from gateway.execution.plan import Step

if TYPE_CHECKING:
    from gateway.execution.run import Run


class RowInfo:
    """Stands for graphql-core's `GraphQLResolveInfo`, which Strawberry's `Info` wraps, for one row of a batch."""

    __slots__ = ("_batch", "_run", "_step", "context", "row")

    def __init__(self, run: "Run", batch: Batch, step: Step, row: int) -> None:
        self._run = run
        self._batch = batch
        self._step = step
        self.row = row
        self.context = run.context

    @property
    def field_name(self) -> str:
        """Of the field that is being resolved."""
        return self._step.name

    @property
    def field_nodes(self) -> list[FieldNode]:
        """Everywhere that the document asks for it here."""
        return self._step.nodes

    @property
    def return_type(self) -> GraphQLOutputType:
        """The field's."""
        return self._step.type

    @property
    def parent_type(self) -> GraphQLObjectType:
        """Whose field it is."""
        return self._step.parent_type

    @property
    def path(self) -> Path:
        """Where the field is in the response."""
        return path_of(self._batch, self._step, self.row)

    @property
    def schema(self) -> GraphQLSchema:
        """Being executed."""
        return self._step.operation.schema

    @property
    def fragments(self) -> dict[str, FragmentDefinitionNode]:
        """Of the document, by name."""
        return self._step.operation.fragment_definitions

    @property
    def root_value(self) -> Any:  # noqa: ANN401 - whatever the caller gave
        """Of the operation."""
        return self._run.root_value

    @property
    def operation(self) -> OperationDefinitionNode:
        """Being executed."""
        return self._step.operation.node

    @property
    def variable_values(self) -> VariableValues:
        """Coerced."""
        return self._run.variables

    @property
    def operation_extensions(self) -> Mapping[str, Any]:
        """The `extensions` of the request."""
        return self._run.extensions

    @property
    def is_awaitable(self) -> Any:  # noqa: ANN401 - graphql-core's own predicate
        """What has to be awaited."""
        return self._run.helpers.is_awaitable

    @property
    def abort_signal(self) -> None:
        """None: an operation is given up by cancelling its task."""
        return

    @property
    def async_helpers(self) -> Any:  # noqa: ANN401 - graphql-core's own helpers
        """To await several things as one."""
        return self._run.helpers.async_helpers


def core_info(run: "Run", batch: Batch, step: Step, row: int) -> GraphQLResolveInfo[Any]:
    """The same as graphql-core makes it, for resolvers that are not Strawberry's."""
    operation, helpers = step.operation, run.helpers
    return GraphQLResolveInfo(
        step.name,
        step.nodes,
        step.type,
        step.parent_type,
        path_of(batch, step, row),
        operation.schema,
        operation.fragment_definitions,
        run.root_value,
        operation.node,
        run.variables,
        run.context,
        helpers.is_awaitable,
        None,
        helpers.async_helpers,
    )


def path_of(batch: Batch, step: Step, row: int) -> Path:
    """Where field `step` of a row stands, as graphql-core writes it."""
    return Path(_object(batch, row), step.key, step.parent_type.name)


def _object(batch: Batch, row: int) -> Path | None:
    if batch.parent is None or batch.step is None:
        return None
    above, inside = batch.place(row)
    path = path_of(batch.parent, batch.step, above)
    for index in inside:
        path = path.add_key(index, None)
    return path
