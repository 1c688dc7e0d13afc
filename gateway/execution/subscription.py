"""Subscriptions, on graphql-core: one stream of events, each executed as an operation of its own.

https://spec.graphql.org/September2025/#sec-Subscription
"""

from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from inspect import isawaitable
from typing import Any, NamedTuple

from graphql import ExecutionResult, FieldNode, GraphQLError, GraphQLSchema
from graphql.error import located_error
from graphql.execution import Executor, create_source_event_stream, execute_subscription_event
from graphql.execution.collect_fields import collect_fields

from gateway.execution import encoding
from gateway.execution.documents import Document
from gateway.execution.hooks import Hooks
from gateway.execution.operation import Answer, BrokenOffError
from gateway.execution.refusal import BAD_USER_INPUT, formatted


class Subscribing(NamedTuple):
    """A stream that may be opened: over what, and in whose words it is told."""

    executor: Executor[Any]
    hooks: Hooks
    context: object


def subscribing(
    schema: GraphQLSchema,
    document: Document,
    name: str | None,
    variables: Mapping[str, Any],
    context: object,
    hooks: Hooks,
    *,
    hide_suggestions: bool = False,
) -> Subscribing | Answer:
    """Nothing is asked for yet. An answer, where the variables do not fit."""
    executor = Executor.build(
        schema,
        document.ast,
        context_value=context,
        raw_variable_values=dict(variables),
        operation_name=name,
        hide_suggestions=hide_suggestions,
    )
    if isinstance(executor, list):
        return Answer(encoding.refused([formatted(error, BAD_USER_INPUT) for error in executor]), executed=False)
    return Subscribing(executor, hooks, context)


@asynccontextmanager
async def opened(asked: Subscribing) -> AsyncIterator[Answer | AsyncIterator[Answer]]:
    """The answer to each event, or one that says why there are none. Leaving closes the stream of events."""
    source: Any
    with asked.hooks.around(asked.context):
        source = create_source_event_stream(asked.executor)
        if isawaitable(source):
            source = await source
    if isinstance(source, ExecutionResult):
        yield _told(asked.hooks, asked.context, source)
        return
    answers = _answers(asked, source)
    try:
        yield answers
    finally:
        await answers.aclose()
        if close := getattr(source, "aclose", None):
            await close()


async def _answers(asked: Subscribing, source: AsyncIterable[Any]) -> AsyncGenerator[Answer]:
    """Each event has a context of its own: what was read for one says nothing of the next.

    Raises BrokenOffError where the stream of events fails.
    """
    events = aiter(source)
    while True:
        try:
            event = await anext(events)
        except StopAsyncIteration:
            return
        except Exception as error:
            raise _broken_off(asked, error) from error
        context = asked.hooks.renewed(asked.context)
        executor = asked.executor.build_per_event_executor(event)
        executor.context_value = context
        with asked.hooks.around(context):
            result = execute_subscription_event(executor)
            if isawaitable(result):
                result = await result
        yield _told(asked.hooks, context, result)


def _told(hooks: Hooks, context: object, result: ExecutionResult) -> Answer:
    errors = hooks.errors(result.errors or (), context)
    return Answer(encoding.encoded(result, errors, hooks.extensions(context)))


def _broken_off(asked: Subscribing, error: Exception) -> BrokenOffError:
    """At the field whose events they are: an error without a place would be one of the input."""
    name, nodes = _root_field(asked.executor)
    located: GraphQLError = located_error(error, nodes, [name])
    return BrokenOffError([one.formatted for one in asked.hooks.errors([located], asked.context)])


def _root_field(executor: Executor[Any]) -> tuple[str, list[FieldNode]]:
    """The only one that there is: documents are validated."""
    root = executor.schema.subscription_type
    if root is None:
        raise GraphQLError("Schema is not configured to execute subscription operation.", executor.operation)
    fields = collect_fields(
        executor.schema, executor.fragments, executor.variable_values, root, executor.operation, hide_suggestions=True
    )
    name, details = next(iter(fields.grouped_field_set.items()))
    return name, [one.node for one in details]
