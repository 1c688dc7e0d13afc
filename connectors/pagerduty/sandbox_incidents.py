"""The incidents of the imitated PagerDuty, each made up from its place in time."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import dropwhile, takewhile
from random import Random

from connectors.pagerduty.sandbox_query import Query
from connectors.pagerduty.sandbox_texts import COMPONENTS, ON_CALL, Component, Person
from connectors.seed.codes import Code
from connectors.seed.people import People
from connectors.seed.timeline import Event, Timeline

Body = dict[str, object]

INCIDENT = Code("Q", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", 13)
EACH = 4  # incidents for each customer at most
DAYS = 400
LIVES = timedelta(days=10)  # by then, an incident is resolved

_AT_ONCE = 0.3  # of all incidents: they are over as soon as they begin
_LOOKED_AT = timedelta(minutes=30)
_WEB = "https://imitation.pagerduty.com"


class Incidents:
    """Numbers count up in time, as PagerDuty's do; empty slots leave gaps. `api` is the address of the API."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._timeline = Timeline(people, "incident", each=EACH, days=DAYS)
        self._made_up = people.count * EACH

    @property
    def begins(self) -> datetime:
        """Before this, there is none."""
        return self._people.now - timedelta(days=DAYS + 1)

    def find(self, name: str, api: str) -> Body | None:
        """By id, or by number."""
        by_number = self._made_up - int(name) if name.isascii() and name.isdecimal() else None
        event = self._timeline.find(INCIDENT.decode(name) if by_number is None else by_number)
        return self._body(event, api) if event else None

    def listed(self, query: Query, api: str) -> Iterator[Body]:
        """Those that fit; nothing is made up that lies outside of the time asked for."""
        for event in self._events(query):
            body = self._body(event, api)
            if body["status"] in query.statuses and body["urgency"] in query.urgencies:
                yield body

    def _events(self, query: Query) -> Iterator[Event]:
        since = max(query.since, self._people.now - LIVES) if "resolved" not in query.statuses else query.since
        slots = self._timeline.slots(None, min(query.until, self._people.now))
        if query.newest_first:
            newest = dropwhile(lambda event: event.at >= query.until, self._timeline.events(slots))
            return takewhile(lambda event: event.at >= since, newest)
        end = self._timeline.slots(None, since).start + 3  # slots lie at even steps, each shifted within its own
        oldest = dropwhile(lambda event: event.at < since, self._timeline.events(slots[: end - slots.start][::-1]))
        return takewhile(lambda event: event.at < query.until, oldest)

    def _body(self, event: Event, api: str) -> Body:
        """https://developer.pagerduty.com/api-reference/: an incident."""
        draw = event.draw()
        id, number = INCIDENT.encode(event.number), self._made_up - event.number
        component = draw.choice(COMPONENTS)
        title = draw.choice(component.faults).format(number=draw.randrange(12, 4000), city=event.person.city.name)
        status = _status(draw, self._people.now - event.at)
        changed = _changed(event, draw, self._people.now, status)
        called = [draw.choice(ON_CALL)] if status != "resolved" else []
        acknowledged = [{"at": instant(changed), "acknowledger": _person(one, api)} for one in called]
        return {
            "id": id,
            "type": "incident",
            "summary": f"[#{number}] {title}",
            "self": f"{api}/incidents/{id}",
            "html_url": f"{_WEB}/incidents/{id}",
            "incident_number": number,
            "title": title,
            "created_at": instant(event.at),
            "updated_at": instant(changed),
            "status": status,
            "incident_key": f"{component.id.lower()}-{number}",
            "service": _component(component, api),
            "assignments": [{"at": instant(event.at), "assignee": _person(one, api)} for one in called],
            "assigned_via": "escalation_policy",
            "last_status_change_at": instant(changed),
            "resolved_at": instant(changed) if status == "resolved" else None,
            "first_trigger_log_entry": None,
            "alert_counts": {"all": 1, "triggered": int(status != "resolved"), "resolved": int(status == "resolved")},
            "is_mergeable": True,
            "pending_actions": [],
            "acknowledgements": acknowledged if status == "acknowledged" else [],
            "teams": [],
            "urgency": draw.choices(("high", "low"), (3, 2))[0],
            "priority": None,
        }


def _status(draw: Random, age: timedelta) -> str:
    if draw.random() < _AT_ONCE + age / LIVES:
        return "resolved"
    return "triggered" if age < _LOOKED_AT else draw.choices(("acknowledged", "triggered"), (2, 1))[0]


def _changed(event: Event, draw: Random, now: datetime, status: str) -> datetime:
    if status == "triggered":
        return event.at
    return event.at + min(now - event.at, timedelta(minutes=draw.randrange(2, 600)))


def _component(component: Component, api: str) -> Body:
    return _reference(component.id, "service", component.name, f"{api}/services/{component.id}", "service-directory")


def _person(person: Person, api: str) -> Body:
    return _reference(person.id, "user", person.name, f"{api}/users/{person.id}", "users")


def _reference(id: str, kind: str, summary: str, address: str, page: str) -> Body:
    """https://developer.pagerduty.com/docs/references."""
    web = f"{_WEB}/{page}/{id}"
    return {"id": id, "type": f"{kind}_reference", "summary": summary, "self": address, "html_url": web}


def instant(at: datetime) -> str:
    """ISO 8601 to the second; `at` is in UTC."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
