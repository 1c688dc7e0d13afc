"""Variables: whatever is only looked at comes out as graphql-core would have coerced it."""

from typing import Any

import pytest
from graphql import GraphQLSchema, OperationDefinitionNode, build_schema, parse
from graphql.execution.values import get_variable_values
from hypothesis import given
from hypothesis import strategies as st

from gateway.execution import inputs
from gateway.execution.inputs import NONE, Inputs

SCHEMA = build_schema("""
  enum Colour { RED } input Given { size: Int = 2 } scalar Any
  type Query { f(i: Int, s: String, d: ID, b: Boolean, x: Float, l: [Int!], g: Given, c: Colour, a: Any): Int }
""")
TYPES = ["Int", "String", "ID", "Boolean", "Float", "[Int!]", "Given", "Colour", "Any"]
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**33), 2**33),
    st.floats(),
    st.text(max_size=3),
    st.sampled_from(["RED", [1], [None], {"size": 3}, {}, {"sizes": 1}]),
)


def definitions(text: str) -> Any:  # noqa: ANN401 - graphql-core's nodes
    node = parse(f"query({text}) {{ f }}").definitions[0]
    assert isinstance(node, OperationDefinitionNode)
    return node.variable_definitions


@st.composite
def declared(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    names = [f"v{at}" for at in range(draw(st.integers(1, 4)))]
    texts = []
    for name in names:
        type_ = draw(st.sampled_from(TYPES))
        default = " = 7" if type_ == "Int" and draw(st.booleans()) else ""
        texts.append(f"${name}: {type_}{'!' if draw(st.booleans()) else ''}{default}")
    given_ = {name: draw(VALUES) for name in names if draw(st.integers(0, 4))}
    return ", ".join(texts), given_


@given(declared())
def test_every_request_is_coerced_as_by_graphql_core(case: tuple[str, dict[str, Any]]) -> None:
    text, values = case
    nodes = definitions(text)
    ours = Inputs(SCHEMA, nodes).coerced(values, hide_suggestions=False)
    theirs = get_variable_values(SCHEMA, nodes, values)
    if isinstance(theirs, list):
        assert isinstance(ours, list)
        assert [error.message for error in ours] == [error.message for error in theirs]
        return
    assert not isinstance(ours, list)
    assert repr(ours.coerced) == repr(theirs.coerced)  # NaN is equal to NaN so, and 1 not to True
    assert repr({name: one.value for name, one in ours.sources.items()}) == repr(
        {name: one.value for name, one in theirs.sources.items()}
    )


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What graphql-core was asked to coerce."""
    seen: list[object] = []

    def watched(schema: GraphQLSchema, nodes: Any, values: dict[str, Any], **options: Any) -> Any:  # noqa: ANN401 - as above
        seen.append(values)
        return get_variable_values(schema, nodes, values, **options)

    monkeypatch.setattr(inputs, "get_variable_values", watched)
    return seen


def test_values_of_the_types_own_classes_are_only_looked_at(asked: list[object]) -> None:
    text = "$i: Int!, $s: String, $d: ID!, $b: Boolean"
    values = {"i": 5, "s": None, "d": "x", "b": True, "more": 1}
    found = Inputs(SCHEMA, definitions(text)).coerced(values, hide_suggestions=True)
    assert not isinstance(found, list)
    assert found.coerced == {"i": 5, "s": None, "d": "x", "b": True}
    assert asked == []


@pytest.mark.parametrize("value", [2**31, -(2**31) - 1, 5.0, True, "5", None])
def test_anything_else_is_left_to_graphql_core(value: object, asked: list[object]) -> None:
    Inputs(SCHEMA, definitions("$i: Int!")).coerced({"i": value}, hide_suggestions=True)
    assert asked == [{"i": value}]


def test_an_operation_without_variables_has_none() -> None:
    assert Inputs(SCHEMA, ()).coerced({"i": 5}, hide_suggestions=True) is NONE
