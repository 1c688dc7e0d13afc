"""Each service in turn is down: whatever reads of it is null, or lacks its part, and says so; all else is as it was.

So is the store. Where a field that reads of it may not be null, the nearest thing around it is that may: the schema
says which, and for `customers` it is the whole answer.
"""

import asyncio
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from graphql import GraphQLObjectType, GraphQLOutputType, GraphQLSchema, is_non_null_type

from connectors.domain.service import Service
from connectors.registry import VENDORS
from schema.upstream import upstream
from tests.acceptance.store_gate import StoreGate
from tests.acceptance.walk.asked import Operation
from tests.acceptance.walk.deeds import Deeds
from tests.acceptance.walk.down import Loss, loss
from tests.acceptance.walk.gate import Gate, Shuts
from tests.acceptance.walk.test_whole_graph import NEVER, say
from tests.acceptance.walk.walk import Told, Walk, schema_of
from tests.acceptance.world import Graph
from tests.connectors.support import offering

CODES = {"UPSTREAM_UNAVAILABLE"}
OF_WRITES = CODES | {"UPSTREAM_TIMEOUT"}  # their fate may be unknown
STORE = Service.STORE.name
VENDOR_NAMES = [vendor.service.name for vendor in VENDORS]
# Read of the first CRM that somebody is linked to, and the made-up people are linked to all of them.
OF_THE_FIRST = {"Customer.contact", "Contact.company", "Contact.owner"}
MOST_CALLS = 8  # that are answered before a service goes down in the middle of an operation
AT_ONCE = 8  # operations
ANYBODY = "{ customers(first: 1) { edges { node { id } } } }"
EVERYBODY = "{ customers(first: 100) { totalCount edges { node { id version } } } }"


def readers(service: str, kind: str) -> set[str]:
    """The fields of a root, or of what it leads to, that read of a service, by what an estimate says.

    Those of Query are all but those of the other two; what a subscription tells has tests of its own.
    """
    found = {field for field, readings in upstream().items() if any(one.service == service for one in readings)}
    if service not in {one.name for one in offering("crm")[:1]}:
        found -= OF_THE_FIRST
    roots = {field for field in found if field.startswith(("Mutation.", "Subscription."))}
    return {one for one in roots if one.startswith("Mutation.")} if kind == "mutation" else found - roots


async def test_whatever_reads_of_a_service_that_is_down_says_so_and_nothing_else_changes(
    graph: Graph, gate: Gate, store_gate: StoreGate
) -> None:
    walk = Walk(graph, await schema_of(graph))
    await walk.fields(NEVER)
    await walk.ids()
    assert walk.wrong == []
    wrong: list[str] = []
    for service in (STORE, *VENDOR_NAMES):
        down = Down(graph, walk.schema, store_gate if service == STORE else gate, service)
        wrong += [f"{service}: {one}" for one in await _down(down, walk.told)]
    say("wrong:", wrong)
    assert wrong == []


async def test_a_mutation_of_a_service_that_is_down_says_so(graph: Graph, gate: Gate, store_gate: StoreGate) -> None:
    walk = Walk(graph, await schema_of(graph))
    await walk.fields(walk.there_are())
    await walk.pages()
    deeds = Deeds(graph, walk)
    await deeds.do(sorted({name.partition(".")[2] for one in VENDOR_NAMES for name in readers(one, "mutation")}))
    done = [one for accepted in deeds.accepted.values() for one in accepted]
    for service in VENDOR_NAMES:
        gate.renew()
        told: set[str] = set()
        for one in (one for one in done if service in one.services):
            gate.shut(service)
            again = _wished_anew(walk.schema, one).operation
            answer = await graph.ask(again.text, **again.variables)
            (error,) = answer["errors"]
            assert error["extensions"]["code"] in OF_WRITES
            assert error["extensions"]["service"] == service
            told |= {field.coordinate for field in one.operation.fields}
        assert told == readers(service, "mutation")
    gate.open()
    down = Down(graph, walk.schema, store_gate, STORE, OF_WRITES)
    await _midway(down, deeds)
    await deeds.do(sorted(deeds.root.fields, key=lambda one: one.startswith("delete")), once=True)
    await _without_the_store(down, deeds)


class Down:
    """A gateway that has lost one service. `beside` are fields that said so where others had something.

    `asked` is who was asked meanwhile.
    """

    def __init__(
        self, graph: Graph, schema: GraphQLSchema, gate: Shuts, service: str, codes: Collection[str] = CODES
    ) -> None:
        self.service = service
        self.schema = schema
        self.told: set[str] = set()
        self.beside: set[str] = set()
        self.hidden: set[str] = set()
        self.asked: set[str] = set()
        self.wrong: list[str] = []
        self._codes = codes
        self._graph = graph
        self._gate = gate
        gate.renew()

    async def together(self, some: Sequence[Told]) -> list[tuple[Told, Loss]]:
        """What each of these loses while it is down."""
        self._gate.shut(self.service)
        chunks = [some[start : start + AT_ONCE] for start in range(0, len(some), AT_ONCE)]
        found = [one for chunk in chunks for one in await asyncio.gather(*(self._ask(well) for well in chunk))]
        await self._up()
        return list(zip(some, found, strict=True))

    async def midway(self, well: Told, calls: int) -> Loss:
        """The same where it goes down after so many calls."""
        self._gate.shut(self.service, calls)
        found = await self._ask(well, midway=True)
        await self._up()
        return found

    async def standing(self) -> object:
        """What the store has."""
        return await self._graph.data(EVERYBODY)

    async def _ask(self, well: Told, *, midway: bool = False) -> Loss:
        answer = await self._graph.ask(well.operation.text, **well.operation.variables)
        found = loss(self.schema, self.service, self._codes, well, answer, midway=midway)
        self.asked |= {source["service"] for source in answer["extensions"]["sources"]}
        self.told |= found.told
        self.beside |= found.told if not found.whole and well.services - {self.service} else set()
        self.hidden |= found.hidden
        self.wrong += found.wrong
        return found

    async def _up(self) -> None:
        """The driver looks twice a second whether its server is there again."""
        self._gate.open()
        async with asyncio.timeout(5):
            while (await self._graph.ask(ANYBODY)).get("errors"):
                pass


async def _down(down: Down, walked: Sequence[Told]) -> list[str]:
    """What is wrong, in words. A field below others of the same service is lost when that goes down after those."""
    some = [one for one in walked if down.service in one.services]
    some += _with_others(down, some, walked)
    for well, found in await down.together(some):
        if not found.told:
            down.wrong.append(f"nothing says that it is down: {well.operation}")
    for field in sorted(readers(down.service, "query") & down.hidden - down.told):
        within = max((one for one in some if field in one.operation.coordinates), key=lambda one: len(one.services))
        for calls in range(1, MOST_CALLS):
            if field not in down.told:
                await down.midway(within, calls)
    say(down.service, len(some), "operations; said so:", *sorted(down.told))
    nullable = {field for field in down.told if not is_non_null_type(_type(down.schema, field))}
    return [
        *down.wrong,
        *(f"{field} never said so" for field in readers(down.service, "query") - down.told),
        *(f"{field} never said so beside what others have" for field in nullable - down.beside),
    ]


def _with_others(down: Down, some: Sequence[Told], walked: Sequence[Told]) -> Iterator[Told]:
    """Operations that ask this service alone, each with a field beside it that another one has."""
    others = [one for one in walked if one.services and down.service not in one.services]
    for one in (one for one in some if one.services == {down.service}):
        keys = {field.key for field in one.operation.fields}
        other = next(other for other in others if keys.isdisjoint(field.key for field in other.operation.fields))
        sources = [source for told in (one, other) for source in told.answer["extensions"]["sources"]]
        both = Operation(down.schema, [*one.operation.fields, *other.operation.fields])
        data = {**one.answer["data"], **other.answer["data"]}
        yield Told(both, {"data": data, "extensions": {"sources": sources}})


async def _midway(down: Down, deeds: Deeds) -> None:
    """No service is asked to do what cannot be written down first: the customer was read, or the key taken, no more."""
    for one, *_ in deeds.accepted.values():
        assert (await down.midway(_wished_anew(down.schema, one), 1)).whole
    assert down.wrong == []
    assert down.asked == {STORE}


async def _without_the_store(down: Down, deeds: Deeds) -> None:
    """No mutation does anything, nor says that it did."""
    stood = await down.standing()
    for _, found in await down.together([_wished_anew(down.schema, one) for one, *_ in deeds.accepted.values()]):
        assert found.whole
    assert down.wrong == []
    assert down.asked == {STORE}
    assert down.told == readers(STORE, "mutation")
    assert await down.standing() == stood


def _wished_anew(schema: GraphQLSchema, told: Told) -> Told:
    """The same wishes, as if nobody had had them before."""
    anew = [replace(one, given=_anew(one.given)) for one in told.operation.fields]
    return replace(told, operation=Operation(schema, anew, "mutation"))


def _anew(given: Mapping[str, object]) -> dict[str, object]:
    return {
        name: f"{value} again" if name == "idempotencyKey" else _anew(value) if isinstance(value, dict) else value
        for name, value in given.items()
    }


def _type(schema: GraphQLSchema, coordinate: str) -> GraphQLOutputType:
    kind, name = coordinate.split(".")
    owner = schema.type_map[kind]
    assert isinstance(owner, GraphQLObjectType)
    found: GraphQLOutputType = owner.fields[name].type
    return found
