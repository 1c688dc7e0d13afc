"""Who may call the imitation, and how often."""

import httpx
import pytest

from connectors.hubspot.sandbox import imitate
from connectors.hubspot.sandbox_access import BURST, DAILY
from connectors.transport.quota import Quota
from tests.connectors.hubspot.support import (
    ACCOUNT,
    AUTHORIZATION,
    DEAL_SEARCH,
    HOST,
    NEWEST,
    PEOPLE,
    Call,
    Clock,
    calling,
)
from tests.connectors.support import NOW


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer ", "Basic dXNlcjpwYXNz", "pat-na1-x"])
def test_nobody_is_let_in_without_a_token(authorization: str | None) -> None:
    response = Call(imitate(PEOPLE, Clock()), authorization).get(ACCOUNT)
    assert response.status_code == 401
    body = response.json()
    assert body["category"] == "INVALID_AUTHENTICATION"
    assert body["message"].startswith("Authentication credentials not found.")


def test_any_token_is_let_in() -> None:
    assert Call(imitate(PEOPLE, Clock()), "Bearer any").get(ACCOUNT).status_code == 200


def test_every_answer_tells_what_is_left() -> None:
    call = calling()
    for left in (BURST - 1, BURST - 2):
        headers = call.get(ACCOUNT).headers
        assert headers["x-hubspot-ratelimit-max"] == str(BURST)
        assert headers["x-hubspot-ratelimit-remaining"] == str(left)
        assert headers["x-hubspot-ratelimit-interval-milliseconds"] == "10000"
        assert headers["x-hubspot-ratelimit-daily"] == str(DAILY)
        assert headers["x-hubspot-ratelimit-daily-remaining"] == str(DAILY - BURST + left)


def test_what_is_told_is_understood_by_the_quota() -> None:
    quota = Quota.from_headers(calling().get(ACCOUNT).headers, NOW)
    assert quota is not None
    assert (quota.limit, quota.remaining) == (BURST, BURST - 1)


def test_errors_tell_what_is_left_as_well_and_searches_do_not() -> None:
    call = calling()
    assert "x-hubspot-ratelimit-max" in call.get("/nowhere").headers
    found = call.post(DEAL_SEARCH, {"sorts": NEWEST})
    assert found.status_code == 200
    assert not [name for name in found.headers if name.startswith("x-hubspot")]


def test_one_call_too_many_is_refused_until_the_interval_is_over() -> None:
    clock = Clock()
    call = calling(clock=clock)
    answers = [call.get(ACCOUNT).status_code for _ in range(BURST + 2)]
    assert answers == [200] * BURST + [429] * 2
    late = call.get(ACCOUNT)
    assert late.json()["policyName"] == "TEN_SECONDLY_ROLLING"
    assert late.json()["errorType"] == "RATE_LIMIT"
    assert late.headers["x-hubspot-ratelimit-remaining"] == "0"
    assert "retry-after" not in late.headers
    clock.now += 10
    assert call.get(ACCOUNT).status_code == 200


def test_the_day_is_counted_through_all_intervals() -> None:
    clock = Clock()
    call = calling(clock=clock)
    call.get(ACCOUNT)
    clock.now += 60
    headers = call.get(ACCOUNT).headers
    assert headers["x-hubspot-ratelimit-remaining"] == str(BURST - 1)
    assert headers["x-hubspot-ratelimit-daily-remaining"] == str(DAILY - 2)


def test_calls_without_a_token_count_too() -> None:
    handle = imitate(PEOPLE, Clock())
    handle(httpx.Request("GET", HOST + ACCOUNT))
    response = handle(httpx.Request("GET", HOST + ACCOUNT, headers={"Authorization": AUTHORIZATION}))
    assert response.headers["x-hubspot-ratelimit-remaining"] == str(BURST - 2)
