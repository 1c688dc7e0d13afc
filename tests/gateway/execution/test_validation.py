import pytest
from graphql import OverlappingFieldsCanBeMergedRule, parse, specified_rules

from gateway.execution.refusal import Error
from gateway.execution.validation import COMPARISONS, ERRORS, RULES, WITHOUT_INTROSPECTION, Rules, violations
from tests.gateway.execution.shop import SCHEMA, codes


def found(text: str, rules: Rules = RULES, *, suggestions: bool = True) -> list[Error]:
    return list(violations(SCHEMA, parse(text), rules, suggestions=suggestions))


def test_a_valid_document_violates_nothing() -> None:
    assert found("{ shop { name owner { name } } }") == []


def test_a_violation_has_its_code_and_its_place() -> None:
    (error,) = found("{ shop {\n wrong } }")
    assert error["message"] == "Cannot query field 'wrong' on type 'Shop'."
    assert error["locations"] == [{"line": 2, "column": 2}]
    assert error["extensions"] == {"code": "GRAPHQL_VALIDATION_FAILED"}


def test_names_of_the_schema_are_suggested_only_where_they_may_be() -> None:
    assert "Did you mean 'name'?" in found("{ nam }")[0]["message"]
    assert "mean" not in found("{ nam }", suggestions=False)[0]["message"]


def test_fields_that_cannot_be_merged_are_violations_within_the_budget_as_well() -> None:
    (error,) = found("{ shop(id: 1) { id } shop(id: 2) { id } }")
    assert "they have differing arguments" in error["message"]


def test_a_document_with_many_errors_is_told_of_the_first() -> None:
    errors = found("{ " + " ".join(f"x{at}" for at in range(100)) + " }")
    assert len(errors) == ERRORS + 1
    assert errors[-1]["message"].startswith("Too many validation errors")
    assert codes(errors) == {"GRAPHQL_VALIDATION_FAILED"}


def test_as_many_errors_as_are_told_need_no_excuse() -> None:
    assert len(found("{ " + " ".join(f"x{at}" for at in range(ERRORS)) + " }")) == ERRORS


@pytest.mark.parametrize(
    "text",
    [
        "{ shop { " + "items { id } " * 240 + "} }",
        "{ shop { " + ("items { " + "owner { id } " * 15 + "} ") * 15 + "} }",
        "{ shop { " + 'items(first: 3, tag: "x") { id } ' * 90 + "} }",
        "{ shop { " + "name " * 900 + "} }",
        "{ shop { "
        + " ".join(f"...F{at}" for at in range(60))
        + " } } "
        + " ".join(f"fragment F{at} on Shop {{ name id tags }}" for at in range(60)),
    ],
    ids=["a field", "two levels", "arguments", "leaves", "fragments"],
)
def test_repetition_that_would_take_too_long_to_compare_is_refused_for_that(text: str) -> None:
    (error,) = found(text)
    assert "repeats fields and fragments" in error["message"]
    assert error["extensions"] == {
        "code": "OPERATION_TOO_COMPLEX",
        "limit": "comparisons",
        "allowed": COMPARISONS,
        "found": COMPARISONS + 1,
    }


def test_repetition_as_people_write_it_is_within_the_budget() -> None:
    spreads = " ".join(f"...F{at}" for at in range(20))
    fragments = " ".join(f"fragment F{at} on Shop {{ name items {{ id owner {{ name }} }} }}" for at in range(20))
    assert found(f"{{ shop {{ {spreads} }} }} {fragments}") == []


def test_introspection_is_refused_where_it_is_off() -> None:
    text = "{ __schema { queryType { name } } }"
    assert found(text) == []
    assert codes(found(text, WITHOUT_INTROSPECTION)) == {"GRAPHQL_VALIDATION_FAILED"}
    assert found("{ shop { __typename } }", WITHOUT_INTROSPECTION) == []


def test_the_rules_are_those_of_the_specification() -> None:
    replaced = {rule for rule in RULES if rule not in specified_rules}
    assert len(RULES) == len(specified_rules)
    assert all(issubclass(rule, OverlappingFieldsCanBeMergedRule) for rule in replaced)
