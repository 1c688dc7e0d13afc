"""New deals in the imitation: what it asks of them, and that they stay."""

from datetime import timedelta

import pytest

from tests.connectors.hubspot.support import (
    DEALS,
    NEWEST,
    WITH_DEALS,
    Body,
    Call,
    Clock,
    calling,
    contact_id,
    filtered,
    inputs,
)
from tests.connectors.support import NOW

CREATE = "/crm/v3/objects/deals"
TYPE = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 3}


def opened(call: Call, *contacts: int, **properties: str) -> Body:
    links = [{"to": {"id": contact_id(one)}, "types": [TYPE]} for one in contacts]
    response = call.post(CREATE, {"properties": properties, "associations": links})
    assert response.status_code == 201, response.text
    record: Body = response.json()
    return record


def test_a_new_deal_has_what_was_given_and_what_goes_without_saying() -> None:
    record = opened(calling(), dealname="Pilot", amount="12.50")
    properties = record["properties"]
    assert (properties["dealname"], properties["amount"]) == ("Pilot", "12.50")
    assert (properties["pipeline"], properties["dealstage"]) == ("default", "appointmentscheduled")
    assert (properties["closedate"], properties["deal_currency_code"]) == (None, None)
    assert properties["hs_object_id"] == record["id"]


def test_a_new_deal_is_dated_by_the_clock_and_never_before_what_was_made_up() -> None:
    assert opened(calling(clock=Clock(NOW + timedelta(seconds=5))))["createdAt"] == "2026-11-01T12:00:05.000Z"
    assert opened(calling(clock=Clock(NOW - timedelta(days=5))))["createdAt"] == "2026-11-01T12:00:00.000Z"


def test_a_new_deal_is_there_afterwards_by_id_by_contact_and_by_search() -> None:
    call = calling()
    before = call.search(sorts=NEWEST)["total"]
    record = opened(call, 1, 2, dealname="Pilot")
    assert call.post(DEALS, {"inputs": inputs([record["id"]])}).json()["results"][0]["id"] == record["id"]
    for number in (1, 2):
        [links] = call.post(WITH_DEALS, {"inputs": inputs([contact_id(number)])}).json()["results"]
        assert [one["toObjectId"] for one in links["to"]] == [int(record["id"])]
        theirs = call.search(sorts=NEWEST, filterGroups=filtered(("associations.contact", "EQ", contact_id(number))))
        assert [one["id"] for one in theirs["results"]] == [record["id"]]
    newest = call.search(sorts=NEWEST)
    assert newest["results"][0]["id"] == record["id"]
    assert newest["total"] == before + 1


def test_a_deal_of_tomorrow_is_not_found_until_today() -> None:
    clock = Clock(NOW + timedelta(days=1))
    call = calling(clock=clock)
    record = opened(call, 1)
    until = filtered(("createdate", "LTE", str(int(NOW.timestamp() * 1000))))
    assert record["id"] not in [one["id"] for one in call.search(sorts=NEWEST, filterGroups=until)["results"]]


def test_every_new_deal_is_another_one_whatever_is_sent() -> None:
    call = calling()
    assert opened(call, dealname="Twin")["id"] != opened(call, dealname="Twin")["id"]


def test_two_accounts_do_not_share_what_is_opened() -> None:
    one, other = calling(), calling()
    made = opened(one)["id"]
    assert one.post(DEALS, {"inputs": inputs([made])}).status_code == 200
    assert other.post(DEALS, {"inputs": inputs([made])}).status_code == 207


def test_more_associations_than_one_answer_shows_go_on() -> None:
    clock = Clock()
    call = calling(clock=clock)
    for _ in range(502):
        clock.now += 1
        opened(call, 1)
    [first] = call.post(WITH_DEALS, {"inputs": inputs([contact_id(1)])}).json()["results"]
    assert len(first["to"]) == 500
    after = first["paging"]["next"]["after"]
    [rest] = call.post(WITH_DEALS, {"inputs": [{"id": contact_id(1), "after": after}]}).json()["results"]
    assert "paging" not in rest
    assert len({one["toObjectId"] for one in first["to"] + rest["to"]}) == 502


@pytest.mark.parametrize(
    ("properties", "error", "words"),
    [
        ({"dealnaem": "x"}, "PROPERTY_DOESNT_EXIST", 'Property \\"dealnaem\\" does not exist'),
        ({"dealstage": "Contract Sent"}, "INVALID_OPTION", "was not one of the allowed options: [appointmentscheduled"),
        ({"dealstage": "162470091"}, "INVALID_OPTION", "162470091 was not one of"),
        ({"pipeline": "none"}, "INVALID_OPTION", "none was not one of the allowed options"),
        ({"amount": "a lot"}, "INVALID_DOUBLE", "a lot was not a valid number"),
        ({"amount": "NaN"}, "INVALID_DOUBLE", "NaN was not"),
        ({"closedate": "soon"}, "INVALID_LONG", "soon was not a valid long"),
        ({"deal_currency_code": "XXX"}, "INVALID_OPTION", "XXX was not one of"),
        ({"hubspot_owner_id": "39980017"}, "INVALID_OPTION", "39980017 was not one of"),
    ],
)
def test_a_value_that_is_none_is_refused(properties: dict[str, str], error: str, words: str) -> None:
    response = calling().post(CREATE, {"properties": properties})
    assert response.status_code == 400
    message = response.json()["message"]
    assert message.startswith("Property values were not valid: [")
    assert error in message
    assert words in message


@pytest.mark.parametrize(
    "properties",
    [
        {"closedate": "2026-12-24T12:00:00.000Z"},
        {"closedate": "1796515200000"},
        {"closedate": "2026-12-24"},
        {"pipeline": "84620017", "dealstage": "162470091"},
        {"pipeline": "84620017"},
        {"amount": "-5.5", "deal_currency_code": "EUR"},
        {"hubspot_owner_id": "41629779", "description": ""},
        {"dealname": None},
    ],
)
def test_a_value_that_fits_is_taken(properties: dict[str, str | None]) -> None:
    assert calling().post(CREATE, {"properties": properties}).status_code == 201


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"properties": {"amount": 5}}, 400),
        ({"properties": {}, "associations": [{"to": {"id": "199"}, "types": [TYPE]}]}, 404),
        ({"properties": {}, "associations": [{"to": {"id": contact_id(1)}, "types": []}]}, 400),
        ({"properties": {}, "associations": [{"to": {"id": 5}, "types": [TYPE]}]}, 400),
        (
            {
                "properties": {},
                "associations": [{"to": {"id": contact_id(1)}, "types": [TYPE | {"associationTypeId": 4}]}],
            },
            400,
        ),
    ],
)
def test_a_deal_that_is_none_is_refused_and_not_kept(body: dict[str, object], status: int) -> None:
    call = calling()
    before = call.search(sorts=NEWEST)["total"]
    assert call.post(CREATE, body).status_code == status
    assert call.search(sorts=NEWEST)["total"] == before
