from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.transport.retry_after import retry_after

NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        ("0", 0.0),
        (" 7 ", 7.0),
        ("1.5", 1.5),
        ("-3", 0.0),
        ("Sun, 22 Nov 2026 12:00:30 GMT", 30.0),
        ("Sunday, 22-Nov-26 12:00:30 GMT", 30.0),  # RFC 850's, which a recipient must still read
        ("Sun Nov 22 12:00:30 2026", 30.0),  # and asctime's
        ("Sun, 22 Nov 2026 13:00:30 +0100", 30.0),
        ("Sun, 22 Nov 2026 12:00:30 -0000", 30.0),
        ("Sun, 22 Nov 2026 11:59:00 GMT", 0.0),
        ("Mon, 23 Nov 2026 12:00:00 GMT", 86400.0),
    ],
)
def test_seconds_and_dates_are_seconds_from_now_never_negative(value: str, seconds: float) -> None:
    assert retry_after(value, NOW) == seconds


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "soon",
        ",",
        "nan",
        "inf",
        "-Infinity",
        "1e999",
        "9" * 400,
        "Sun, 22 Nov 99999999999999999999 00:00:00 GMT",
        "Sun, 22 Nov 2026 00:00:00 +99999999999999999999",
        "Sun, 31 Nov 2026 00:00:00 GMT",
    ],
)
def test_anything_else_is_nothing(value: str | None) -> None:
    assert retry_after(value, NOW) is None


def test_without_a_clock_it_is_counted_from_the_present() -> None:
    assert retry_after("Fri, 01 Jan 2100 00:00:00 GMT") == pytest.approx(
        (datetime(2100, 1, 1, tzinfo=UTC) - datetime.now(UTC)).total_seconds(), abs=30
    )


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.text(max_size=40) | st.from_regex(r"[A-Z][a-z]{2}, \d{1,3} [A-Z][a-z]{2} \d{1,12} \d+:\d+:\d+ [A-Z+-]\w*"))
def test_no_header_that_a_service_could_send_breaks_it(value: str) -> None:
    seconds = retry_after(value, NOW)
    assert seconds is None or 0 <= seconds < float("inf")
