"""The customer, as our own records keep them, and the store that does."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from connectors.domain.references import CustomerRef, ServiceLink
from connectors.domain.service import Service


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """Where a customer is: degrees north and east (WGS 84), `country_code` is ISO 3166-1 alpha-2."""

    city: str | None
    country_code: str | None
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What somebody of ours wrote down about a customer."""

    id: str
    text: str
    author: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCustomer:
    """What it takes to keep a customer. Emails are unique without regard to case."""

    name: str
    email: str
    company: str | None = None
    tags: tuple[str, ...] = ()
    location: Location | None = None
    links: tuple[ServiceLink, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer(NewCustomer):
    """A kept customer. `version` grows by one with every change."""

    id: str
    notes: tuple[Note, ...] = ()
    created_at: datetime
    updated_at: datetime
    version: int

    @property
    def ref(self) -> CustomerRef:
        """What loaders are keyed by."""
        return CustomerRef(self.id, self.links)


class CustomerField(StrEnum):
    """A field that customers can be ordered by; the value is its name in the store."""

    NAME = "name"
    EMAIL = "email"
    CREATED_AT = "createdAt"
    UPDATED_AT = "updatedAt"


@dataclass(frozen=True, slots=True)
class CustomerOrder:
    """An order of customers; ties are broken by id, in the same direction. Text is compared without case."""

    field: CustomerField = CustomerField.CREATED_AT
    descending: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerFilter:
    """Every part that is given must hold. `text` is searched in name, email, company and tags."""

    text: str | None = None
    tag: str | None = None
    company: str | None = None
    country_code: str | None = None
    linked_to: Service | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Keyset:
    """A place in an ordered list of customers: the ordering field's value, then the id."""

    value: str | datetime
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomersAsked:
    """A page of customers: the first `size` after `after`, or, `backwards`, the last `size` before `before`."""

    size: int = 20
    after: Keyset | None = None
    before: Keyset | None = None
    backwards: bool = False
    filter: CustomerFilter = CustomerFilter()
    order: CustomerOrder = CustomerOrder()


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """Customers in the order asked (also when read backwards), and whether there is more on either side.

    `has_previous` and `has_next` are true only where it is known: the far side of a page is known by its cursor.
    """

    items: tuple[Customer, ...]
    has_previous: bool
    has_next: bool


class CustomerStore(Protocol):
    """Our own records. Reads answer by key, writes raise a StoreError, and all raise ConnectorError when it is down."""

    async def by_id(self, ids: Sequence[str]) -> Mapping[str, Customer]:
        """The customers there are; an id that does not exist, or is none, is absent."""

    async def by_email(self, emails: Sequence[str]) -> Mapping[str, Customer]:
        """By email as asked, compared without case; an unknown one is absent."""

    async def by_link(self, links: Sequence[ServiceLink]) -> Mapping[ServiceLink, Customer]:
        """By what a service calls them; an unknown one is absent."""

    async def page(self, asked: CustomersAsked) -> CustomerPage:
        """One page by keyset, never by offset: no customer twice and none lost while others come and go."""

    async def count(self, which: CustomerFilter) -> int:
        """How many customers match."""

    async def version(self) -> Hashable | None:
        """Equal to an earlier one where no customer was changed since; None where that cannot be told. Never raises."""

    async def create(self, new: NewCustomer) -> Customer:
        """Refused: an email or a link that another customer has."""

    async def update(self, id: str, version: int, changes: Mapping[str, object]) -> Customer:
        """Sets the fields of `changes` (names of `NewCustomer`) where `version` is still current, else Conflict."""

    async def delete(self, id: str) -> None:
        """Removes the customer; NotFound where there is none."""

    async def link(self, id: str, link: ServiceLink) -> Customer:
        """Says who the customer is in a service, in place of what was said before. Refused: somebody else's link."""

    async def unlink(self, id: str, service: Service) -> Customer:
        """Forgets who the customer is in a service. Refused: there is no such link."""

    async def add_note(self, id: str, text: str, author: str) -> Customer:
        """Appends a note; its time is the store's clock."""
