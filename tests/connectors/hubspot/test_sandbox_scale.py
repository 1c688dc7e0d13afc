"""A hundred thousand people cost no more than what is looked at, and differ as people do."""

from datetime import timedelta

import pytest

from connectors.hubspot.sandbox_book import BUYERS, EACH, HUBSPOT_DEAL, Book
from connectors.hubspot.sandbox_rows import company, contact, employers
from connectors.hubspot.sandbox_search import LOOKED
from connectors.seed.people import People, Person
from connectors.seed.timeline import Event, Timeline
from tests.connectors.hubspot.support import (
    CONTACT_SEARCH,
    CONTACTS,
    NEWEST,
    WITH_DEALS,
    Clock,
    calling,
    contact_id,
    filtered,
    inputs,
)
from tests.connectors.support import NOW, crowd

MANY = crowd(100_000)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The slots that were looked into."""
    looked: list[int] = []
    look = Timeline.__getitem__

    def counting(self: Timeline, number: int) -> Event:
        looked.append(number)
        return look(self, number)

    monkeypatch.setattr(Timeline, "__getitem__", counting)
    return looked


@pytest.fixture
def met(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The people who were made up."""
    seen: list[int] = []
    meet = People.__getitem__

    def counting(self: People, number: int) -> Person:
        seen.append(number)
        return meet(self, number)

    monkeypatch.setattr(People, "__getitem__", counting)
    return seen


def test_the_newest_deals_are_found_without_making_up_the_rest(made: list[int]) -> None:
    body = calling(MANY).search(sorts=NEWEST, limit=22)
    assert len(body["results"]) == 22
    assert len(made) < 60 * BUYERS
    assert 50_000 < body["total"] < 90_000


def test_old_deals_are_found_without_the_newer_ones(made: list[int]) -> None:
    until = str(int((NOW - timedelta(days=300)).timestamp() * 1000))
    body = calling(MANY).search(sorts=NEWEST, limit=22, filterGroups=filtered(("createdate", "LTE", until)))
    assert len(body["results"]) == 22
    assert len(made) < 60 * BUYERS


def test_the_deals_of_some_contacts_are_found_without_anybody_elses(made: list[int]) -> None:
    ids = [contact_id(number) for number in range(0, 100_000, 1000)]
    assert calling(MANY).post(WITH_DEALS, {"inputs": inputs(ids)}).json()["results"]
    assert len(made) <= len(ids) * EACH


def test_words_are_looked_for_in_so_many_records_and_no_more(made: list[int], met: list[int]) -> None:
    call = calling(MANY)
    assert call.search(query="zzz")["total"] == 0
    assert len(made) < 10 * LOOKED
    met.clear()
    assert call.search(CONTACT_SEARCH, query="zzz")["total"] == 0
    assert len(met) == LOOKED


def test_a_page_of_contacts_meets_those_on_it_alone(met: list[int]) -> None:
    call = calling(MANY)
    call.get("/crm/v3/objects/contacts", limit=3, after=90_000)
    assert met == [90_000, 90_001, 90_002]
    met.clear()
    call.post(CONTACTS, {"inputs": inputs([contact_id(5), contact_id(99_999)])})
    assert met == [5, 99_999]


def test_a_deal_is_found_by_itself(made: list[int]) -> None:
    book = Book(MANY, Clock())
    found = [row for number in range(300) if (row := book.find(HUBSPOT_DEAL.encode(number)))]
    assert len(made) == 300
    assert 20 < len(found) < 100
    assert book.find("not-a-deal") is None
    assert book.find(HUBSPOT_DEAL.encode(EACH * 100_000)) is None


def test_a_deal_is_the_same_however_it_is_found() -> None:
    book = Book(crowd(30), Clock())
    whole = list(book.newest_first())
    assert whole
    assert [book.find(row.id) for row in whole] == whole
    theirs = [row for number in range(30) for row in book.newest_first(contact_id(number))]
    assert sorted(row.id for row in theirs) == sorted(row.id for row in whole)


def test_old_deals_are_mostly_closed_and_new_ones_are_open() -> None:
    book = Book(crowd(600), Clock())
    ends = {"closedwon", "closedlost", "162470093", "162470094"}
    fresh = [row for row in book.newest_first() if NOW - row.created_at < timedelta(days=60)]
    old = list(book.newest_first(until=NOW - timedelta(days=100)))
    assert not any(row.properties["dealstage"] in ends for row in fresh)
    assert sum(row.properties["dealstage"] in ends for row in old) > 0.8 * len(old)


def test_deals_differ_in_what_is_known_of_them() -> None:
    rows = list(Book(crowd(600), Clock()).newest_first())
    for name in ("amount", "closedate", "deal_currency_code"):
        assert {row.properties[name] is None for row in rows} == {True, False}
    assert len({row.properties["deal_currency_code"] for row in rows}) > 8
    assert len({row.properties["dealname"] for row in rows}) > 0.8 * len(rows)


def test_contacts_differ_in_what_is_known_of_them() -> None:
    people = crowd(300)
    rows = [contact(people[number]).properties for number in range(300)]
    for name in ("phone", "mobilephone", "hubspot_owner_id"):
        assert {row[name] is None for row in rows} == {True, False}
    assert len({row["lifecyclestage"] for row in rows}) == 7


def test_names_are_taken_apart_as_their_bearers_write_them() -> None:
    people = crowd(300)
    for number in range(300):
        row, person = contact(people[number]).properties, people[number]
        assert row["firstname"] in person.country.given
        assert row["lastname"] in person.country.family


def test_companies_are_shared_by_those_who_work_for_them() -> None:
    people = crowd(1000)
    primary = [employers(people[number])[-1:] for number in range(1000)]
    assert len({tuple(one) for one in primary}) < 800
    for number, found in enumerate(primary):
        firms = [company(one) for one in found]
        assert [firm.properties["name"] for firm in firms if firm] == [people[number].company] * len(found)
