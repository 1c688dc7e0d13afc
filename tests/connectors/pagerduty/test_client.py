"""The client over the imitation, and over an account that a test has filled."""

from datetime import datetime, timedelta

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.domain.errors import ConnectorError, Malformed, RateLimited, Rejected, Unauthorized, Unavailable
from connectors.domain.incidents import Incident, IncidentsAsked, IncidentSource, IncidentStatus
from connectors.domain.page import Page, Position
from connectors.pagerduty.client import PagerDuty
from tests.connectors.pagerduty.support import (
    EPOCH,
    EVERYTHING,
    FakeAccount,
    Stub,
    all_of,
    fake,
    imitation,
    listed,
    numbers,
    over,
    sliced,
)
from tests.connectors.support import NOW, Recorder, answering, crowd

YEAR = 365 * 24 * 3600


def asked_of(wire: Recorder) -> list[dict[str, str]]:
    return [dict(one.url.params) for one in wire.requests]


def test_it_is_a_source_of_incidents(pagerduty: PagerDuty) -> None:
    source: IncidentSource = pagerduty
    assert source is pagerduty


async def test_ping_reads_one_incident(pagerduty: PagerDuty, wire: Recorder) -> None:
    await pagerduty.ping()
    assert [str(one.url) for one in wire.requests] == ["https://api.pagerduty.com/incidents?limit=1"]
    with pytest.raises(Unauthorized):
        await over(answering(401)).ping()


async def test_every_call_carries_the_key_and_the_version(pagerduty: PagerDuty, wire: Recorder) -> None:
    await pagerduty.ping()
    assert wire.requests[0].headers["authorization"] == "Token token=imitation-of-a-token"
    assert wire.requests[0].headers["accept"] == "application/vnd.pagerduty+json;version=2"


async def test_a_first_page_is_one_call_over_all_of_time(pagerduty: PagerDuty, wire: Recorder) -> None:
    found = await listed(pagerduty, IncidentsAsked(Page(20)))
    assert len(found.items) == 20
    assert asked_of(wire) == [{"date_range": "all", "sort_by": "created_at:desc", "limit": "22"}]


async def test_the_next_page_is_one_call_from_the_time_of_the_cursor(pagerduty: PagerDuty, wire: Recorder) -> None:
    first = await listed(pagerduty, IncidentsAsked(Page(5)))
    wire.requests.clear()
    second = await listed(pagerduty, IncidentsAsked(Page(5, first.horizon)))
    assert first.horizon
    until = first.horizon.at + timedelta(seconds=1)
    since = until - timedelta(days=180)
    assert asked_of(wire) == [
        {
            "since": f"{since:%Y-%m-%dT%H:%M:%SZ}",
            "until": f"{until:%Y-%m-%dT%H:%M:%SZ}",
            "sort_by": "created_at:desc",
            "limit": "7",
        }
    ]
    assert numbers(second)[0] < numbers(first)[-1]


@pytest.mark.parametrize("status", [None, *IncidentStatus])
@pytest.mark.parametrize("since", [None, NOW - timedelta(days=250)])
async def test_pages_join_to_the_whole(
    pagerduty: PagerDuty, status: IncidentStatus | None, since: datetime | None
) -> None:
    whole = await all_of(pagerduty, status, since)
    joined: list[Incident] = []
    page: Page | None = Page(9)
    while page:
        part = await listed(pagerduty, IncidentsAsked(page, status, since))
        joined += part.items
        page = Page(9, part.horizon) if part.horizon else None
    assert joined == whole


async def test_a_status_and_a_time_narrow_the_list() -> None:
    pagerduty = over(imitation(crowd(400)), crowd(400))
    since = NOW - timedelta(days=3)
    everything = await all_of(pagerduty)
    assert {one.status for one in everything} == set(IncidentStatus)
    for status in IncidentStatus:
        assert await all_of(pagerduty, status) == [one for one in everything if one.status is status]
    recent = await all_of(pagerduty, None, since)
    assert recent == [one for one in everything if one.created_at >= since]
    assert 0 < len(recent) < len(everything)


async def test_what_is_open_has_somebody_called_and_what_is_over_has_an_end() -> None:
    for one in await all_of(over(imitation(crowd(400)), crowd(400))):
        over_ = one.status is IncidentStatus.RESOLVED
        assert (one.resolved_at is not None, bool(one.assignees)) == (over_, not over_)
        assert one.resolved_at is None or one.resolved_at >= one.created_at
        assert one.component
        assert one.url.endswith(one.external_id)


@pytest.mark.parametrize("inclusive", [True, False])
async def test_whether_until_is_included_makes_no_difference(*, inclusive: bool) -> None:
    stubs = [Stub(number, number // 3) for number in range(300)]
    pagerduty, _ = fake(FakeAccount(stubs, inclusive=inclusive))
    assert [one.number for one in await all_of(pagerduty)] == sorted(range(300), reverse=True)


async def test_a_pause_of_years_is_gone_over_to_the_oldest_incident() -> None:
    pagerduty, wire = fake(
        FakeAccount([Stub(1, 0), Stub(2, 3 * YEAR), *(Stub(3 + n, 3 * YEAR + n) for n in range(120))])
    )
    found = await all_of(pagerduty)
    assert len(found) == 122
    assert found[-1].number == 1
    assert sum(one["sort_by"] == "created_at:asc" for one in asked_of(wire)) == 1
    assert len(wire.requests) <= 2 + 1 + 3 * 366 // 180 + 1


async def test_the_oldest_is_looked_for_only_where_a_page_is_not_full() -> None:
    pagerduty, wire = fake(FakeAccount([Stub(number, number) for number in range(50)]))
    cursor = Position(EPOCH + timedelta(seconds=30), "pagerduty:Q000030")
    assert numbers(await listed(pagerduty, IncidentsAsked(Page(10, cursor)))) == list(range(29, 19, -1))
    assert len(wire.requests) == 1
    last = await listed(pagerduty, IncidentsAsked(Page(100, cursor)))
    assert (numbers(last), last.horizon) == (list(range(29, -1, -1)), None)
    assert len(wire.requests) == 3


async def test_nothing_older_than_asked_for_is_looked_for() -> None:
    stubs = [Stub(number, number * 3600) for number in range(500)]
    pagerduty, wire = fake(FakeAccount(stubs))
    since = EPOCH + timedelta(hours=350, milliseconds=1)
    assert [one.number for one in await all_of(pagerduty, since=since)] == list(range(499, 350, -1))
    assert len(wire.requests) == 2
    assert not any(one["sort_by"] == "created_at:asc" for one in asked_of(wire))


async def test_a_cursor_beyond_what_is_asked_for_costs_nothing() -> None:
    pagerduty, wire = fake(FakeAccount([Stub(1, 1)]))
    cursor = Position(EPOCH, "pagerduty:Q1")
    found = await listed(pagerduty, IncidentsAsked(Page(5, cursor), since=EPOCH + timedelta(days=1)))
    assert (found.items, found.horizon, wire.requests) == ((), None, [])


async def test_an_empty_account_is_one_call() -> None:
    pagerduty, wire = fake(FakeAccount([]))
    assert await all_of(pagerduty) == []
    assert len(wire.requests) == 1
    cursor = Position(EPOCH, "pagerduty:Q1")
    assert numbers(await listed(pagerduty, IncidentsAsked(Page(5, cursor)))) == []


async def test_hundreds_of_one_second_are_gone_through_by_offset() -> None:
    pagerduty, wire = fake(FakeAccount([*(Stub(number, 5) for number in range(250)), Stub(900, 4), Stub(901, 6)]))
    found = await all_of(pagerduty)
    assert [one.number for one in found] == [901, *range(249, -1, -1), 900]
    assert [one.get("offset") for one in asked_of(wire)][:4] == [None, None, "100", "200"]


async def test_an_incident_that_comes_in_meanwhile_shifts_nothing() -> None:
    account = FakeAccount([Stub(number, number) for number in range(150)])

    def growing(request: httpx.Request) -> httpx.Response:
        response = account(request)
        account.stubs += [Stub(1000 + account.calls, 1000 + account.calls)]
        return response

    found = await all_of(over(httpx.MockTransport(growing)))
    assert [one.number for one in found] == list(range(149, -1, -1))


async def test_an_incident_that_is_resolved_meanwhile_loses_no_other() -> None:
    account = FakeAccount([Stub(number, number, "triggered") for number in range(150)])

    def healing(request: httpx.Request) -> httpx.Response:
        response = account(request)
        account.stubs = [Stub(one.number, one.second) if one.number > 140 else one for one in account.stubs]
        return response

    found = await all_of(over(httpx.MockTransport(healing)), IncidentStatus.TRIGGERED)
    assert [one.number for one in found] == list(range(149, -1, -1))


async def test_lists_are_a_call_each_and_one_that_fails_leaves_the_others() -> None:
    pagerduty, wire = fake(FakeAccount([Stub(1, 1), Stub(2, 2, "triggered")], failing=[2]))
    asked = [IncidentsAsked(Page(5), status) for status in (None, *IncidentStatus)]
    answers = await pagerduty.incidents([*asked, asked[0]])
    assert len(wire.requests) == 4
    assert sum(isinstance(answer, Unavailable) for answer in answers.values()) == 1
    assert sum(isinstance(answer, ConnectorError) for answer in answers.values()) == 1


async def test_incidents_are_read_by_id_one_at_a_time(pagerduty: PagerDuty, wire: Recorder) -> None:
    known = (await all_of(pagerduty))[:5]
    wire.requests.clear()
    ids = [one.external_id for one in known]
    answers = await pagerduty.incidents_by_id([*ids, ids[0], "QNOBODY"])
    assert answers == {one.external_id: one for one in known} | {"QNOBODY": None}
    assert len(wire.requests) == 6


async def test_a_number_is_no_id_though_pagerduty_would_answer_to_it(pagerduty: PagerDuty, wire: Recorder) -> None:
    known = (await all_of(pagerduty))[0]
    assert await pagerduty.incidents_by_id([str(known.number)]) == {str(known.number): None}
    wire.requests.clear()
    strange = ["", "q1", "../users", "Q 1", "Q" * 33, "Ä"]
    assert await pagerduty.incidents_by_id(strange) == dict.fromkeys(strange)
    assert wire.requests == []


@pytest.mark.parametrize(
    ("status", "headers", "body", "error"),
    [
        (401, {}, b'{"error": {"message": "No"}}', Unauthorized),
        (429, {"ratelimit-reset": "7"}, b"", RateLimited),
        (400, {}, b'{"error": {"message": "Arguments Caused Error", "code": 2002}}', Rejected),
        (200, {}, b'{"incidents": [{}], "more": false}', Malformed),
        (500, {}, b"<html>", Unavailable),
    ],
)
async def test_a_failure_stands_in_its_keys_place(
    status: int, headers: dict[str, str], body: bytes, error: type[ConnectorError]
) -> None:
    pagerduty = over(answering(status, body, headers))
    asked = IncidentsAsked(Page())
    assert isinstance((await pagerduty.incidents([asked]))[asked], error)
    assert isinstance((await pagerduty.incidents_by_id(["Q1"]))["Q1"], error)


spread = st.builds(
    Stub,
    number=st.integers(1, 10_000),
    second=st.integers(0, 9) | st.integers(0, 5 * YEAR),
    status=st.sampled_from(IncidentStatus),
)


@given(
    stubs=st.lists(spread, max_size=30, unique_by=lambda stub: stub.number),
    first=st.integers(1, 8),
    status=st.none() | st.sampled_from(IncidentStatus),
    since=st.none() | st.integers(0, 5 * YEAR),
)
@settings(max_examples=60, deadline=None)
async def test_pages_join_to_the_whole_however_incidents_are_spread(
    stubs: list[Stub], first: int, status: IncidentStatus | None, since: int | None
) -> None:
    pagerduty, _ = fake(FakeAccount(stubs))
    begins = None if since is None else EPOCH + timedelta(seconds=since)
    joined: list[Incident] = []
    page: Page | None = Page(first)
    while page:
        asked = IncidentsAsked(page, status, begins)
        part = sliced((await pagerduty.incidents([asked]))[asked])
        joined += part.items
        page = Page(first, part.horizon) if part.horizon else None
    kept = [one for one in stubs if (begins is None or one.created_at >= begins) and status in (None, one.status)]
    expected = sorted(kept, key=lambda one: (one.second, one.number), reverse=True)
    assert [one.number for one in joined] == [one.number for one in expected]
    assert list((await listed(pagerduty, IncidentsAsked(EVERYTHING, status, begins))).items) == joined
