"""Contacts, companies and deals."""

from datetime import date

import strawberry

from connectors.domain import crm
from connectors.domain.references import CustomerRef
from schema.context import Info, load, report
from schema.enums import Service
from schema.loaders.crm import company_by_contact, contact_by_id, deals, owner_by_id
from schema.loaders.merging import At
from schema.money import Money
from schema.relay import Connection, Node, merged_connection, node_id
from schema.scalars import URL


@strawberry.type(description="Whom contacts work for, as a CRM knows them.")
class Company(Node):
    """From any CRM."""

    service: Service = strawberry.field(description="Which CRM.")
    name: str = strawberry.field(description="What it is called.")
    domain: str | None = strawberry.field(description="Where its website is.")
    industry: str | None = strawberry.field(description="What it does, in the CRM's own words.")
    employees: int | None = strawberry.field(description="How many people work there.")

    @classmethod
    def of(cls, noun: crm.Company) -> "Company":
        """The graph's company of a domain's."""
        return cls(
            id=node_id("Company", noun.service, noun.external_id),
            service=noun.service,
            name=noun.name,
            domain=noun.domain,
            industry=noun.industry,
            employees=noun.employees,
        )


@strawberry.type(description="A person, as a CRM knows them.")
class Contact(Node):
    """From any CRM. Owner and company are read only where they are asked for."""

    service: Service = strawberry.field(description="Which CRM.")
    external_id: str = strawberry.field(description="Their id there.")
    url: URL | None = strawberry.field(description="Where people look at them.")
    lifecycle_stage: str | None = strawberry.field(description="How far they are on the way to buying.")
    phone: str | None = strawberry.field(description="Where they are called.")
    owned_by: strawberry.Private[str | None]

    @strawberry.field(description="Who of us looks after them.")
    async def owner(self, info: Info) -> str | None:
        """One batch for all contacts."""
        if self.owned_by is None:
            return None
        return await load(info, owner_by_id, At(self.service, self.owned_by))

    @strawberry.field(description="Whom they work for.")
    async def company(self, info: Info) -> Company | None:
        """One batch for all contacts."""
        noun = await load(info, company_by_contact, At(self.service, self.external_id))
        return Company.of(noun) if noun else None

    @classmethod
    def of(cls, noun: crm.Contact) -> "Contact":
        """The graph's contact of a domain's."""
        return cls(
            id=node_id("Contact", noun.service, noun.external_id),
            service=noun.service,
            external_id=noun.external_id,
            url=URL(noun.url) if noun.url else None,
            lifecycle_stage=noun.lifecycle_stage,
            phone=noun.phone,
            owned_by=noun.owner,
        )


@strawberry.type(description="Something that may be sold.")
class Deal(Node):
    """From any CRM."""

    service: Service = strawberry.field(description="Which CRM.")
    external_id: str = strawberry.field(description="Its id there.")
    url: URL | None = strawberry.field(description="Where people look at it.")
    name: str = strawberry.field(description="What it is called.")
    stage: str = strawberry.field(description="How far it is, in the words of the CRM's users.")
    amount: Money | None = strawberry.field(description="What it is worth.")
    closes_on: date | None = strawberry.field(description="The day on which it is, or was, decided.")

    @classmethod
    def of(cls, noun: crm.Deal) -> "Deal":
        """The graph's deal of a domain's."""
        return cls(
            id=node_id("Deal", noun.service, noun.external_id),
            service=noun.service,
            external_id=noun.external_id,
            url=URL(noun.url) if noun.url else None,
            name=noun.name,
            stage=noun.stage,
            amount=Money.of(noun.amount) if noun.amount else None,
            closes_on=noun.closes_on,
        )


async def contact_of(info: Info, ref: CustomerRef) -> Contact | None:
    """Who a customer is in the first CRM that they are linked to; None where they are in none."""
    for service in info.context.sources.crm:
        if id := ref.link(service):
            noun = await load(info, contact_by_id, At(service, id))
            return Contact.of(noun) if noun else None
    return None


async def deal_page(info: Info, asked: crm.DealsAsked) -> Connection[Deal]:
    """A page of deals; CRMs that failed are reported beside those that answered."""
    found = await load(info, deals, asked)
    report(info, found.failures)
    return merged_connection(Deal.of, found, asked.page)
