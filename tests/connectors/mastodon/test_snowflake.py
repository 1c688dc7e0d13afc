from datetime import UTC, datetime, timedelta, timezone

import pytest

from connectors.mastodon.snowflake import first_id, given_at, is_id

NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)


def test_an_id_tells_its_millisecond() -> None:
    assert given_at("103270115826048975") == datetime(2019, 12, 8, 3, 48, 33, 849000, UTC)


@pytest.mark.parametrize("below", [0, 1, 65535])
def test_every_id_of_a_millisecond_tells_the_same(below: int) -> None:
    at = NOON + timedelta(milliseconds=537)
    assert given_at(str(first_id(at) + below)) == at


def test_ids_are_in_the_order_of_their_times_whatever_the_zone() -> None:
    assert first_id(NOON) < first_id(NOON + timedelta(milliseconds=1))
    assert first_id(NOON) == first_id(NOON.astimezone(timezone(timedelta(hours=9))))


@pytest.mark.parametrize("id", ["1", "4711", "9223372036854775807", "", "x", "-1"])
def test_ids_that_do_not_tell_a_time_tell_none(id: str) -> None:
    assert given_at(id) is None


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("1", True),
        ("109348000000000001", True),
        ("9223372036854775807", True),
        ("9223372036854775808", False),
        ("0", False),
        ("007", False),
        ("", False),
        ("-1", False),
        ("1 ", False),
        ("1\n", False),
        ("12abc", False),
        ("१२", False),
    ],
)
def test_an_id_is_a_number_as_the_database_counts(text: str, *, fits: bool) -> None:
    assert is_id(text) is fits
