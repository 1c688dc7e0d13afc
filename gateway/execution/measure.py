"""What one operation can cost: worked out once, evaluated for each request."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from graphql import FragmentDefinitionNode, GraphQLError, GraphQLSchema, OperationDefinitionNode

from gateway.execution.amount import Variables, value
from gateway.execution.calls import Read, by_service, reads
from gateway.execution.cost import cost
from gateway.execution.limits import Limits
from gateway.execution.operation import UnfitError
from gateway.execution.refusal import Error, too_complex
from gateway.execution.selected import Selected, Selector
from gateway.execution.tariff import Tariff

_NO_LIMITS: Final = Limits()  # none that anybody was checked against


@dataclass(frozen=True, slots=True)
class Estimate:
    """The calls of one service: `exact`, or else at most so many. `told` says of what they come."""

    calls: int
    exact: bool
    told: str


class Measure:
    """Of a valid operation within the limits. Variables are coerced ones, with their defaults."""

    def __init__(
        self,
        schema: GraphQLSchema,
        operation: OperationDefinitionNode,
        fragments: Mapping[str, FragmentDefinitionNode],
        tariff: Tariff,
    ) -> None:
        """The root type is there: the operation was validated."""
        selector = Selector(schema, fragments, tariff)
        self.operation = operation
        self.roots: list[Selected] = selector.roots(operation)
        self.reads: list[Read] = reads(self.roots, tariff, selector.possible)
        root = schema.get_root_type(operation.operation)
        self._cost = cost(self.roots, root, tariff, selector.possible) if root else 0
        self._calls = by_service(self.reads)
        self._fits: Limits | None = (
            None if callable(self._cost) or any(map(callable, self._calls.values())) else _NO_LIMITS
        )

    def cost(self, variables: Variables) -> int:
        """The weights of the objects that it can answer with."""
        return value(self._cost, variables)

    def calls(self, variables: Variables) -> dict[str, int]:
        """How many calls it can make of each upstream service, at most."""
        return {service: value(amount, variables) for service, amount in self._calls.items()}

    def asked(self, variables: Variables) -> list[Read]:
        """The reads that take any call."""
        return [read for read in self.reads if value(read.amount, variables)]

    def estimates(self, variables: Variables) -> dict[str, Estimate]:
        """The same, with what there is to say of it. What a cache answers is a call here: it may be empty."""
        found = {}
        reads = self.asked(variables)
        for service, calls in self.calls(variables).items():
            asking = [read for read in reads if read.service == service]
            if not asking:
                continue
            found[service] = Estimate(calls, len(asking) == 1 and asking[0].sure, _told(asking, variables))
        return found

    def check(self, variables: Variables, limits: Limits) -> None:
        """Raises UnfitError with an OPERATION_TOO_COMPLEX for each limit that a request exceeds."""
        if self._fits is limits:
            return
        found = self.cost(variables)
        errors = [self._too_costly(found, limits.cost)] if found > limits.cost else []
        for service, count in self.calls(variables).items():
            if count > limits.calls:
                errors.append(self._too_many_calls(service, count, limits.calls, variables))
        if errors:
            raise UnfitError(errors)
        if self._fits is not None:  # no request is larger than another
            self._fits = limits

    def _too_costly(self, found: int, allowed: int) -> Error:
        message = f"This operation costs {found:,}, the objects that it can answer with; {allowed:,} are allowed"
        return too_complex(message, "cost", allowed, found, GraphQLError("", self.operation))

    def _too_many_calls(self, service: str, found: int, allowed: int, variables: Variables) -> Error:
        asking = (read for read in self.reads if read.service == service)
        worst = max(asking, key=lambda read: value(read.amount, variables))
        place = GraphQLError("", worst.field.nodes)
        message = f"This operation can take {found:,} calls of {service}, most at `{'.'.join(worst.path)}`"
        return too_complex(f"{message}; {allowed:,} are allowed", "calls", allowed, found, place, service=service)


def _told(reads: Iterable[Read], variables: Variables) -> str:
    """Fields of which the same is to be said are named together."""
    by_words: dict[str, dict[str, None]] = {}
    for read in reads:
        by_words.setdefault(read.told(variables), {})[read.path[-1]] = None
    return "; ".join(f"{', '.join(fields)}: {words}" for words, fields in by_words.items())
