"""Arguments: whatever is worked out beforehand comes out as graphql-core would have coerced it."""

from typing import Any

import pytest
from graphql import FieldNode, GraphQLError, OperationDefinitionNode, build_schema, parse
from graphql.execution.collect_fields import FieldDetails
from graphql.execution.values import VariableValues, get_argument_values, get_variable_values

from gateway.execution import arguments
from gateway.execution.arguments import Arguments
from gateway.execution.kinds import Raised

SCHEMA = build_schema("""
  input Given { size: Int = 2 }
  type Query { f(i: Int, s: String = "s", m: Int!, l: [Int!], g: Given): Int  p(i: Int, l: [Int!]): Int  none: Int }
""")
CASES = [
    ("", "none", {}),
    ("", "p", {}),
    ("", "p(i: 3, l: 4)", {}),
    ("$i: Int", "p(i: $i)", {"i": 5}),
    ("$i: Int", "p(i: $i)", {"i": None}),
    ("$i: Int", "p(i: $i)", {}),
    ("$l: [Int!]", "p(l: $l, i: 1)", {"l": [1, 2]}),
    ("$i: Int, $l: [Int!]", "p(l: $l, i: $i)", {"l": [1, 2], "i": 4}),
    ("$i: Int!", "f(m: $i)", {"i": 5}),
    ("$i: Int", "f(m: $i)", {"i": None}),
    ("$i: Int", "f(m: $i)", {}),
    ("$i: Int!, $s: String", "f(m: $i, s: $s)", {"i": 1}),
    ("$i: Int!, $s: String", "f(m: $i, s: $s)", {"i": 1, "s": "given"}),
    ("$i: Int!", "f(m: $i, g: {size: $i})", {"i": 1}),
    ("", "f(m: 1, i: null)", {}),
]


def parts(variables: str, field: str, given: dict[str, Any]) -> tuple[FieldNode, VariableValues]:
    node = parse(f"query{f'({variables})' if variables else ''} {{ {field} }}").definitions[0]
    assert isinstance(node, OperationDefinitionNode)
    selected = node.selection_set.selections[0]
    assert isinstance(selected, FieldNode)
    values = get_variable_values(SCHEMA, node.variable_definitions or (), given)
    assert not isinstance(values, list)
    return selected, values


def of(node: FieldNode, deciding: VariableValues) -> Arguments:
    assert SCHEMA.query_type is not None
    definition = SCHEMA.query_type.fields[node.name.value]
    return Arguments(definition, FieldDetails(node, None), deciding, hide_suggestions=False)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_they_are_coerced_as_by_graphql_core(case: tuple[str, str, dict[str, Any]]) -> None:
    node, values = parts(*case)
    assert SCHEMA.query_type is not None
    definition = SCHEMA.query_type.fields[node.name.value]
    ours = of(node, VariableValues({}, {})).of(values)
    if isinstance(ours, Raised):
        with pytest.raises(GraphQLError) as unfit:
            get_argument_values(definition, node, values)
        assert ours.error.args == unfit.value.args
    else:
        assert ours == get_argument_values(definition, node, values)


def test_what_is_written_out_is_the_same_each_time_until_somebody_wants_their_own() -> None:
    node, values = parts("", "p(l: [1])", {})
    made = of(node, values)
    assert made.of(values) is made.of(values)
    assert made.fresh(values) == made.of(values)
    assert made.fresh(values) is not made.of(values)


def test_variables_that_are_there_are_not_coerced_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arguments, "get_argument_values", lambda *_: pytest.fail("they were coerced"))
    node, values = parts("$i: Int, $l: [Int!]", "p(l: $l, i: $i)", {"l": [1, 2], "i": 4})
    assert of(node, values).of(values) == {"i": 4, "l": [1, 2]}
