"""Documents: parsed, measured and validated once, and kept while they are in use."""

from collections.abc import Hashable, Mapping, Sequence

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    assert_valid_schema,
    parse,
)

from gateway.execution.directives import allowing
from gateway.execution.excess import excesses
from gateway.execution.limits import Limits
from gateway.execution.lru import Lru
from gateway.execution.measure import Measure
from gateway.execution.operation import UnfitError
from gateway.execution.refusal import PARSE_FAILED, Error, bad_input, formatted, shortened
from gateway.execution.tariff import Tariff
from gateway.execution.tokens import measured
from gateway.execution.validation import RULES, Rules, violations

ENTRIES = 1_000
MEMORY = 64_000_000  # bytes, about
_TOKEN_BYTES = (
    400  # of the nodes that graphql-core makes, with their places, for a token of the text: 360 were measured
)
_REFUSAL_BYTES = 1_000  # of the errors of a document
_NAME = 100  # characters of a name that is shown


class Document:
    """A document that can be executed, with what was found out of it.

    `plans` is the executor's own: what it keeps there is given up together with the document.
    """

    __slots__ = ("_measures", "_tariff", "ast", "fragments", "operations", "plans", "schema", "text", "tokens")

    def __init__(self, text: str, ast: DocumentNode, tokens: int, schema: GraphQLSchema, tariff: Tariff) -> None:
        self.schema = schema
        self._tariff = tariff
        self._measures: dict[int, Measure] = {}
        self.text = text
        self.ast = ast
        self.tokens = tokens
        self.fragments = fragments_of(ast)
        self.operations: Mapping[str | None, OperationDefinitionNode] = {
            one.name.value if one.name else None: one for one in operations_of(ast)
        }
        self.plans: dict[Hashable, object] = {}

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """The one that is named, or the only one (`GetOperation` of the specification). Raises UnfitError."""
        if name is None:
            if len(self.operations) == 1:
                return next(iter(self.operations.values()))
            raise UnfitError(
                [bad_input(f"This document has {len(self.operations)} operations: name the one to execute")]
            )
        if name not in self.operations:
            raise UnfitError([bad_input(f"This document has no operation `{shortened(name, _NAME)}`")])
        return self.operations[name]

    def measure(self, operation: OperationDefinitionNode) -> Measure:
        """What one of its operations can cost; worked out when it is asked for first."""
        found = self._measures.get(id(operation))
        if found is None:
            found = self._measures[id(operation)] = Measure(self.schema, operation, self.fragments, self._tariff)
        return found

    def altered(self, ast: DocumentNode, text: str) -> "Document":
        """Another document over the same schema, which is as valid as this one."""
        return Document(text, ast, self.tokens, self.schema, self._tariff)


class Documents:
    """The documents of one schema. Those that cannot be executed are remembered as well: to ask again costs nothing."""

    def __init__(
        self,
        schema: GraphQLSchema,
        limits: Limits,
        *,
        rules: Rules = RULES,
        suggestions: bool = True,
        tariff: Tariff | None = None,
        entries: int = ENTRIES,
        memory: int = MEMORY,
    ) -> None:
        """`suggestions`: may errors name what the schema has? `memory`: bytes, about; a tenth is for refusals."""
        assert_valid_schema(schema)
        self._schema = allowing(schema)
        self._limits = limits
        self._rules = rules
        self._suggestions = suggestions
        self._tariff = tariff or Tariff()
        self._documents: Lru[str, Document] = Lru(entries, memory - memory // 10)
        self._refusals: Lru[str, Sequence[Error]] = Lru(entries, memory // 10)

    def __len__(self) -> int:
        return len(self._documents)

    def get(self, query: str) -> Document:
        """Raises UnfitError: GRAPHQL_PARSE_FAILED, GRAPHQL_VALIDATION_FAILED or OPERATION_TOO_COMPLEX."""
        document = self._documents.get(query)
        return self._read(query) if document is None else document

    def _read(self, query: str) -> Document:
        if errors := self._refusals.get(query):
            raise UnfitError(errors)  # a new one: what is raised again gathers the tracebacks of all
        try:
            document = self._fit(query)
        except UnfitError as unfit:
            if len(query) <= self._limits.characters:  # what is too long is soon refused again, and dear to keep
                self._refusals.put(query, unfit.errors, len(query) + _REFUSAL_BYTES)
            raise
        self._documents.put(query, document, len(query) + document.tokens * _TOKEN_BYTES)
        return document

    def _fit(self, query: str) -> Document:
        tokens = measured(query, self._limits)
        try:
            ast = parse(query)
        except GraphQLSyntaxError as error:
            raise UnfitError([formatted(error, PARSE_FAILED)]) from None
        # The limits come first: they keep validation short.
        errors = excesses(operations_of(ast), fragments_of(ast), self._limits) or violations(
            self._schema, ast, self._rules, suggestions=self._suggestions
        )
        if errors:
            raise UnfitError(errors)
        return Document(query, ast, tokens, self._schema, self._tariff)


def operations_of(document: DocumentNode) -> list[OperationDefinitionNode]:
    """In the order of the text."""
    return [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]


def fragments_of(document: DocumentNode) -> dict[str, FragmentDefinitionNode]:
    """By name."""
    return {one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)}
