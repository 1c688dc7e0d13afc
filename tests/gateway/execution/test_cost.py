from collections.abc import Mapping
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.gateway.execution.shop import TARIFF, answered, coerced, measure
from tests.gateway.execution.written import documents


def cost(text: str, variables: Mapping[str, object] | None = None, **weights: int) -> int:
    return measure(text, replace(TARIFF, weights=weights)).cost(coerced(text, variables or {}).coerced)


def objects(data: object) -> int:
    """How many objects there are in an answer."""
    if isinstance(data, list):
        return sum(map(objects, data))
    return 1 + sum(map(objects, data.values())) if isinstance(data, dict) else 0


def ignore(*_: object) -> None:
    """Nobody asks which fields were resolved."""


@given(documents())
def test_the_cost_is_the_number_of_objects_that_execution_answers_with(
    document: tuple[str, dict[str, object]],
) -> None:
    answer = answered(*document, lambda _: "Shop", ignore)
    assert answer.errors is None
    assert cost(*document) == objects(answer.data)


@given(documents(narrowing=True), st.randoms(use_true_random=False))
def test_whatever_types_objects_turn_out_to_have_they_are_no_more_than_the_cost(
    document: tuple[str, dict[str, object]], random: Random
) -> None:
    answer = answered(*document, lambda _: random.choice(["Shop", "Item"]), ignore)
    assert answer.errors is None
    assert objects(answer.data) <= cost(*document)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{ name }", 1),
        ("{ shop { name tags } }", 2),
        ("{ shops(first: 10) { edges { node { id } } } }", 1 + 1 + 10 + 10),
        ("{ shops(first: 10) { edges { node { items(first: 3) { id } } } } }", 1 + 1 + 10 + 10 + 30),
        ("{ shops { nodes { id } } }", 1 + 1 + 3),
        ("{ items(ids: [1, 2]) { shop { id } } }", 1 + 2 + 2),
        ("{ a: shop { id } b: shop { id } }", 3),
        ("{ shop { id } shop { name } }", 2),
        ("{ __schema { types { name } } }", 1),
        ("{ shop @skip(if: true) { id } }", 1),
    ],
)
def test_objects_weigh_one_and_leaves_nothing(text: str, expected: int) -> None:
    assert cost(text) == expected


def test_of_what_types_have_for_themselves_the_dearest_counts() -> None:
    assert cost("{ node { ... on Shop { staff { id } } ... on Item { shop { id } maker { id } } } }") == 1 + 1 + 2
    assert cost("{ node { ... on Shop { staff { id } } ... on Item { maker { id } } } }") == 1 + 1 + 2
    assert cost("{ node { owner { id } ... on Shop { staff { id } } } }") == 1 + 1 + 1 + 2


def test_what_a_narrower_interface_has_is_added_to_what_each_of_its_types_has() -> None:
    text = "{ found { ... on Node { owner { id } } ... on Shop { staff { id } } ... on Item { maker { id } } } }"
    assert cost(text) == 1 + 4 * (1 + 1 + 2)


def test_a_type_can_be_given_another_weight() -> None:
    text = "{ shops(first: 10) { edges { node { id } } } }"
    assert cost(text, ShopConnection=0, ShopEdge=0) == 11
    assert cost(text, Shop=5, Query=0) == 1 + 10 + 50
    assert cost("{ shop { tags } }", String=2) == 2 + 4 * 2


def test_variables_decide_sizes_and_what_is_left_out() -> None:
    text = """query ($n: Int = 4, $ids: [ID!]!, $a: Boolean!) {
        shops(first: $n) { nodes { id } } items(ids: $ids) @skip(if: $a) { id } }"""
    assert cost(text, {"n": 7, "ids": ["1", "2"], "a": False}) == 1 + 1 + 7 + 2
    assert cost(text, {"ids": ["1"], "a": True}) == 1 + 1 + 4
    assert cost(text, {"n": None, "ids": [], "a": False}) == 1 + 1 + 3
