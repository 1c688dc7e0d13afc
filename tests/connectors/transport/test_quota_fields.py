from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.transport.quota_fields import FURTHEST, LONGEST, MOST, count, items, moment

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
EPOCH = int(NOW.timestamp())


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("5000", 5000),
        (" 7 ", 7),
        ("0", 0),
        ("-1", -1),
        ("+3", 3),
        ("100, 100;w=60", 100),
        ("3000;w=300", 3000),
        ("60, 60", 60),
        (str(MOST), MOST),
    ],
)
def test_a_count_is_a_whole_number_or_the_first_of_a_list(value: str, number: int) -> None:
    assert count(value) == number


@pytest.mark.parametrize(
    "value", [None, "", "many", "1.5", "1e3", "0x10", "1_000", "٣", "12 34", "--1", ";w=60", str(MOST + 1), "9" * 5000]
)
def test_anything_else_is_no_count(value: str | None) -> None:
    assert count(value) is None


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0),
        ("41", 41),
        ("1.5", 1.5),
        ("86400", 86_400),
        (f"{EPOCH + 90}", 90),
        (f"{EPOCH + 90}.25", 90.25),
        (f"{EPOCH - 5}", -5),
        (f"{EPOCH * 1000 + 1500}", 1.5),
        ("2026-11-22T12:05:00.019685Z", 300.019685),
        ("2026-11-22T12:01Z", 60),
        ("2026-11-22T13:01:00+01:00", 60),
        ("2026-11-22T12:01:00", 60),
        ("Sun, 22 Nov 2026 12:00:30 GMT", 30),
        ("Sun, 22 Nov 2026 11:59:30 GMT", -30),
    ],
)
def test_a_moment_is_told_in_every_way_that_vendors_have(value: str, seconds: float) -> None:
    assert moment(value, NOW) == NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "soon",
        "-3",
        "nan",
        "inf",
        "1e300",
        "9" * 14,
        str(int(FURTHEST.total_seconds()) + 1),
        "999999999",
        "9999-12-31T23:59:59Z",
        "0001-01-01T00:00:00+23:59",
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "Sun, 22 Nov 99999999999999999999 00:00:00 GMT",
        "Sun, 22 Nov 2026 00:00:00 +99999999999999999999",
    ],
)
def test_what_is_no_moment_or_absurdly_far_away_is_nothing(value: str | None) -> None:
    assert moment(value, NOW) is None


def test_a_moment_is_in_utc() -> None:
    at = moment("2026-11-22T13:01:00+01:00", NOW)
    assert at
    assert at.isoformat() == "2026-11-22T12:01:00+00:00"


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ('"default";r=50;t=30', [("default", {"r": "50", "t": "30"})]),
        ('"a";q=10;w=1, "b";q=99;qu="bytes"', [("a", {"q": "10", "w": "1"}), ("b", {"q": "99", "qu": "bytes"})]),
        ('"a,b;c";r=1', [("a,b;c", {"r": "1"})]),
        ("limit=100, remaining=50, reset=5", [("limit=100", {}), ("remaining=50", {}), ("reset=5", {})]),
        ("100;w=60", [("100", {"w": "60"})]),
        ("", []),
        (None, []),
        ('"never closed', [("never closed", {})]),
        (",;,", [("", {})]),
        ("x" * (LONGEST + 1), []),
    ],
)
def test_a_list_is_its_members_with_their_parameters(value: str | None, found: list[object]) -> None:
    assert list(items(value)) == found


@settings(derandomize=True, max_examples=400, deadline=None)
@given(st.text(alphabet='"\\,;=abc019 -T:Z.', max_size=60) | st.text(max_size=60))
def test_no_value_that_a_service_could_send_breaks_them(value: str) -> None:
    number, at = count(value), moment(value, NOW)
    assert number is None or abs(number) <= MOST
    assert at is None or at - NOW <= FURTHEST
    assert all(isinstance(name, str) for name, _ in items(value))


def test_the_longest_list_that_is_read_is_read_in_no_time() -> None:
    for hostile in ('"\\' * (LONGEST // 2), '"' * LONGEST, ";" * LONGEST, "," * LONGEST):
        assert len(list(items(hostile))) <= LONGEST
