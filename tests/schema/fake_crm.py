"""A small CRM, nouns for it, and a graph that has nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import cast

import strawberry
from strawberry.schema.config import StrawberryConfig

from connectors.domain.answers import Answers
from connectors.domain.crm import Company, Contact, CrmSource, Deal, DealsAsked
from connectors.domain.money import Money
from connectors.domain.offer import Offer
from connectors.domain.page import Slice
from connectors.domain.references import CustomerRef
from connectors.domain.service import Service
from connectors.sources import Sources
from schema import crm
from schema.context import Context, Info
from schema.relay import Connection, dated_page
from schema.scalars import SCALARS
from tests.schema.fakes import Fake
from tests.schema.harness import REQUEST, Answer, engine_over, run_in
from tests.schema.nouns import NOON, listed, money


@dataclass
class Crm(Fake):
    """A `CrmSource`: `clients` by id, `firms` and `pitches` by the id of a contact."""

    service: Service = Service.HUBSPOT
    clients: Sequence[Contact] = ()
    people: Mapping[str, str] = field(default_factory=dict)
    firms: Mapping[str, Company] = field(default_factory=dict)
    pitches: Mapping[str, Sequence[Deal]] = field(default_factory=dict)

    @property
    def offer(self) -> Offer:
        return Offer(crm=self)

    async def contacts_by_id(self, ids: Sequence[str]) -> Answers[str, Contact | None]:
        return self.named("contacts_by_id", ids, self.clients)

    async def owners_by_id(self, ids: Sequence[str]) -> Answers[str, str | None]:
        return self.answers("owners_by_id", ids, self.people.get)

    async def companies_by_contact(self, ids: Sequence[str]) -> Answers[str, Company | None]:
        return self.answers("companies_by_contact", ids, self.firms.get)

    async def companies_by_id(self, ids: Sequence[str]) -> Answers[str, Company | None]:
        return self.named("companies_by_id", ids, self.firms.values())

    async def deals(self, asked: Sequence[DealsAsked]) -> Answers[DealsAsked, Slice[Deal]]:
        return self.answers("deals", asked, self._deals, lambda one: self.known(one.ref))

    async def deals_by_id(self, ids: Sequence[str]) -> Answers[str, Deal | None]:
        return self.named("deals_by_id", ids, [deal for some in self.pitches.values() for deal in some])

    def _deals(self, asked: DealsAsked) -> Slice[Deal]:
        everybodys = [deal for some in self.pitches.values() for deal in some]
        kept = everybodys if asked.ref is None else self.pitches.get(self.known(asked.ref) or "", ())
        return listed(kept, asked.page, self.seen)


def contact(id: str, *, owner: str | None = None, service: Service = Service.HUBSPOT) -> Contact:
    return Contact(
        service=service,
        external_id=id,
        url=f"https://crm.example/contacts/{id}",
        owner=owner,
        lifecycle_stage="lead",
        phone=None,
    )


def company(id: str, name: str = "Acme") -> Company:
    return Company(
        service=Service.HUBSPOT, external_id=id, name=name, domain="acme.example", industry=None, employees=12
    )


def deal(
    id: str, *, at: datetime = NOON, worth: Money | None = None, service: Service = Service.HUBSPOT, url: bool = True
) -> Deal:
    return Deal(
        service=service,
        external_id=id,
        url=f"https://crm.example/deals/{id}" if url else None,
        name=f"Deal {id}",
        stage="Contract Sent",
        amount=worth or money("12.50", "EUR"),
        closes_on=date(2026, 12, 24),
        created_at=at,
    )


@dataclass
class CrmsAlone:
    """As much of `Sources` as contacts, companies and deals need."""

    crm: Mapping[Service, CrmSource]
    changes: int = 0


def crms(*fakes: Crm) -> Sources:
    """Fakes in the place of all CRMs."""
    return cast("Sources", CrmsAlone({one.service: one for one in fakes}))


async def ask(sources: Sources, query: str, *refs: CustomerRef) -> Answer:
    """Executes one operation; `customers` are those whom `refs` name."""
    context = Asking(sources, lambda noun: noun, request_id=REQUEST, refs=refs)
    return await run_in(engine_over(_graph()), context, query)


@dataclass
class Asking(Context):
    """Who is asked about."""

    refs: tuple[CustomerRef, ...] = ()


@strawberry.type
class Somebody:
    """Has what the hub gives a customer."""

    ref: strawberry.Private[CustomerRef]

    @strawberry.field
    async def contact(self, info: Info) -> crm.Contact | None:
        return await crm.contact_of(info, self.ref)

    @strawberry.field
    async def deals(self, info: Info, first: int | None = 20, after: str | None = None) -> Connection[crm.Deal] | None:
        return await crm.deal_page(info, DealsAsked(self.ref, dated_page(first, after)))


@strawberry.type
class Asked:
    """Everybody's deals, and some customers."""

    @strawberry.field
    async def deals(self, info: Info, first: int | None = 20, after: str | None = None) -> Connection[crm.Deal] | None:
        return await crm.deal_page(info, DealsAsked(None, dated_page(first, after)))

    @strawberry.field
    def customers(self, info: Info) -> list[Somebody]:
        return [Somebody(ref=ref) for ref in cast("Asking", info.context).refs]


@cache
def _graph() -> strawberry.Schema:
    return strawberry.Schema(
        query=Asked,
        types=[crm.Company, crm.Contact, crm.Deal],
        config=StrawberryConfig(scalar_map=SCALARS),
    )


def described() -> str:
    """The graph, as text."""
    return _graph().as_str()
