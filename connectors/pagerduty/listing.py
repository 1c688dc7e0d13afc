"""One call for a list of incidents: what it asks for, and where the next one goes on.

https://developer.pagerduty.com/api-reference/: the list of incidents. With `date_range=all` it begins at the newest and
heeds no other bounds; with `since` and `until` it looks at half a year at most. Offsets reach no further than 10,000
and shift when incidents come in or change their status, so that a list goes on by time: from the second at which it
stopped, that second included.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from connectors.domain.incidents import Incident, IncidentsAsked, IncidentStatus

LARGEST = 100  # https://developer.pagerduty.com/docs/pagination
WINDOW = timedelta(days=180)  # "6 months", however short those are

_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Incidents newest first: those of the half year before `until`, or the newest of all where that is None."""

    status: IncidentStatus | None = None
    until: datetime | None = None
    since: datetime | None = None
    limit: int = LARGEST
    offset: int = 0

    @classmethod
    def of(cls, asked: IncidentsAsked) -> "Listing":
        """The first call for a page."""
        page = asked.page
        # One more than the page shows, to know whether there are more, and one for the second at its end.
        limit = LARGEST if page.first is None else min(page.first + 2, LARGEST)
        until = _beyond(page.after.at) if page.after else None
        return cls(status=asked.status, until=until, since=asked.since, limit=limit)

    @property
    def query(self) -> list[tuple[str, str | int]]:
        """As parameters."""
        span = [("since", _spelled(self._start(self.until))), ("until", _spelled(self.until))] if self.until else []
        return [
            *(span or [("date_range", "all")]),
            *([("statuses[]", self.status.value)] if self.status else []),
            ("sort_by", "created_at:desc"),
            ("limit", self.limit),
            *([("offset", self.offset)] if self.offset else []),
        ]

    @property
    def oldest(self) -> list[tuple[str, str | int]]:
        """As parameters of a call for the oldest incident of all."""
        statuses = [("statuses[]", self.status.value)] if self.status else []
        return [("date_range", "all"), *statuses, ("sort_by", "created_at:asc"), ("limit", 1)]

    @property
    def start(self) -> datetime | None:
        """Where what is looked at begins; None where that is not bounded."""
        return self._start(self.until) if self.until else None

    @property
    def is_void(self) -> bool:
        """Whether it would end before it begins."""
        return self.until is not None and self.since is not None and self.until <= self.since

    def after(self, found: Sequence[Incident]) -> "Listing":
        """Goes on below what was found."""
        until = _beyond(found[-1].created_at)
        if self.until and until >= self.until:
            # All of one second: only an offset leads on.
            return replace(self, offset=self.offset + len(found), limit=LARGEST)
        return replace(self, until=until, offset=0, limit=LARGEST)

    def before(self, start: datetime) -> "Listing":
        """Goes on with the half year that ends where this one began."""
        return replace(self, until=_beyond(start), offset=0, limit=LARGEST)

    def _start(self, until: datetime) -> datetime:
        start = until - WINDOW
        return max(start, self.since) if self.since else start


def _beyond(at: datetime) -> datetime:
    """The end of a time's second: whether `until` itself is looked at is not said."""
    return at.astimezone(UTC).replace(microsecond=0) + _SECOND


def _spelled(at: datetime) -> str:
    return at.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"
