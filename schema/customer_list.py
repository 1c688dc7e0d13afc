"""Lists of customers: filters, orders, and pages in both directions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import strawberry

from connectors.domain import customers as domain
from connectors.domain.customers import CustomersAsked, Keyset
from schema.context import Info, load
from schema.customers import Customer
from schema.enums import CustomerField, Direction, Service
from schema.errors import BadUserInputError
from schema.loaders.customers import customer_count, customer_page
from schema.relay import Connection, Edge, PageInfo, bad_cursor, checked_first, from_micros, micros, seal, unseal


@strawberry.input(description="Which customers; every part that is given must hold.")
class CustomerFilter:
    """Null means the same as left out."""

    text: str | None = strawberry.field(default=None, description="Words of the name, email, company or tags.")
    tag: str | None = strawberry.field(default=None, description="A tag that they have.")
    company: str | None = strawberry.field(default=None, description="Their company, without regard to case.")
    country_code: str | None = strawberry.field(default=None, description="Where they are: ISO 3166-1 alpha-2.")
    linked_to: Service | None = strawberry.field(default=None, description="A service that knows them.")
    created_after: datetime | None = strawberry.field(default=None, description="Entered after this.")
    created_before: datetime | None = strawberry.field(default=None, description="Entered before this.")

    def noun(self) -> domain.CustomerFilter:
        """The domain's filter."""
        return domain.CustomerFilter(
            text=self.text,
            tag=self.tag,
            company=self.company,
            country_code=self.country_code,
            linked_to=self.linked_to,
            created_after=self.created_after,
            created_before=self.created_before,
        )


@strawberry.input(description="In which order.")
class CustomerOrder:
    """Ties are broken by id."""

    field: CustomerField = strawberry.field(description="What is compared.")
    direction: Direction = strawberry.field(default=Direction.ASC, description="Which way.")

    def noun(self) -> domain.CustomerOrder:
        """The domain's order."""
        return domain.CustomerOrder(self.field, descending=self.direction is Direction.DESC)


FilterBy = Annotated[CustomerFilter | None, strawberry.argument(description="Which ones; all when left out.")]
OrderBy = Annotated[CustomerOrder | None, strawberry.argument(description="In which order; as entered when left out.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListAsked:
    """The arguments of a list of customers, as they were given."""

    first: int | None
    after: str | None
    last: int | None
    before: str | None
    filter: CustomerFilter | None
    order: CustomerOrder | None

    def noun(self) -> CustomersAsked:
        """What the store is asked; BAD_USER_INPUT where a number or a cursor is out of bounds."""
        order = self.order.noun() if self.order else domain.CustomerOrder()
        return CustomersAsked(
            size=checked_first(self.first) if self.last is None else checked_first(self.last, "last"),
            after=_keyset(self.after, order) if self.after is not None else None,
            before=_keyset(self.before, order) if self.before is not None else None,
            backwards=self.last is not None,
            filter=self.filter.noun() if self.filter else domain.CustomerFilter(),
            order=order,
        )


async def customer_list(info: Info, given: ListAsked) -> Connection[Customer]:
    """One page of customers: one query, and another one for the count if that is asked for."""
    asked = given.noun()
    page = await load(info, customer_page, asked)
    edges = [Edge(node=Customer.of(noun), cursor=_cursor(noun, asked.order)) for noun in page.items]
    return Connection(
        edges=edges,
        page_info=PageInfo(
            has_next_page=page.has_next,
            has_previous_page=page.has_previous,
            start_cursor=edges[0].cursor if edges else None,
            end_cursor=edges[-1].cursor if edges else None,
        ),
        count=lambda: load(info, customer_count, asked.filter),
    )


def _cursor(noun: domain.Customer, order: domain.CustomerOrder) -> str:
    values: dict[CustomerField, str | datetime] = {
        CustomerField.NAME: noun.name,
        CustomerField.EMAIL: noun.email,
        CustomerField.CREATED_AT: noun.created_at,
        CustomerField.UPDATED_AT: noun.updated_at,
    }
    value = values[order.field]
    return seal("customer", order.field.value, value if isinstance(value, str) else micros(value), noun.id)


def _keyset(cursor: str, order: domain.CustomerOrder) -> Keyset:
    match unseal("customer", cursor):
        case [order.field.value, str(text), str(id)] if order.field in (CustomerField.NAME, CustomerField.EMAIL):
            return Keyset(text, id)
        case [order.field.value, int(at), str(id)] if order.field in (
            CustomerField.CREATED_AT,
            CustomerField.UPDATED_AT,
        ):
            return Keyset(from_micros(at), id)
        case [str(other), *_] if other != order.field.value:
            raise BadUserInputError(f"the cursor belongs to a list ordered by {other}, not by {order.field.value}")
    raise bad_cursor(cursor)
