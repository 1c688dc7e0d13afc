"""On-call services, made up for a test."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import cast

from connectors.domain.answers import Answers
from connectors.domain.incidents import Incident, IncidentsAsked, IncidentSource, IncidentStatus, Urgency
from connectors.domain.offer import Offer
from connectors.domain.page import Slice
from connectors.domain.service import Service
from connectors.sources import Sources
from tests.schema.fakes import Fake
from tests.schema.nouns import NOON, listed


def incident(
    id: str,
    *,
    at: datetime = NOON,
    service: Service = Service.PAGERDUTY,
    status: IncidentStatus = IncidentStatus.ACKNOWLEDGED,
) -> Incident:
    return Incident(
        service=service,
        external_id=id,
        number=7,
        title=f"Broken {id}",
        status=status,
        urgency=Urgency.HIGH,
        component="Search",
        assignees=("Robin", "Kim"),
        created_at=at,
        resolved_at=at if status is IncidentStatus.RESOLVED else None,
        url=f"https://on-call.example/{id}",
    )


@dataclass
class OnCall(Fake):
    """An `IncidentSource`."""

    service: Service = Service.PAGERDUTY
    broken: Sequence[Incident] = ()

    @property
    def offer(self) -> Offer:
        return Offer(incidents=self)

    async def incidents(self, asked: Sequence[IncidentsAsked]) -> Answers[IncidentsAsked, Slice[Incident]]:
        return self.answers("incidents", asked, self._broken)

    async def incidents_by_id(self, ids: Sequence[str]) -> Answers[str, Incident | None]:
        return self.named("incidents_by_id", ids, self.broken)

    def _broken(self, asked: IncidentsAsked) -> Slice[Incident]:
        kept = (
            one
            for one in self.broken
            if asked.status in {None, one.status} and (asked.since is None or one.created_at >= asked.since)
        )
        return listed(kept, asked.page, self.seen)


def on_call(*services: OnCall) -> Sources:
    """Sources that have nothing but incidents."""
    incidents: dict[Service, IncidentSource] = {one.service: one for one in services}
    return cast("Sources", SimpleNamespace(incidents=incidents, changes=0))
