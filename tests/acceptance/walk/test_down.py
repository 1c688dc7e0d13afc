"""Each service in turn is down: whatever reads of it is null, or lacks its part, and says so; all else is as it was.

The store is none of them: `customers` is never null in the public graph, and so an answer without it is null as well.
"""

from collections.abc import Collection, Iterable

from connectors.registry import VENDORS
from schema.upstream import upstream
from tests.acceptance.walk.deeds import Deeds
from tests.acceptance.walk.down import loss
from tests.acceptance.walk.gate import Gate
from tests.acceptance.walk.test_whole_graph import NEVER, say
from tests.acceptance.walk.walk import Told, Walk, schema_of
from tests.acceptance.world import Graph
from tests.connectors.support import offering

CODES = {"UPSTREAM_UNAVAILABLE"}
SERVICES = [vendor.service.name for vendor in VENDORS]
# Read of the first CRM that somebody is linked to, and the made-up people are linked to all of them.
OF_THE_FIRST = {"Customer.contact", "Contact.company", "Contact.owner"}
MOST_CALLS = 8  # that are answered before a service goes down in the middle of an operation


def readers(service: str, kind: str) -> set[str]:
    """The fields that read of a service, by what an estimate says: of mutations, or of everything else."""
    found = {field for field, readings in upstream().items() if any(one.service == service for one in readings)}
    if service not in {one.name for one in offering("crm")[:1]}:
        found -= OF_THE_FIRST
    return {field for field in found if field.startswith("Mutation.") is (kind == "mutation")}


async def test_whatever_reads_of_a_service_that_is_down_says_so_and_nothing_else_changes(
    graph: Graph, gate: Gate
) -> None:
    walk = Walk(graph, await schema_of(graph))
    await walk.fields(NEVER)
    await walk.ids()
    assert walk.wrong == []
    wrong: list[str] = []
    for service in SERVICES:
        found = await _down(Down(graph, gate, service), [one for one in walk.told if service in one.services])
        wrong += [f"{service}: {one}" for one in found]
    say("wrong:", wrong)
    assert wrong == []


async def test_a_mutation_of_a_service_that_is_down_says_so(graph: Graph, gate: Gate) -> None:
    walk = Walk(graph, await schema_of(graph))
    await walk.fields(walk.there_are())
    await walk.pages()
    deeds = Deeds(graph, walk)
    writes = {name.partition(".")[2] for service in SERVICES for name in readers(service, "mutation")}
    await deeds.do(sorted(writes))
    for service in SERVICES:
        gate.renew()
        told: set[str] = set()
        for one in (one for done in deeds.accepted.values() for one in done if service in one.services):
            gate.shut(service)
            answer = await graph.ask(one.operation.text, **renewed(one.operation.variables))
            (error,) = answer["errors"]
            assert error["extensions"]["code"] in CODES | {"UPSTREAM_TIMEOUT"}
            assert error["extensions"]["service"] == service
            told |= {field.coordinate for field in one.operation.fields}
        assert told == readers(service, "mutation")


class Down:
    """A gateway that has lost one service."""

    def __init__(self, graph: Graph, gate: Gate, service: str) -> None:
        self.service = service
        self.told: set[str] = set()
        self.hidden: set[str] = set()
        self.wrong: list[str] = []
        self._graph = graph
        self._gate = gate
        gate.renew()

    async def ask(self, well: Told, calls: int = 0) -> Collection[str]:
        """The fields that say so when it goes down after so many calls."""
        self._gate.shut(self.service, calls)
        answer = await self._graph.ask(well.operation.text, **well.operation.variables)
        self._gate.open()
        found = loss(self.service, CODES, well, answer, midway=calls > 0)
        self.told |= found.told
        self.hidden |= found.hidden
        self.wrong += found.wrong
        return found.told


async def _down(down: Down, asked: Iterable[Told]) -> list[str]:
    """What is wrong, in words. A field below others of the same service is lost when that goes down after those."""
    some = list(asked)
    for well in some:
        if not await down.ask(well):
            down.wrong.append(f"nothing says that it is down: {well.operation}")
    for field in sorted(readers(down.service, "query") & down.hidden - down.told):
        within = [one for one in some if field in one.operation.coordinates]
        for calls in range(1, MOST_CALLS):
            if field not in down.told:
                await down.ask(within[0], calls)
    return [*down.wrong, *(f"{field} never said so" for field in readers(down.service, "query") - down.told)]


def renewed(variables: object) -> dict[str, object]:
    """The same wishes, as if nobody had had them before."""
    assert isinstance(variables, dict)
    return {
        name: f"{value} again" if name == "idempotencyKey" else renewed(value) if isinstance(value, dict) else value
        for name, value in variables.items()
    }
