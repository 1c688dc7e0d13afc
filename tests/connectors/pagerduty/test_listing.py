"""What one call asks for, and where the next one goes on."""

from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest

from connectors.domain.incidents import Incident, IncidentsAsked, IncidentStatus
from connectors.domain.page import Page, Position
from connectors.pagerduty import wire
from connectors.pagerduty.listing import LARGEST, WINDOW, Listing
from tests.connectors.pagerduty.support import EPOCH, Stub

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


def at(second: int) -> Incident:
    return wire.incident(msgspec.json.decode(msgspec.json.encode(Stub(second, second).body), type=wire.HostedIncident))


def after(place: datetime, since: datetime | None = None) -> Listing:
    return Listing.of(IncidentsAsked(Page(20, Position(place, "pagerduty:Q1")), since=since))


@pytest.mark.parametrize(("first", "limit"), [(0, 2), (1, 3), (20, 22), (98, 100), (100, 100), (None, LARGEST)])
def test_a_page_asks_for_two_more_than_it_shows(first: int | None, limit: int) -> None:
    assert dict(Listing.of(IncidentsAsked(Page(first))).query)["limit"] == limit


def test_a_first_page_asks_for_all_of_time() -> None:
    listing = Listing.of(IncidentsAsked(Page(20), IncidentStatus.TRIGGERED, NOON))
    assert listing.query == [
        ("date_range", "all"),
        ("statuses[]", "triggered"),
        ("sort_by", "created_at:desc"),
        ("limit", 22),
    ]
    assert listing.start is None


@pytest.mark.parametrize(
    "place",
    [NOON, NOON + timedelta(milliseconds=999), NOON.astimezone(timezone(timedelta(hours=-7)))],
)
def test_a_later_page_ends_with_the_second_of_its_cursor(place: datetime) -> None:
    query = dict(after(place).query)
    assert (query["until"], query["since"]) == ("2026-11-01T12:00:01Z", "2026-05-05T12:00:01Z")
    assert "date_range" not in query


def test_nothing_is_asked_for_before_it_is_wanted() -> None:
    since = NOON - timedelta(days=3)
    assert dict(after(NOON, since).query)["since"] == "2026-10-29T12:00:00Z"
    assert after(NOON, since).start == since


@pytest.mark.parametrize(("since", "void"), [(None, False), (NOON, False), (NOON + timedelta(seconds=1), True)])
def test_a_range_that_ends_before_it_begins_is_void(since: datetime | None, *, void: bool) -> None:
    assert after(NOON, since).is_void is void


def test_the_next_call_goes_on_from_the_last_second_seen() -> None:
    listing = Listing.of(IncidentsAsked(Page(20)))
    following = listing.after([at(9), at(5)])
    assert following.until == EPOCH + timedelta(seconds=6)
    assert (following.limit, following.offset) == (LARGEST, 0)


def test_within_one_second_an_offset_leads_on_until_it_is_over() -> None:
    listing = Listing.of(IncidentsAsked(Page(20))).after([at(5)])
    second = listing.after([at(5)] * 100)
    third = second.after([at(5)] * 100)
    assert [one.offset for one in (listing, second, third)] == [0, 100, 200]
    assert dict(third.query)["offset"] == 200
    over = third.after([at(5), at(4)])
    assert (over.offset, over.until) == (0, EPOCH + timedelta(seconds=5))


def test_half_a_year_without_incidents_is_followed_by_the_one_before() -> None:
    listing = after(NOON)
    assert listing.start is not None
    former = listing.before(listing.start)
    assert former.until == listing.start + timedelta(seconds=1)
    assert former.start == former.until - WINDOW


def test_the_oldest_of_all_is_asked_for_by_status() -> None:
    listing = Listing.of(IncidentsAsked(Page(20), IncidentStatus.RESOLVED))
    assert dict(listing.oldest) == {
        "date_range": "all",
        "statuses[]": "resolved",
        "sort_by": "created_at:asc",
        "limit": 1,
    }
