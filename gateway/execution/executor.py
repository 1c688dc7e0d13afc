"""The compiled executor behind graphql-core's own interface: `execute(…, executor_class=CompiledExecutor)`."""

from collections.abc import Awaitable
from typing import Any

from graphql import ExecutionResult, GraphQLError, OperationType
from graphql.execution.execute import assume_not_async_iterable, assume_not_awaitable
from graphql.execution.executor import SELECTIONS_NESTED_TOO_DEEPLY
from graphql.execution.incremental.incremental_executor import IncrementalExecutor
from graphql.pyutils.is_awaitable import is_async_iterable, is_awaitable

from gateway.execution.batch import Batch
from gateway.execution.branch import Branch
from gateway.execution.building import blank
from gateway.execution.conditions import asks_incrementally
from gateway.execution.kinds import Kinds
from gateway.execution.plan import TYPENAME, Operation, Step, root_selection
from gateway.execution.run import Run


def begin(run: Run, *, serially: bool) -> ExecutionResult | Awaitable[ExecutionResult]:
    """Executes; the result itself where nothing had to be awaited."""
    if serially:
        return _serially(run)
    root, branch = Batch(run.selection, [run.root_value]), Branch(run)
    branch.add(root)
    for _ in branch.advance():
        pass
    return _finished(run, root, branch) if branch.waits else run.result(root.written[0])


async def finished(run: Run, *, serially: bool) -> ExecutionResult:
    """Executes, and lets others run in between."""
    if serially:
        root = _blank(run)
        return await _one_by_one(run, root, _asked(run))
    root, branch = Batch(run.selection, [run.root_value]), Branch(run)
    branch.add(root)
    await branch.begin()
    if branch.waits:
        await branch.finish()
    return run.result(root.written[0])


async def _finished(run: Run, root: Batch, branch: Branch) -> ExecutionResult:
    await branch.finish()
    return run.result(root.written[0])


def _serially(run: Run) -> ExecutionResult | Awaitable[ExecutionResult]:
    """One root field after the other, each with all that lies below it; none after one that nulled the response."""
    root, steps = _blank(run), _asked(run)
    for at, step in enumerate(steps):
        branch = Branch(run)
        branch.field(root, step)
        for _ in branch.advance():
            pass
        if branch.waits:
            return _one_by_one(run, root, steps[at + 1 :], branch)
        if run.failures.total:
            break
    return run.result(root.written[0])


async def _one_by_one(run: Run, root: Batch, steps: list[Step], begun: Branch | None = None) -> ExecutionResult:
    """`begun`: what goes before the first of `steps`."""
    if begun is not None:
        await begun.finish()
    for step in steps:
        if run.failures.total:
            break
        branch = Branch(run)
        branch.field(root, step)
        await branch.begin()
        if branch.waits:
            await branch.finish()
    return run.result(root.written[0])


def _blank(run: Run) -> Batch:
    root = Batch(run.selection, [run.root_value])
    root.written = [blank(run.selection)]
    return root


def _asked(run: Run) -> list[Step]:
    return [step for step in run.selection.fields if step.name != TYPENAME]


class CompiledExecutor(IncrementalExecutor):
    """graphql-core's executor, but for what can be compiled.

    Subscriptions, `@defer` and `@stream`, middleware, abort signals, hooks and predicates of one's own are left to it.
    """

    def execute_operation(self, serially: bool | None = None) -> Any:  # noqa: ANN401, FBT001 - graphql-core's signature
        """GraphQL, section 6.2."""
        if not self._compiles():
            return super().execute_operation(serially)
        kind = self.operation.operation
        root = self.schema.get_root_type(kind)
        if root is None:
            return super().execute_operation(serially)
        try:
            operation = self._operation()
            selection = root_selection(operation, root)
        except GraphQLError as unfit:
            return ExecutionResult(None, [unfit])
        except RecursionError:
            return ExecutionResult(None, [GraphQLError(SELECTIONS_NESTED_TOO_DEEPLY, self.operation)])
        run = Run(
            operation,
            selection,
            self.root_value,
            self.context_value,
            self.variable_values,
            lambda: self,
            is_awaitable=self.is_awaitable,
            is_async_iterable=self.is_async_iterable,
        )
        return begin(run, serially=kind is OperationType.MUTATION if serially is None else serially)

    def _compiles(self) -> bool:
        return (
            self.operation.operation is not OperationType.SUBSCRIPTION
            and self.middleware_manager is None
            and self.abort_signal is None
            and self.hooks is None
            and self.is_awaitable in (is_awaitable, assume_not_awaitable)
            and self.is_async_iterable in (is_async_iterable, assume_not_async_iterable)
            and not asks_incrementally([self.operation, *self.fragment_definitions.values()])
        )

    def _operation(self) -> Operation:
        return Operation(
            schema=self.schema,
            node=self.operation,
            fragments=self.fragments,
            fragment_definitions=self.fragment_definitions,
            deciding=self.variable_values,
            field_resolver=self.field_resolver,
            type_resolver=self.type_resolver,
            error_propagation=self.error_propagation,
            hide_suggestions=self.hide_suggestions,
            kinds=Kinds(),
        )
