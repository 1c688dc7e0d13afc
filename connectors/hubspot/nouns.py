"""From HubSpot's records to the nouns of a CRM."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation

from connectors.domain.crm import Company, Contact, Deal
from connectors.domain.errors import Malformed
from connectors.domain.money import Money
from connectors.domain.service import Service
from connectors.hubspot.wire import (
    CONTACTS,
    DEALS,
    Account,
    CompanyProperties,
    ContactProperties,
    DealProperties,
    Kind,
    P,
    Record,
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECONDS = re.compile(r"-?[0-9]{1,16}")
_MOST = 2**31 - 1  # GraphQL's Int, and more than anybody employs


def contact(record: Record[ContactProperties], account: Account | None) -> Contact:
    """Whoever has only a mobile phone is called there."""
    properties = record.properties
    return Contact(
        service=Service.HUBSPOT,
        external_id=record.id,
        url=_url(CONTACTS, record, account),
        owner=properties.hubspot_owner_id or None,
        lifecycle_stage=properties.lifecyclestage or None,
        phone=properties.phone or properties.mobilephone or None,
        name=" ".join(filter(None, (properties.firstname, properties.lastname))) or None,
        email=properties.email or None,
    )


def company(record: Record[CompanyProperties]) -> Company:
    """A company without a name goes by its domain, as in HubSpot's own lists."""
    properties = record.properties
    return Company(
        service=Service.HUBSPOT,
        external_id=record.id,
        name=properties.name or properties.domain or "",
        domain=properties.domain or None,
        industry=properties.industry or None,
        employees=_employees(properties.numberofemployees),
    )


def deal(record: Record[DealProperties], stages: Mapping[str, str], account: Account | None) -> Deal:
    """`stages`: labels by id. `account` where `needs_account` says so. Raises Malformed."""
    properties = record.properties
    stage = properties.dealstage or ""
    return Deal(
        service=Service.HUBSPOT,
        external_id=record.id,
        url=_url(DEALS, record, account),
        name=properties.dealname or "",
        stage=stages.get(stage, stage),  # a stage that was deleted keeps its deals
        amount=_amount(properties, account),
        closes_on=_day(properties.closedate),
        created_at=created_at(record),
    )


def created_at(record: Record[DealProperties]) -> datetime:
    """By the property, which is what searches sort by: people may have changed it. Raises Malformed."""
    return _instant(record.properties.createdate or record.created_at, "createdate")


def needs_account(record: Record[P]) -> bool:
    """Whether a record leaves something to be completed by what the account says of itself."""
    properties = record.properties
    bare = isinstance(properties, DealProperties) and properties.amount and not properties.deal_currency_code
    return _told(record) is None or bool(bare)


def _amount(properties: DealProperties, account: Account | None) -> Money | None:
    currency = properties.deal_currency_code or (account.company_currency if account else None)
    if not properties.amount or not currency:
        return None
    return Money(_decimal(properties.amount, "amount"), currency.upper())


def _employees(text: str | None) -> int | None:
    count = int(_decimal(text, "numberofemployees")) if text else None
    return count if count is not None and 0 <= count <= _MOST else None


def _decimal(text: str, name: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise _misfit(name, "a number")
    return number


def _day(text: str | None) -> date | None:
    """The day in UTC: the moment itself is in the time zone of whoever set it, which is not told."""
    return _instant(text, "closedate").date() if text else None


def _instant(text: str, name: str) -> datetime:
    """ISO 8601, or milliseconds since 1970; in UTC where no offset is given."""
    try:
        counted = _MILLISECONDS.fullmatch(text)
        at = _EPOCH + timedelta(milliseconds=int(text)) if counted else datetime.fromisoformat(text)
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as unfit:
        raise _misfit(name, "a time") from unfit


def _misfit(name: str, what: str) -> Malformed:
    return Malformed(Service.HUBSPOT, f"$.results[...].properties.{name}", f"expected {what}")


def _url(kind: Kind[P], record: Record[P], account: Account | None) -> str | None:
    if told := _told(record):
        return told
    return (
        f"https://{account.ui_domain}/contacts/{account.portal_id}/record/{kind.number}/{record.id}"
        if account
        else None
    )


def _told(record: Record[P]) -> str | None:
    return record.url if record.url and record.url.startswith("https://") else None
