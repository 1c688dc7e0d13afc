from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.execution.amount import Amount, Variables, applied, largest, product, total, value

KNOWN = st.integers(0, 100)


def var(name: str) -> Callable[[Variables], int]:
    def amount(variables: Variables) -> int:
        found = variables[name]
        assert isinstance(found, int)
        return found

    return amount


AMOUNTS = st.one_of(KNOWN, st.sampled_from("abc").map(var))
VARIABLES = st.fixed_dictionaries({"a": KNOWN, "b": KNOWN, "c": KNOWN})


@given(st.lists(AMOUNTS), VARIABLES)
def test_a_total_is_the_sum(amounts: list[Amount], variables: dict[str, int]) -> None:
    assert value(total(amounts), variables) == sum(value(one, variables) for one in amounts)


@given(AMOUNTS, AMOUNTS, VARIABLES)
def test_a_product_is_the_product(one: Amount, other: Amount, variables: dict[str, int]) -> None:
    assert value(product(one, other), variables) == value(one, variables) * value(other, variables)


@given(st.lists(AMOUNTS, min_size=1), VARIABLES)
def test_the_largest_is_the_largest(amounts: list[Amount], variables: dict[str, int]) -> None:
    assert value(largest(amounts), variables) == max(value(one, variables) for one in amounts)


@given(AMOUNTS, VARIABLES)
def test_a_function_is_applied_to_the_value(amount: Amount, variables: dict[str, int]) -> None:
    assert value(applied(lambda number: number * 2 + 1, amount), variables) == value(amount, variables) * 2 + 1


def test_the_largest_of_nothing_is_nothing() -> None:
    assert largest([]) == 0


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (total([1, 2, 3]), 6),
        (total([]), 0),
        (product(2, 3), 6),
        (product(0, var("a")), 0),
        (product(var("a"), 0), 0),
        (largest([1, 3, 2]), 3),
        (applied(lambda number: number + 1, 2), 3),
    ],
)
def test_what_is_known_is_worked_out_at_once(made: Amount, expected: int) -> None:
    assert made == expected


def test_what_changes_nothing_adds_no_step() -> None:
    a = var("a")
    assert total([0, a, 0]) is a
    assert product(1, a) is a
    assert product(a, 1) is a
