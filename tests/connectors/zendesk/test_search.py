"""What a search says, and where it goes on."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from connectors.domain.page import Page, Position
from connectors.domain.tickets import TicketStatus
from connectors.zendesk.search import PAGE, Found, Search
from tests.connectors.zendesk.support import EPOCH, noun

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


def after(at: datetime) -> Page:
    return Page(20, Position(at, "zendesk:7"))


def found(*seconds: int) -> Found:
    return Found([noun(number, "1", second) for number, second in enumerate(seconds)], left=5)


def test_everybodys_tickets_are_all_there_are_of_the_type() -> None:
    assert Search().query == {
        "query": "type:ticket",
        "sort_by": "created_at",
        "sort_order": "desc",
        "include": "tickets(users)",
        "per_page": 100,
        "page": 1,
    }


def test_requesters_are_alternatives_beside_time_and_states() -> None:
    search = Search.of(["1", "22"], after(NOON), TicketStatus.PENDING)
    assert search.query["query"] == (
        "type:ticket created<=2026-11-01T12:00:00Z status:pending status:hold requester:1 requester:22"
    )


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 11, 1, 13, tzinfo=timezone(timedelta(hours=1))),
        datetime(2026, 11, 1, 6, 30, tzinfo=timezone(-timedelta(hours=5, minutes=30))),
        NOON + timedelta(milliseconds=999),
    ],
)
def test_times_are_told_in_utc_to_the_second(at: datetime) -> None:
    assert str(Search.of([], after(at), None).query["query"]).split()[1] == "created<=2026-11-01T12:00:00Z"


@pytest.mark.parametrize(
    ("requesters", "first", "size"),
    [
        ([], 20, 22),
        (["1"], 0, 2),
        (["1"], 98, 100),
        (["1"], 100, 100),
        (["1"], None, 100),
        (["1", "2"], 1, 100),
    ],
)
def test_one_list_reads_two_more_than_it_shows_and_several_read_all_they_can(
    requesters: list[str], first: int | None, size: int
) -> None:
    assert Search.of(requesters, Page(first), None).size == size


def test_it_goes_on_at_the_second_at_which_it_stopped() -> None:
    following = Search.of(["1"], Page(3), None).next(found(9, 8, 7))
    assert following.until == EPOCH + timedelta(seconds=7)
    assert (following.number, following.size) == (1, PAGE)


def test_within_one_second_it_goes_on_by_offset() -> None:
    search = Search(until=EPOCH + timedelta(seconds=7, milliseconds=400), size=3)
    following = search.next(found(7, 7, 7))
    assert (following.number, following.size, following.until) == (2, 3, search.until)
    assert following.next(found(7, 7, 6)).number == 1


def test_for_fewer_requesters_it_begins_again_at_the_same_second() -> None:
    search = Search(requesters=("1", "2"), until=EPOCH + timedelta(seconds=7), number=4)
    following = search.next(found(7, 7), ["2"])
    assert (following.requesters, following.number, following.until) == (("2",), 1, search.until)


def test_for_as_many_requesters_it_goes_on_as_it_was() -> None:
    search = Search(requesters=("1", "2"), until=EPOCH + timedelta(seconds=7))
    assert search.next(found(7, 7), ["1", "2"]) == search.next(found(7, 7))


@pytest.mark.parametrize(
    ("search", "wanted"),
    [
        (Search(), True),
        (Search(requesters=("1", "2")), True),
        (Search(requesters=("2",)), False),
        (Search(status=TicketStatus.OPEN), True),
        (Search(status=TicketStatus.NEW), False),
        (Search(requesters=("1",), status=TicketStatus.NEW), False),
    ],
)
def test_it_wants_what_it_asks_for(search: Search, *, wanted: bool) -> None:
    assert search.wants(noun(1, "1", 0)) is wanted
