"""Incidents, as the graph shows them: in a schema of their own, over services that a test made."""

from datetime import datetime
from typing import Any

import pytest
import strawberry
from strawberry.schema.config import StrawberryConfig

from connectors.domain.errors import TimedOut, Unavailable
from connectors.domain.incidents import IncidentsAsked, IncidentStatus
from connectors.domain.service import Service
from connectors.sources import Sources
from schema.arguments import After, First, Since
from schema.context import Context, Info
from schema.incidents import Incident, IncidentsOf, incident_page
from schema.relay import Connection, GlobalId, dated_page
from schema.scalars import SCALARS
from tests.schema.nouns import NOON, ago
from tests.schema.on_call import OnCall, incident, on_call

FIELDS = "id service number title status urgency component assignees createdAt resolvedAt url"


@strawberry.type
class Query:
    @strawberry.field
    async def incidents(
        self, info: Info, first: First = 20, after: After = None, status: IncidentsOf = None, since: Since = None
    ) -> Connection[Incident] | None:
        return await incident_page(info, IncidentsAsked(dated_page(first, after), status, since))


SCHEMA = strawberry.Schema(Query, config=StrawberryConfig(scalar_map=SCALARS))


async def run(sources: Sources, query: str, **variables: object) -> tuple[Any, Context]:
    """The data of an operation without errors of its own, and its context."""
    context = Context(sources, customer=lambda customer: customer)
    result = await SCHEMA.execute(query, variable_values=variables, context_value=context)
    assert result.errors is None, result.errors
    return result.data, context


def nodes(data: Any) -> list[Any]:  # noqa: ANN401 - JSON, as a caller gets it
    return [edge["node"] for edge in data["incidents"]["edges"]]


async def test_an_incident_shows_what_the_service_says_of_it() -> None:
    data, _ = await run(
        on_call(OnCall(broken=[incident("Q1")])), f"{{ incidents {{ edges {{ node {{ {FIELDS} }} }} }} }}"
    )
    assert nodes(data) == [
        {
            "id": str(GlobalId("Incident", Service.PAGERDUTY, "Q1")),
            "service": "PAGERDUTY",
            "number": 7,
            "title": "Broken Q1",
            "status": "ACKNOWLEDGED",
            "urgency": "HIGH",
            "component": "Search",
            "assignees": ["Robin", "Kim"],
            "createdAt": NOON.isoformat(),
            "resolvedAt": None,
            "url": "https://on-call.example/Q1",
        }
    ]


@pytest.mark.parametrize("status", IncidentStatus)
async def test_incidents_are_sifted_by_status(status: IncidentStatus) -> None:
    source = OnCall(broken=[incident(str(number), status=one) for number, one in enumerate(IncidentStatus)])
    data, _ = await run(on_call(source), f"{{ incidents(status: {status.name}) {{ edges {{ node {{ status }} }} }} }}")
    assert nodes(data) == [{"status": status.name}]


async def test_incidents_are_sifted_by_time() -> None:
    source = OnCall(broken=[incident(str(hours), at=ago(hours)) for hours in range(6)])
    query = "query($since: DateTime!) { incidents(since: $since) { edges { node { title } } } }"
    data, _ = await run(on_call(source), query, since=ago(2).isoformat())
    assert [one["title"] for one in nodes(data)] == ["Broken 0", "Broken 1", "Broken 2"]
    [[asked]] = source.asked("incidents")
    assert isinstance(asked, IncidentsAsked)
    assert isinstance(asked.since, datetime)


async def test_pages_go_on_from_their_cursors() -> None:
    sources = on_call(OnCall(broken=[incident(str(hours), at=ago(hours)) for hours in range(5)]))
    query = """query($after: String) { incidents(first: 2, after: $after) {
      edges { node { title } } pageInfo { hasNextPage endCursor }
    } }"""
    seen: list[str] = []
    after: str | None = None
    for more in (True, True, False):
        data, _ = await run(sources, query, after=after)
        seen += [one["title"] for one in nodes(data)]
        assert data["incidents"]["pageInfo"]["hasNextPage"] is more
        after = data["incidents"]["pageInfo"]["endCursor"]
    assert seen == [f"Broken {hours}" for hours in range(5)]


async def test_a_service_that_is_late_is_told_beside_the_incidents_of_the_other() -> None:
    late = OnCall(failure=TimedOut(Service.PAGERDUTY, "PAGERDUTY did not answer in time"))
    other = OnCall(Service.STORE, broken=[incident("1", service=Service.STORE)])
    data, context = await run(on_call(late, other), "{ incidents { edges { node { service } } } }")
    assert nodes(data) == [{"service": "STORE"}]
    [told] = context.failures
    assert (told.message, told.path) == ("PAGERDUTY did not answer in time", ["incidents"])


async def test_where_no_service_answers_there_is_nothing_but_the_error() -> None:
    context = Context(on_call(OnCall(failure=Unavailable(Service.PAGERDUTY, "down"))), customer=lambda one: one)
    result = await SCHEMA.execute("{ incidents { edges { cursor } } }", context_value=context)
    assert result.data == {"incidents": None}
    assert [str(error.original_error) for error in result.errors or []] == ["down"]


def test_everything_is_described() -> None:
    for name in ("Incident", "IncidentStatus", "Urgency"):
        told = SCHEMA.get_type_by_name(name)
        assert told is not None
        assert told.description
    document = SCHEMA.as_str()
    for name in ("enum IncidentStatus", "enum Urgency", "type Incident implements Node"):
        block = document.partition(name)[2].partition("\n}")[0]
        lines = [line.strip() for line in block.splitlines()[1:] if line.strip()]
        described = sum(line.startswith('"""') for line in lines)
        assert described * 2 == len(lines) > 3


def test_the_fields_are_those_of_the_public_graph() -> None:
    document = SCHEMA.as_str()
    block = document.partition("type Incident implements Node")[2].partition("\n}")[0]
    fields = {line.strip() for line in block.splitlines() if ": " in line and '"""' not in line}
    assert fields == {
        "id: ID!",
        "service: Service!",
        "number: Int!",
        "title: String!",
        "status: IncidentStatus!",
        "urgency: Urgency!",
        "component: String",
        "assignees: [String!]!",
        "createdAt: DateTime!",
        "resolvedAt: DateTime",
        "url: URL!",
    }
