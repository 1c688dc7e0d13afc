"""HubSpot's bodies, as far as they are read.

Every value of a property is a text or null; which properties there are is the account's affair, so that each read names
the ones it wants (https://developers.hubspot.com/docs/api/crm/properties).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import msgspec

NOT_FOUND = "OBJECT_NOT_FOUND"
_PRIMARY = 1  # from a contact to its primary company; HubSpot's own types are numbered alike in every account


class Properties(msgspec.Struct):
    """What every kind of record has; `hs_merged_object_ids` are other ids of it, with semicolons between them."""

    hs_merged_object_ids: str | None = None


class ContactProperties(Properties):
    """https://developers.hubspot.com/docs/api/crm/contacts: `hubspot_owner_id` is an owner's, not a user's."""

    phone: str | None = None
    mobilephone: str | None = None
    lifecyclestage: str | None = None
    hubspot_owner_id: str | None = None
    firstname: str | None = None
    lastname: str | None = None
    email: str | None = None


class CompanyProperties(Properties):
    """https://developers.hubspot.com/docs/api/crm/companies."""

    name: str | None = None
    domain: str | None = None
    industry: str | None = None
    numberofemployees: str | None = None


class DealProperties(Properties):
    """https://developers.hubspot.com/docs/api/crm/deals: `amount` is in `deal_currency_code`, or the account's own."""

    dealname: str | None = None
    dealstage: str | None = None
    amount: str | None = None
    deal_currency_code: str | None = None
    closedate: str | None = None
    createdate: str | None = None


P = TypeVar("P", bound=Properties)


@dataclass(frozen=True, slots=True)
class Kind(Generic[P]):
    """One kind of record: its name in paths, its number in web addresses, and what is read of it."""

    name: str
    number: str
    properties: type[P]

    @property
    def asked(self) -> list[str]:
        """The properties that reads name."""
        return [field.encode_name for field in msgspec.structs.fields(self.properties)]


# https://developers.hubspot.com/docs/api/crm/understanding-the-crm#object-type-ids
CONTACTS = Kind("contacts", "0-1", ContactProperties)
COMPANIES = Kind("companies", "0-2", CompanyProperties)
DEALS = Kind("deals", "0-3", DealProperties)


class Record(msgspec.Struct, Generic[P], rename="camel"):
    """One record; `url` is where people look at it, which older accounts do not tell."""

    id: str
    properties: P
    created_at: str
    url: str | None = None

    @property
    def ids(self) -> Iterator[str]:
        """Its own, and those of the records that were merged into it: it answers to all of them."""
        yield self.id
        yield from filter(None, (self.properties.hs_merged_object_ids or "").split(";"))


class Problem(msgspec.Struct):
    """Why some of a batch has no answer: `context` names them, under `ids` or `fromObjectId`."""

    category: str | None = None
    message: str | None = None
    context: dict[str, list[str]] = {}


class Batch(msgspec.Struct, Generic[P]):
    """https://developers.hubspot.com/docs/api/crm/contacts#retrieve-contacts, by batch: 207 with `errors`."""

    results: list[Record[P]]
    errors: list[Problem] = []


class Next(msgspec.Struct):
    """Where a list goes on."""

    after: str


class Paging(msgspec.Struct):
    """https://developers.hubspot.com/docs/api/usage-details: left out on the last page."""

    next: Next | None = None


class Found(msgspec.Struct, Generic[P]):
    """https://developers.hubspot.com/docs/api/crm/search."""

    results: list[Record[P]]
    paging: Paging | None = None

    @property
    def after(self) -> str | None:
        """Where to go on; None at the end."""
        return self.paging.next.after if self.paging and self.paging.next else None


class AssociationType(msgspec.Struct, rename="camel"):
    """https://developers.hubspot.com/docs/api/crm/associations#association-type-id-values."""

    category: str
    type_id: int


class Association(msgspec.Struct, rename="camel"):
    """One record at the other end. Its id is documented as a text, and comes as a number."""

    to_object_id: int | str
    association_types: list[AssociationType] = []

    @property
    def is_primary(self) -> bool:
        """Whether this is the company that a contact first of all works for."""
        return any((one.category, one.type_id) == ("HUBSPOT_DEFINED", _PRIMARY) for one in self.association_types)


class Reference(msgspec.Struct):
    """The record at this end."""

    id: str


class Associations(msgspec.Struct):
    """What one record is associated with; `paging` where that is more than 500."""

    from_: Reference = msgspec.field(name="from")
    to: list[Association] = []
    paging: Paging | None = None

    @property
    def ids(self) -> list[str]:
        """The ids at the other end."""
        return [str(one.to_object_id) for one in self.to]

    @property
    def primary(self) -> str | None:
        """The primary one, or else the first."""
        return next((str(one.to_object_id) for one in self.to if one.is_primary), next(iter(self.ids), None))


class AssociationBatch(msgspec.Struct):
    """https://developers.hubspot.com/docs/api/crm/associations#retrieve-associated-records: 207 where one has none."""

    results: list[Associations]
    errors: list[Problem] = []


class Owner(msgspec.Struct, rename="camel"):
    """https://developers.hubspot.com/docs/api/crm/owners; a queue of people has no names."""

    id: str
    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None

    @property
    def name(self) -> str | None:
        """What people call them, or where they write to them."""
        return " ".join(filter(None, (self.first_name, self.last_name))) or self.email


class Owners(msgspec.Struct):
    """One page of them."""

    results: list[Owner]
    paging: Paging | None = None


class Stage(msgspec.Struct, rename="camel"):
    """A step of a pipeline; `label` is what people call it."""

    id: str
    label: str
    display_order: int = 0


class Pipeline(msgspec.Struct, rename="camel"):
    """https://developers.hubspot.com/docs/api/crm/pipelines."""

    id: str
    stages: list[Stage]
    display_order: int = 0


class Pipelines(msgspec.Struct):
    """All there are."""

    results: list[Pipeline]

    @property
    def labels(self) -> dict[str, str]:
        """What people call each stage, by its id."""
        return {stage.id: stage.label for _, stage in self.steps}

    @property
    def steps(self) -> Sequence[tuple[Pipeline, Stage]]:
        """Every stage of every pipeline, in the order in which people see them."""
        pipelines = sorted(self.results, key=lambda one: one.display_order)
        return [
            (one, stage) for one in pipelines for stage in sorted(one.stages, key=lambda stage: stage.display_order)
        ]


class Account(msgspec.Struct, rename="camel"):
    """https://developers.hubspot.com/docs/api/settings/account-information-api: `ui_domain` is a host name."""

    portal_id: int
    company_currency: str
    ui_domain: str = "app.hubspot.com"


class _Detail(msgspec.Struct):
    message: str | None = None


class _ErrorBody(msgspec.Struct):
    message: str | None = None
    errors: list[_Detail] = []


def error_message(body: bytes) -> str | None:
    """HubSpot's own words: https://developers.hubspot.com/docs/api/error-handling."""
    read = msgspec.json.decode(body, type=_ErrorBody)
    words = [read.message, *(detail.message for detail in read.errors)]
    return "; ".join(dict.fromkeys(filter(None, words))) or None
