"""Statuses, options, and schemas that cannot be compiled."""

import httpx
import pytest

from tests.contracts.document import Json
from tests.contracts.openapi import Contract
from tests.contracts.options import Settings
from tests.contracts.things import BASE, DOCUMENT, THINGS, answered, json_of, listing, posting, query, violation
from tests.contracts.violation import ContractViolation, Uncompilable


def test_a_status_is_found_exactly_then_by_its_range_then_by_default() -> None:
    THINGS.check_response(listing(owner="ada"), httpx.Response(404, json={"reason": "gone"}))
    assert "response 404 body `$`: 'reason' is a required property" in answered({}, 404)
    assert "status 500: not declared, the contract has ['200', '4XX']" in answered({}, 500)
    THINGS.check_response(posting(json={"id": "1", "kind": "big"}), httpx.Response(500, json={}))


def test_faults_may_be_answered_though_no_one_declared_them() -> None:
    tolerant = Contract("things", DOCUMENT, Settings(faults=frozenset({200, 503})))
    tolerant.check_response(listing(owner="ada"), httpx.Response(503, text="down"))
    with pytest.raises(ContractViolation, match="status 500"):
        tolerant.check_response(listing(owner="ada"), httpx.Response(500, text="down"))
    with pytest.raises(ContractViolation, match="response 200 body"):
        tolerant.check_response(listing(owner="ada"), httpx.Response(200, json={}))


def test_a_media_type_that_is_not_declared_is_a_violation() -> None:
    html = httpx.Response(200, html="<p>")
    assert "sent as 'text/html', the contract has ['application/json']" in violation(listing(owner="ada"), html)
    THINGS.check_response(httpx.Request("GET", f"{BASE}/things/latest"), html)


def test_a_success_with_a_body_where_none_is_declared_is_a_violation() -> None:
    request = httpx.Request("DELETE", f"{BASE}/things/5")
    THINGS.check_response(request, httpx.Response(204))
    assert "response 204 body: the contract declares none" in violation(request, httpx.Response(204, json={}))


def test_an_operation_that_the_document_leaves_out_is_known_by_its_path_and_its_answer() -> None:
    wider = Contract("things", DOCUMENT, Settings(extra=(("GET /owners/{id}", "thing"),)))
    request = httpx.Request("GET", f"{BASE}/owners/7", params={"anything": 1})
    assert str(wider.check_request(request)) == "GET /owners/{id}"
    wider.check_response(request, httpx.Response(200, json={"id": "7", "kind": "big"}))
    wider.check_response(request, httpx.Response(404, text="none"))
    with pytest.raises(ContractViolation, match="'kind' is a required property"):
        wider.check_response(request, httpx.Response(200, json={"id": "7"}))
    with pytest.raises(ContractViolation, match="status 302"):
        wider.check_response(request, httpx.Response(302))


def test_an_operation_that_the_document_leaves_out_may_answer_a_list() -> None:
    wider = Contract("things", DOCUMENT, Settings(extra=(("GET /owners", "thing[]"),)))
    request = httpx.Request("GET", f"{BASE}/owners")
    wider.check_response(request, httpx.Response(200, json={"data": [{"id": "7", "kind": "big"}], "more": False}))
    with pytest.raises(ContractViolation, match="'kind' is a required property"):
        wider.check_response(request, httpx.Response(200, json={"data": [{"id": "7"}]}))
    with pytest.raises(ContractViolation, match="'data' is a required property"):
        wider.check_response(request, httpx.Response(200, json={"id": "7", "kind": "big"}))


@pytest.mark.parametrize("line", ["/owners", "FETCH /owners", "GET owners"])
def test_an_extra_operation_is_a_method_and_a_path(line: str) -> None:
    with pytest.raises(ValueError, match="is not of the form"):
        Contract("things", DOCUMENT, Settings(extra=((line, "thing"),)))


def test_where_one_is_declared_many_may_be_answered_when_the_test_says_so() -> None:
    one = httpx.Request("GET", f"{BASE}/things/5")
    many = Contract("things", DOCUMENT, Settings(many=frozenset({"GET /things/{id}"})))
    many.check_response(one, httpx.Response(200, json=[{"id": "1", "kind": "big"}]))
    with pytest.raises(ContractViolation, match="'kind' is a required property"):
        many.check_response(one, httpx.Response(200, json=[{"id": "1", "kind": "big"}, {"id": "2"}]))
    with pytest.raises(ContractViolation, match="is not of type 'object'"):
        THINGS.check_response(one, httpx.Response(200, json=[]))


def test_a_body_can_be_held_against_a_component_alone() -> None:
    THINGS.check_body("thing", {"id": "1", "kind": "big"})
    with pytest.raises(ContractViolation, match=r"things thing: body `\$\.kind`: 'huge'"):
        THINGS.check_body("thing", {"id": "1", "kind": "huge"})
    with pytest.raises(Uncompilable, match="names nothing"):
        THINGS.check_body("thong", {})


@pytest.mark.parametrize(
    "schema", [{"type": "text"}, {"$ref": "#/components/schemas/absent"}, {"items": {"optional": True}}]
)
def test_a_component_that_cannot_be_compiled_is_loud_before_any_request(schema: Json) -> None:
    with pytest.raises(Uncompilable, match="#/components/schemas/odd"):
        Contract("odd", {"openapi": "3.0.3", "paths": {}, "components": {"schemas": {"odd": schema}}})


@pytest.mark.parametrize("place", ["parameter", "requestBody", "response"])
def test_a_schema_of_an_operation_that_cannot_be_compiled_is_loud_when_compiled(place: str) -> None:
    odd = json_of({"type": "string", "pattern": "("})
    operation: Json = {"responses": {"200": odd if place == "response" else {}}}
    if place == "requestBody":
        operation["requestBody"] = odd
    if place == "parameter":
        operation["parameters"] = [query("a", {"type": "text"})]
    with pytest.raises(Uncompilable, match="GET /odd"):
        Contract("odd", {"openapi": "3.0.3", "paths": {"/odd": {"get": operation}}}).compile()
