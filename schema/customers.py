"""The hub: what a customer has, in our own records and in every connected service."""

from datetime import datetime
from typing import Annotated
from urllib.parse import quote

import strawberry

from connectors.domain import customers as domain
from connectors.domain import money
from connectors.domain.chat import MessagesAsked
from connectors.domain.code import IssuesAsked
from connectors.domain.crm import DealsAsked
from connectors.domain.page import Page
from connectors.domain.payments import PaymentsAsked
from connectors.domain.references import CustomerRef
from connectors.domain.social import PostsAsked
from connectors.domain.tickets import TicketsAsked
from schema.arguments import After, First
from schema.chat import Message, message_page
from schema.code import Developer, Issue, State, issue_page
from schema.context import Info, load
from schema.crm import Contact, Deal, contact_of, deal_page
from schema.enums import PaymentStatus, Service, TicketStatus
from schema.errors import BadUserInputError
from schema.loaders.code import developer
from schema.loaders.merging import At
from schema.loaders.payments import payments, plans
from schema.money import Money, added_up
from schema.payments import Invoice, Payment, RecurringPlan, invoice_page, payment_page
from schema.relay import Connection, GlobalId, Node, dated_page, node_id
from schema.scalars import URL, Currency
from schema.social import Post, SocialProfile, post_page, profile_list
from schema.tickets import Ticket, ticket_page
from schema.timeline import Kinds, Subject, TimelineConnection, Written, timeline
from schema.timeline_pages import TimelinePage
from schema.weather import Weather, weather_at

OfStatus = Annotated[PaymentStatus | None, strawberry.argument(description="Only those that stand so.")]
TicketsOf = Annotated[TicketStatus | None, strawberry.argument(description="Only those that stand so.")]
Into = Annotated[Currency, strawberry.argument(description="The currency that everything is added up in.")]
_USD = Currency("USD")
_SETTLED = {PaymentStatus.SUCCEEDED, PaymentStatus.PARTIALLY_REFUNDED, PaymentStatus.REFUNDED}


@strawberry.type(description="Who a customer is in one service.")
class ServiceLink:
    """A name that a service gives a customer."""

    service: Service = strawberry.field(description="Which service.")
    external_id: str = strawberry.field(description="Their id there.")

    @strawberry.field(description="Where people look at them there.")
    def url(self, info: Info) -> URL | None:
        """None where the service has no such page."""
        template = info.context.sources.customer_urls.get(self.service)
        return URL(template.format(id=quote(self.external_id, safe=":@"))) if template else None


@strawberry.type(description="A place on Earth.")
class Location:
    """WGS 84."""

    city: str | None = strawberry.field(description="The city's name, as people there write it.")
    country_code: str | None = strawberry.field(description="ISO 3166-1 alpha-2.")
    latitude: float = strawberry.field(description="Degrees north.")
    longitude: float = strawberry.field(description="Degrees east.")


@strawberry.type(description="What somebody of ours wrote down about a customer.")
class Note:
    """Kept with the customer."""

    id: strawberry.ID = strawberry.field(description="Unique among the customer's notes.")
    text: str = strawberry.field(description="What was written.")
    author: str = strawberry.field(description="Who wrote it.")
    created_at: datetime = strawberry.field(description="When it was written.")


@strawberry.type(
    description="Somebody we do business with, kept in MongoDB, and what the connected services know of them."
)
class Customer(Node):
    """One record, and a field for each thing that other services have of the same person."""

    name: str = strawberry.field(description="What they are called.")
    email: str = strawberry.field(description="Where they are written to; unique without regard to case.")
    company: str | None = strawberry.field(description="Whom they work for.")
    tags: list[str] = strawberry.field(description="What we sorted them under.")
    location: Location | None = strawberry.field(description="Where they are.")
    notes: list[Note] = strawberry.field(description="What we wrote down about them, oldest first.")
    links: list[ServiceLink] = strawberry.field(description="Who they are in each service.")
    created_at: datetime = strawberry.field(description="When they were entered.")
    updated_at: datetime = strawberry.field(description="When they were last changed.")
    version: int = strawberry.field(description="Grows with every change; an update names the one that it read.")
    ref: strawberry.Private[CustomerRef]

    @strawberry.field(description="Their payments, newest first, over every payment service.")
    async def payments(
        self, info: Info, first: First = 20, after: After = None, status: OfStatus = None
    ) -> Connection[Payment] | None:
        """One batch for all customers."""
        return await payment_page(info, PaymentsAsked(self.ref, dated_page(first, after), status))

    @strawberry.field(description="What they are billed for again and again, ended plans included.")
    async def plans(self, info: Info) -> list[RecurringPlan] | None:
        """One batch for all customers."""
        return [RecurringPlan.of(noun) for noun in await load(info, plans, self.ref)]

    @strawberry.field(description="Their bills, newest first.")
    async def invoices(self, info: Info, first: First = 20, after: After = None) -> Connection[Invoice] | None:
        """One batch for all customers."""
        return await invoice_page(info, self.ref, dated_page(first, after))

    @strawberry.field(
        description="Succeeded payments less refunds, over every payment service, at today's rates in one currency."
    )
    async def lifetime_value(self, info: Info, currency: Into = _USD) -> Money | None:
        """A sum over a failed source would mislead: it is an error. Reads the same charges as `payments`."""
        found = await load(info, payments, PaymentsAsked(self.ref, Page(first=None)))
        if found.failures:
            raise found.failures[0]
        settled = (payment for payment in found.slice.items if payment.status in _SETTLED)
        net = (money.Money(one.amount.amount - one.refunded.amount, one.amount.currency) for one in settled)
        return Money.of(await added_up(info, net, currency))

    @strawberry.field(description="What they asked support, newest first.")
    async def tickets(
        self, info: Info, first: First = 20, after: After = None, status: TicketsOf = None
    ) -> Connection[Ticket] | None:
        """One batch for all customers."""
        return await ticket_page(info, TicketsAsked(self.ref, dated_page(first, after), status))

    @strawberry.field(description="Who they are in the CRM.")
    async def contact(self, info: Info) -> Contact | None:
        """One batch for all customers."""
        return await contact_of(info, self.ref)

    @strawberry.field(description="What we may sell them, newest first, over every CRM.")
    async def deals(self, info: Info, first: First = 20, after: After = None) -> Connection[Deal] | None:
        """One batch for all customers."""
        return await deal_page(info, DealsAsked(self.ref, dated_page(first, after)))

    @strawberry.field(description="Their account on the code host.")
    async def developer(self, info: Info) -> Developer | None:
        """One batch for all customers."""
        links = [(host, login) for host in info.context.sources.code if (login := self.ref.link(host))]
        found = [await load(info, developer, At(host, login)) for host, login in links[:1]]
        return Developer.of(found[0]) if found and found[0] else None

    @strawberry.field(description="Issues that they opened, newest first, over every tracker.")
    async def issues(
        self, info: Info, first: First = 20, after: After = None, state: State = None
    ) -> Connection[Issue] | None:
        """One batch for all customers."""
        return await issue_page(info, IssuesAsked(self.ref, dated_page(first, after), state))

    @strawberry.field(description="Their accounts on social networks.")
    async def profiles(self, info: Info) -> list[SocialProfile] | None:
        """One batch for all customers."""
        return await profile_list(info, self.ref)

    @strawberry.field(description="What they said in public, newest first, over every network.")
    async def posts(self, info: Info, first: First = 20, after: After = None) -> Connection[Post] | None:
        """One batch for all customers."""
        return await post_page(info, PostsAsked(dated_page(first, after), ref=self.ref))

    @strawberry.field(description="What they said in channels that we are let into, newest first.")
    async def messages(self, info: Info, first: First = 20, after: After = None) -> Connection[Message] | None:
        """One batch for all customers."""
        return await message_page(info, MessagesAsked(self.ref, dated_page(first, after)))

    @strawberry.field(description="The weather where they are; null where we do not know where that is.")
    async def weather(self, info: Info) -> Weather | None:
        """One batch for all customers."""
        return await weather_at(info, self.location.latitude, self.location.longitude) if self.location else None

    @strawberry.field(
        description="Everything that happened with this customer, over every service, newest first, as one list."
    )
    async def timeline(
        self, info: Info, first: First = 20, after: After = None, kinds: Kinds = None
    ) -> TimelineConnection | None:
        """The batches of the lists above, one for all customers each."""
        notes = [Written(str(note.id), note.text, note.created_at) for note in self.notes]
        return await timeline(Subject(info, self.ref, notes), kinds, TimelinePage.of(first, after))

    @classmethod
    def of(cls, noun: domain.Customer) -> "Customer":
        """The graph's customer of a kept one."""
        return cls(
            id=node_id("Customer", Service.STORE, noun.id),
            name=noun.name,
            email=noun.email,
            company=noun.company,
            tags=list(noun.tags),
            location=_location(noun.location),
            notes=[_note(note) for note in noun.notes],
            links=[ServiceLink(service=link.service, external_id=link.external_id) for link in noun.links],
            created_at=noun.created_at,
            updated_at=noun.updated_at,
            version=noun.version,
            ref=noun.ref,
        )


def customer_key(id: str) -> str:
    """What the store calls the customer with this id; BAD_USER_INPUT where it is not a customer's."""
    asked = GlobalId.parse(id, "Customer")
    if asked.service is not Service.STORE:
        raise BadUserInputError(f"{id!r:.80} is not an id of this graph")
    return asked.external_id


def _location(noun: domain.Location | None) -> Location | None:
    if noun is None:
        return None
    return Location(city=noun.city, country_code=noun.country_code, latitude=noun.latitude, longitude=noun.longitude)


def _note(noun: domain.Note) -> Note:
    return Note(id=strawberry.ID(noun.id), text=noun.text, author=noun.author, created_at=noun.created_at)
