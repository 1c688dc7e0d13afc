"""Paths, queries and headers that an operation does not declare are violations."""

import httpx
import pytest

from tests.contracts.document import Json
from tests.contracts.openapi import Contract
from tests.contracts.options import Settings
from tests.contracts.things import BASE, DOCUMENT, THINGS, listing, query, violation
from tests.contracts.violation import ContractViolation, Uncompilable


@pytest.mark.parametrize(
    "params",
    [
        {"owner": "ada"},
        {"owner": "5"},
        {"owner": "ada", "limit": 100, "deep": True},
        {"owner": "ada", "made": 5},
        {"owner": "ada", "made[gte]": 5},
        {"owner": "ada", "expand[]": ["a", "b"]},
        {"owner": "ada", "expand[0]": "a", "expand[1]": "b"},
        {"owner": "ada", "ids": [1, 2]},
        {"owner": "ada", "ids": 1},
        {"owner": "ada", "fields": "id,kind"},
        {"owner": "ada", "page[size]": 5},
    ],
)
def test_a_request_that_the_contract_names_passes(params: Json) -> None:
    assert str(THINGS.check_request(listing(**params))) == "GET /things"


@pytest.mark.parametrize(
    ("params", "told"),
    [
        ({"ovner": "ada"}, "things GET /things: query `ovner`: not named by the contract"),
        ({"limit": 5}, "query `owner`: required, but missing"),
        ({"owner": "ada", "limit": "five"}, "query `limit`: 'five' is not of type 'integer'\n  sent: 'five'"),
        ({"owner": "ada", "limit": "5.0"}, "query `limit`"),
        ({"owner": "ada", "limit": ""}, "query `limit`"),
        ({"owner": "ada", "limit": 101}, "query `limit`: 101 is greater than the maximum of 100"),
        ({"owner": "ada", "limit": [1, 2]}, "query `limit`: sent 2 times"),
        ({"owner": "ada", "deep": "yes"}, "query `deep`: 'yes' is not of type 'boolean'"),
        ({"owner": "ada", "made": "then"}, "query `made`: it fits none of the alternatives"),
        ({"owner": "ada", "made[gte]": "then"}, "query `made`: 'then' is not of type 'integer' at $.gte"),
        ({"owner": "ada", "made[lt]": 5}, "query `made`"),
        ({"owner": "ada", "made[]": 5}, "query `made`"),
        ({"owner": "ada", "limit[]": 5}, "query `limit[]`: not named"),
        ({"owner": "ada", "expand": ["a", "b"]}, "query `expand`: sent 2 times"),
        ({"owner": "ada", "ids[]": 1}, "query `ids[]`: not named"),
        ({"owner": "ada", "ids": "1,2"}, "query `ids`: '1,2' is not of type 'integer' at $[0]"),
        ({"owner": "ada", "fields": "id,size"}, "query `fields`: 'size' is not one of ['id', 'kind'] at $[1]"),
        ({"owner": "ada", "page[number]": 5}, "query `page[number]`: not named"),
    ],
)
def test_a_query_that_the_contract_does_not_name_is_a_violation(params: Json, told: str) -> None:
    assert told in violation(listing(**params))


def test_a_header_that_is_required_must_be_there_and_fit() -> None:
    missing = httpx.Request("GET", f"{BASE}/things", params={"owner": "ada"})
    wrong = httpx.Request("GET", f"{BASE}/things", params={"owner": "ada"}, headers={"x-version": "3"})
    assert "header `X-Version`: required, but missing" in violation(missing)
    assert "header `X-Version`: '3' is not one of ['1', '2']" in violation(wrong)


def test_a_path_parameter_must_fit() -> None:
    assert str(THINGS.check_request(httpx.Request("GET", f"{BASE}/things/5"))) == "GET /things/{id}"
    assert "path `id`: 'five' is not of type 'integer'" in violation(httpx.Request("GET", f"{BASE}/things/five"))


def test_an_encoded_slash_stays_within_its_path_segment() -> None:
    told = violation(httpx.Request("GET", f"{BASE}/things/5%2Fparts"))
    assert "path `id`: '5/parts' is not of type 'integer'" in told


def test_a_literal_path_wins_over_a_templated_one() -> None:
    assert THINGS.check_request(httpx.Request("GET", f"{BASE}/things/latest")).operation_id == "latest"
    assert "the contract has only GET here" in violation(httpx.Request("DELETE", f"{BASE}/things/latest"))


@pytest.mark.parametrize("path", ["/api/nothing", "/api/things/1/parts", "/things", "/api/things/"])
def test_a_path_that_the_contract_has_not_is_a_violation(path: str) -> None:
    assert "path: " in violation(httpx.Request("GET", f"https://things.example{path}"))


def test_a_prefix_may_be_told() -> None:
    other = Contract("things", DOCUMENT, Settings(prefix="/v9"))
    assert str(other.check_request(httpx.Request("GET", "https://x.example/v9/things/5"))) == "GET /things/{id}"


def test_a_parameter_whose_style_is_not_understood_is_loud() -> None:
    operation = {"parameters": [query("a", {"type": "object"})], "responses": {}}
    contract = Contract("odd", {"openapi": "3.0.3", "paths": {"/odd": {"get": operation}}})
    with pytest.raises(Uncompilable, match="style 'form'"):
        contract.check_request(httpx.Request("GET", "https://odd.example/odd"))


def test_one_operation_overrides_the_parameters_of_its_path() -> None:
    item = {
        "parameters": [query("a", {"type": "integer"})],
        "get": {"parameters": [query("a", {"type": "boolean"})], "responses": {}},
    }
    contract = Contract("odd", {"openapi": "3.1.0", "paths": {"/odd": item}})
    contract.check_request(httpx.Request("GET", "https://odd.example/odd?a=true"))
    with pytest.raises(ContractViolation, match="not of type 'boolean'"):
        contract.check_request(httpx.Request("GET", "https://odd.example/odd?a=1"))
