"""The whole graph is answered over imitated services: every field, every argument, every value of an enum.

The walk knows the graph from its own introspection, and so finds by itself what is added to it. Subscriptions are left
to tests of their own: what they tell has to happen first, by a webhook or a write, and no schema says which.
"""

from tests.acceptance.walk.deeds import Deeds
from tests.acceptance.walk.gate import Gate
from tests.acceptance.walk.walk import Walk, schema_of
from tests.acceptance.world import Graph

# Lists of which no service says how long they are, or not every service that has a part in them; the schema says so.
UNCOUNTED = "Channel Deal Incident Invoice Message Payment Post Search Ticket Timeline"
# Whoever calls in `dev` may do everything: no scopes are told of them.
NEVER = {f"{one}Connection.totalCount" for one in UNCOUNTED.split()} | {"Viewer.scopes"}


async def test_every_field_argument_and_enum_value_that_is_read_has_an_answer(graph: Graph, gate: Gate) -> None:
    await one_failure(gate, graph)
    walk = Walk(graph, await schema_of(graph))
    await walk.fields(NEVER)
    await walk.ids()
    await walk.arguments()
    await walk.members()
    missed = sorted(set(walk.missed()) ^ (NEVER & walk.there_are()))
    say(
        f"{len(walk.told)} operations, {len(walk.found)} fields, {len(walk.used)} arguments and values; missed:", missed
    )
    assert walk.wrong == []
    assert missed == []
    assert len(walk.found) > 200


async def test_every_argument_and_enum_value_of_every_mutation_is_accepted(graph: Graph) -> None:
    walk = Walk(graph, await schema_of(graph))
    read = walk.there_are()
    await walk.fields(read)
    await walk.pages()
    deeds = Deeds(graph, walk)
    await deeds.go()
    own = walk.there_are(deeds.root) - read
    missed = [one for one in walk.missed(deeds.root) if one.partition("(")[0] in own]
    say(f"{sum(map(len, deeds.accepted.values()))} accepted, {len(deeds.refused)} refused; missed:", missed)
    assert walk.wrong == []
    assert deeds.failed == []
    assert missed == []


async def one_failure(gate: Gate, graph: Graph) -> None:
    """So that there is a last error to be told of."""
    gate.shut("STRIPE")
    assert (await graph.ask("{ balance { amount } }"))["errors"]
    gate.open()


def say(*told: object) -> None:
    """To whoever runs it with `-s`."""
    print(*told)  # noqa: T201 - that is what it is for
