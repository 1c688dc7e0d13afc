"""Incidents, and who provides them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from connectors.domain.answers import Answers
from connectors.domain.page import Page, Slice
from connectors.domain.service import Service


class IncidentStatus(StrEnum):
    """Where an incident stands: TRIGGERED waits for somebody, ACKNOWLEDGED is worked on, RESOLVED is over."""

    TRIGGERED = "triggered"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


class Urgency(StrEnum):
    """Whether somebody is to be woken up for it."""

    LOW = "low"
    HIGH = "high"


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """Something that broke; `component` names what, `assignees` are names of people, none once it is over."""

    service: Service
    external_id: str
    number: int
    title: str
    status: IncidentStatus
    urgency: Urgency
    component: str | None
    assignees: tuple[str, ...]
    created_at: datetime
    resolved_at: datetime | None
    url: str


@dataclass(frozen=True, slots=True)
class IncidentsAsked:
    """Incidents, none of them older than `since`."""

    page: Page
    status: IncidentStatus | None = None
    since: datetime | None = None


class IncidentSource(Protocol):
    """An on-call service. Every method answers each key asked, and never raises for one of them."""

    async def incidents(self, asked: Sequence[IncidentsAsked]) -> Answers[IncidentsAsked, Slice[Incident]]:
        """Newest first by creation."""

    async def incidents_by_id(self, ids: Sequence[str]) -> Answers[str, Incident | None]:
        """By the service's own ids; None where there is no such incident."""
