from dataclasses import replace

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.transport.cache_control import FOREVER, http_date
from connectors.transport.call import Call
from connectors.transport.lifespan import Lifespan, lifespan

NOON = "Sun, 22 Nov 2026 12:00:00 GMT"
ONE = "Sun, 22 Nov 2026 13:00:00 GMT"
AT = http_date(NOON) or 0.0
ROUTE = Call(repeatable=True, fresh=300.0, stale=20.0, if_error=30.0)
Headers = dict[str, str]


def judged(headers: Headers, call: Call = ROUTE, *, took: float = 0.0) -> Lifespan:
    return lifespan(httpx.Headers(headers), call, asked=AT - took, answered=AT)


@pytest.mark.parametrize(
    ("headers", "lifetime"),
    [
        ({"Cache-Control": "max-age=60"}, 60),
        ({"Cache-Control": 'max-age="60"'}, 60),
        ({"Cache-Control": "private, max-age=60, s-maxage=5"}, 60),
        ({"Cache-Control": "max-age=60", "Expires": ONE}, 60),
        ({"Cache-Control": "max-age=60, max-age=90"}, 60),
        ({"Cache-Control": f"max-age={'9' * 20}"}, FOREVER),
        ({"Cache-Control": "max-age=0"}, 0),
        ({"Cache-Control": "max-age=-5"}, 0),
        ({"Cache-Control": "max-age=1.5"}, 0),
        ({"Cache-Control": "max-age"}, 0),
        ({"Cache-Control": "max-age=60, no-cache"}, 0),
        ({"Cache-Control": 'max-age=60, no-cache="set-cookie"'}, 0),
        ({"Expires": ONE, "Date": NOON}, 3600),
        ({"Expires": ONE}, 3600),
        ({"Expires": NOON, "Date": ONE}, 0),
        ({"Expires": "0"}, 0),
        ({"Expires": ""}, 0),
        ({}, 300),
        ({"Cache-Control": "public, s-maxage=5"}, 300),
        ({"Cache-Control": "must-revalidate"}, 300),
        ({"Last-Modified": "Sun, 22 Nov 2020 12:00:00 GMT"}, 300),
    ],
)
def test_the_service_says_how_long_an_answer_lasts_and_the_connector_where_it_does_not(
    headers: Headers, lifetime: float
) -> None:
    assert judged(headers).lifetime == lifetime


def test_where_nobody_says_anything_it_lasts_not_at_all_and_no_failure_makes_it_last() -> None:
    silent = judged({"Last-Modified": "Sun, 22 Nov 2020 12:00:00 GMT"}, Call(stale=20, if_error=30))
    assert (silent.lifetime, silent.stale, silent.if_error, silent.serves) == (0, 0, 0, False)


@pytest.mark.parametrize(
    ("headers", "took", "age"),
    [
        ({}, 0, 0),
        ({}, 2, 2),
        ({"Age": "7"}, 0, 7),
        ({"Age": "7"}, 2, 9),
        ({"Age": "soon"}, 0, 0),
        ({"Age": "-1"}, 0, 0),
        ({"Date": NOON}, 0, 0),
        ({"Date": "Sun, 22 Nov 2026 11:59:00 GMT"}, 2, 60),
        ({"Date": "Sun, 22 Nov 2026 11:59:00 GMT", "Age": "90"}, 2, 92),
        ({"Date": ONE}, 0, 0),
        ({"Date": "yesterday"}, 0, 0),
    ],
)
def test_an_answer_is_as_old_as_its_age_or_its_date_says_whichever_is_more(
    headers: Headers, took: float, age: float
) -> None:
    assert judged(headers, took=took).age_at(AT) == age
    assert judged(headers, took=took).age_at(AT + 5) == age + 5


def test_a_clock_that_is_set_back_makes_nothing_younger() -> None:
    assert judged({"Age": "7"}).age_at(AT - 3600) == 7


@pytest.mark.parametrize(
    ("said", "stale", "if_error"),
    [
        ("max-age=1", 20, 30),
        ("max-age=1, stale-while-revalidate=5", 5, 30),
        ("max-age=1, stale-while-revalidate=0, stale-if-error=0", 0, 0),
        ("max-age=1, stale-if-error=60", 20, 60),
        ("max-age=1, stale-while-revalidate=x, stale-if-error", 20, 30),
        ("max-age=1, must-revalidate", 0, 0),
        ("max-age=1, must-revalidate, stale-while-revalidate=5, stale-if-error=5", 0, 0),
        ("no-cache, stale-if-error=5", 0, 0),
        ("max-age=1, proxy-revalidate", 20, 30),
    ],
)
def test_the_service_says_how_long_a_stale_answer_may_be_shown_and_can_forbid_it(
    said: str, stale: float, if_error: float
) -> None:
    found = judged({"Cache-Control": said})
    assert (found.stale, found.if_error) == (stale, if_error)


def test_what_a_service_allows_to_show_stale_is_allowed_without_the_connector() -> None:
    found = judged({"Cache-Control": "stale-while-revalidate=5, stale-if-error=6"}, Call())
    assert (found.lifetime, found.stale, found.if_error, found.serves) == (0, 5, 6, True)


@pytest.mark.parametrize(
    "headers",
    [
        {"Cache-Control": "no-cache, no-store"},
        {"Cache-Control": "max-age=0, private, must-revalidate"},
        {"Cache-Control": "max-age=7, stale-while-revalidate=1, stale-if-error=2"},
        {"Expires": "0"},
    ],
)
def test_where_the_connector_overrides_it_the_services_word_counts_for_nothing_and_nobody_else_may_keep_it(
    headers: Headers,
) -> None:
    found = judged(headers, replace(ROUTE, override=True))
    assert (found.lifetime, found.stale, found.if_error) == (300, 20, 30)
    assert found.ours_alone
    assert found.left(AT) == 0


def test_an_override_of_nothing_is_none() -> None:
    silent = judged({"Age": "7"}, replace(ROUTE, override=True))
    assert (silent.lifetime, silent.ours_alone, silent.left(AT + 3)) == (300, False, 290)
    lasting = judged({"Cache-Control": "max-age=60"}, Call(override=True))
    assert (lasting.lifetime, lasting.ours_alone) == (60, False), "the connector does not say how long it would last"


@pytest.mark.parametrize(
    ("private", "said", "expected"),
    [(True, "max-age=5", True), (False, "max-age=5", False), (False, "private, max-age=5", True), (False, "", False)],
)
@pytest.mark.parametrize("override", [True, False])
def test_it_is_private_by_its_call_or_by_its_own_word(
    *, private: bool, said: str, expected: bool, override: bool
) -> None:
    call = replace(ROUTE, private=private, override=override)
    assert judged({"Cache-Control": said}, call).private is expected


def test_what_is_left_ends_with_its_lifetime() -> None:
    found = Lifespan(at=AT, age=10, lifetime=60)
    assert [found.left(AT + seconds) for seconds in (0, 45, 50, 90)] == [50, 5, 0, 0]


def test_it_is_overdue_from_the_moment_its_lifetime_is_over() -> None:
    found = Lifespan(at=AT, age=10, lifetime=60)
    assert [found.overdue(AT + seconds) for seconds in (0, 50, 55)] == [-50, 0, 5]


@pytest.mark.parametrize(
    ("age", "lifetime", "stale", "if_error", "serves"),
    [(0, 1, 0, 0, True), (5, 1, 0, 0, False), (0, 0, 0, 0, False), (5, 1, 1, 0, True), (5, 1, 0, 1, True)],
)
def test_it_serves_while_there_is_any_way_to_show_it(
    age: float,
    lifetime: float,
    stale: float,
    if_error: float,
    serves: bool,  # noqa: FBT001 - a column of the table above
) -> None:
    assert Lifespan(AT, age, lifetime, stale, if_error).serves is serves


HEADER = st.sampled_from(["Cache-Control", "Expires", "Date", "Age"])
VALUE = st.text(max_size=20) | st.sampled_from([NOON, ONE, "max-age=9", "no-cache", "stale-if-error=9", "9" * 400])


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.dictionaries(HEADER, VALUE), st.floats(0, 1e6))
def test_no_header_breaks_it_and_no_figure_is_negative(headers: Headers, later: float) -> None:
    encoded = [(name.encode(), value.encode()) for name, value in headers.items()]
    found = lifespan(httpx.Headers(encoded), ROUTE, asked=AT, answered=AT)
    assert min(found.age_at(AT + later), found.lifetime, found.stale, found.if_error) >= 0
