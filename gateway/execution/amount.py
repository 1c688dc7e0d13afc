"""Numbers that may hang on the variables of a request: known now, or a function that is called for each request."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

Variables = Mapping[str, Any]  # coerced, with the defaults of the operation
Amount = int | Callable[[Variables], int]


def value(amount: Amount, variables: Variables) -> int:
    """What it is for one request."""
    return amount if isinstance(amount, int) else amount(variables)


def total(amounts: Iterable[Amount]) -> Amount:
    """Their sum: what is known is added up once."""
    known = 0
    rest = []
    for amount in amounts:
        if isinstance(amount, int):
            known += amount
        else:
            rest.append(amount)
    if not rest:
        return known
    if len(rest) == 1 and not known:
        return rest[0]
    return lambda variables: known + sum([one(variables) for one in rest])


def product(one: Amount, other: Amount) -> Amount:
    """0 where either is known to be."""
    if isinstance(one, int):
        one, other = other, one
    if isinstance(one, int):
        return one * value(other, {})
    first = one
    if isinstance(other, int):
        known = other
        return first if known == 1 else (lambda variables: first(variables) * known) if known else 0
    second = other
    return lambda variables: first(variables) * second(variables)


def largest(amounts: Iterable[Amount]) -> Amount:
    """The largest of them; 0 where there are none."""
    every = list(amounts)
    if all(isinstance(amount, int) for amount in every):
        return max((amount for amount in every if isinstance(amount, int)), default=0)
    return lambda variables: max(value(amount, variables) for amount in every)


def applied(function: Callable[[int], int], amount: Amount) -> Amount:
    """A function of an amount."""
    return function(amount) if isinstance(amount, int) else lambda variables: function(amount(variables))
