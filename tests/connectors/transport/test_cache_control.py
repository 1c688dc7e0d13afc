from datetime import UTC, datetime

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.transport.cache_control import FOREVER, delta_seconds, directives, first, http_date

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC).timestamp()


def said(*lines: str) -> dict[str, str | None]:
    return directives(httpx.Headers([("Cache-Control", line) for line in lines]))


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("", {}),
        ("no-store", {"no-store": None}),
        ("Private, MAX-AGE=60", {"private": None, "max-age": "60"}),
        ("max-age=60,s-maxage=0,no-cache", {"max-age": "60", "s-maxage": "0", "no-cache": None}),
        ('max-age="60"', {"max-age": "60"}),
        ('private="set-cookie, max-age=1", max-age=5', {"private": "set-cookie, max-age=1", "max-age": "5"}),
        (r'x="a\"no-store", max-age=5', {"x": r"a\"no-store", "max-age": "5"}),
        ('"no-store", max-age=5', {"max-age": "5"}),
        (" , ,max-age=5,, ", {"max-age": "5"}),
        ("max-age=", {"max-age": ""}),
        ("max-age =5", {"max-age": None, "5": None}),
        ("max-age=1, max-age=2", {"max-age": "1"}),
    ],
)
def test_directives_are_read_as_they_are_written(line: str, found: dict[str, str | None]) -> None:
    assert said(line) == found


def test_several_lines_are_one_list_and_the_first_of_a_name_counts() -> None:
    assert said("max-age=1", "no-cache, max-age=2") == {"max-age": "1", "no-cache": None}


def test_a_quote_that_never_ends_hides_no_directive() -> None:
    assert "no-store" in said('x="y, no-store')


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.text('ab-=",\\ \t', max_size=60))
def test_no_value_breaks_it(line: str) -> None:
    assert all(name == name.lower() and name.strip(' ,="') == name for name in said(line))


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0),
        ("60", 60),
        ("007", 7),
        ("0000000000000000007", 7),
        ("2147483648", FOREVER),
        ("99999999999", FOREVER),
        ("9" * 5000, FOREVER),
    ],
)
def test_seconds_are_whole_and_end_at_68_years(value: str, seconds: float) -> None:
    assert delta_seconds(value) == seconds


@pytest.mark.parametrize("value", [None, "", "-1", "+1", "1.5", "1e3", "1 2", "one", "٣", "0x10"])
def test_anything_else_is_no_number_of_seconds(value: str | None) -> None:
    assert delta_seconds(value) is None


@pytest.mark.parametrize(
    "value",
    [
        "Sun, 22 Nov 2026 12:00:00 GMT",
        "Sunday, 22-Nov-26 12:00:00 GMT",
        "Sun Nov 22 12:00:00 2026",
        "Sun, 22 Nov 2026 13:00:00 +0100",
    ],
)
def test_each_form_of_a_date_is_read(value: str) -> None:
    assert http_date(value) == NOON


@pytest.mark.parametrize(
    "value", [None, "", "0", "-1", "soon", "Sun, 22 Nov 2026 12:00:00 AEST", "Sun, 31 Nov 2026 12:00:00 GMT", ","]
)
def test_anything_else_is_no_date(value: str | None) -> None:
    assert http_date(value) is None


def test_the_first_line_of_a_name_is_taken_alone() -> None:
    headers = httpx.Headers([("Expires", "Sun, 22 Nov 2026 12:00:00 GMT"), ("Expires", "0")])
    assert http_date(first(headers, "expires")) == NOON
    assert first(headers, "date") is None
