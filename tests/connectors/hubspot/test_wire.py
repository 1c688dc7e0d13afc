"""Bodies as HubSpot documents them, with what is unusual about them."""

from pathlib import Path

import msgspec
import pytest

from connectors.hubspot.wire import (
    COMPANIES,
    CONTACTS,
    DEALS,
    Account,
    AssociationBatch,
    Batch,
    ContactProperties,
    DealProperties,
    Found,
    Owner,
    Owners,
    Pipelines,
    Record,
    error_message,
)

HERE = Path(__file__).parent
BATCH = msgspec.json.decode((HERE / "contacts.json").read_bytes(), type=Batch[ContactProperties])
LINKS = msgspec.json.decode((HERE / "associations.json").read_bytes(), type=AssociationBatch)


def test_a_record_answers_to_its_own_id_and_to_those_of_what_was_merged_into_it() -> None:
    assert [list(record.ids) for record in BATCH.results] == [["118272389765", "51", "1201"], ["51"], ["1"]]


def test_what_is_missing_from_a_batch_is_named() -> None:
    [problem] = BATCH.errors
    assert (problem.category, problem.context) == ("OBJECT_NOT_FOUND", {"ids": ["404", "405"]})


def test_properties_that_are_not_there_are_none() -> None:
    assert BATCH.results[2].properties == ContactProperties()
    assert BATCH.results[2].url is None


def test_the_ids_at_the_other_end_are_texts_whatever_they_come_as() -> None:
    assert [one.ids for one in LINKS.results] == [["9007199254740993", "20"], [], ["30"]]


def test_the_primary_one_is_hubspots_own_and_the_first_stands_in_for_it() -> None:
    assert [one.primary for one in LINKS.results] == ["20", None, "30"]


def test_a_list_that_goes_on_says_so() -> None:
    assert [one.paging is not None for one in LINKS.results] == [True, False, False]
    found = msgspec.json.decode((HERE / "deals.json").read_bytes(), type=Found[DealProperties])
    assert found.after == "5"
    assert msgspec.json.decode(b'{"results": [], "paging": {}}', type=Found[DealProperties]).after is None
    assert msgspec.json.decode(b'{"results": []}', type=Found[DealProperties]).after is None


def test_every_kind_names_the_properties_that_are_read_of_it() -> None:
    assert CONTACTS.asked == [
        "hs_merged_object_ids",
        "phone",
        "mobilephone",
        "lifecyclestage",
        "hubspot_owner_id",
        "firstname",
        "lastname",
        "email",
    ]
    assert COMPANIES.asked == ["hs_merged_object_ids", "name", "domain", "industry", "numberofemployees"]
    assert DEALS.asked[1:] == ["dealname", "dealstage", "amount", "deal_currency_code", "closedate", "createdate"]


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        ({"firstName": "Ada", "lastName": "Lovelace", "email": "ada@x.example"}, "Ada Lovelace"),
        ({"firstName": "", "lastName": "Lovelace"}, "Lovelace"),
        ({"firstName": "森", "lastName": None}, "森"),
        ({"firstName": "", "lastName": "", "email": "queue@x.example"}, "queue@x.example"),
        ({}, None),
    ],
)
def test_an_owner_is_called_by_name_or_else_by_address(owner: dict[str, str | None], name: str | None) -> None:
    assert msgspec.convert({"id": "7"} | owner, Owner).name == name


def test_owners_come_in_pages() -> None:
    body = b'{"results": [{"id": "7", "teams": []}], "paging": {"next": {"after": "NTI1", "link": null}}}'
    page = msgspec.json.decode(body, type=Owners)
    assert page.paging is not None
    assert page.paging.next is not None
    assert page.paging.next.after == "NTI1"


def test_stages_stand_in_the_order_in_which_people_see_them() -> None:
    late, early = {"id": "b", "label": "B", "displayOrder": 1}, {"id": "a", "label": "A", "displayOrder": 0}
    second = {"id": "2", "label": "Second", "displayOrder": 1, "stages": [late, early]}
    first = {"id": "1", "label": "First", "displayOrder": 0, "stages": [{"id": "c", "label": "C"}], "archived": False}
    found = msgspec.convert({"results": [second, first]}, Pipelines)
    assert [(pipeline.id, stage.id) for pipeline, stage in found.steps] == [("1", "c"), ("2", "a"), ("2", "b")]
    assert found.labels == {"c": "C", "a": "A", "b": "B"}


def test_an_account_is_where_hubspot_always_was_unless_it_says_otherwise() -> None:
    body = {"portalId": 123456, "companyCurrency": "USD", "additionalCurrencies": [], "timeZone": "US/Eastern"}
    assert msgspec.convert(body, Account).ui_domain == "app.hubspot.com"


@pytest.mark.parametrize(
    "wrong", [{"id": 7}, {"properties": {"phone": 7}}, {"properties": None}, {"createdAt": None}, {"url": 1}]
)
def test_a_record_that_does_not_fit_is_noticed(wrong: dict[str, object]) -> None:
    body: dict[str, object] = {"id": "7", "properties": {}, "createdAt": "2026-01-01T00:00:00Z"}
    assert msgspec.convert(body, Record[ContactProperties]).id == "7"
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(body | wrong, Record[ContactProperties])


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"status":"error","message":"resource not found","correlationId":"c"}', "resource not found"),
        (b'{"message":"no","errors":[{"message":"bad x"},{"message":"no"},{"in":"y"}]}', "no; bad x"),
        (b'{"errors":[{"message":"bad x","code":"C","context":{}}]}', "bad x"),
        (b'{"status":"error","message":""}', None),
        (b"{}", None),
    ],
)
def test_errors_are_told_in_hubspots_own_words(body: bytes, words: str | None) -> None:
    assert error_message(body) == words


def test_an_error_that_is_no_json_is_left_to_the_caller() -> None:
    with pytest.raises(msgspec.MsgspecError):
        error_message(b"<html>")
