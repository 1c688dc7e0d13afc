"""`@defer` and `@stream`: the first part as soon as it is there, what they put off in later ones.

Parts are those of https://specs.apollo.dev/incremental/v0.2/, which graphql-core makes.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from inspect import isawaitable
from typing import Any

from graphql import (
    ExecutionResult,
    ExperimentalIncrementalExecutionResults,
    GraphQLError,
    GraphQLSchema,
    IncrementalDeferResult,
    SubsequentIncrementalExecutionResult,
)
from graphql.execution import CompletedResult, IncrementalResult, PendingResult
from graphql.execution.incremental import IncrementalExecutor

from gateway.execution.documents import Document
from gateway.execution.hooks import Hooks
from gateway.execution.operation import Part

Result = ExecutionResult | ExperimentalIncrementalExecutionResults


@asynccontextmanager
async def executed(
    schema: GraphQLSchema,
    document: Document,
    name: str | None,
    variables: Mapping[str, Any],
    context: object,
    *,
    hide_suggestions: bool = False,
) -> AsyncIterator[Result]:
    """One result where nothing is put off, else the first and those that follow. Leaving cancels what is under way.

    What is put off is begun at once, together with the rest: so loaders see all of their keys in one batch, and a list
    that is streamed does not cost one call an item.
    """
    executor = IncrementalExecutor.build(
        schema,
        document.ast,
        context_value=context,
        raw_variable_values=dict(variables),
        operation_name=name,
        enable_early_execution=True,
        hide_suggestions=hide_suggestions,
    )
    if isinstance(executor, list):
        yield ExecutionResult(None, executor)
        return
    result: Any = None
    try:
        result = executor.execute_operation()
        if isawaitable(result):
            result = await result
        yield result
    finally:
        if isinstance(result, ExperimentalIncrementalExecutionResults):
            await result.subsequent_results.aclose()
        await executor.cancel_incremental_work()  # where nobody asked for what follows, closing that does not do it


async def parts(
    results: ExperimentalIncrementalExecutionResults, hooks: Hooks, context: object
) -> AsyncGenerator[Part]:
    """Every part, its errors as `hooks` tell them.

    The extensions are in the first part, as far as they are known by then, and complete in the last. That one holds
    nothing else: Apollo Client overlooks them beside data (`GraphQL17Alpha9Handler`).
    """
    telling = _Telling(hooks, context)
    initial = results.initial_result
    errors = telling.errors(initial.errors)
    yield {
        "data": initial.data,
        **errors,
        "pending": _pending(initial.pending),
        "hasNext": True,
        **telling.extensions(),
    }
    async for result in results.subsequent_results:
        part = telling.part(result)
        if result.has_next:
            yield part
            continue
        extensions = telling.extensions()
        if extensions and part.keys() != {"hasNext"}:
            yield part | {"hasNext": True}
            part = {"hasNext": False}
        yield part | extensions


class _Telling:
    """As JSON, in the words of the hooks."""

    def __init__(self, hooks: Hooks, context: object) -> None:
        self._hooks = hooks
        self._context = context

    def part(self, result: SubsequentIncrementalExecutionResult) -> Part:
        found: Part = {}
        if result.pending:
            found["pending"] = _pending(result.pending)
        if result.incremental:
            found["incremental"] = [self._incremental(one) for one in result.incremental]
        if result.completed:
            found["completed"] = [self._completed(one) for one in result.completed]
        return found | {"hasNext": result.has_next}

    def errors(self, happened: Iterable[GraphQLError] | None) -> Part:
        told = self._hooks.errors(tuple(happened or ()), self._context)
        return {"errors": [error.formatted for error in told]} if told else {}

    def extensions(self) -> Part:
        extensions = self._hooks.extensions(self._context)
        return {"extensions": dict(extensions)} if extensions else {}

    def _incremental(self, one: IncrementalResult) -> Part:
        held = {"data": one.data} if isinstance(one, IncrementalDeferResult) else {"items": one.items}
        below = {"subPath": one.sub_path} if one.sub_path else {}
        return {"id": one.id, **below, **held, **self.errors(one.errors)}

    def _completed(self, one: CompletedResult) -> Part:
        """With errors it has failed: what was only reported beside other data goes with that."""
        return {"id": one.id, **(self.errors(one.errors) if one.errors else {})}


def _pending(announced: Iterable[PendingResult]) -> list[Part]:
    return [
        {"id": one.id, "path": one.path, **({} if one.label is None else {"label": one.label})} for one in announced
    ]
