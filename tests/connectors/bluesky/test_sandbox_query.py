from datetime import UTC, datetime

import httpx
import pytest

from connectors.bluesky.sandbox_query import Params, Refusal, actor


def params(query: str) -> Params:
    return Params(httpx.Request("GET", f"https://public.api.bsky.app/xrpc/x?{query}"))


def test_a_parameter_that_is_sent_twice_has_its_last_value() -> None:
    assert params("q=a&q=b").text("q") == "b"
    assert params("q=").required("q") == ""
    assert params("").text("q") is None


def test_a_list_is_a_repeated_name() -> None:
    assert params("actors=a&actors=b").many("actors", 2) == ["a", "b"]
    with pytest.raises(Refusal, match="not have more than 1"):
        params("actors=a&actors=b").many("actors", 1)


@pytest.mark.parametrize(("query", "limit"), [("", 25), ("limit=1", 1), ("limit=100", 100), ("limit=007", 7)])
def test_a_page_has_what_is_asked_or_the_default(query: str, limit: int) -> None:
    assert params(query).limit(25) == limit


@pytest.mark.parametrize("limit", ["0", "-1", "101", "1.5", "ten", "--1", "+1"])
def test_a_page_of_an_impossible_size_is_refused(limit: str) -> None:
    with pytest.raises(Refusal, match="limit"):
        params(f"limit={limit}").limit(25)


@pytest.mark.parametrize(
    ("sent", "at"),
    [
        ("2026-10-01", datetime(2026, 10, 1, tzinfo=UTC)),
        ("2026-10-01T12:00:00Z", datetime(2026, 10, 1, 12, tzinfo=UTC)),
        ("2026-10-01T12:00:00.250%2B02:00", datetime(2026, 10, 1, 10, 0, 0, 250_000, UTC)),
        ("2026-10-01T12:00:00", datetime(2026, 10, 1, 12, tzinfo=UTC)),
    ],
)
def test_a_moment_is_a_time_or_the_beginning_of_a_day(sent: str, at: datetime) -> None:
    assert params(f"since={sent}").instant("since") == at


def test_a_moment_may_be_left_out_and_must_make_sense() -> None:
    assert params("").instant("since") is None
    for nonsense in ("soon", "2026-13-01", "2026-10-01T99:00:00Z", ""):
        with pytest.raises(Refusal, match="since must be an ISO8601"):
            params(f"since={nonsense}").instant("since")


def test_an_actor_is_told_back_or_refused_with_its_place() -> None:
    assert actor("Ada.Example.com", "actor") == "Ada.Example.com"
    with pytest.raises(Refusal, match="actors/3 must be a valid did or a handle"):
        actor("ada", "actors/3")


def test_a_refusal_is_a_reply() -> None:
    refusal = Refusal("Slow down", error="RateLimitExceeded", status=429).reply
    assert (refusal.status_code, refusal.json()) == (429, {"error": "RateLimitExceeded", "message": "Slow down"})
