"""Incidents."""

from datetime import datetime
from typing import Annotated

import strawberry

from connectors.domain import incidents as domain
from connectors.domain.incidents import IncidentStatus, Urgency
from schema.context import Info, load, report
from schema.enums import Service, described
from schema.loaders.incidents import incidents
from schema.relay import Connection, Node, merged_connection, node_id
from schema.scalars import URL

described(
    IncidentStatus,
    "Where an incident stands.",
    "Nobody has taken it on.",
    "Somebody works on it.",
    "It is over.",
)
described(Urgency, "How much an incident presses.", "It can wait for office hours.", "Somebody is called at once.")

IncidentsOf = Annotated[IncidentStatus | None, strawberry.argument(description="Only those that stand so.")]


@strawberry.type(description="Something that broke, and who is called for it.")
class Incident(Node):
    """From any on-call service."""

    service: Service = strawberry.field(description="Which on-call service.")
    number: int = strawberry.field(description="Its number there.")
    title: str = strawberry.field(description="What happened.")
    status: IncidentStatus = strawberry.field(description="Where it stands.")
    urgency: Urgency = strawberry.field(description="How much it presses.")
    component: str | None = strawberry.field(description="What broke.")
    assignees: list[str] = strawberry.field(description="Who is called for it now.")
    created_at: datetime = strawberry.field(description="When it began.")
    resolved_at: datetime | None = strawberry.field(description="When it was over.")
    url: URL = strawberry.field(description="Where people deal with it.")

    @classmethod
    def of(cls, noun: domain.Incident) -> "Incident":
        """The graph's incident of a domain's."""
        return cls(
            id=node_id("Incident", noun.service, noun.external_id),
            service=noun.service,
            number=noun.number,
            title=noun.title,
            status=noun.status,
            urgency=noun.urgency,
            component=noun.component,
            assignees=list(noun.assignees),
            created_at=noun.created_at,
            resolved_at=noun.resolved_at,
            url=URL(noun.url),
        )


async def incident_page(info: Info, asked: domain.IncidentsAsked) -> Connection[Incident]:
    """A page of incidents; services that failed are reported beside those that answered."""
    found = await load(info, incidents, asked)
    report(info, found.failures)
    return merged_connection(Incident.of, found, asked.page)
