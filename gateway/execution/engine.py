"""From the text of an operation to its response: documents, limits, plans, execution, sharing, encoding.

Works for any Strawberry schema. What cannot be compiled is executed by graphql-core, through Strawberry; `paths` counts
which way operations went.
"""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Hashable, Mapping
from contextlib import aclosing, asynccontextmanager
from typing import Any

import msgspec
import strawberry
from graphql import ExecutionResult, FragmentDefinitionNode, GraphQLError
from graphql.execution import Executor
from graphql.execution.execute import default_field_resolver, default_type_resolver
from graphql.execution.values import VariableValues

from gateway.execution import conditions, encoding, incremental, subscription
from gateway.execution.directives import allowing
from gateway.execution.documents import Document, Documents
from gateway.execution.executor import finished
from gateway.execution.explained import Explained, explained
from gateway.execution.hooks import Hooks, NoHooks
from gateway.execution.kinds import Kinds
from gateway.execution.limits import Limits
from gateway.execution.operation import Answer, Part, UnfitError
from gateway.execution.plan import Operation, Selection, root_selection
from gateway.execution.ready import Ready
from gateway.execution.refusal import BAD_USER_INPUT, bad_input, formatted
from gateway.execution.reuse import Reuse
from gateway.execution.run import Run
from gateway.execution.whole import whole

_key_of = msgspec.json.Encoder(order="deterministic").encode
_PLANS = 16  # of one operation, for different values of the variables that decide what it asks for


class Engine:
    """Executes operations over one schema."""

    def __init__(
        self,
        schema: strawberry.Schema,
        documents: Documents,
        *,
        limits: Limits | None = None,
        hooks: Hooks | None = None,
        hide_suggestions: bool = False,
    ) -> None:
        self._strawberry = schema
        self._schema = allowing(schema._schema)  # noqa: SLF001 - strawberry has no public way to what graphql-core executes
        self._documents = documents
        self._limits = limits or Limits()
        self._hooks = hooks or NoHooks()
        self._hide_suggestions = hide_suggestions
        self._kinds = Kinds()
        self._reuse = Reuse(self._hooks)
        self._compiles = not schema.extensions
        self.paths: Counter[str] = Counter()

    @property
    def shared(self) -> int:
        """How many operations were given the answer of an identical one."""
        return self._reuse.shared

    def prepare(self, query: str, name: str | None) -> Ready:
        """Parsed, validated, measured and planned, once for a document. Raises UnfitError."""
        document = self._documents.get(query)
        ready = document.plans.get(name)
        if ready is None:
            ready = document.plans[name] = self._ready(document, name)
        return ready  # type: ignore[return-value]  # the document keeps what the executor gave it

    def _ready(self, document: Document, name: str | None) -> Ready:
        """`@defer` and `@stream` are for `deliver` alone, and not where Strawberry's extensions have to be asked."""
        node = document.operation(name)
        if not conditions.asks_incrementally([node, *document.fragments.values()]):
            return Ready(document, node, compiles=self._compiles)
        undivided = whole(document, node)
        divided = document if self._compiles else None
        return Ready(undivided, undivided.operation(None), compiles=self._compiles, divided=divided)

    def explained(self, prepared: Ready, variables: Mapping[str, Any] | None) -> Explained:
        """What it can cost with these variables. Nothing is executed. Raises UnfitError where they do not fit."""
        return explained(prepared.measured, self._coerced(prepared, variables or {}).coerced, self._limits)

    async def execute(self, prepared: Ready, variables: Mapping[str, Any] | None, context: object) -> Answer:
        """Runs it, in one part. Variables that do not fit are an answer with `executed=False`.

        Nothing is raised for a field.
        """
        scope = None if prepared.alone else self._hooks.scope(context)
        if scope is None:
            return await self._answered(prepared, variables, context)
        key = (prepared, _key_of(variables) if variables else None, scope)
        return await self._reuse.answer(key, context, lambda own: self._answered(prepared, variables, own, key))

    @asynccontextmanager
    async def deliver(
        self, prepared: Ready, variables: Mapping[str, Any] | None, context: object
    ) -> AsyncIterator[Answer | AsyncIterator[Part]]:
        """Runs it: an answer as from `execute`, or its parts as they are ready. Leaving cancels what is under way."""
        if prepared.divided is None:
            yield await self.execute(prepared, variables, context)
            return
        given, hidden = dict(variables or {}), self._hide_suggestions
        try:
            prepared.measured.check(self._coerced(prepared, given).coerced, self._limits)
        except UnfitError as unfit:
            yield Answer(encoding.refused(unfit.errors), executed=False)
            return
        self.paths["graphql-core"] += 1
        running = incremental.executed(
            self._schema, prepared.divided, prepared.name, given, context, hide_suggestions=hidden
        )
        with self._hooks.around(context):
            async with running as result:
                if isinstance(result, ExecutionResult):
                    yield self._told(prepared, result, context)
                else:
                    async with aclosing(incremental.parts(result, self._hooks, context)) as parts:
                        yield parts

    @asynccontextmanager
    async def subscribe(
        self, prepared: Ready, variables: Mapping[str, Any] | None, context: object
    ) -> AsyncIterator[Answer | AsyncIterator[Answer]]:
        """Runs a subscription: the answer to each event, or one that says why there are none. Leaving ends it.

        Strawberry's extensions are not asked, so that a schema which has some is served no subscriptions.
        """
        given = dict(variables or {})
        try:
            prepared.measured.check(self._coerced(prepared, given).coerced, self._limits)
            subscribed = self._subscribing(prepared, given, context)
        except UnfitError as unfit:
            yield Answer(encoding.refused(unfit.errors), executed=False)
            return
        if isinstance(subscribed, Answer):
            yield subscribed
            return
        self.paths["graphql-core"] += 1
        async with subscription.opened(subscribed) as delivered:
            yield delivered

    def _subscribing(self, ready: Ready, given: dict[str, Any], context: object) -> subscription.Subscribing | Answer:
        if self._strawberry.extensions:
            raise UnfitError([bad_input("Subscriptions are not served over a schema with extensions")])
        hooks, hidden = self._hooks, self._hide_suggestions
        return subscription.subscribing(
            self._schema, ready.document, ready.name, given, context, hooks, hide_suggestions=hidden
        )

    async def _answered(
        self, ready: Ready, given: Mapping[str, Any] | None, context: object, key: Hashable = None
    ) -> Answer:
        try:
            variables = self._coerced(ready, given or {})
            ready.measured.check(variables.coerced, self._limits)
        except UnfitError as unfit:
            return Answer(encoding.refused(unfit.errors), executed=False)
        mark = await self._hooks.mark(context) if ready.marked and key is not None else None
        with self._hooks.around(context):
            result = await self._result(ready, variables, given, context)
        return self._told(ready, result, context, key, mark)

    def _told(
        self, ready: Ready, result: ExecutionResult, context: object, key: Hashable = None, mark: Hashable = None
    ) -> Answer:
        """The response. It is kept under `key`, where it has one, as long as every part of it may be."""
        hooks = self._hooks
        errors, extensions = hooks.errors(result.errors or (), context), hooks.extensions(context)
        if errors or ready.kind != "query":
            return Answer(encoding.encoded(result, errors, extensions))
        freshness = hooks.freshness(context)
        again = None if key is None else hooks.again(extensions, context)
        if again is None:
            return Answer(encoding.encoded(result, (), extensions), freshness=freshness)
        data = encoding.as_json(result.data or {})
        self._reuse.keep(key, data, freshness, again, mark)
        ready.marked |= again.marked
        return Answer(encoding.joined(data, extensions), freshness=freshness)

    def _result(
        self, ready: Ready, variables: VariableValues, given: Mapping[str, Any] | None, context: object
    ) -> Awaitable[ExecutionResult]:
        if not ready.compiles:
            return self._through_strawberry(ready, given, context)
        self.paths["compiled"] += 1
        try:
            operation, selection = self._plan(ready, variables)
        except GraphQLError as unfit:
            return _unfit(unfit)
        run = Run(operation, selection, None, context, variables, lambda: self._helpers(ready, variables, context))
        return finished(run, serially=ready.kind == "mutation")

    async def _through_strawberry(
        self, ready: Ready, given: Mapping[str, Any] | None, context: object
    ) -> ExecutionResult:
        self.paths["graphql-core"] += 1
        result = await self._strawberry.execute(
            ready.document.text, dict(given or {}), context_value=context, operation_name=ready.name
        )
        return ExecutionResult(getattr(result, "data", None), list(result.errors or ()))

    def _coerced(self, ready: Ready, given: Mapping[str, Any]) -> VariableValues:
        found = ready.inputs.coerced(given, hide_suggestions=self._hide_suggestions)
        if isinstance(found, list):
            raise UnfitError([formatted(error, BAD_USER_INPUT) for error in found])
        return found

    def _plan(self, ready: Ready, variables: VariableValues) -> tuple[Operation, Selection]:
        chosen = conditions.decided(ready.deciding, variables)
        found = ready.plans.get(chosen)
        if found is None:
            found = self._planned(ready, variables)
            while len(ready.plans) >= _PLANS:
                ready.plans.pop(next(iter(ready.plans)))
            ready.plans[chosen] = found
        return found

    def _planned(self, ready: Ready, variables: VariableValues) -> tuple[Operation, Selection]:
        """The root type is there: the document was validated."""
        operation = Operation(
            schema=self._schema,
            node=ready.node,
            fragments=ready.fragments,
            fragment_definitions=dict[str, FragmentDefinitionNode](ready.document.fragments),
            deciding=conditions.only(ready.deciding, variables),
            field_resolver=default_field_resolver,
            type_resolver=default_type_resolver,
            error_propagation=True,
            hide_suggestions=self._hide_suggestions,
            kinds=self._kinds,
        )
        root = self._schema.get_root_type(ready.node.operation)
        if root is None:
            raise GraphQLError(f"Schema is not configured to execute {ready.kind} operation.", ready.node)
        return operation, root_selection(operation, root)

    def _helpers(self, ready: Ready, variables: VariableValues, context: object) -> Executor[Any]:
        """graphql-core's executor: it executes nothing here, but resolvers may ask for its helpers."""
        return Executor(
            self._schema,
            ready.document.fragments,
            ready.fragments,
            None,
            context,
            ready.node,
            variables,
            default_field_resolver,
            default_type_resolver,
            default_field_resolver,
        )


async def _unfit(error: GraphQLError) -> ExecutionResult:
    return ExecutionResult(None, [error])
