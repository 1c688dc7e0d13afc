"""Stripe's document: queries and forms with brackets, deep bodies, references that recur."""

import json

import httpx
import pytest

from tests.contracts import document
from tests.contracts.checked import contract, require_contracts
from tests.contracts.document import Json
from tests.contracts.violation import ContractViolation


def stripe(method: str, path: str, **content: Json) -> httpx.Request:
    return httpx.Request(method, f"https://api.stripe.com/v1/{path}", **content)


@pytest.mark.parametrize(
    "params",
    [
        {"customer": "cus_1", "limit": 100, "starting_after": "ch_9"},
        {"created": 1_700_000_000},
        {"created[gte]": 1_700_000_000, "created[lt]": 1_800_000_000},
        {"expand[]": ["data.customer", "data.invoice"]},
    ],
)
def test_stripe_takes_what_it_documents(params: Json) -> None:
    assert str(contract("stripe").check_request(stripe("GET", "charges", params=params))) == "GET /v1/charges"


@pytest.mark.parametrize(
    ("params", "told"),
    [
        ({"custmer": "cus_1"}, "query `custmer`: not named by the contract"),
        ({"limit": "many"}, "query `limit`: 'many' is not of type 'integer'"),
        ({"created[gte]": "yesterday"}, "query `created`: 'yesterday' is not of type 'integer' at $.gte"),
        ({"expand": ["data.customer", "data.invoice"]}, "query `expand`: sent 2 times"),
    ],
)
def test_stripe_refuses_what_it_does_not_document(params: Json, told: str) -> None:
    with pytest.raises(ContractViolation) as raised:
        contract("stripe").check_request(stripe("GET", "charges", params=params))
    assert told in str(raised.value)


def test_a_search_of_stripe_needs_its_query_and_is_no_customer() -> None:
    checker = contract("stripe")
    with pytest.raises(ContractViolation, match="query `query`: required, but missing"):
        checker.check_request(stripe("GET", "customers/search"))
    found = checker.check_request(stripe("GET", "customers/search", params={"query": "email:'a@b.c'"}))
    assert found.operation_id == "GetCustomersSearch"


def test_a_form_of_stripe_nests_by_brackets() -> None:
    form = {"charge": "ch_1", "amount": "500", "reason": "duplicate", "metadata[order]": "6735", "expand[]": ["charge"]}
    assert str(contract("stripe").check_request(stripe("POST", "refunds", data=form))) == "POST /v1/refunds"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ({"data": {"amount": "5.00"}}, "body `$.amount`: '5.00' is not of type 'integer'"),
        ({"data": {"reason": "regret"}}, "body `$.reason`: 'regret' is not one of"),
        ({"data": {"sum": "5"}}, "Additional properties are not allowed ('sum' was unexpected)"),
        ({"data": {"amount[value]": "5"}}, "Additional properties are not allowed ('amount[value]' was unexpected)"),
        ({"json": {"amount": 500}}, "body: sent as 'application/json'"),
    ],
)
def test_a_form_of_stripe_that_does_not_fit_is_a_violation(content: Json, told: str) -> None:
    with pytest.raises(ContractViolation) as raised:
        contract("stripe").check_request(stripe("POST", "refunds", **content))
    assert told in str(raised.value)


def charges() -> Json:
    """Stripe's own example of a list of charges."""
    require_contracts()
    answer = json.loads(document.text("stripe.json"))["paths"]["/v1/charges"]["get"]["responses"]["200"]
    return answer["content"]["application/json"]["example"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"amount": "1099"}, "`$.data[0].amount`: '1099' is not of type 'integer'"),
        ({"status": "done"}, "`$.data[0].status`: 'done' is not one of ['failed', 'pending', 'succeeded']"),
        ({"billing_details": {"address": {"city": 5}}}, "`$.data[0].billing_details.address.city`: 5 is not of type"),
        ({"customer": {"object": "customer", "id": "cus_1"}}, "`$.data[0].customer`:"),
        (
            {"payment_method_details": 5},
            "`$.data[0].payment_method_details`: it fits none of the alternatives: 5 is not of type",
        ),
        ({"currency": None}, "`$.data[0].currency`: None is not of type 'string'"),
    ],
)
def test_a_charge_that_does_not_fit_is_a_violation_deep_inside(change: Json, told: str) -> None:
    body = charges()
    body["data"][0] |= change
    with pytest.raises(ContractViolation) as raised:
        contract("stripe").check_response(stripe("GET", "charges"), httpx.Response(200, json=body))
    assert told in str(raised.value)


def test_a_charge_that_stripe_s_cut_leaves_out_is_held_against_its_component() -> None:
    checker = contract("stripe", extra={"GET /v1/charges/{charge}": "charge"})
    charge = charges()["data"][0]
    request = stripe("GET", f"charges/{charge['id']}")
    assert str(checker.check_request(request)) == "GET /v1/charges/{charge}"
    checker.check_response(request, httpx.Response(200, json=charge))
    contract("stripe").check_body("charge", charge)
    with pytest.raises(ContractViolation, match=r"\$\.amount"):
        checker.check_response(request, httpx.Response(200, json=charge | {"amount": None}))


def test_a_refusal_of_stripe_carries_its_error() -> None:
    request = stripe("GET", "charges")
    error = {"error": {"type": "invalid_request_error", "message": "No such customer"}}
    contract("stripe").check_response(request, httpx.Response(404, json=error))
    with pytest.raises(ContractViolation, match=r"response 404 body `\$\.error\.type`"):
        contract("stripe").check_response(request, httpx.Response(404, json={"error": {"type": "oops"}}))
