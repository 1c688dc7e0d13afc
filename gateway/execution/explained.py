"""What is known of an operation before it runs: its plan as a tree, what it can cost, why it would be refused."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from gateway.execution.amount import Variables, value
from gateway.execution.calls import Read
from gateway.execution.limits import Limits
from gateway.execution.measure import Measure
from gateway.execution.operation import UnfitError
from gateway.execution.refusal import Error
from gateway.execution.selected import Selected


class Ask(msgspec.Struct, frozen=True, omit_defaults=True):
    """A read of one service. `shared`: a field beside it asks the same, so that both take one."""

    service: str
    how: str
    shared: bool = False


class Step(msgspec.Struct, frozen=True, omit_defaults=True):
    """A field that these variables let into the answer, under its response name.

    `of` is its own name, where that is another; `on` the type that an object must have, where not every object has the
    field; `items` how many it can have, where it is a list.
    """

    field: str
    of: str = ""
    on: str = ""
    items: int | None = None
    asks: tuple[Ask, ...] = ()
    fields: tuple["Step", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """An operation with its variables. `errors` are empty where it would not be refused."""

    measure: Measure
    variables: Variables
    limits: Limits
    errors: Sequence[Error]

    @property
    def kind(self) -> str:
        """`query`, `mutation` or `subscription`."""
        return self.measure.operation.operation.value

    @property
    def name(self) -> str:
        """Its own, or what kind of operation it is."""
        name = self.measure.operation.name
        return name.value if name else self.kind

    def steps(self) -> tuple[Step, ...]:
        """Its plan."""
        reads: dict[int, list[Read]] = {}
        for read in self.measure.asked(self.variables):
            reads.setdefault(id(read.field), []).append(read)
        return self._steps(self.measure.roots, reads)

    def as_json(self) -> dict[str, Any]:
        """All of it."""
        measure, variables, limits = self.measure, self.variables, self.limits
        name = measure.operation.name
        return {
            "operation": name.value if name else None,
            "kind": self.kind,
            "cost": {"found": measure.cost(variables), "allowed": limits.cost},
            "calls": {
                service: {"found": one.calls, "allowed": limits.calls, "exact": one.exact, "how": one.told}
                for service, one in measure.estimates(variables).items()
            },
            "reads": [
                {"path": ".".join(read.path), "service": read.service, "how": read.told(variables)}
                for read in measure.asked(variables)
            ],
            "fields": msgspec.to_builtins(self.steps()),
            "errors": self.errors,
        }

    def _steps(self, fields: Iterable[Selected], reads: Mapping[int, list[Read]]) -> tuple[Step, ...]:
        return tuple(self._step(one, reads) for one in fields if one.wanted(self.variables))

    def _step(self, one: Selected, reads: Mapping[int, list[Read]]) -> Step:
        size = value(one.size, self.variables)
        return Step(
            field=one.key,
            of=one.name if one.name != one.key else "",
            on=one.only.name if one.only else "",
            items=size if size != 1 or callable(one.size) else None,
            asks=tuple(self._ask(read) for read in reads.get(id(one), ())),
            fields=self._steps(one.inner, reads),
        )

    def _ask(self, read: Read) -> Ask:
        reads = self.measure.asked(self.variables)
        beside = (other for other in reads if other is not read and other.path[:-1] == read.path[:-1])
        shared = any(read.shares_with(other, self.variables) for other in beside)
        return Ask(read.service, read.told(self.variables), shared)


def explained(measure: Measure, variables: Variables, limits: Limits) -> Explained:
    """With coerced variables, and what the limits say to it."""
    errors: Sequence[Error] = ()
    try:
        measure.check(variables, limits)
    except UnfitError as unfit:
        errors = unfit.errors
    return Explained(measure=measure, variables=variables, limits=limits, errors=errors)
