"""The imitation, asked by hand."""

from datetime import timedelta

import httpx
import pytest

from connectors.pagerduty.sandbox import LIMIT
from connectors.pagerduty.sandbox_incidents import EACH
from connectors.seed.timeline import Event, Timeline
from tests.connectors.pagerduty.support import HOST, Call, Clock, calling, refusal
from tests.connectors.support import NOW, crowd

ALL = ("date_range", "all")
DESC = ("sort_by", "created_at:desc")
ASC = ("sort_by", "created_at:asc")


@pytest.fixture
def call() -> Call:
    return calling()


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The slots that were looked into."""
    looked: list[int] = []
    look = Timeline.__getitem__

    def counting(self: Timeline, number: int) -> Event:
        looked.append(number)
        return look(self, number)

    monkeypatch.setattr(Timeline, "__getitem__", counting)
    return looked


def whole(call: Call, *query: tuple[str, str | int]) -> list[int]:
    """The numbers of all pages."""
    found: list[int] = []
    while True:
        page = call.list(*query, ("limit", 100), ("offset", len(found)))
        found += [one["incident_number"] for one in page["incidents"]]
        if not page["more"]:
            return found


def instant(days: float) -> str:
    return f"{NOW - timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}"


def test_pages_join_to_the_whole_in_either_direction(call: Call) -> None:
    newest = whole(call, ALL, DESC)
    assert newest == sorted(set(newest), reverse=True)
    assert len(newest) > 100
    assert whole(call, ALL, ASC) == newest[::-1]


def test_half_a_year_at_a_time_joins_to_the_whole(call: Call) -> None:
    spans = [(instant(start + 180), instant(start)) for start in (-1, 179, 359)]
    found = [whole(call, ("since", since), ("until", until), DESC) for since, until in spans]
    assert [number for span in found for number in span] == whole(call, ALL, DESC)
    backwards = [whole(call, ("since", since), ("until", until), ASC) for since, until in spans]
    assert [span[::-1] for span in backwards] == found


def test_without_a_range_it_is_the_last_thirty_days(call: Call) -> None:
    assert whole(call, DESC) == whole(call, DESC, ("since", instant(30)))
    assert whole(call, DESC, ("until", instant(10))) == whole(
        call, DESC, ("since", instant(40)), ("until", instant(10))
    )


def test_all_of_time_heeds_no_other_bounds(call: Call) -> None:
    assert whole(call, ALL, DESC, ("since", instant(5)), ("until", instant(4))) == whole(call, ALL, DESC)


@pytest.mark.parametrize(
    ("query", "code", "words"),
    [
        ([("since", instant(185)), ("until", instant(0))], 2001, "The maximum range is 6 months."),
        ([("since", instant(1)), ("until", instant(2))], 2001, "Since must be before until."),
        ([("since", "yesterday")], 2001, "Since is not a date."),
        ([("statuses[]", "snoozed")], 2001, "Statuses must be one of triggered, acknowledged, resolved."),
        ([("urgencies[]", "medium")], 2001, "Urgencies must be one of high, low."),
        ([("limit", "many")], 2001, "Limit must be a positive integer."),
        ([("offset", -1)], 2001, "Offset must be a positive integer."),
        ([("sort_by", "title")], 2001, "Sort by is not imitated for that field."),
        ([ALL, ("offset", 9901), ("limit", 100)], 2002, "Offset+limit exceeds maximum allowed value of 10000."),
    ],
)
def test_a_list_that_does_not_fit_is_refused(
    call: Call, query: list[tuple[str, str | int]], code: int, words: str
) -> None:
    status, told, message, (detail,) = refusal(call.get("/incidents", query))
    assert (status, told) == (400, code)
    assert message == {2001: "Invalid Input Provided", 2002: "Arguments Caused Error"}[code]
    assert detail.startswith(words)


def test_the_last_page_that_is_allowed_is_given(call: Call) -> None:
    page = call.list(ALL, ("offset", 9900), ("limit", 100))
    assert (page["incidents"], page["more"]) == ([], False)


def test_a_page_has_a_hundred_incidents_at_most_and_twenty_five_by_default(call: Call) -> None:
    assert [len(call.list(ALL, *limit)["incidents"]) for limit in ((), (("limit", 500),))] == [25, 100]
    assert call.list(ALL, ("limit", 500))["limit"] == 100


def test_they_are_counted_where_somebody_asks(call: Call) -> None:
    assert call.list(ALL)["total"] is None
    assert call.list(ALL, ("total", "true"), ("offset", 10))["total"] == len(whole(call, ALL))


def test_statuses_and_urgencies_are_kept_apart() -> None:
    many = calling(crowd(400))
    parts = [whole(many, ALL, DESC, ("statuses[]", status)) for status in ("triggered", "acknowledged", "resolved")]
    assert all(parts)
    assert sorted(number for part in parts for number in part) == sorted(whole(many, ALL))
    both = whole(many, ALL, DESC, ("statuses[]", "triggered"), ("statuses[]", "acknowledged"))
    assert both == sorted(parts[0] + parts[1], reverse=True)
    urgent = [whole(many, ALL, ("urgencies[]", urgency)) for urgency in ("high", "low")]
    assert sorted(urgent[0] + urgent[1]) == sorted(whole(many, ALL))


def test_an_incident_by_itself_is_what_the_list_says_of_it(call: Call) -> None:
    first = call.list(ALL, DESC)["incidents"][0]
    assert call.get(f"/incidents/{first['id']}").json() == {"incident": first}
    assert call.get(f"/incidents/{first['incident_number']}").json() == {"incident": first}
    assert first["self"] == f"{HOST}/incidents/{first['id']}"
    assert first["summary"] == f"[#{first['incident_number']}] {first['title']}"


@pytest.mark.parametrize("path", ["/incidents/QNOBODY", "/incidents/0", "/incidents/999999", "/users", "/"])
def test_what_is_not_there_is_not_found(call: Call, path: str) -> None:
    assert refusal(call.get(path)) == (404, 2100, "Not Found", [])


@pytest.mark.parametrize("authorization", [None, "Bearer x", "Token x", "Token token=", "Basic eDp4"])
def test_without_a_key_nothing_is_told(authorization: str | None) -> None:
    assert refusal(Call(calling().handle, authorization).get("/incidents")) == (401, 2006, "Unauthenticated", [])


def test_calls_are_counted_by_the_minute() -> None:
    clock = Clock(NOW + timedelta(seconds=12))
    call = calling(clock=clock)
    headers = [call.get("/incidents/0").headers for _ in range(LIMIT)]
    assert [one["ratelimit-remaining"] for one in headers] == [str(left) for left in reversed(range(LIMIT))]
    assert {(one["ratelimit-limit"], one["ratelimit-reset"]) for one in headers} == {("960", "48")}
    late = call.get("/incidents")
    assert refusal(late) == (429, 2020, "Rate Limit Exceeded", [])
    assert late.headers["ratelimit-remaining"] == "0"
    clock.now += 48
    assert call.get("/incidents").status_code == 200


def test_a_hundred_thousand_people_cost_no_more_than_what_is_looked_at(made: list[int]) -> None:
    many = calling(crowd(100_000))
    assert len(many.list(ALL, DESC, ("limit", 100))["incidents"]) == 100
    assert len(many.list(DESC, ("until", instant(200)), ("since", instant(300)), ("limit", 100))["incidents"]) == 100
    assert len(made) < 400


def test_the_oldest_is_found_without_the_newer(made: list[int]) -> None:
    many = calling(crowd(100_000))
    (oldest,) = many.list(ALL, ASC, ("limit", 1))["incidents"]
    assert oldest["incident_number"] < 20
    assert len(made) < 20


def test_open_ones_are_not_looked_for_among_the_old(made: list[int]) -> None:
    many = calling(crowd(1000))
    assert not many.list(DESC, ("until", instant(30)), ("since", instant(200)), ("statuses[]", "triggered"))[
        "incidents"
    ]
    assert len(made) < 10
    assert 0 < len(whole(many, ALL, DESC, ("statuses[]", "triggered"))) < 1000 * EACH / 20


def test_incidents_tell_of_cities_and_components_in_several_languages() -> None:
    titles = {one["title"] for one in calling(crowd(400)).list(ALL, ("limit", 100))["incidents"]}
    assert len(titles) > 20
    assert any(not title.isascii() for title in titles)


def test_every_answer_may_be_kept_by_nobody_unasked(call: Call) -> None:
    assert call.get("/incidents").headers["cache-control"] == "max-age=0, private, must-revalidate"
    assert isinstance(call.handle(httpx.Request("DELETE", HOST)), httpx.Response)
