"""PagerDuty, as a source of incidents: https://developer.pagerduty.com/api-reference/."""

import re
from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from connectors.api import Api, segment
from connectors.domain.answers import Answers
from connectors.domain.incidents import Incident, IncidentsAsked
from connectors.domain.offer import Offer
from connectors.domain.page import Slice
from connectors.fan_out import fan_out
from connectors.pagerduty import wire
from connectors.pagerduty.listing import Listing
from connectors.paging import collect

_ID = re.compile(r"[A-Z0-9]{1,32}")


class PagerDuty:
    """An `IncidentSource`. A list is one call for its first page, a read by id one call for each."""

    def __init__(self, api: Api) -> None:
        self._api = api

    @property
    def offer(self) -> Offer:
        """Incidents."""
        return Offer(incidents=self)

    async def ping(self) -> None:
        """Reads one incident, if there is any: what every key must be able to do here."""
        await self._api.get("/incidents", {"limit": 1}, into=wire.IncidentList)

    async def incidents(self, asked: Sequence[IncidentsAsked]) -> Answers[IncidentsAsked, Slice[Incident]]:
        """https://developer.pagerduty.com/api-reference/: list incidents."""
        return await fan_out(asked, self._incidents)

    async def incidents_by_id(self, ids: Sequence[str]) -> Answers[str, Incident | None]:
        """https://developer.pagerduty.com/api-reference/: get an incident, one at a time."""
        return await fan_out(ids, self._incident)

    async def _incidents(self, asked: IncidentsAsked) -> Slice[Incident]:
        return await collect(self._pages(asked), asked.page, lambda one: asked.status in (None, one.status))

    async def _incident(self, id: str) -> Incident | None:
        if not _ID.fullmatch(id):
            return None
        found = await self._api.find(f"/incidents/{segment(id)}", into=wire.IncidentBody)
        # A number finds an incident too, by another name than its id.
        return wire.incident(found.incident) if found and found.incident.id == id else None

    async def _pages(self, asked: IncidentsAsked) -> AsyncIterator[list[Incident]]:
        """Each incident once. A half year without any is not yet the end: the oldest of all tells where that is."""
        listing = Listing.of(asked)
        end: datetime | None = asked.since
        seen: set[str] = set()
        while not listing.is_void:
            found = await self._api.get("/incidents", listing.query, into=wire.IncidentList)
            incidents = [wire.incident(body) for body in found.incidents]
            yield [one for one in incidents if one.external_id not in seen and (end is None or one.created_at >= end)]
            seen |= {one.external_id for one in incidents}
            if found.more and incidents:
                listing = listing.after(incidents)
                continue
            end = end or (await self._oldest(listing) if listing.start else None)
            if end is None or listing.start is None or listing.start <= end:
                return
            listing = listing.before(listing.start)

    async def _oldest(self, listing: Listing) -> datetime | None:
        found = await self._api.get("/incidents", listing.oldest, into=wire.IncidentList)
        return found.incidents[0].created_at if found.incidents else None
