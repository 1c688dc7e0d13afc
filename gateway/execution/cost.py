"""The objects that an operation can answer with: the type cost of https://ibm.github.io/graphql-specs/cost-spec.html."""

from collections.abc import Callable, Iterable

from graphql import GraphQLNamedType, is_composite_type

from gateway.execution.amount import Amount, largest, product, total
from gateway.execution.selected import Selected
from gateway.execution.tariff import Tariff

Possible = Callable[[GraphQLNamedType], frozenset[str]]


def cost(roots: Iterable[Selected], root: GraphQLNamedType, tariff: Tariff, possible: Possible) -> Amount:
    """The weights of every object, the root included. `possible`: the object types that a type stands for."""
    return total([_weight(root, tariff), _together(roots, tariff, possible)])


def _together(fields: Iterable[Selected], tariff: Tariff, possible: Possible) -> Amount:
    """Of all fields of one object. It is of one type only: of what types have for themselves, the dearest counts."""
    for_all: list[Amount] = []
    for_some: dict[GraphQLNamedType, list[Amount]] = {}
    for one in fields:
        (for_all if one.only is None else for_some.setdefault(one.only, [])).append(_of(one, tariff, possible))
    sums = {only: total(amounts) for only, amounts in for_some.items()}
    types: dict[str, list[GraphQLNamedType]] = {}
    for only in sums:
        for name in possible(only):
            types.setdefault(name, []).append(only)
    together = {tuple(only.name for only in those): those for those in types.values()}
    return total([*for_all, largest(total(sums[only] for only in those) for those in together.values())])


def _of(one: Selected, tariff: Tariff, possible: Possible) -> Amount:
    item = total([_weight(one.type, tariff), _together(one.inner, tariff, possible)])
    return one.when(product(one.size, item))


def _weight(type_: GraphQLNamedType, tariff: Tariff) -> int:
    return tariff.weights.get(type_.name, int(is_composite_type(type_)))
