from datetime import UTC, datetime, timedelta

import httpx
import pytest

from connectors.transport.quota import Quota
from connectors.transport.throttle import MINUTE, SHORTLY, asked_pause

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = Quota(5000, 0, NOW + timedelta(hours=1), "graphql")
SECONDARY = b'{"message": "You have exceeded a secondary rate limit. Please wait a few minutes."}'


def pause(status: int, *told: Quota, after: str | None = None, body: bytes = b"{}") -> float | None:
    headers = {} if after is None else {"Retry-After": after}
    return asked_pause(httpx.Response(status, headers=headers, content=body), told, NOW)


@pytest.mark.parametrize("status", [403, 429, 503])
def test_a_refusal_with_retry_after_asks_for_so_long(status: int) -> None:
    assert pause(status, after="30") == 30
    assert pause(status, after="Sun, 22 Nov 2026 12:00:45 GMT") == 45
    assert pause(status, HOUR, after="30") == 30, "the quota itself keeps calls back until its reset"
    assert pause(status, after="0") == 0


@pytest.mark.parametrize("status", [200, 202, 304, 401, 404, 500, 502])
def test_no_other_answer_asks_for_a_pause(status: int) -> None:
    assert pause(status, HOUR, after="30", body=SECONDARY) is None


def test_an_exhausted_quota_asks_until_its_reset() -> None:
    assert pause(429, HOUR) == 3600
    assert pause(403, HOUR) == 3600
    assert pause(429, HOUR, Quota(10, 0, NOW + timedelta(seconds=5)), Quota(9, 1, NOW + timedelta(days=1))) == 3600
    assert pause(429, Quota(10, 0)) == SHORTLY
    assert pause(429, Quota(10, 0, NOW - timedelta(seconds=5))) == SHORTLY


def test_githubs_secondary_limit_asks_for_a_minute() -> None:
    assert pause(403, body=SECONDARY) == MINUTE
    assert pause(429, Quota(5000, 4000), body=SECONDARY) == MINUTE


def test_a_bare_429_asks_for_a_moment_and_a_bare_403_for_nothing() -> None:
    assert pause(429) == SHORTLY
    assert pause(429, after="soon") == SHORTLY
    assert pause(403, body=b"\xff\xfe") is None
    assert pause(403, Quota(5000, 4000)) is None
    assert pause(503) is None
    assert pause(503, HOUR) is None
