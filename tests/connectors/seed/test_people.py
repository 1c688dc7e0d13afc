import re
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from connectors.domain.service import Service
from connectors.seed.codes import Code
from connectors.seed.people import (
    BLUESKY_DID,
    FIRST_SIGN_UP,
    HUBSPOT_CONTACT,
    INTERCOM_CONTACT,
    JIRA_ACCOUNT,
    MASTODON_ACCOUNT,
    MOST,
    PAYPAL_PAYER,
    SLACK_USER,
    STRIPE_CUSTOMER,
    ZENDESK_USER,
    People,
    customer_code,
)
from connectors.seed.places import TAGS
from tests.connectors.support import NOW

MANY = People(5000, NOW)
EVERYBODY = [MANY[number] for number in range(MANY.count)]
KNOWN = {
    Service.STRIPE,
    Service.PAYPAL,
    Service.ZENDESK,
    Service.INTERCOM,
    Service.HUBSPOT,
    Service.GITHUB,
    Service.JIRA,
    Service.SLACK,
    Service.BLUESKY,
    Service.MASTODON,
}  # not those that know no customers
LINKED = {link.service for link in EVERYBODY[0].links}
EMAIL = re.compile(r"[a-z0-9]+(\.[a-z0-9]+)*@[a-z0-9]([a-z0-9-]*[a-z0-9])?\.example")
HANDLE = re.compile(r"(?!.*--)[a-z][a-z-]*-[0-9a-f]+")


def test_nobody_shares_an_email_a_handle_or_an_id() -> None:
    records = [person.customer() for person in EVERYBODY]
    assert len({record.email.lower() for record in records}) == 5000
    assert len({record.id for record in records}) == 5000
    assert len({person.handle for person in EVERYBODY}) == 5000
    links = [link for record in records for link in record.links]
    assert len(set(links)) == len(links) == 5000 * len(LINKED)


def test_everybody_is_linked_to_each_service_that_knows_customers() -> None:
    assert LINKED >= KNOWN
    assert all({link.service for link in one.links} == LINKED for one in EVERYBODY)


def test_every_email_is_a_plain_address_in_a_domain_that_nobody_owns() -> None:
    assert [person.email for person in EVERYBODY if not EMAIL.fullmatch(person.email)] == []


def test_every_handle_is_a_login_that_github_would_take() -> None:
    assert [one.handle for one in EVERYBODY if not HANDLE.fullmatch(one.handle) or len(one.handle) > 39] == []


def test_the_same_place_is_the_same_person_in_every_process() -> None:
    first = People(1)[0]
    assert first == EVERYBODY[0]
    assert first.email == "regula.schurch.0@zurcher-logistics.example"
    assert first.created_at.isoformat() == "2023-01-02T09:31:00+00:00"
    assert EVERYBODY[4999].email == "elsa.sjogren.4999@bergstrom-energy.example"


def test_names_come_from_everywhere() -> None:
    assert len({person.country.code for person in EVERYBODY}) == 14
    assert len({person.name for person in EVERYBODY}) > 700
    assert any(not person.name.isascii() for person in EVERYBODY)
    assert all(person.city in person.country.cities for person in EVERYBODY)


def test_a_name_is_written_as_its_country_does() -> None:
    person = next(one for one in EVERYBODY if one.country.code == "JP")
    family, given = person.name.split()
    assert family in person.country.family
    assert given in person.country.given


def test_tags_are_few_sorted_and_known() -> None:
    assert {len(person.tags) for person in EVERYBODY} == {0, 1, 2, 3}
    assert all(list(person.tags) == sorted(set(person.tags) & set(TAGS)) for person in EVERYBODY)


def test_everybody_signed_up_in_the_past() -> None:
    assert all(FIRST_SIGN_UP <= person.created_at < NOW - timedelta(days=30) for person in EVERYBODY)
    last = People(MOST, NOW)[MOST - 1]
    assert FIRST_SIGN_UP <= last.created_at < NOW


@pytest.mark.parametrize(
    ("code", "service"),
    [
        (STRIPE_CUSTOMER, Service.STRIPE),
        (PAYPAL_PAYER, Service.PAYPAL),
        (ZENDESK_USER, Service.ZENDESK),
        (INTERCOM_CONTACT, Service.INTERCOM),
        (HUBSPOT_CONTACT, Service.HUBSPOT),
        (JIRA_ACCOUNT, Service.JIRA),
        (SLACK_USER, Service.SLACK),
        (BLUESKY_DID, Service.BLUESKY),
        (MASTODON_ACCOUNT, Service.MASTODON),
    ],
)
def test_a_person_is_found_by_their_id_in_each_service(code: Code, service: Service) -> None:
    for person in EVERYBODY[::97]:
        id = person.customer().ref.link(service)
        assert id is not None
        assert MANY.by_code(code, id) == person


def test_a_service_of_which_nothing_is_said_here_has_ids_of_its_own_too() -> None:
    code = customer_code(Service.OPEN_METEO)  # it knows no customers; a new service would have what it has here
    assert re.fullmatch(r"ope_[0-9A-Za-z]{14}", code.encode(7))
    assert MANY.by_code(code, code.encode(7)) == MANY[7]
    assert customer_code(Service.STRIPE) is STRIPE_CUSTOMER


def test_an_id_beyond_the_row_is_nobodys() -> None:
    assert MANY.by_code(STRIPE_CUSTOMER, STRIPE_CUSTOMER.encode(5000)) is None
    assert MANY.by_code(STRIPE_CUSTOMER, ZENDESK_USER.encode(1)) is None
    assert MANY.by_code(STRIPE_CUSTOMER, "") is None


def test_a_person_is_found_by_their_handle_in_any_case() -> None:
    for person in EVERYBODY[::97]:
        assert MANY.by_handle(person.handle) == person
        assert MANY.by_handle(person.handle.upper()) == person


@pytest.mark.parametrize(
    "handle", ["", "-", "torvalds", "user-", "a-1388", "x-fffffff", "x-ffffff", "-1", "a--1", "x-१"]
)
def test_a_handle_of_nobody_is_nobody(handle: str) -> None:
    assert MANY.by_handle(handle) is None


def test_a_handle_is_not_guessed_from_its_number_alone() -> None:
    first, second = EVERYBODY[16], EVERYBODY[17]
    assert MANY.by_handle(first.handle.replace("-10", "-010")) is None
    assert MANY.by_handle(second.handle.replace("-11", "-10")) is None


@pytest.mark.parametrize("number", [-1, 5000, 10**9])
def test_beyond_either_end_of_the_row_is_nobody(number: int) -> None:
    with pytest.raises(IndexError):
        MANY[number]


def test_the_present_is_cut_to_the_hour() -> None:
    assert People(1, datetime(2026, 11, 1, 12, 59, 59, 9, tzinfo=UTC)).now == NOW
    assert People(1).now.minute == People(1).now.second == People(1).now.microsecond == 0
    assert People(1).now.tzinfo is UTC


def test_a_record_is_as_the_store_keeps_them() -> None:
    for person in EVERYBODY[:300]:
        record = person.customer()
        assert re.fullmatch(r"[0-9a-f]{24}", record.id)
        assert int(record.id[:8], 16) == int(record.created_at.timestamp())  # as an ObjectId's clock
        assert {link.service for link in record.links} == LINKED
        assert record.location is not None
        assert (record.location.city, record.location.country_code) == (person.city.name, person.country.code)


def test_a_record_was_last_changed_by_its_latest_note() -> None:
    for person in EVERYBODY[:300]:
        record = person.customer()
        changed = [note.created_at for note in record.notes]
        assert record.updated_at == max([record.created_at, *changed])
        assert record.version == 1 + len(changed)
    assert any(person.customer().notes for person in EVERYBODY[:9])
    assert len({note.id for person in EVERYBODY for note in person.customer().notes}) == 1667


def test_many_people_cost_nothing_until_they_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []

    def counted(seed: str) -> Random:
        drawn.append(seed)
        return Random(seed)  # noqa: S311 - made-up people, not secrets

    monkeypatch.setattr("connectors.seed.people.Random", counted)
    crowd = People(MOST, NOW)
    assert drawn == []
    person = crowd.by_code(STRIPE_CUSTOMER, STRIPE_CUSTOMER.encode(87_651))  # whom no other test has looked at
    assert person is not None
    assert crowd.by_handle(person.handle) == person
    assert drawn == ["person 87651"]
