"""What HubSpot's records become."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.domain.crm import Company, Contact, Deal
from connectors.domain.errors import Malformed
from connectors.domain.money import Money
from connectors.domain.service import Service
from connectors.hubspot import nouns
from connectors.hubspot.wire import (
    Account,
    Batch,
    CompanyProperties,
    ContactProperties,
    DealProperties,
    Found,
    Record,
)

HERE = Path(__file__).parent
CONTACTS = msgspec.json.decode((HERE / "contacts.json").read_bytes(), type=Batch[ContactProperties]).results
RECORDS = msgspec.json.decode((HERE / "deals.json").read_bytes(), type=Found[DealProperties]).results
STAGES = {"presentationscheduled": "Presentation Scheduled", "closedwon": "Closed Won"}
ACCOUNT = Account(portal_id=7, company_currency="DKK", ui_domain="app-eu1.hubspot.com")


def deal(**says: str | None) -> Deal:
    properties = msgspec.convert({"createdate": "2026-01-01T00:00:00Z"} | says, DealProperties)
    return nouns.deal(Record("7", properties, "2026-01-01T00:00:00Z"), STAGES, ACCOUNT)


def company(**says: str | None) -> Company:
    return nouns.company(Record("7", msgspec.convert(says, CompanyProperties), "2026-01-01T00:00:00Z"))


def test_a_contact_with_everything_becomes_one() -> None:
    assert nouns.contact(CONTACTS[0], None) == Contact(
        service=Service.HUBSPOT,
        external_id="118272389765",
        url="https://app-eu1.hubspot.com/contacts/145678901/record/0-1/118272389765",
        owner="41629779",
        lifecycle_stage="marketingqualifiedlead",
        phone="+45 33 12 34 56",
        name="Zoë Møller",
        email="zoe@acme.example",
    )


def test_whoever_has_only_a_mobile_phone_is_called_there_and_empty_texts_are_none() -> None:
    found = nouns.contact(CONTACTS[1], ACCOUNT)
    assert (found.phone, found.owner, found.lifecycle_stage) == ("+1 202 555 0143", None, None)
    assert found.url == "https://app-eu1.hubspot.com/contacts/7/record/0-1/51"


def test_a_contact_of_whom_nothing_is_known_has_an_id() -> None:
    found = nouns.contact(CONTACTS[2], None)
    assert (found.external_id, found.url, found.phone) == ("1", None, None)
    assert (found.name, found.email) == (None, None)


def test_a_deal_with_everything_becomes_one() -> None:
    assert nouns.deal(RECORDS[0], STAGES, None) == Deal(
        service=Service.HUBSPOT,
        external_id="9001",
        url="https://app.hubspot.com/contacts/50123456/record/0-3/9001",
        name="年間ライセンス 🚀",
        stage="Presentation Scheduled",
        amount=Money(Decimal("1500.00"), "JPY"),
        closes_on=date(2026, 12, 7),
        created_at=datetime(2026, 10, 30, 3, 30, 17, 883000, tzinfo=UTC),
    )


def test_a_deal_with_nothing_but_a_time_and_an_unknown_stage_becomes_one() -> None:
    found = nouns.deal(RECORDS[1], STAGES, ACCOUNT)
    assert (found.name, found.stage, found.amount, found.closes_on) == ("", "162470099", None, None)
    assert found.created_at == datetime(2026, 10, 30, 3, 30, 17, 883000, tzinfo=UTC)


def test_times_are_counted_or_written_with_any_offset_or_none() -> None:
    read = [nouns.deal(record, STAGES, ACCOUNT) for record in RECORDS]
    assert [str(one.created_at) for one in read[2:]] == [
        "2026-10-30 03:30:17+00:00",
        "2026-10-29 00:00:00+00:00",
        "2026-10-28 00:00:00+00:00",
    ]
    assert [one.closes_on for one in read[2:]] == [date(2026, 12, 6), None, date(2026, 11, 30)]


def test_an_amount_is_exact_and_in_the_accounts_currency_where_it_has_none_of_its_own() -> None:
    read = [nouns.deal(record, STAGES, ACCOUNT) for record in RECORDS]
    assert [one.amount for one in read[1:]] == [
        None,
        Money(Decimal("-0.5"), "DKK"),
        None,
        Money(Decimal("1E+3"), "EUR"),
    ]


def test_an_amount_whose_currency_nobody_knows_is_not_shown() -> None:
    assert nouns.deal(RECORDS[2], STAGES, None).amount is None


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *(("amount", text) for text in ("a lot", "NaN", "Infinity", "1,5", "12 EUR")),
        *(("closedate", text) for text in ("soon", "2026-13-01", "9" * 16, "2026-11-30T25:00:00Z")),
        *(("createdate", text) for text in ("-", "0001-01-01T00:00:00+14:00")),
    ],
)
def test_a_value_that_is_none_is_malformed_and_says_where(name: str, text: str) -> None:
    with pytest.raises(Malformed, match="expected a") as misfit:
        deal(**{name: text})
    assert misfit.value.path == f"$.results[...].properties.{name}"


@given(st.text(max_size=20), st.text(max_size=20))
def test_whatever_is_written_is_read_or_malformed(amount: str, closes: str) -> None:
    try:
        found = deal(amount=amount, closedate=closes)
    except Malformed:
        return
    assert found.amount is None or found.amount.amount.is_finite()


def test_a_company_with_everything_becomes_one() -> None:
    says = {"name": "Acme", "domain": "acme.example", "industry": "DESIGN", "numberofemployees": "1200"}
    assert company(**says) == Company(
        service=Service.HUBSPOT,
        external_id="7",
        name="Acme",
        domain="acme.example",
        industry="DESIGN",
        employees=1200,
    )


def test_a_company_without_a_name_goes_by_its_domain() -> None:
    assert company(domain="acme.example").name == "acme.example"
    assert company(name="", domain=None).name == ""


@pytest.mark.parametrize(
    ("text", "count"), [("0", 0), ("12.0", 12), ("1E3", 1000), ("", None), (None, None), ("-5", None), ("1" * 12, None)]
)
def test_employees_are_counted_where_they_can_be(text: str | None, count: int | None) -> None:
    assert company(numberofemployees=text).employees == count


def test_employees_that_are_no_number_are_malformed() -> None:
    with pytest.raises(Malformed, match="a number"):
        company(numberofemployees="about ten")


@pytest.mark.parametrize(
    ("url", "says", "needed"),
    [
        ("https://app.hubspot.com/x", {"amount": "5", "deal_currency_code": "EUR"}, False),
        ("https://app.hubspot.com/x", {}, False),
        ("https://app.hubspot.com/x", {"amount": "5"}, True),
        ("https://app.hubspot.com/x", {"amount": "5", "deal_currency_code": ""}, True),
        (None, {}, True),
        ("javascript:alert(1)", {}, True),
    ],
)
def test_the_account_is_needed_where_a_record_leaves_something_open(
    url: str | None, says: dict[str, str], *, needed: bool
) -> None:
    record = Record("7", msgspec.convert(says, DealProperties), "2026-01-01T00:00:00Z", url)
    assert nouns.needs_account(record) is needed


def test_an_address_that_is_none_is_made_anew() -> None:
    record = Record("7", DealProperties(), "2026-01-01T00:00:00Z", "javascript:alert(1)")
    assert nouns.deal(record, {}, ACCOUNT).url == "https://app-eu1.hubspot.com/contacts/7/record/0-3/7"
    assert nouns.deal(record, {}, None).url is None
