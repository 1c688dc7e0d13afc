"""What is particular in each of the smaller documents."""

import httpx
import pytest

from tests.contracts.checked import contract
from tests.contracts.document import Json
from tests.contracts.violation import ContractViolation


def bluesky(method: str, **params: Json) -> httpx.Request:
    return httpx.Request("GET", f"https://public.api.bsky.app/xrpc/app.bsky.{method}", params=params)


def test_bluesky_reads_several_posts_by_a_repeated_name() -> None:
    uris = ["at://did:plc:a/app.bsky.feed.post/1", "at://did:plc:a/app.bsky.feed.post/2"]
    contract("bluesky").check_request(bluesky("feed.getPosts", uris=uris))
    contract("bluesky").check_request(bluesky("feed.getPosts", uris=uris[:1]))


@pytest.mark.parametrize(
    ("method", "params", "told"),
    [
        ("feed.getPosts", {}, "query `uris`: required, but missing"),
        ("feed.getPosts", {"uris[]": ["at://a"]}, "query `uris[]`: not named"),
        ("feed.getPosts", {"uris": ["https://a.b"]}, "query `uris`: 'https://a.b' does not match '^at://' at $[0]"),
        ("feed.getPosts", {"uris": [f"at://{number}" for number in range(26)]}, "query `uris`"),
        ("feed.getAuthorFeed", {"actor": "not a handle"}, "query `actor`"),
        ("feed.getAuthorFeed", {"actor": "bsky.app", "limit": 101}, "101 is greater than the maximum of 100"),
    ],
)
def test_bluesky_refuses_what_its_lexicons_do_not_allow(method: str, params: Json, told: str) -> None:
    with pytest.raises(ContractViolation) as raised:
        contract("bluesky").check_request(bluesky(method, **params))
    assert told in str(raised.value)


def test_a_profile_of_bluesky_is_checked_through_its_references() -> None:
    profile = {"did": "did:plc:abc", "handle": "ada.example.com", "followersCount": 5}
    request = bluesky("actor.getProfiles", actors=["ada.example.com"])
    contract("bluesky").check_response(request, httpx.Response(200, json={"profiles": [profile]}))
    wrong = httpx.Response(200, json={"profiles": [profile | {"followersCount": "5"}]})
    with pytest.raises(ContractViolation, match=r"\$\.profiles\[0\]\.followersCount"):
        contract("bluesky").check_response(request, wrong)


def frankfurter(path: str, **params: Json) -> httpx.Request:
    return httpx.Request("GET", f"https://api.frankfurter.dev/v2/{path}", params=params)


def test_frankfurter_names_its_rates_by_date_and_quotes() -> None:
    checker = contract("frankfurter_v2")
    request = frankfurter("rates", base="USD", quotes="EUR,GBP", date="2026-11-20")
    assert str(checker.check_request(request)) == "GET /rates"
    rate = {"date": "2026-11-20", "base": "USD", "quote": "EUR", "rate": 0.9}
    checker.check_response(request, httpx.Response(200, json=[rate]))
    for wrong in ({"rate": 0}, {"rate": "0.9"}, {"date": "20.11.2026"}):
        with pytest.raises(ContractViolation, match=r"response 200 body `\$\[0\]"):
            checker.check_response(request, httpx.Response(200, json=[rate | wrong]))


@pytest.mark.parametrize(
    ("path", "params"),
    [("rates", {"symbols": "EUR"}), ("rates", {"date": "today"}), ("rates", {"group": "year"}), ("latest", {})],
)
def test_frankfurter_refuses_what_only_its_first_version_had(path: str, params: Json) -> None:
    with pytest.raises(ContractViolation):
        contract("frankfurter_v2").check_request(frankfurter(path, **params))


def test_mastodon_reads_arrays_with_brackets() -> None:
    checker = contract("mastodon", brackets=True)
    base = "https://mastodon.social/api/v1/accounts"
    checker.check_request(httpx.Request("GET", base, params={"id[]": ["1", "2"]}))
    with pytest.raises(ContractViolation, match=r"query `id`: an array is written `id\[\]`"):
        checker.check_request(httpx.Request("GET", base, params={"id": ["1", "2"]}))


def test_open_meteo_answers_a_list_for_several_places() -> None:
    checker = contract("openmeteo_forecast", many=["GET /v1/forecast"])
    places = {"latitude": "52.5,48.1", "longitude": "13.4,11.6", "current": "temperature_2m,weather_code"}
    request = httpx.Request("GET", "https://api.open-meteo.com/v1/forecast", params=places)
    checker.check_request(request)
    place = {"latitude": 52.5, "longitude": 13.4}
    checker.check_response(request, httpx.Response(200, json=[place, place]))
    with pytest.raises(ContractViolation, match=r"\$\.latitude"):
        checker.check_response(request, httpx.Response(200, json=[place, {"latitude": "52.5"}]))


def test_slack_tells_a_failure_in_a_200() -> None:
    checker = contract("slack")
    request = httpx.Request("POST", "https://slack.com/api/chat.postMessage", data={"channel": "C1", "text": "hello"})
    assert str(checker.check_request(request)) == "POST /chat.postMessage"
    checker.check_response(request, httpx.Response(200, json={"ok": False, "error": "channel_not_found"}))
    with pytest.raises(ContractViolation, match=r"\$\.error"):
        checker.check_response(request, httpx.Response(200, json={"ok": False, "error": "bad_mood"}))
