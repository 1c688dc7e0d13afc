from datetime import UTC, datetime, timedelta, timezone

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.bluesky.sandbox import imitate as bluesky
from connectors.seed.people import People
from connectors.transport.quota import Quota, quotas, tightest

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
EPOCH = int(NOW.timestamp())


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("headers", "quota"),
    [
        # GitHub
        (
            {
                "X-RateLimit-Limit": "5000",
                "X-RateLimit-Remaining": "4987",
                "X-RateLimit-Used": "13",
                "X-RateLimit-Reset": f"{EPOCH + 1800}",
                "X-RateLimit-Resource": "graphql",
            },
            Quota(5000, 4987, after(1800), "graphql"),
        ),
        # Mastodon
        (
            {
                "X-RateLimit-Limit": "300",
                "X-RateLimit-Remaining": "299",
                "X-RateLimit-Reset": "2026-11-22T12:05:00.019685Z",
            },
            Quota(300, 299, after(300.019685)),
        ),
        # Intercom
        (
            {"X-RateLimit-Limit": "1600", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": f"{EPOCH + 10}"},
            Quota(1600, 0, after(10)),
        ),
        # PagerDuty
        (
            {"ratelimit-limit": "960", "ratelimit-remaining": "958", "ratelimit-reset": "32"},
            Quota(960, 958, after(32)),
        ),
        # Bluesky
        (
            {
                "RateLimit-Limit": "3000",
                "RateLimit-Remaining": "2999",
                "RateLimit-Reset": f"{EPOCH + 300}",
                "RateLimit-Policy": "3000;w=300",
            },
            Quota(3000, 2999, after(300)),
        ),
        # Zendesk, every endpoint
        ({"X-Rate-Limit": "700", "X-Rate-Limit-Remaining": "699"}, Quota(700, 699)),
        # Zendesk, lists
        (
            {
                "x-rate-limit": "700",
                "ratelimit-limit": "700",
                "x-rate-limit-remaining": "699",
                "ratelimit-remaining": "699",
                "ratelimit-reset": "41",
                "zendesk-ratelimit-tickets-index": "total=100; remaining=99; resets=41",
            },
            Quota(700, 699, after(41)),
        ),
        # IETF, drafts 08 and later
        (
            {"RateLimit": '"default";r=50;t=30', "RateLimit-Policy": '"default";q=100;w=60'},
            Quota(100, 50, after(30), "default"),
        ),
        # IETF, draft 07
        ({"RateLimit": "limit=100, remaining=50, reset=5", "RateLimit-Policy": "100;w=60"}, Quota(100, 50, after(5))),
        # IETF, drafts up to 06
        (
            {"RateLimit-Limit": "100, 100;w=60;comment=x", "RateLimit-Remaining": "9", "RateLimit-Reset": "50"},
            Quota(100, 9, after(50)),
        ),
    ],
)
def test_each_vendors_headers_are_understood(headers: dict[str, str], quota: Quota) -> None:
    assert Quota.from_headers(httpx.Headers(headers), NOW) == quota
    assert Quota.from_headers(headers, NOW) == quota


def test_hubspot_tells_of_the_day_and_of_the_interval() -> None:
    headers = {
        "X-HubSpot-RateLimit-Daily": "250000",
        "X-HubSpot-RateLimit-Daily-Remaining": "249000",
        "X-HubSpot-RateLimit-Interval-Milliseconds": "10000",
        "X-HubSpot-RateLimit-Max": "100",
        "X-HubSpot-RateLimit-Remaining": "97",
        "X-HubSpot-RateLimit-Secondly": "10",
        "X-HubSpot-RateLimit-Secondly-Remaining": "9",
    }
    daily, interval = Quota(250_000, 249_000, None, "daily"), Quota(100, 97, after(10), "interval")
    assert quotas(headers, NOW) == (daily, interval)
    assert Quota.from_headers(headers, NOW) == interval
    assert Quota.from_headers(headers | {"X-HubSpot-RateLimit-Daily-Remaining": "25"}, NOW) == Quota(
        250_000, 25, None, "daily"
    )


def test_hubspots_older_figures_by_the_second_are_read_where_there_are_no_others() -> None:
    headers = {"X-HubSpot-RateLimit-Secondly": "10", "X-HubSpot-RateLimit-Secondly-Remaining": "9"}
    assert quotas(headers, NOW) == (Quota(10, 9, after(1), "secondly"),)


def test_jira_tells_of_the_hour_and_of_the_second() -> None:
    headers = {
        "RateLimit-Policy": '"tenant-app-quota";q=100100;w=3600',
        "RateLimit": '"tenant-app-quota";r=17842;t=2107',
        "X-RateLimit-Limit": "350",
        "X-RateLimit-Remaining": "349",
    }
    hour, second = Quota(100_100, 17_842, after(2107), "tenant-app-quota"), Quota(350, 349)
    assert quotas(headers, NOW) == (hour, second)
    assert Quota.from_headers(headers, NOW) == hour


def test_several_policies_are_told_apart_and_only_those_that_count_requests_are_heeded() -> None:
    headers = {
        "RateLimit-Policy": '"burst";q=100;w=60,"daily";q=1000;w=86400,"bytes";q=9;qu="content-bytes"',
        "RateLimit": '"burst";r=10, "daily";r=900;t=43200, "bytes";r=1, "unnamed";r=0;t=5',
    }
    assert quotas(headers, NOW) == (
        Quota(100, 10, after(60), "burst"),  # without `t`, the window's length is the longest that it can take
        Quota(1000, 900, after(43_200), "daily"),
        Quota(1, 0, after(5), "unnamed"),
    )


def test_the_tightest_is_that_of_which_the_smallest_share_remains() -> None:
    hour, second, full = Quota(5000, 100), Quota(10, 5), Quota(10, 10)
    assert tightest((full, second, hour)) is hour
    assert tightest((full, Quota(1000, 1000, None, "hour"))) == Quota(1000, 1000, None, "hour")
    assert tightest(()) is None
    assert hour.share == 0.02


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Content-Type": "application/json"},
        {"X-RateLimit-Limit": "60"},
        {"X-RateLimit-Remaining": "60"},
        {"X-RateLimit-Limit": "unlimited", "X-RateLimit-Remaining": "60"},
        {"X-RateLimit-Limit": "-1", "X-RateLimit-Remaining": "-1"},
        {"X-RateLimit-Limit": "0", "X-RateLimit-Remaining": "0"},
        {"RateLimit": '"default";t=30'},
        {"RateLimit": '"default";r=many;t=30'},
        {"RateLimit-Policy": '"default";q=100;w=60'},
        {"X-HubSpot-RateLimit-Interval-Milliseconds": "10000"},
        {"Zendesk-RateLimit-tickets-index": "total=100; remaining=99; resets=41"},
    ],
)
def test_headers_without_sense_are_none(headers: dict[str, str]) -> None:
    assert Quota.from_headers(headers, NOW) is None


def test_a_reset_that_cannot_be_read_leaves_the_counts() -> None:
    headers = {"X-RateLimit-Limit": "60", "X-RateLimit-Remaining": "59", "X-RateLimit-Reset": "tomorrow"}
    assert Quota.from_headers(headers, NOW) == Quota(60, 59)


def test_figures_from_a_body_are_held_to_the_same_rules() -> None:
    assert Quota.of(5000, 4998, after(60), "graphql") == Quota(5000, 4998, after(60), "graphql")
    assert Quota.of(5000, -3, after(60)) == Quota(5000, 0, after(60)), "an overdrawn quota is an empty one"
    assert Quota.of(5000, 1, datetime(2026, 11, 22, 12, 1)) == Quota(5000, 1, after(60))  # noqa: DTZ001 - the subject
    assert Quota.of(0, 0) is None
    assert Quota.of(None, 1) is None
    assert Quota.of(1, None) is None
    assert Quota.of(2**31, 1) is None
    elsewhere = datetime(2026, 11, 22, 13, tzinfo=timezone(timedelta(hours=1)))
    assert Quota.of(9, 9, elsewhere) == Quota(9, 9, NOW)


def test_the_imitated_bluesky_is_understood_too() -> None:
    answer = bluesky(People(3, NOW), lambda: float(EPOCH))(
        httpx.Request("GET", "https://public.api.bsky.app/xrpc/app.bsky.feed.searchPosts?q=x")
    )
    assert Quota.from_headers(answer.headers, NOW) == Quota(3000, 2999, after(300))


NAMES = st.sampled_from(
    [
        *("RateLimit", "RateLimit-Policy", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"),
        *("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "X-RateLimit-Resource"),
        *("X-Rate-Limit", "X-Rate-Limit-Remaining", "X-HubSpot-RateLimit-Max", "X-HubSpot-RateLimit-Remaining"),
        *("X-HubSpot-RateLimit-Interval-Milliseconds", "X-HubSpot-RateLimit-Daily"),
    ]
)
VALUES = (
    st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=255), max_size=30)
    | st.integers(-(10**13), 10**13).map(str)
    | st.from_regex(r'"[a-z]{0,3}";[rtqw]=-?[0-9]{1,12}(;[rtqw]=[0-9]{1,3})?', fullmatch=True)
)


@settings(derandomize=True, max_examples=400, deadline=None)
@given(st.dictionaries(NAMES, VALUES, max_size=8))
def test_no_headers_that_a_service_could_send_break_it(headers: dict[str, str]) -> None:
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    for quota in quotas(httpx.Headers(raw), NOW):
        assert 0 < quota.limit < 2**31
        assert 0 <= quota.remaining < 2**31
        assert quota.resets_at is None or quota.resets_at.tzinfo is UTC
