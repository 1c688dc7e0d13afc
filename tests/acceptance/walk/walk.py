"""The walk itself: from the roots, by what is found, to every field, every argument and every value of an enum."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    Undefined,
    build_client_schema,
    get_introspection_query,
    get_named_type,
    is_abstract_type,
    is_object_type,
    is_required_argument,
)

from tests.acceptance.walk import spots
from tests.acceptance.walk.asked import Asked, Chain, Operation, Place, Seen, along, below, flat, is_node, objects_of
from tests.acceptance.walk.supply import OFTEN, Supply
from tests.acceptance.world import Graph

FEW, MANY, PAGE = 5, 20, 100  # items of a list
AT_ONCE = 8  # fields of one object with a selection each, which the limits allow
FAR = 5  # fields on the way to an object


@dataclass(frozen=True, slots=True)
class Told:
    """An operation and its answer."""

    operation: Operation
    answer: dict[str, Any]

    @property
    def services(self) -> set[str]:
        """Who was asked."""
        return {source["service"] for source in self.answer["extensions"]["sources"]}


async def schema_of(graph: Graph) -> GraphQLSchema:
    """As the graph tells it itself."""
    return build_client_schema((await graph.ask(get_introspection_query()))["data"])


class Walk:
    """What has been reached. `found` are fields that had a value, `used` what was given; `wrong` is in words."""

    def __init__(self, graph: Graph, schema: GraphQLSchema) -> None:
        self.schema = schema
        self.supply = Supply(schema)
        self.told: list[Told] = []
        self.found: set[str] = set()
        self.met: set[str] = set()  # members of unions and interfaces
        self.used: set[str] = set()
        self.wrong: list[str] = []
        self._graph = graph
        self._asked: set[str] = set()
        self._where: dict[str, tuple[Chain, Mapping[str, Any]]] = {}  # a field has something, with which arguments
        self._cursors: dict[str, str] = {}  # of an item in the middle of a list

    async def fields(self, empty: Collection[str] = ()) -> None:
        """Every field, until nothing new turns up; then what was null, in more objects, but for what is always so."""
        while fields := list(self._new_fields()):
            for chain, some in fields:
                await self.ask(along(self.schema, chain, some))
        pages = {one for one in self.there_are() if "after" in self._wanted(one).args}
        for coordinate in sorted((self.there_are() - self.found - set(empty)) | (pages - self._cursors.keys())):
            await self._look_further(coordinate)

    async def pages(self) -> None:
        """Whole pages of the lists at the root, so that every service has something there."""
        for coordinate in [one for one in self._where if one.startswith("Query.") and one in self._cursors]:
            await self.ask([self._with(coordinate, {**self._where[coordinate][1], "first": PAGE}, PAGE)])

    async def ids(self) -> None:
        """Every node by its id: of each type and service one alone, and as many as are known together."""
        await self.pages()
        for kind in self.kinds():
            known = {seen.value["id"]: seen.service for seen in self.supply.of(kind.name) if "id" in seen.value}
            if known and is_node(self.schema, kind.name):
                await self.ask([Asked("Query", "nodes", {"ids": list(known)}, flat(self.schema, kind))])
                for one in {service: id for id, service in known.items()}.values():
                    await self.ask([Asked("Query", "node", {"id": one}, flat(self.schema, kind))])

    async def arguments(self) -> None:
        """Each field once for each value of each argument, where it has something to show."""
        for kind in list(self.kinds()):
            for chain, some in self._variants(kind):
                await self.ask(along(self.schema, chain, some))

    async def members(self) -> None:
        """What a union has not shown yet: it is asked for by what objects of that type say of themselves."""
        for member in sorted({*self._members()} - self.met):
            union, kind = member.split("=")
            for name, wanted in self.schema.query_type.fields.items() if self.schema.query_type else ():
                leads = any(union == get_named_type(self._wanted(one).type).name for one in self._below(wanted))
                for known in islice(self.supply.needed(wanted, kind), OFTEN if leads else 0):
                    if member not in self.met:
                        await self.ask([self._with(f"Query.{name}", known, MANY)])

    def kinds(self, root: GraphQLObjectType | None = None) -> Sequence[GraphQLObjectType]:
        """The object types that lead on from one, by default from that of queries."""
        ahead, known = [root or self.schema.query_type], {}
        while ahead:
            if (kind := ahead.pop(0)) and kind.name not in known:
                known[kind.name] = kind
                ahead += [one for field in kind.fields.values() for one in self._led_to(field)]
        return list(known.values())

    def there_are(self, root: GraphQLObjectType | None = None) -> set[str]:
        """Their fields."""
        return {f"{kind.name}.{name}" for kind in self.kinds(root) for name in kind.fields}

    def missed(self, root: GraphQLObjectType | None = None) -> list[str]:
        """Fields that had no value wherever they were asked for, and what was never given or never met."""
        fields = self.there_are(root)
        inputs = {spot for one in fields for spot in spots.there_are(one, self._wanted(one))}
        return sorted((fields - self.found) | (inputs - self.used) | ({*self._members()} - self.met))

    async def ask(self, fields: Sequence[Asked]) -> Told:
        """Asks a query, and remembers."""
        operation = Operation(self.schema, fields)
        told = Told(operation, await self._graph.ask(operation.text, **operation.variables))
        if told.answer.get("errors"):
            self.wrong.append(f"{told.answer['errors'][:3]} for {operation}")
        if told.answer.get("data"):
            self.told.append(told)
            self.take(told)
        return told

    def take(self, told: Told, *, used: bool = True) -> None:
        """Counts what an answer has; and what was given for it, where it was accepted."""
        for one in told.operation.places(told.answer["data"]):
            if isinstance(one, Seen):
                self.supply.add(one)
                self.met.add(f"{get_named_type(self._wanted(one.chain[-1].coordinate).type).name}={one.kind}")
            elif one.value is not None:
                self._remember(one)
                self.used |= set(self._given(one.asked)) if used else set()

    def _below(self, wanted: GraphQLField) -> Iterator[str]:
        """The fields that come along with this one."""
        ahead = list(below(self.schema, wanted))
        while ahead:
            one = ahead.pop()
            yield one.coordinate
            ahead += one.inner

    def _given(self, asked: Asked) -> Iterator[str]:
        return spots.given(asked.coordinate, self._wanted(asked.coordinate), asked.given)

    def _remember(self, one: Place) -> None:
        coordinate = one.asked.coordinate
        edges = one.value.get("edges") if isinstance(one.value, dict) else None
        if one.value != [] or one.asked.kind.endswith("Payload"):
            self.found.add(coordinate)
        if one.value != [] and (edges is None or len(edges) > 1):
            self._where.setdefault(coordinate, (one.pinned, one.asked.given))
        if edges and len(edges) > 1 and "cursor" in edges[0]:
            self._cursors.setdefault(coordinate, edges[len(edges) // 2]["cursor"])
        self._check_choice(one, edges or [])

    def _check_choice(self, one: Place, edges: Sequence[Mapping[str, Any]]) -> None:
        """What was asked for by a value of an enum has that value, if it has such a field."""
        for name, value in one.asked.given.items():
            is_choice = isinstance(get_named_type(self._wanted(one.asked.coordinate).args[name].type), GraphQLEnumType)
            if is_choice and any(edge["node"].get(name, value) != value for edge in edges):
                self.wrong.append(f"{one.asked.coordinate}({name}: {value}) has others too")

    def _led_to(self, wanted: GraphQLField) -> Sequence[GraphQLObjectType]:
        named = get_named_type(wanted.type)
        return objects_of(self.schema, named) if is_object_type(named) or is_abstract_type(named) else ()

    def _members(self) -> Iterator[str]:
        for kind in self.schema.type_map.values():
            if is_abstract_type(kind):
                yield from (f"{kind.name}={one.name}" for one in objects_of(self.schema, kind))

    def _wanted(self, coordinate: str) -> GraphQLField:
        kind, name = coordinate.split(".")
        found = self.schema.type_map[kind]
        assert isinstance(found, GraphQLObjectType)
        wanted: GraphQLField = found.fields[name]
        return wanted

    def _new_fields(self) -> Iterator[tuple[Chain, list[Asked]]]:
        """Of each type that an object was found of: the fields that nobody has asked for, on the way to that object."""
        for kind in self.kinds():
            if not (ways := self._ways(kind.name)):
                continue
            some = [one for name in kind.fields if (one := self._plain(f"{kind.name}.{name}"))]
            self._asked |= {one.coordinate for one in some}
            for start in range(0, len(some), AT_ONCE):
                yield ways[0], some[start : start + AT_ONCE]

    def _ways(self, kind: str) -> list[Chain]:
        """Different chains of fields to objects of a type, the shortest first; from a node where it is far to go."""
        if kind == "Query":
            return [()]
        chains = [seen.chain if len(seen.chain) <= FAR else seen.pinned for seen in self.supply.of(kind)]
        return sorted({tuple(one.coordinate for one in chain): chain for chain in chains}.values(), key=len)

    def _plain(self, coordinate: str) -> Asked | None:
        """A field with the arguments that it must have; None where they are not known, or it was asked for already."""
        known = None if coordinate in self._asked else next(self._must(coordinate), None)
        return None if known is None else self._with(coordinate, known, FEW)

    def _with(self, coordinate: str, given: Mapping[str, Any], first: int) -> Asked:
        wanted = self._wanted(coordinate)
        page = {"first": first} if "first" in wanted.args else {}
        kind, name = coordinate.split(".")
        return Asked(kind, name, {**page, **given}, below(self.schema, wanted))

    def _must(self, coordinate: str) -> Iterator[dict[str, Any]]:
        """What a field must have; one of its arguments where it may be found by any of them."""
        wanted = self._wanted(coordinate)
        more = list(wanted.args)[:1] if is_by_any(wanted) else ()
        return self.supply.needed(wanted, f"{wanted.type} {coordinate}", more)

    async def _look_further(self, coordinate: str) -> None:
        """Asks for a field in more objects, on every way that leads to its type, and with other arguments."""
        pages = "after" in self._wanted(coordinate).args
        for chain in self._ways(coordinate.partition(".")[0]):
            wider = tuple(self._wider(one) for one in chain)
            for known in islice(self._must(coordinate), OFTEN):
                if coordinate in (self._cursors if pages else self.found):
                    return
                await self.ask(along(self.schema, wider, [self._with(coordinate, known, MANY)]))

    def _wider(self, one: Asked) -> Asked:
        return replace(one, given={**one.given, "first": MANY}) if "first" in one.given else one

    def _variants(self, kind: GraphQLObjectType) -> Iterator[tuple[Chain, list[Asked]]]:
        chains: dict[str, tuple[Chain, list[Asked]]] = {}
        for coordinate in (f"{kind.name}.{name}" for name in kind.fields):
            if coordinate in self._where:
                chain = self._where[coordinate][0]
                chains.setdefault(str(chain), (chain, []))[1].extend(self._each_argument(coordinate))
        for chain, some in chains.values():
            for start in range(0, len(some), AT_ONCE):
                few = some[start : start + AT_ONCE]
                yield chain, [replace(one, alias=f"v{number}") for number, one in enumerate(few)]

    def _each_argument(self, coordinate: str) -> Iterator[Asked]:
        wanted = self._wanted(coordinate)
        least = {} if is_by_any(wanted) else {**self._where[coordinate][1]}
        for name in wanted.args:
            for value in self._worth_trying(coordinate, name):
                given = {**least, **({"first": 2} if "first" in least else {}), name: value}
                yield replace(self._with(coordinate, given, 2), given=given)

    def _worth_trying(self, coordinate: str, name: str) -> Sequence[Any]:
        """All that can be counted; of everything else one."""
        wanted = self._wanted(coordinate)
        if name in {"after", "before"}:
            return [self._cursors[coordinate]] if coordinate in self._cursors else []
        about = f"{wanted.type} {coordinate}"
        return (
            self.supply.choices(name, wanted.args[name], about)
            or self.supply.values(name, wanted.args[name], about)[:1]
        )


def is_by_any(wanted: GraphQLField) -> bool:
    """Whether one thing is found by any of the arguments, as none must be given and none has a default."""
    plain = [not is_required_argument(one) and one.default_value is Undefined for one in wanted.args.values()]
    return is_object_type(wanted.type) and bool(plain) and all(plain)
