"""The imitation's records, associations and lists, as HubSpot answers them."""

import pytest

from connectors.hubspot.sandbox_rows import HUBSPOT_COMPANY
from tests.connectors.hubspot.support import (
    ACCOUNT,
    COMPANIES,
    CONTACTS,
    DEALS,
    OWNERS,
    PEOPLE,
    PIPELINES,
    WITH_COMPANIES,
    WITH_DEALS,
    Body,
    Call,
    calling,
    contact_id,
    inputs,
)
from tests.connectors.support import crowd

CALL = calling()
READS = [CONTACTS, COMPANIES, DEALS]


def linked(call: Call, path: str, number: int) -> list[Body]:
    """What one of the people is associated with."""
    found = call.post(path, {"inputs": inputs([contact_id(number)])}).json()["results"]
    return [one for result in found for one in result["to"]]


def test_a_record_has_the_properties_that_are_asked_for_and_those_that_always_come() -> None:
    body = {"inputs": inputs([contact_id(3)]), "properties": ["phone", "made_up"], "propertiesWithHistory": []}
    response = CALL.post(CONTACTS, body)
    assert response.status_code == 200
    [record] = response.json()["results"]
    assert record["id"] == contact_id(3)
    assert set(record["properties"]) == {"phone", "createdate", "hs_object_id"}
    assert record["archived"] is False
    assert record["url"].endswith(f"/record/0-1/{contact_id(3)}")


def test_a_record_has_its_usual_properties_where_none_are_asked_for() -> None:
    [record] = CALL.post(CONTACTS, {"inputs": inputs([contact_id(3)])}).json()["results"]
    assert set(record["properties"]) == {
        "createdate",
        "email",
        "firstname",
        "hs_object_id",
        "lastmodifieddate",
        "lastname",
    }
    assert record["properties"]["email"] == PEOPLE[3].email


def test_every_value_of_a_property_is_a_text_or_null() -> None:
    people = crowd(60)
    call = calling(people)
    for number in range(60):
        for path in (WITH_COMPANIES, WITH_DEALS):
            ids = [str(one["toObjectId"]) for one in linked(call, path, number)]
            kind = COMPANIES if path == WITH_COMPANIES else DEALS
            names = ["numberofemployees", "amount", "closedate", "dealname", "name", "deal_currency_code"]
            records = call.post(kind, {"inputs": inputs(ids), "properties": names}).json()["results"]
            assert len(records) == len(ids)
            for record in records:
                assert all(value is None or isinstance(value, str) for value in record["properties"].values())
        call = calling(people)  # another account, so that the rate limit stays out of it


@pytest.mark.parametrize("path", READS)
def test_a_batch_answers_in_part_and_names_the_rest(path: str) -> None:
    response = CALL.post(path, {"inputs": inputs(["199", "198", "199"])})
    assert response.status_code == 207
    body = response.json()
    assert (body["status"], body["results"], body["numErrors"]) == ("COMPLETE", [], 1)
    [error] = body["errors"]
    assert error["category"] == "OBJECT_NOT_FOUND"
    assert error["context"] == {"ids": ["198", "199"]}
    assert "they may be deleted or not exist" in error["message"]


def test_a_batch_in_which_all_are_found_has_no_errors() -> None:
    body = CALL.post(CONTACTS, {"inputs": inputs([contact_id(1), contact_id(1), contact_id(0)])}).json()
    assert [one["id"] for one in body["results"]] == [contact_id(1), contact_id(0)]
    assert "errors" not in body


@pytest.mark.parametrize("path", READS)
def test_a_batch_holds_a_hundred(path: str) -> None:
    assert CALL.post(path, {"inputs": inputs(str(one) for one in range(1, 101))}).status_code == 207
    response = CALL.post(path, {"inputs": inputs(str(one) for one in range(1, 102))})
    assert response.status_code == 400
    assert "maximum number of inputs supported in a batch request is 100" in response.json()["message"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"inputs": [{"id": 7}]},
        {"inputs": [{"id": "abc"}]},
        {"inputs": [{"id": "1" * 19}]},
        {"inputs": [], "property": []},
        {"inputs": "1"},
        [],
    ],
)
@pytest.mark.parametrize("path", [*READS, WITH_DEALS])
def test_a_batch_that_is_none_is_refused(path: str, body: object) -> None:
    response = CALL.post(path, body)
    assert response.status_code == 400
    error = response.json()
    assert (error["status"], error["category"]) == ("error", "VALIDATION_ERROR")
    assert len(error["correlationId"]) == 36


def test_associations_are_numbered_and_say_of_what_type_they_are() -> None:
    [company] = linked(CALL, WITH_COMPANIES, 3)
    assert isinstance(company["toObjectId"], int)
    assert company["associationTypes"] == [
        {"category": "HUBSPOT_DEFINED", "typeId": 1, "label": "Primary"},
        {"category": "HUBSPOT_DEFINED", "typeId": 279, "label": None},
    ]
    deals = linked(CALL, WITH_DEALS, 3)
    assert {one["associationTypes"][0]["typeId"] for one in deals} == {4}


def test_contacts_have_one_primary_company_and_some_have_others_or_none() -> None:
    call = calling(crowd(100))
    found = [linked(call, WITH_COMPANIES, number) for number in range(100)]
    primary = [sum(one["associationTypes"][0]["typeId"] == 1 for one in companies) for companies in found]
    assert {len(companies) for companies in found} == {0, 1, 2}
    assert all(count == min(1, len(companies)) for count, companies in zip(primary, found, strict=True))


def test_a_contact_without_associations_is_named_among_the_errors() -> None:
    response = CALL.post(WITH_DEALS, {"inputs": inputs([contact_id(0), contact_id(1), "199"])})
    assert response.status_code == 207
    body = response.json()
    assert [one["from"]["id"] for one in body["results"]] == [contact_id(0)]
    assert [error["context"]["fromObjectId"] for error in body["errors"]] == [[contact_id(1)], ["199"]]
    assert {error["subCategory"] for error in body["errors"]} == {"crm.associations.NO_ASSOCIATIONS_FOUND"}
    assert body["errors"][1]["message"] == "No deal is associated with contact 199."


def test_associations_are_read_a_thousand_at_a_time() -> None:
    many = inputs(str(one) for one in range(1, 1002))
    assert CALL.post(WITH_DEALS, {"inputs": many[:1000]}).status_code == 207
    assert CALL.post(WITH_DEALS, {"inputs": many}).status_code == 400


def test_a_contact_and_its_company_tell_of_the_same_firm() -> None:
    names = ["company", "name", "domain"]
    for number in (0, 2, 3):
        [contact] = CALL.post(CONTACTS, {"inputs": inputs([contact_id(number)]), "properties": names}).json()["results"]
        ids = [str(one["toObjectId"]) for one in linked(CALL, WITH_COMPANIES, number)][-1:]
        for company in CALL.post(COMPANIES, {"inputs": inputs(ids), "properties": names}).json()["results"]:
            assert company["properties"]["name"] == contact["properties"]["company"]
            assert company["properties"]["domain"].endswith(".example")


def test_a_company_that_nobody_founded_does_not_exist() -> None:
    for number in (8 * 12, 14 * 16 * 12, 10**6):
        assert CALL.post(COMPANIES, {"inputs": inputs([HUBSPOT_COMPANY.encode(number)])}).status_code == 207


def test_contacts_are_listed_page_by_page_to_the_end() -> None:
    seen: list[str] = []
    query: dict[str, str | int] = {"limit": 15}
    while True:
        body = CALL.get("/crm/v3/objects/contacts", **query).json()
        seen += [one["id"] for one in body["results"]]
        if "paging" not in body:
            break
        query["after"] = body["paging"]["next"]["after"]
    assert seen == [contact_id(number) for number in range(40)]


def test_a_list_has_the_properties_that_are_asked_for() -> None:
    [one] = CALL.get("/crm/v3/objects/contacts", limit=1, properties="phone,city").json()["results"]
    assert set(one["properties"]) == {"phone", "city", "createdate", "hs_object_id"}


@pytest.mark.parametrize("query", [{"limit": "101"}, {"limit": "-1"}, {"limit": "x"}, {"after": "z"}, {"offset": "1"}])
def test_a_list_that_cannot_be_is_refused(query: dict[str, str]) -> None:
    assert CALL.get("/crm/v3/objects/contacts", **query).status_code == 400


def test_owners_come_in_pages_and_those_who_left_by_themselves() -> None:
    first = CALL.get(OWNERS, limit=5).json()
    rest = CALL.get(OWNERS, limit=5, after=first["paging"]["next"]["after"]).json()
    there = first["results"] + rest["results"]
    left = CALL.get(OWNERS, archived="true").json()["results"]
    assert "paging" not in rest
    assert len({one["id"] for one in there + left}) == len(there) + len(left) == 9
    assert {one["archived"] for one in there} == {False}
    assert {(one["archived"], one["userId"]) for one in left} == {(True, None)}
    assert CALL.get(OWNERS, limit=501).status_code == 400
    assert CALL.get(OWNERS, page=1).status_code == 400


def test_pipelines_have_their_stages_in_an_order_of_their_own() -> None:
    pipelines = CALL.get(PIPELINES).json()["results"]
    assert {one["id"] for one in pipelines} == {"default", "84620017"}
    for pipeline in pipelines:
        assert [stage["displayOrder"] for stage in pipeline["stages"]] == list(range(len(pipeline["stages"])))
        closed = [stage["id"] for stage in pipeline["stages"] if stage["metadata"]["isClosed"] == "true"]
        assert len(closed) == 2


def test_the_account_tells_its_currency_and_where_it_is_looked_at() -> None:
    body = CALL.get(ACCOUNT).json()
    assert (body["portalId"], body["companyCurrency"], body["uiDomain"]) == (50123456, "USD", "app.hubspot.com")


def test_two_imitations_of_the_same_people_tell_the_same() -> None:
    body = {"inputs": inputs([contact_id(3)]), "properties": ["phone", "hubspot_owner_id", "lifecyclestage"]}
    assert calling().post(CONTACTS, body).json()["results"] == calling().post(CONTACTS, body).json()["results"]


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/crm/v3/objects/tickets"), ("GET", CONTACTS), ("POST", OWNERS), ("GET", "/"), ("DELETE", ACCOUNT)],
)
def test_what_is_not_imitated_is_not_found(method: str, path: str) -> None:
    response = CALL.get(path) if method == "GET" else CALL.post(path, {})
    assert response.status_code == 404
    assert response.json()["message"] == "resource not found"
