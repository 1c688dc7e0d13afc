"""Everything that happened with one customer, as one list over every kind and every service."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Annotated, Protocol, TypeVar

import strawberry

from connectors.domain.activity import TimelineKind
from connectors.domain.chat import MessagesAsked
from connectors.domain.code import IssuesAsked
from connectors.domain.crm import DealsAsked
from connectors.domain.errors import ConnectorError, NotConfigured
from connectors.domain.page import Dated, Page, Slice, position
from connectors.domain.payments import InvoicesAsked, PaymentsAsked
from connectors.domain.payments import Payment as Paid
from connectors.domain.references import CustomerRef
from connectors.domain.social import PostsAsked
from connectors.domain.tickets import TicketsAsked
from connectors.sources import Sources
from schema.chat import Message
from schema.code import Issue
from schema.context import Info, load, report
from schema.crm import Deal
from schema.enums import Service
from schema.loaders.chat import messages
from schema.loaders.code import issues
from schema.loaders.crm import deals
from schema.loaders.merging import Found
from schema.loaders.payments import invoices, payments
from schema.loaders.social import posts
from schema.loaders.tickets import tickets
from schema.payments import Invoice, Payment
from schema.relay import Node, PageInfo
from schema.scalars import URL
from schema.social import Post
from schema.tickets import Ticket
from schema.timeline_pages import TimelinePage, joined

LONGEST = 140  # characters of a title

Kinds = Annotated[
    list[TimelineKind] | None, strawberry.argument(description="Only what is of these kinds; all when left out.")
]


@strawberry.type(description="Something that happened with a customer.")
class TimelineEntry:
    """From any service, or from our own records."""

    kind: TimelineKind = strawberry.field(description="What happened.")
    service: Service = strawberry.field(description="Where.")
    at: datetime = strawberry.field(description="When.")
    title: str = strawberry.field(description=f"What it was, in a line of {LONGEST} characters at most.")
    url: URL | None = strawberry.field(description="Where people look at it.")
    known: strawberry.Private[Node | None]
    read: strawberry.Private[Callable[[Info], Awaitable[Node | None]] | None] = None

    @strawberry.field(description="All that is known of it; null for a note.", graphql_type=Node | None)
    def node(self, info: Info) -> object:
        """Known already, or read now."""
        return self.read(info) if self.read else self.known


@strawberry.type(description="One entry of a timeline.")
class TimelineEdge:
    """An entry and its place."""

    node: TimelineEntry = strawberry.field(description="The entry.")
    cursor: str = strawberry.field(
        description="The entry's place in the timeline; give it as `after` to read on from there."
    )


@strawberry.type(description="One page of a timeline.")
class TimelineConnection:
    """As every connection is, but for its name: it is of entries."""

    edges: list[TimelineEdge] = strawberry.field(description="The entries, newest first.")
    page_info: PageInfo = strawberry.field(description="Where this page lies.")
    total_count: int | None = strawberry.field(default=None, description="Always null: nobody counts them.")


class Happened(Dated, Protocol):
    """A noun that has its time, and commonly a page on the web."""

    @property
    def url(self) -> str | None:
        """Where people look at it."""


N = TypeVar("N", bound=Happened)


@dataclass(frozen=True, slots=True)
class Written:
    """A note, as the store's part of a timeline."""

    external_id: str
    text: str
    created_at: datetime
    service: Service = Service.STORE
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """A noun's place in the timeline, and how it is shown there."""

    service: Service
    external_id: str
    created_at: datetime
    show: Callable[[], TimelineEntry]


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose timeline it is."""

    info: Info
    ref: CustomerRef
    notes: Sequence[Written]


Read = Callable[[Subject, Page], Awaitable[Found[Event]]]
_Kind = TimelineKind

_READS: Mapping[_Kind, Read] = {
    _Kind.PAYMENT: lambda who, page: _events(
        _Kind.PAYMENT, load(who.info, payments, PaymentsAsked(who.ref, page)), _paid, Payment.of
    ),
    _Kind.INVOICE: lambda who, page: _events(
        _Kind.INVOICE,
        load(who.info, invoices, InvoicesAsked(who.ref, page)),
        lambda one: f"Invoice {one.number or one.external_id}",
        Invoice.of,
    ),
    _Kind.TICKET: lambda who, page: _events(
        _Kind.TICKET, load(who.info, tickets, TicketsAsked(who.ref, page)), lambda one: one.subject, Ticket.of
    ),
    _Kind.DEAL: lambda who, page: _events(
        _Kind.DEAL, load(who.info, deals, DealsAsked(who.ref, page)), lambda one: one.name, Deal.of
    ),
    _Kind.POST: lambda who, page: _events(
        _Kind.POST, load(who.info, posts, PostsAsked(page, ref=who.ref)), lambda one: one.text, Post.of
    ),
    _Kind.MESSAGE: lambda who, page: _events(
        _Kind.MESSAGE, load(who.info, messages, MessagesAsked(who.ref, page)), lambda one: one.text, Message.of
    ),
    _Kind.NOTE: lambda who, page: _events(_Kind.NOTE, _notes(who.notes, page), lambda one: one.text, lambda _: None),
    _Kind.ISSUE: lambda who, page: _events(
        _Kind.ISSUE, load(who.info, issues, IssuesAsked(who.ref, page)), lambda one: one.title, Issue.of
    ),
}
_SERVICES: Mapping[_Kind, Callable[[Sources], Collection[Service]]] = {
    _Kind.PAYMENT: lambda sources: sources.payments,
    _Kind.INVOICE: lambda sources: sources.billing,
    _Kind.TICKET: lambda sources: sources.tickets,
    _Kind.DEAL: lambda sources: sources.crm,
    _Kind.POST: lambda sources: sources.social,
    _Kind.MESSAGE: lambda sources: sources.chat,
    _Kind.NOTE: lambda _: (Service.STORE,),
    _Kind.ISSUE: lambda sources: sources.issues,
}


async def timeline(who: Subject, kinds: Sequence[TimelineKind] | None, page: TimelinePage) -> TimelineConnection:
    """A page over `kinds`. Each source is read as deep as the page alone could need.

    Sources that failed are reported beside those that answered. Raises ConnectorError where none of them did.
    """
    chosen = list(dict.fromkeys(TimelineKind if kinds is None else kinds))
    answers = await asyncio.gather(*(_answer(who, kind, page.page(kind)) for kind in chosen))
    failures = [answer for answer in answers if isinstance(answer, ConnectorError)]
    real = [failure for failure in failures if not isinstance(failure, NotConfigured)]
    if failures and len(failures) == len(answers):
        raise (real or failures)[0]
    found = {kind: _found(who.info, kind, answer) for kind, answer in zip(chosen, answers, strict=True)}
    report(who.info, tuple(failure for one in found.values() for failure in one.failures))
    shown, page_info = joined(found, page)
    return TimelineConnection(
        edges=[TimelineEdge(node=event.show(), cursor=cursor) for event, cursor in shown], page_info=page_info
    )


async def _answer(who: Subject, kind: TimelineKind, page: Page) -> Found[Event] | ConnectorError:
    try:
        return await _READS[kind](who, page)
    except ConnectorError as error:
        return error


def _found(info: Info, kind: TimelineKind, answer: Found[Event] | ConnectorError) -> Found[Event]:
    """Nothing, where no source of a kind answered: they are behind, unless none of them is connected."""
    if isinstance(answer, Found):
        return answer
    if isinstance(answer, NotConfigured):
        return Found(Slice(()))
    services = tuple(_SERVICES[kind](info.context.sources))
    return Found(Slice(()), (answer,), services, frozenset(services))


async def _events(
    kind: TimelineKind, reading: Awaitable[Found[N]], title: Callable[[N], str], node: Callable[[N], Node | None]
) -> Found[Event]:
    found = await reading
    events = tuple(
        Event(one.service, one.external_id, one.created_at, partial(_entry, kind, one, title, node))
        for one in found.slice.items
    )
    return Found(Slice(events, found.slice.horizon), found.failures, found.services, found.behind)


def _entry(kind: TimelineKind, noun: N, title: Callable[[N], str], node: Callable[[N], Node | None]) -> TimelineEntry:
    return TimelineEntry(
        kind=kind,
        service=noun.service,
        at=noun.created_at,
        title=line(title(noun)),
        url=URL(noun.url) if noun.url else None,
        known=node(noun),
    )


async def _notes(written: Sequence[Written], page: Page) -> Found[Written]:
    """Those of the customer's own record, which are all there."""
    after = page.of(Service.STORE).after
    left = (one for one in written if after is None or position(one) < after)
    return Found(Slice(tuple(sorted(left, key=position, reverse=True))).cut(page), (), (Service.STORE,))


def line(text: str) -> str:
    """As much of a text as a title shows."""
    words = " ".join(text.split())
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1].rstrip()}…"


def _paid(payment: Paid) -> str:
    return payment.description or f"{payment.amount.amount} {payment.amount.currency}"
