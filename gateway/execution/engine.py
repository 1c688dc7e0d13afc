"""From the text of an operation to its response: documents, limits, plans, execution, sharing, encoding.

Works for any Strawberry schema. What cannot be compiled is executed by graphql-core, through Strawberry; `paths` counts
which way operations went.
"""

from collections import Counter
from collections.abc import Hashable, Mapping
from typing import Any

import msgspec
import strawberry
from graphql import ExecutionResult, FragmentDefinitionNode, GraphQLError, OperationDefinitionNode, OperationType
from graphql.execution import Executor
from graphql.execution.collect_fields import FragmentDetails
from graphql.execution.execute import default_field_resolver, default_type_resolver
from graphql.execution.values import VariableValues, get_variable_values

from gateway.execution import conditions, encoding
from gateway.execution.documents import Document, Documents
from gateway.execution.executor import finished
from gateway.execution.hooks import Hooks, NoHooks
from gateway.execution.kinds import Kinds
from gateway.execution.limits import Limits
from gateway.execution.operation import Answer, UnfitError
from gateway.execution.plan import Operation, Selection, root_selection
from gateway.execution.refusal import BAD_USER_INPUT, formatted
from gateway.execution.run import Run
from gateway.execution.sharing import Sharing

_PLANS = 16  # of one operation, for different values of the variables that decide what it asks for
_NO_VARIABLES = VariableValues({}, {})


class Ready:
    """One operation of a document, and its plans."""

    __slots__ = ("alone", "compiles", "deciding", "document", "fragments", "kind", "measured", "name", "node", "plans")

    def __init__(self, document: Document, node: OperationDefinitionNode, *, compiles: bool) -> None:
        self.document = document
        self.node = node
        self.kind = node.operation.value
        self.name = node.name.value if node.name else None
        self.measured = document.measure(node)
        self.deciding = conditions.deciding_variables(document.ast)
        roots = [node, *document.fragments.values()]
        self.compiles = compiles and not conditions.asks_incrementally(roots) and self.kind != "subscription"
        self.alone = self.kind != "query" or conditions.is_volatile(roots)
        self.fragments = {name: FragmentDetails(one, None) for name, one in document.fragments.items()}
        self.plans: dict[Hashable, tuple[Operation, Selection]] = {}


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
        self._schema = schema._schema  # noqa: SLF001 - strawberry has no public way to what graphql-core executes
        self._documents = documents
        self._limits = limits or Limits()
        self._hooks = hooks or NoHooks()
        self._hide_suggestions = hide_suggestions
        self._kinds = Kinds()
        self._sharing = Sharing()
        self._compiles = not schema.extensions
        self.paths: Counter[str] = Counter()

    @property
    def shared(self) -> int:
        """How many operations were given the answer of an identical one."""
        return self._sharing.shared

    def prepare(self, query: str, name: str | None) -> Ready:
        """Parsed, validated, measured and planned, once for a document. Raises UnfitError."""
        document = self._documents.get(query)
        ready = document.plans.get(name)
        if ready is None:
            ready = document.plans[name] = Ready(document, document.operation(name), compiles=self._compiles)
        return ready  # type: ignore[return-value]  # the document keeps what the executor gave it

    async def execute(self, prepared: Ready, variables: Mapping[str, Any] | None, context: object) -> Answer:
        """Runs it. Variables that do not fit are an answer with `executed=False`; nothing is raised for a field."""
        scope = None if prepared.alone else self._hooks.scope(context)
        if scope is None:
            return await self._answered(prepared, variables, context)
        key = (prepared, msgspec.json.encode(variables, order="deterministic") if variables else None, scope)
        return await self._sharing.answer(key, lambda: self._answered(prepared, variables, context))

    async def _answered(self, ready: Ready, given: Mapping[str, Any] | None, context: object) -> Answer:
        try:
            variables = self._coerced(ready, given or {})
            ready.measured.check(variables.coerced, self._limits)
        except UnfitError as unfit:
            return Answer(encoding.refused(unfit.errors), executed=False)
        hooks = self._hooks
        with hooks.around(context):
            result = await self._result(ready, variables, given, context)
        errors = hooks.errors(result.errors or (), context)
        body = encoding.encoded(result, errors, hooks.extensions(context))
        if errors or ready.kind != "query":
            return Answer(body)
        return Answer(body, freshness=hooks.freshness(context))

    async def _result(
        self, ready: Ready, variables: VariableValues, given: Mapping[str, Any] | None, context: object
    ) -> ExecutionResult:
        if not ready.compiles:
            return await self._through_strawberry(ready, given, context)
        self.paths["compiled"] += 1
        try:
            operation, selection = self._plan(ready, variables)
        except GraphQLError as unfit:
            return ExecutionResult(None, [unfit])
        run = Run(operation, selection, None, context, variables, self._helpers(ready, variables, context))
        return await finished(run, serially=ready.node.operation is OperationType.MUTATION)

    async def _through_strawberry(
        self, ready: Ready, given: Mapping[str, Any] | None, context: object
    ) -> ExecutionResult:
        self.paths["graphql-core"] += 1
        result = await self._strawberry.execute(
            ready.document.text, dict(given or {}), context_value=context, operation_name=ready.name
        )
        return ExecutionResult(getattr(result, "data", None), list(result.errors or ()))  # type: ignore[union-attr]  # neither deferred nor streamed

    def _coerced(self, ready: Ready, given: Mapping[str, Any]) -> VariableValues:
        definitions = ready.node.variable_definitions
        if not definitions:
            return _NO_VARIABLES
        found = get_variable_values(self._schema, definitions, dict(given), hide_suggestions=self._hide_suggestions)
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

    def _helpers(self, ready: Ready, variables: VariableValues, context: object) -> Executor:
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
