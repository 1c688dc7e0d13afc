"""The specification's validation, in time that a caller cannot stretch: https://spec.graphql.org/September2025/#sec-Validation."""

from collections.abc import Collection, Sequence

from graphql import (
    ASTValidationRule,
    DocumentNode,
    GraphQLSchema,
    NoSchemaIntrospectionCustomRule,
    OverlappingFieldsCanBeMergedRule,
    ValidationContext,
    specified_rules,
    validate,
)
from graphql.validation.validate import ValidationAbortedError

from gateway.execution.refusal import VALIDATION_FAILED, Error, formatted, too_complex

ERRORS = 10  # that are told of one document: some of them print a whole argument, which takes a millisecond or two
COMPARISONS = 10_000  # a unit takes up to 3 µs; graphql-core allows itself 500,000

Rules = Collection[type[ASTValidationRule]]


class FieldsCanBeMerged(OverlappingFieldsCanBeMergedRule):
    """Compares each pair of fields that share a response name, which is quadratic: so within a budget."""

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self.rule_context.remaining_complexity_budget = COMPARISONS


RULES: Rules = tuple(
    FieldsCanBeMerged if rule is OverlappingFieldsCanBeMergedRule else rule for rule in specified_rules
)
WITHOUT_INTROSPECTION: Rules = (*RULES, NoSchemaIntrospectionCustomRule)


def violations(schema: GraphQLSchema, document: DocumentNode, rules: Rules, *, suggestions: bool) -> Sequence[Error]:
    """What is wrong with a document, 10 errors at most. `suggestions`: whether they may name what the schema has."""
    errors = validate(schema, document, rules, ERRORS, hide_suggestions=not suggestions)
    if len(errors) <= ERRORS and errors and isinstance(errors[-1], ValidationAbortedError):
        return [_too_repetitive()]
    return [formatted(error, VALIDATION_FAILED) for error in errors]


def _too_repetitive() -> Error:
    """How many comparisons it would have taken is what nobody wants to find out."""
    message = (
        f"This document repeats fields and fragments so often that more than {COMPARISONS:,} comparisons are needed"
    )
    return too_complex(message, "comparisons", COMPARISONS, COMPARISONS + 1)
