"""PagerDuty's bodies, as far as they are read, and the nouns they become.

https://developer.pagerduty.com/api-reference/, REST API v2.
"""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from connectors.domain.incidents import Incident, IncidentStatus, Urgency
from connectors.domain.service import Service

ACCEPT = "application/vnd.pagerduty+json;version=2"

Instant = Annotated[datetime, msgspec.Meta(tz=True)]

# Of every service that nobody has told otherwise: https://support.pagerduty.com/docs/service-settings
_DEFAULT_URGENCY = "high"


class Reference(msgspec.Struct):
    """Something else, by the name that PagerDuty gives it: https://developer.pagerduty.com/docs/references."""

    summary: str | None = None


class Assignment(msgspec.Struct):
    """Who an incident is assigned to."""

    assignee: Reference


class HostedIncident(msgspec.Struct):
    """https://developer.pagerduty.com/api-reference/: an incident. `resolved_at` came later than the rest."""

    id: str
    incident_number: int
    created_at: Instant
    status: Literal["triggered", "acknowledged", "resolved"]
    html_url: str
    title: str | None = None
    summary: str | None = None
    urgency: Literal["high", "low"] | None = None
    service: Reference | None = None
    assignments: list[Assignment] = []
    resolved_at: Instant | None = None
    last_status_change_at: Instant | None = None


class IncidentList(msgspec.Struct):
    """https://developer.pagerduty.com/docs/pagination: no count unless one is asked for."""

    incidents: list[HostedIncident]
    more: bool


class IncidentBody(msgspec.Struct):
    """One incident, in its wrapping."""

    incident: HostedIncident


class _Error(msgspec.Struct):
    message: str | None = None
    errors: list[str] | str | None = None


class _ErrorBody(msgspec.Struct):
    error: _Error | str


def error_message(body: bytes) -> str | None:
    """PagerDuty's own words: https://developer.pagerduty.com/docs/errors."""
    error = msgspec.json.decode(body, type=_ErrorBody).error
    if isinstance(error, str):
        return error or None
    details = [error.errors] if isinstance(error.errors, str) else error.errors or []
    return ": ".join(filter(None, (error.message, "; ".join(details)))) or None


def incident(body: HostedIncident) -> Incident:
    """The last change of a resolved incident's status is its resolution."""
    resolved = body.status == "resolved"
    return Incident(
        service=Service.PAGERDUTY,
        external_id=body.id,
        number=body.incident_number,
        title=body.title or body.summary or f"#{body.incident_number}",
        status=IncidentStatus(body.status),
        urgency=Urgency(body.urgency or _DEFAULT_URGENCY),
        component=body.service.summary if body.service else None,
        assignees=tuple(one.assignee.summary for one in body.assignments if one.assignee.summary),
        created_at=body.created_at,
        resolved_at=(body.resolved_at or body.last_status_change_at) if resolved else None,
        url=body.html_url,
    )
