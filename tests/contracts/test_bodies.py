"""Bodies that do not fit are violations, told with their place."""

import httpx
import pytest

from tests.contracts.document import Json
from tests.contracts.things import BASE, THINGS, answered, listing, posting, violation


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ({}, "body: required, but missing"),
        ({"json": {"kind": "big"}}, "body `$`: 'id' is a required property"),
        ({"json": {"id": "1", "kind": "huge"}}, "body `$.kind`: 'huge' is not one of ['big', 'small']"),
        ({"json": {"id": "1", "kind": "big", "parts": [{"id": 2, "kind": "big"}]}}, "body `$.parts[0].id`: 2 is not"),
        ({"data": {"id": "1"}}, "body: sent as 'application/x-www-form-urlencoded', the contract has"),
        ({"content": b"{", "extensions": {}}, "body: sent as ''"),
    ],
)
def test_a_request_body_that_does_not_fit_is_a_violation(content: Json, told: str) -> None:
    assert told in violation(posting(**content))


def test_a_request_body_that_fits_passes() -> None:
    assert str(THINGS.check_request(posting(json={"id": "1", "kind": "big"}))) == "POST /things"


def test_a_body_that_is_not_json_is_a_violation() -> None:
    request = httpx.Request(
        "POST", f"{BASE}/things", headers={"x-version": "1", "content-type": "application/json"}, content=b"{"
    )
    assert "body: it is not application/json" in violation(request)


def test_a_body_where_none_is_declared_is_a_violation() -> None:
    request = httpx.Request("GET", f"{BASE}/things/latest", json={})
    assert "body: the contract declares none" in violation(request)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({}, "response 200 body `$`: {} is not of type 'array'"),
        ([{"id": "1"}], "response 200 body `$[0]`: 'kind' is a required property"),
        ([{"id": "1", "kind": "huge"}], "response 200 body `$[0].kind`"),
        ([{"id": "1", "kind": "big", "made": "today"}], "`$[0].made`: 'today' is not a 'date-time'"),
        ([{"id": "1", "kind": "big", "owner": {"id": 2, "kind": "big"}}], "`$[0].owner.id`: 2 is not of type 'string'"),
        ([{"id": "1", "kind": "big", "parts": [{"id": "2", "kind": "big", "parts": [5]}]}], "`$[0].parts[0].parts[0]`"),
    ],
)
def test_a_response_body_that_does_not_fit_is_a_violation(body: Json, told: str) -> None:
    assert told in answered(body)


def test_every_mistake_of_a_body_is_told_up_to_five() -> None:
    told = answered([{"id": number, "kind": "big"} for number in range(9)])
    assert [f"$[{number}].id" in told for number in range(9)] == [True] * 5 + [False] * 4


@pytest.mark.parametrize("owner", [None, "ada", {"id": "2", "kind": "small", "new": 1}])
def test_a_response_body_that_fits_passes_with_fields_that_the_contract_does_not_name(owner: Json) -> None:
    body = [{"id": "1", "kind": "big", "owner": owner, "size": 3}]
    THINGS.check_response(listing(owner="ada"), httpx.Response(200, json=body))


def test_what_was_sent_is_told_but_not_at_full_length() -> None:
    told = answered([{"id": "1" * 10_000}])
    assert "characters)" in told
    assert len(told) < 1_000
