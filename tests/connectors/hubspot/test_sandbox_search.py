"""How the imitation searches."""

from datetime import datetime, timedelta

import pytest

from tests.connectors.hubspot.support import (
    CONTACT_SEARCH,
    DEAL_SEARCH,
    NEWEST,
    PEOPLE,
    Body,
    Call,
    calling,
    contact_id,
    filtered,
)
from tests.connectors.support import NOW, crowd

CALL = calling()


def everything(call: Call, **body: object) -> list[Body]:
    """By following `after`."""
    found: list[Body] = []
    after: Body = {}
    while True:
        page = call.search(DEAL_SEARCH, **(body | after))
        found += page["results"]
        if "paging" not in page:
            assert page["total"] == len(found)
            return found
        after = {"after": page["paging"]["next"]["after"]}


def created(one: Body) -> datetime:
    return datetime.fromisoformat(one["properties"]["createdate"])


def milliseconds(at: datetime) -> str:
    return str(int(at.timestamp() * 1000))


WHOLE = everything(CALL, sorts=NEWEST, limit=200)


@pytest.mark.parametrize("limit", [1, 7, 10])
def test_pages_join_to_the_whole_newest_first(limit: int) -> None:
    found = everything(calling(), sorts=NEWEST, limit=limit)
    assert found == WHOLE
    assert [created(one) for one in found] == sorted(map(created, found), reverse=True)
    assert len({one["id"] for one in found}) == len(found) > 15


def test_a_search_has_ten_results_unless_told_otherwise() -> None:
    assert len(CALL.search(sorts=NEWEST)["results"]) == 10


def test_deals_are_found_by_contact() -> None:
    groups = filtered(("associations.contact", "EQ", contact_id(0)))
    found = everything(CALL, sorts=NEWEST, filterGroups=groups)
    assert found
    assert all(one in WHOLE for one in found)
    for nobody in (contact_id(1), "199", "x"):
        assert everything(CALL, sorts=NEWEST, filterGroups=filtered(("associations.contact", "EQ", nobody))) == []


@pytest.mark.parametrize(
    ("operator", "places"),
    [
        ("LTE", slice(5, None)),
        ("LT", slice(6, None)),
        ("GTE", slice(None, 6)),
        ("GT", slice(None, 5)),
        ("EQ", slice(5, 6)),
    ],
)
@pytest.mark.parametrize("written", [milliseconds, datetime.isoformat])
def test_deals_are_found_by_time(operator: str, places: slice, written: object) -> None:
    assert callable(written)
    groups = filtered(("createdate", operator, written(created(WHOLE[5]))))
    assert everything(CALL, sorts=NEWEST, filterGroups=groups, limit=200) == WHOLE[places]


def test_filters_of_a_group_hold_together() -> None:
    first, last = milliseconds(created(WHOLE[8])), milliseconds(created(WHOLE[3]))
    groups = filtered(("createdate", "GTE", first), ("createdate", "LTE", last), ("createdate", "LTE", last))
    assert everything(CALL, sorts=NEWEST, filterGroups=groups) == WHOLE[3:9]


def test_before_the_first_deal_there_is_none() -> None:
    until = milliseconds(NOW - timedelta(days=900))
    assert everything(CALL, sorts=NEWEST, filterGroups=filtered(("createdate", "LTE", until))) == []


def test_without_an_order_the_oldest_come_first() -> None:
    assert everything(calling(), limit=200) == WHOLE[::-1]


def test_words_are_looked_for_at_the_beginning_of_words() -> None:
    call = calling(crowd(100))
    names = [one["properties"]["dealname"] for one in everything(call, query="renew", limit=200)]
    assert names
    assert all("Renewal" in name for name in names)
    assert everything(call, query="enewal") == []


def test_every_word_must_be_there() -> None:
    person = PEOPLE[7]
    one = CALL.search(CONTACT_SEARCH, query=f"{person.email.split('.')[0]} {person.company.split()[0]}")
    assert contact_id(7) in [found["id"] for found in one["results"]]
    assert CALL.search(CONTACT_SEARCH, query=f"{person.email} nobody")["total"] == 0


def test_a_contact_is_found_by_address_however_many_there_are() -> None:
    people = crowd(100_000)
    found = calling(people).search(CONTACT_SEARCH, query=people[98_765].email)
    assert [one["id"] for one in found["results"]] == [contact_id(98_765)]


def test_contacts_without_words_are_all_there_are_oldest_first() -> None:
    found = CALL.search(CONTACT_SEARCH, limit=3)
    assert [one["id"] for one in found["results"]] == [contact_id(number) for number in range(3)]
    assert found["total"] == 40


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"limit": 0}, "limit must be"),
        ({"limit": 201}, "limit must be"),
        ({"limit": "5"}, "Invalid input JSON"),
        ({"after": "-1"}, "after must be"),
        ({"after": "10000"}, "limited to 10,000"),
        ({"after": 5}, "Invalid input JSON"),
        ({"query": "x" * 3001}, "3000 characters"),
        ({"filters": []}, "Invalid input JSON"),
        ({"filterGroups": [{"filters": []}] * 2}, "One filter group"),
        ({"filterGroups": filtered(("amount", "GT", "5"))}, "amount GT is unknown"),
        ({"filterGroups": filtered(("createdate", "IN", "5"))}, "createdate IN is unknown"),
        ({"filterGroups": filtered(("createdate", "LTE", "soon"))}, "soon is not a date"),
        ({"filterGroups": filtered(("createdate", "LTE", "9" * 20))}, "is not a date"),
        ({"sorts": [{"propertyName": "amount"}]}, "newest createdate"),
        ({"sorts": [*NEWEST, *NEWEST]}, "newest createdate"),
    ],
)
def test_a_search_that_cannot_be_is_refused(body: dict[str, object], words: str) -> None:
    response = calling().post(DEAL_SEARCH, body)
    assert response.status_code == 400
    assert words in response.json()["message"]


def test_contacts_are_searched_for_by_words_alone() -> None:
    assert CALL.post(CONTACT_SEARCH, {"sorts": NEWEST}).status_code == 400
    assert CALL.post(CONTACT_SEARCH, {"filterGroups": filtered(("email", "EQ", "x"))}).status_code == 400
