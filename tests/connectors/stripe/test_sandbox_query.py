from datetime import UTC, datetime, timedelta

import httpx
import msgspec
import pytest

from connectors.seed.people import People
from connectors.seed.timeline import Event
from connectors.stripe.sandbox_query import Created, Refusal, integer, limit, parameters, status
from tests.connectors.support import NOW

SECOND = int(NOW.timestamp())
PERSON = People(1)[0]


def events(*ages: int) -> list[Event]:
    """One event for each age in seconds."""
    return [Event(age, PERSON, NOW - timedelta(seconds=age), "test") for age in ages]


@pytest.mark.parametrize(
    ("query", "oldest", "latest"),
    [
        ({"created[gte]": "5", "created[lte]": "9"}, 5, 9),
        ({"created[gt]": "5", "created[lt]": "9"}, 6, 8),
        ({"created[gte]": "5", "created[gt]": "5", "created[lte]": "9", "created[lt]": "9"}, 6, 8),
        ({"created": "7"}, 7, 7),
        ({"created": "7", "created[gte]": "8", "created[lte]": "9"}, 8, 7),
        ({"created[lte]": "9"}, 0, 9),
    ],
)
def test_comparisons_become_one_range_with_both_ends_in_it(query: dict[str, str], oldest: int, latest: int) -> None:
    assert Created.of(query) == Created(oldest, latest)


def test_without_comparisons_everything_is_in_range() -> None:
    created = Created.of({})
    assert created.oldest == 0
    assert created.latest > SECOND
    assert created.before(NOW) == NOW


@pytest.mark.parametrize(
    ("latest", "before"),
    [
        (SECOND - 60, NOW - timedelta(minutes=1)),
        (10**18, NOW),
        (-1, datetime(1970, 1, 1, tzinfo=UTC)),
    ],
)
def test_the_end_of_a_range_is_a_time_that_there_is(latest: int, before: datetime) -> None:
    assert Created(0, latest).before(NOW) == before


def test_nothing_is_read_beyond_the_end_of_the_range_in_either_direction() -> None:
    created = Created(SECOND - 3, SECOND - 1)
    newest_first, oldest_first = iter(events(0, 1, 2, 3, 4, 5)), iter(events(5, 4, 3, 2, 1, 0, -1))
    assert [event.number for event in created.of_newest_first(newest_first)] == [1, 2, 3]
    assert [event.number for event in created.of_oldest_first(oldest_first)] == [3, 2, 1]
    assert [event.number for event in newest_first] == [5]
    assert [event.number for event in oldest_first] == [-1]


def test_a_known_query_is_read_and_an_unknown_name_refused() -> None:
    request = httpx.Request("GET", "https://api.stripe.com/v1/charges?limit=3&created%5Blte%5D=9")
    assert parameters(request, {"limit", "created[lte]"}) == {"limit": "3", "created[lte]": "9"}
    with pytest.raises(Refusal, match=r"unknown parameter: created\[lte\]"):
        parameters(request, {"limit"})


def test_a_number_has_a_default_and_no_sign() -> None:
    assert integer({}, "limit", 7) == 7
    assert integer({"limit": "007"}, "limit", 1) == 7
    for text in ("", "-1", "+1", " 1", "1.0", "²"):
        with pytest.raises(Refusal, match="Invalid integer"):
            integer({"limit": text}, "limit", 1)


@pytest.mark.parametrize(("text", "expected"), [("1", 1), ("100", 100)])
def test_a_limit_is_from_one_to_a_hundred(text: str, expected: int) -> None:
    assert limit({"limit": text}) == expected
    assert limit({}) == 10


def test_a_status_is_one_of_those_known() -> None:
    assert status({"status": "open"}, ("open", "paid")) == "open"
    assert status({}, ("open",)) is None
    with pytest.raises(Refusal, match="must be one of open, paid"):
        status({"status": "all"}, ("open", "paid"))


def test_a_refusal_is_answered_in_stripes_form() -> None:
    response = Refusal(400, "No.", param="limit", code="c", type="t").reply
    assert response.status_code == 400
    assert msgspec.json.decode(response.content) == {
        "error": {"message": "No.", "type": "t", "param": "limit", "code": "c"}
    }
