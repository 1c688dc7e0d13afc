"""How many calls an operation can make of each upstream service, before it makes any.

A batch function takes the objects that reach a field as its keys, and a call so many of them as the service allows. How
many objects there can be, the sizes of the lists above them tell; so the number is an upper bound, unless nothing is in
doubt. Fields in different places are counted apart, although their keys may travel in one batch.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from graphql import FieldNode, GraphQLNamedType, NullValueNode, VariableNode, print_ast

from gateway.execution.amount import Amount, Variables, applied, product, total, value
from gateway.execution.selected import Selected
from gateway.execution.sizes import chosen
from gateway.execution.tariff import Calls, Tariff

Possible = Callable[[GraphQLNamedType], frozenset[str]]
Argument = tuple[str, str, str | None]  # its name, and a literal as it prints; or a variable's name


@dataclass(frozen=True, kw_only=True)
class Read:
    """What one service is asked for by one field.

    `path` has response names, `objects` are those that reach the field.
    """

    path: tuple[str, ...]
    field: Selected
    calls: Calls
    objects: Amount

    @property
    def service(self) -> str:
        """Which is asked."""
        return self.calls.service

    @cached_property
    def amount(self) -> Amount:
        """Calls, as if nothing were shared."""
        deep = self.field.slice if self.calls.page and self.field.slice is not None else 1
        pages = applied(lambda items: -(-max(items, 1) // (self.calls.page or 1)), deep) if self.calls.page else 1
        keys = product(self.objects, self.field.size) if self.calls.each_item else self.objects
        calls = product(applied(self._batches, keys), pages)
        return product(chosen(self.field.definition, self.field.nodes[0], self.calls.only), calls)

    @property
    def sure(self) -> bool:
        """Whether it takes that many calls and no fewer: one object that is always there, one page, no condition."""
        return self.calls.exact and len(self.path) == 1 and self.amount == 1

    def told(self, variables: Variables) -> str:
        """In words, for one request: "1 per customer, ≤ 20"."""
        most = f"≤ {value(self.amount, variables):,}"
        if self.sure:
            return "1"
        if len(self.path) == 1 and not self.calls.each_item:
            return most
        return f"{self._each()}, {most}"

    def shares_with(self, other: "Read", variables: Variables) -> bool:
        """Whether one read serves both: of the same objects, with the same tag, asking the same."""
        same = self.calls.shared and (self.service, self.calls.shared) == (other.service, other.calls.shared)
        return bool(same) and self.path[:-1] == other.path[:-1] and self.asked(variables) == other.asked(variables)

    def asked(self, variables: Variables) -> frozenset[tuple[str, str]]:
        """The arguments that tell reads with the same tag apart; a variable that is null, or absent, is none."""
        return frozenset(
            (name, printed)
            for name, printed, variable in self.arguments
            if variable is None or variables.get(variable) is not None
        )

    @cached_property
    def arguments(self) -> tuple[Argument, ...]:
        """Those that tell it apart from reads with the same tag."""
        return tuple(_arguments(self.field.nodes[0], self.calls.apart))

    def _each(self) -> str:
        one = _words(self.field.type.name if self.calls.each_item else self.field.parent.name)
        batch, times = self.calls.per_batch, self.calls.times
        if batch is None:
            return f"{times} for all {_plural(one)}"
        if self.calls.different:
            return f"{times} per different key"
        return f"{times} per {one}" if batch == 1 else f"{times} per {batch} {_plural(one)}"

    def _batches(self, keys: int) -> int:
        different = keys if self.calls.different is None else min(keys, self.calls.different)
        batches = -(-different // self.calls.per_batch) if self.calls.per_batch else min(different, 1)
        return self.calls.times * batches


def reads(roots: Iterable[Selected], tariff: Tariff, possible: Possible) -> list[Read]:
    """Every read of an operation, in the order of its fields. `possible`: the object types that a type stands for."""
    return list(_below(roots, (), 1, tariff, possible))


def by_service(found: Iterable[Read]) -> dict[str, Amount]:
    """Calls, shared reads counted once, in the order of first use."""
    groups: dict[tuple[str, object], list[Read]] = {}
    for number, read in enumerate(found):
        tag = (read.calls.shared, read.path[:-1]) if read.calls.shared else number
        groups.setdefault((read.service, tag), []).append(read)
    services: dict[str, list[Amount]] = {}
    for (service, _), shared in groups.items():
        services.setdefault(service, []).append(_shared(shared))
    return {service: total(amounts) for service, amounts in services.items()}


def _below(
    fields: Iterable[Selected], path: tuple[str, ...], objects: Amount, tariff: Tariff, possible: Possible
) -> Iterator[Read]:
    for one in fields:
        here, reached = (*path, one.key), one.when(objects)
        for calls in _declared(one, tariff, possible):
            yield Read(path=here, field=one, calls=calls, objects=reached)
        yield from _below(one.inner, here, product(reached, one.size), tariff, possible)


def _declared(one: Selected, tariff: Tariff, possible: Possible) -> list[Calls]:
    """Of a field of an interface, whatever any of its types declares: which of them it will be, nobody knows yet."""
    if one.coordinate in tariff.calls:
        return list(tariff.calls[one.coordinate])
    found: list[Calls] = []
    for name in sorted(possible(one.parent)):
        found += [calls for calls in tariff.calls.get(f"{name}.{one.name}", ()) if calls not in found]
    return found


def _words(type_: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", type_).lower()


def _plural(noun: str) -> str:
    return re.sub(r"(?<![aeiou])y$", "ie", noun) + "s"


def _shared(group: list[Read]) -> Amount:
    """One read for all that ask the same, as large as the largest; those that ask otherwise are added."""

    def amount(variables: Variables) -> int:
        largest: dict[frozenset[tuple[str, str]], int] = {}
        for read in group:
            asked = read.asked(variables)
            largest[asked] = max(largest.get(asked, 0), value(read.amount, variables))
        return sum(largest.values())

    if len(group) == 1:
        return group[0].amount
    hangs = any(callable(read.amount) or any(variable for _, _, variable in read.arguments) for read in group)
    return amount if hangs else amount({})


def _arguments(node: FieldNode, names: Iterable[str]) -> Iterator[Argument]:
    for one in node.arguments or ():
        if one.name.value in names and not isinstance(one.value, NullValueNode):
            variable = one.value.name.value if isinstance(one.value, VariableNode) else None
            yield one.name.value, print_ast(one.value), variable
