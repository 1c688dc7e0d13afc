"""Who may call the imitation, and how often."""

from base64 import b64encode

import httpx
import pytest

from connectors.zendesk.sandbox_access import LIMIT, Quota
from tests.connectors.support import NOW
from tests.connectors.zendesk.support import HOST, Call, Clock, calling

PATH = "/api/v2/tickets/1.json"


def basic(pair: str) -> str:
    return f"Basic {b64encode(pair.encode()).decode()}"


def spent(quota: Quota, path: str = PATH) -> dict[str, str]:
    return quota.spend(httpx.Request("GET", HOST + path))


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer abc",
        "Basic",
        "Basic %%%",
        "Basic /w==",
        basic("agent@acme.example:password"),
        basic("agent@acme.example/token"),
        basic("agent@acme.example/token:"),
        basic("/token:abc"),
        basic("agent@acme.example/password:abc"),
    ],
)
def test_without_the_email_address_and_token_of_an_agent_nobody_is_let_in(authorization: str | None) -> None:
    refused = Call(calling().handle, authorization).get(PATH)
    assert refused.status_code == 401
    assert refused.json() == {"error": "Couldn't authenticate you"}


def test_any_agents_token_will_do() -> None:
    call = Call(calling().handle, basic("zoë@acme.example/token:abc:def"))
    assert call.search("type:ticket").status_code == 200


def test_who_writes_without_naming_a_requester_is_the_requester() -> None:
    handle = calling().handle
    made = Call(handle, basic("zoe@acme.example/token:abc")).post(
        "/api/v2/tickets.json", {"ticket": {"comment": {"body": "Hello"}}}
    )
    requester = made.json()["ticket"]["requester_id"]
    body = Call(handle, basic("x@y.example/token:abc")).search(
        f"type:ticket requester:{requester}", include="tickets(users)"
    )
    assert [user["email"] for user in body.json()["users"]] == ["zoe@acme.example"]


def test_calls_count_down_within_a_minute_and_begin_anew_in_the_next() -> None:
    clock = Clock()
    quota = Quota(clock)
    first, second = spent(quota), spent(quota)
    clock.now += 59
    third = spent(quota)
    clock.now += 1
    fourth = spent(quota)
    remaining = [int(one["X-Rate-Limit-Remaining"]) for one in (first, second, third, fourth)]
    assert remaining == [LIMIT - 1, LIMIT - 2, LIMIT - 3, LIMIT - 1]
    assert [one["ratelimit-reset"] for one in (first, third, fourth)] == ["60", "1", "60"]


def test_both_families_of_headers_say_the_same() -> None:
    headers = spent(Quota(Clock()))
    assert headers["X-Rate-Limit"] == headers["ratelimit-limit"] == str(LIMIT)
    assert headers["X-Rate-Limit-Remaining"] == headers["ratelimit-remaining"]


def test_searches_are_counted_by_themselves_as_well() -> None:
    quota = Quota(Clock())
    assert "Zendesk-RateLimit-search-index" not in spent(quota)
    told = spent(quota, "/api/v2/search.json")["Zendesk-RateLimit-search-index"]
    assert told == f"total={LIMIT}; remaining={LIMIT - 1}; resets=60"


def test_one_call_too_many_is_told_when_to_come_back() -> None:
    clock = Clock()
    clock.now += 18
    quota = Quota(clock)
    told = [spent(quota) for _ in range(LIMIT + 1)]
    assert "Retry-After" not in told[-2]
    assert told[-2]["ratelimit-remaining"] == "0"
    assert (told[-1]["Retry-After"], told[-1]["ratelimit-remaining"]) == ("42", "0")


def test_a_call_too_many_is_429_in_plain_text_and_opens_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.zendesk.sandbox_access.LIMIT", 2)
    clock = Clock()
    call = calling(clock=clock)
    count = call.search("type:ticket").json()["count"]
    call.get(PATH)
    refused = call.post("/api/v2/tickets.json", {"ticket": {"comment": {"body": "Hello"}}})
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "60")
    assert refused.headers["content-type"].startswith("text/plain")
    clock.now += 60
    assert call.search("type:ticket").json()["count"] == count


def test_refusals_tell_the_quota_too() -> None:
    call = calling()
    for response in (Call(call.handle, None).get(PATH), call.search("nonsense"), call.get("/api/v2/nowhere")):
        assert response.is_client_error
        assert int(response.headers["x-rate-limit-remaining"]) < LIMIT


def test_the_imitations_minute_is_that_of_its_clock() -> None:
    assert calling().get(PATH).headers["ratelimit-reset"] == str(60 - int(NOW.timestamp()) % 60)
