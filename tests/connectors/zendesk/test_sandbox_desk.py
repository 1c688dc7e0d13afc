"""The tickets of the imitated desk: where they lie in time, and what becomes of new ones."""

from datetime import timedelta
from itertools import islice, pairwise

import pytest

from connectors.seed.people import ZENDESK_USER, People
from connectors.zendesk.sandbox_desk import DAYS, EACH, FRESH, Desk, Draft, Filed
from connectors.zendesk.sandbox_query import Terms
from tests.connectors.support import NOW, crowd
from tests.connectors.zendesk.support import PEOPLE, Clock


def desk(people: People = PEOPLE, clock: Clock | None = None) -> Desk:
    return Desk(people, clock or Clock())


def written(requester: int = 7, status: str = "new") -> Draft:
    return Draft(
        requester=requester, subject="s", text="t", kind=None, status=status, priority=None, assignee=None, tags=("x",)
    )


def everything(of: Desk) -> list[Filed]:
    return list(of.newest_first(Terms()))


def test_ids_count_up_in_time_with_gaps_and_lead_back_to_their_tickets() -> None:
    made = desk()
    filed = everything(made)
    assert all(newer.id > older.id and newer.created_at >= older.created_at for newer, older in pairwise(filed))
    assert filed[0].id <= PEOPLE.count * EACH
    assert len(filed) < PEOPLE.count * EACH
    assert [made.find(one.id) for one in filed] == filed


def test_ids_of_nothing_lead_nowhere() -> None:
    made = desk()
    there = {one.id for one in everything(made)}
    gaps = [id for id in range(1, PEOPLE.count * EACH + 1) if id not in there]
    assert gaps
    assert [made.find(id) for id in (-1, 0, *gaps, PEOPLE.count * EACH + 1, 10**18)] == [None] * (len(gaps) + 4)


def test_oldest_first_is_newest_first_turned_round() -> None:
    made = desk()
    made.open(written())
    whole = everything(made)[::-1]
    assert list(made.oldest_first(0)) == whole
    for place in (0, 5, len(whole) - 2, len(whole) - 1):
        assert list(made.oldest_first(whole[place].id)) == whole[place + 1 :]
    assert list(made.oldest_first(10**9)) == []


def test_tickets_lie_within_the_last_days_and_change_after_they_were_opened() -> None:
    for one in everything(desk()):
        assert NOW - timedelta(days=DAYS, seconds=1) <= one.created_at <= one.updated_at <= NOW


def test_new_ones_have_waited_for_nobody_and_nobody_works_on_them() -> None:
    new = [one for one in everything(desk(crowd(400))) if one.status == "new"]
    assert new
    assert all(one.assignee is None and one.updated_at == one.created_at for one in new)
    assert all(NOW - one.created_at < FRESH for one in new)


def test_everybodys_lists_are_their_own() -> None:
    made = desk()
    whole = everything(made)
    for number in range(PEOPLE.count):
        id = int(ZENDESK_USER.encode(number))
        own = list(made.newest_first(Terms(requesters=frozenset({id}))))
        assert own == [one for one in whole if one.requester == id]


def test_what_is_opened_takes_the_next_id_and_the_time_of_the_clock() -> None:
    clock = Clock()
    made = desk(clock=clock)
    first = made.open(written())
    clock.now += 90
    second = made.open(written(8))
    assert [first.id, second.id] == [PEOPLE.count * EACH + 1, PEOPLE.count * EACH + 2]
    assert [made.find(one.id) for one in (first, second)] == [first, second]
    assert second.created_at == NOW + timedelta(seconds=90)
    assert list(islice(made.newest_first(Terms()), 2)) == [second, first]


def test_a_clock_that_is_behind_does_not_open_tickets_in_the_past() -> None:
    clock = Clock(NOW - timedelta(days=3))
    assert desk(clock=clock).open(written()).created_at == NOW


@pytest.mark.parametrize(
    ("terms", "there"),
    [
        (Terms(), True),
        (Terms(requesters=frozenset({7, 9})), True),
        (Terms(requesters=frozenset({9})), False),
        (Terms(statuses=frozenset({"new"})), True),
        (Terms(statuses=frozenset({"open"})), False),
        (Terms(since=NOW), True),
        (Terms(since=NOW + timedelta(seconds=1)), False),
        (Terms(until=NOW), True),
        (Terms(until=NOW - timedelta(seconds=1)), False),
    ],
)
def test_what_is_opened_is_sieved_like_the_rest(terms: Terms, *, there: bool) -> None:
    made = desk()
    filed = made.open(written())
    assert (filed in made.newest_first(terms)) is there


def test_a_search_begins_at_the_oldest_that_could_fit() -> None:
    made = desk()
    assert made.begins(Terms()) == NOW - timedelta(days=DAYS)
    assert made.begins(Terms(statuses=frozenset({"new"}))) == NOW - FRESH
    assert made.begins(Terms(since=NOW)) == NOW


@pytest.mark.parametrize("count", [1, 2])
def test_a_desk_of_hardly_anybody_works_too(count: int) -> None:
    made = desk(crowd(count))
    assert {one.requester for one in everything(made)} <= {int(ZENDESK_USER.encode(n)) for n in range(count)}
    assert everything(desk(crowd(0))) == []
