"""The walk over what can be changed: every mutation with every argument, until each has been accepted once."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLObjectType,
    get_named_type,
    is_object_type,
    is_required_argument,
)

from tests.acceptance.walk import spots
from tests.acceptance.walk.asked import Asked, Operation, below, flat
from tests.acceptance.walk.supply import OFTEN
from tests.acceptance.walk.walk import Told, Walk
from tests.acceptance.world import Graph

REFUSALS = {"CONFLICT", "NOT_FOUND"}  # of what was changed, or deleted, since it was read


class Deeds:
    """What has been done. `accepted` are operations by coordinate, `failed` is what should not."""

    def __init__(self, graph: Graph, walk: Walk) -> None:
        self.accepted: dict[str, list[Told]] = {}
        self.refused: list[str] = []
        self.failed: list[str] = []
        self._graph = graph
        self._tried: Counter[frozenset[str]] = Counter()
        self._walk = walk

    @property
    def root(self) -> GraphQLObjectType:
        """The type that has them all."""
        found = self._walk.schema.mutation_type
        assert found is not None
        return found

    async def go(self) -> None:
        """Does everything, in the schema's order; what takes something away comes last."""
        await self.do(name for name in self.root.fields if not name.startswith("delete"))
        await self.do(name for name in self.root.fields if name.startswith("delete"))

    async def do(self, names: Iterable[str], *, once: bool = False) -> None:
        """These mutations, with all their arguments, or until each has been accepted `once`."""
        for name in names:
            wanted = self.root.fields[name]
            for given in self._ways(name, wanted):
                if once and f"{self.root.name}.{name}" in self.accepted:
                    break
                if self._is_worth_trying(name, given):
                    await self._do(Asked(self.root.name, name, given, self._payload(wanted)))

    async def _do(self, asked: Asked) -> None:
        operation = Operation(self._walk.schema, [asked], "mutation")
        told = Told(operation, await self._graph.ask(operation.text, **operation.variables))
        if not told.answer["data"]:
            codes = {error["extensions"]["code"] for error in told.answer["errors"]}
            (self.refused if codes <= REFUSALS else self.failed).append(f"{told.answer['errors']} for {operation}")
            return
        errors = told.answer["data"][asked.key]["errors"]
        self._walk.take(told, used=not errors)
        if errors:
            self.refused.append(f"{errors} for {operation}")
            self._walk.used |= {one for one in self._given(asked.name, asked.given) if spots.is_value(one)}
        else:
            self.accepted.setdefault(asked.coordinate, []).append(told)

    def _ways(self, name: str, wanted: GraphQLField) -> Iterator[dict[str, Any]]:
        """Each argument in each way, with others that it must have beside it."""
        about = f"Mutation {name}"
        for arg, one in wanted.args.items():
            others = {key: other for key, other in wanted.args.items() if is_required_argument(other) and key != arg}
            for value in self._values(arg, one, about):
                beside = islice(self._walk.supply.together(others, about), OFTEN)
                yield from ({**rest, arg: value} for rest in beside)

    def _values(self, arg: str, one: GraphQLArgument, about: str) -> Iterable[Any]:
        """Of an input one after the other, since what is done changes what can be asked for next."""
        kind = get_named_type(one.type)
        if isinstance(kind, GraphQLInputObjectType):
            return self._walk.supply.objects(kind, about, OFTEN)
        found = self._walk.supply.values(arg, one, about)
        return found if isinstance(kind, GraphQLEnumType) else found[:OFTEN]

    def _is_worth_trying(self, name: str, given: Mapping[str, Any]) -> bool:
        """Whether there is something in it that was never accepted, nor often refused."""
        new = frozenset(self._given(name, given)) - self._walk.used
        self._tried[new] += 1
        return bool(new) and self._tried[new] <= OFTEN

    def _given(self, name: str, given: Mapping[str, Any]) -> Iterator[str]:
        return spots.given(f"{self.root.name}.{name}", self.root.fields[name], given)

    def _payload(self, wanted: GraphQLField) -> tuple[Asked, ...]:
        """What of the payload is never null, and what was changed."""
        payload = get_named_type(wanted.type)
        assert isinstance(payload, GraphQLObjectType)
        changed = [(name, one) for name, one in payload.fields.items() if is_object_type(one.type)]
        inner = (Asked(payload.name, name, inner=below(self._walk.schema, one)) for name, one in changed)
        return (*flat(self._walk.schema, payload), *inner)
