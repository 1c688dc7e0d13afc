"""One search that lists deals, newest first: what it asks for, and where the next one goes on.

Its offsets reach no further than 10,000 results (https://developers.hubspot.com/docs/api/crm/search#limitations) and
shift when deals come in, so that a search goes on by time: from the millisecond at which it stopped, that included.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from connectors.domain.page import Page
from connectors.hubspot import wire
from connectors.hubspot.nouns import created_at
from connectors.hubspot.records import PAGE, Records

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Deals = list[wire.Record[wire.DealProperties]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Deals of one contact, or of everybody, created at `until` or before; times in milliseconds since 1970."""

    contact: str | None = None
    until: int | None = None
    size: int = PAGE
    after: str | None = None

    @classmethod
    def of(cls, contact: str | None, page: Page) -> "Listing":
        """The first search for a page."""
        # One more than it shows, to know whether there are more, and one for the millisecond at its end.
        size = PAGE if page.first is None else min(page.first + 2, PAGE)
        return cls(contact=contact, until=_milliseconds(page.after.at) if page.after else None, size=size)

    @property
    def body(self) -> dict[str, object]:
        """https://developers.hubspot.com/docs/api/crm/search#filter-search-results."""
        contact = [_filter("associations.contact", "EQ", self.contact)] if self.contact else []
        until = [_filter("createdate", "LTE", str(self.until))] if self.until is not None else []
        filters = [*contact, *until]
        body: dict[str, object] = {
            "filterGroups": [{"filters": filters}] if filters else [],
            "sorts": [{"propertyName": "createdate", "direction": "DESCENDING"}],
            "limit": self.size,
        }
        return body | ({"after": self.after} if self.after else {})

    def next(self, found: wire.Found[wire.DealProperties]) -> "Listing":
        """Goes on after what was found."""
        oldest = _milliseconds(created_at(found.results[-1]))
        if self.until is not None and oldest >= self.until:
            return replace(self, after=found.after, size=PAGE)  # all of one millisecond: only an offset leads on
        return replace(self, until=oldest, after=None, size=PAGE)

    async def pages(self, records: Records) -> AsyncIterator[Deals]:
        """Every page from here on, without what an earlier one had."""
        seen: set[str] = set()
        listing = self
        while True:
            found = await records.search(wire.DEALS, listing.body)
            yield [record for record in found.results if record.id not in seen]
            if found.after is None or not found.results:
                return
            seen |= {record.id for record in found.results}
            listing = listing.next(found)


def _filter(name: str, operator: str, value: str) -> dict[str, str]:
    return {"propertyName": name, "operator": operator, "value": value}


def _milliseconds(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(milliseconds=1)
