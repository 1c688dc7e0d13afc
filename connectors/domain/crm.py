"""Contacts, companies and deals, and who keeps them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from connectors.domain.answers import Answers
from connectors.domain.money import Money
from connectors.domain.page import Page, Slice
from connectors.domain.references import CustomerRef
from connectors.domain.service import Service


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A person as a CRM knows them; `owner` is the id there of whoever looks after them.

    A search ranks by `name` and `email`, where the CRM tells them; the graph has those of our own records.
    """

    service: Service
    external_id: str
    url: str | None
    owner: str | None
    lifecycle_stage: str | None
    phone: str | None
    name: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """Whom contacts work for; `employees` is how many people do."""

    service: Service
    external_id: str
    name: str
    domain: str | None
    industry: str | None
    employees: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """Something that may be sold; `stage` is what people call it, `closes_on` the day on which it is or was decided."""

    service: Service
    external_id: str
    url: str | None
    name: str
    stage: str
    amount: Money | None
    closes_on: date | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class DealsAsked:
    """Deals of one customer, or of everybody where `ref` is None."""

    ref: CustomerRef | None
    page: Page


@dataclass(frozen=True, slots=True)
class NewDeal:
    """A deal to be opened, with the customer `ref`; `stage` by id or by what people call it, the first one for None."""

    name: str
    amount: Money | None = None
    stage: str | None = None
    closes_on: date | None = None
    ref: CustomerRef | None = None


class CrmSource(Protocol):
    """A CRM. Every method answers each key asked, and never raises for one of them."""

    async def contacts_by_id(self, ids: Sequence[str]) -> Answers[str, Contact | None]:
        """By the service's own ids, which are what links name; None where there is no such contact."""

    async def owners_by_id(self, ids: Sequence[str]) -> Answers[str, str | None]:
        """What people call the owners with these ids; None where nobody is."""

    async def companies_by_contact(self, ids: Sequence[str]) -> Answers[str, Company | None]:
        """The company that each contact first of all works for, by the contact's id; None where there is none."""

    async def companies_by_id(self, ids: Sequence[str]) -> Answers[str, Company | None]:
        """By the service's own ids; None where there is no such company."""

    async def deals(self, asked: Sequence[DealsAsked]) -> Answers[DealsAsked, Slice[Deal]]:
        """Newest first by creation. A customer who is not linked to the service has none."""

    async def deals_by_id(self, ids: Sequence[str]) -> Answers[str, Deal | None]:
        """By the service's own ids; None where there is no such deal."""


class DealDesk(Protocol):
    """A CRM in which deals can be opened."""

    async def create_deal(self, new: NewDeal, key: str) -> Deal:
        """Opens a deal. `key` is the same for every attempt at the same one.

        Raises ConnectorError; Rejected, with the service's own words, where the service refuses it or the customer is
        not linked to it.
        """
