"""Bodies as PagerDuty documents them, with what is unusual in them."""

from datetime import UTC, datetime

import msgspec
import pytest

from connectors.domain.incidents import Incident, IncidentStatus, Urgency
from connectors.domain.service import Service
from connectors.pagerduty import wire
from tests.connectors.pagerduty.support import Body, Stub, recorded


def incidents() -> list[Incident]:
    read = msgspec.json.decode(recorded("recorded_incidents"), type=wire.IncidentList)
    assert not read.more
    return [wire.incident(body) for body in read.incidents]


def test_an_incident_is_read_in_full() -> None:
    assert incidents()[0] == Incident(
        service=Service.PAGERDUTY,
        external_id="Q1R7PXZKWZH4VQ",
        number=5312,
        title="Größe von /var überschritten",
        status=IncidentStatus.ACKNOWLEDGED,
        urgency=Urgency.HIGH,
        component="倉庫 API",
        assignees=("Earline Greenholt", "Łukasz Ek"),
        created_at=datetime(2026, 10, 30, 13, 15, 9, tzinfo=UTC),
        resolved_at=None,
        url="https://acme.pagerduty.com/incidents/Q1R7PXZKWZH4VQ",
    )


def test_what_an_old_incident_lacks_is_missed_by_nobody() -> None:
    bare = incidents()[1]
    assert (bare.title, bare.urgency, bare.component, bare.assignees) == ("[#7] Old and bare", Urgency.HIGH, None, ())
    assert incidents()[2].title == "#6"


def test_a_resolved_incident_was_over_when_it_says_or_when_its_status_last_changed() -> None:
    assert [one.resolved_at and one.resolved_at.hour for one in incidents()] == [None, 4, 5]


@pytest.mark.parametrize("changed", ["triggered", "acknowledged"])
def test_what_was_opened_again_is_not_over(changed: str) -> None:
    body = Stub(1, 1, changed).body | {
        "resolved_at": "2026-10-30T13:15:09Z",
        "last_status_change_at": "2026-10-30T13:15:09Z",
    }
    assert wire.incident(msgspec.json.decode(msgspec.json.encode(body), type=wire.HostedIncident)).resolved_at is None


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"status": "snoozed"}, r"\$\.status"),
        ({"urgency": "severe_only"}, r"\$\.urgency"),
        ({"created_at": "2026-10-30T13:15:09"}, r"\$\.created_at"),
        ({"incident_number": "7"}, r"\$\.incident_number"),
        ({"html_url": None}, r"\$\.html_url"),
    ],
)
def test_a_body_that_does_not_fit_says_where(change: Body, path: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=path):
        msgspec.json.decode(msgspec.json.encode(Stub(1, 1).body | change), type=wire.HostedIncident)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"error": {"message": "Not Found", "code": 2100}}', "Not Found"),
        (
            b'{"error": {"message": "Invalid Input Provided", "code": 2001, "errors": ["A.", "B."]}}',
            "Invalid Input Provided: A.; B.",
        ),
        (
            b'{"error": {"message": "Arguments Caused Error", "code": 2002, "errors": "A."}}',
            "Arguments Caused Error: A.",
        ),
        (b'{"error": {"errors": ["A."]}}', "A."),
        (b'{"error": "Unauthorized"}', "Unauthorized"),
        (b'{"error": {}}', None),
        (b'{"error": ""}', None),
    ],
)
def test_an_error_is_read_in_pagerdutys_own_words(body: bytes, message: str | None) -> None:
    assert wire.error_message(body) == message
