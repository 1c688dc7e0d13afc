"""What a write says of a customer, for those who follow them: one line, and where the rest can be read."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from connectors.domain.activity import News, TimelineKind
from connectors.domain.customers import Customer
from connectors.domain.references import ServiceLink
from schema.chat import Message
from schema.code import Issue
from schema.context import Info, load
from schema.crm import Deal
from schema.loaders.customers import customer_by_link
from schema.payments import Payment
from schema.relay import GlobalId
from schema.tickets import Ticket
from schema.timeline import line

N = TypeVar("N", Deal, Issue, Message, Ticket)
Told = Callable[[N, str], Awaitable[News | None]]

_KINDS = {
    Deal: TimelineKind.DEAL,
    Issue: TimelineKind.ISSUE,
    Message: TimelineKind.MESSAGE,
    Ticket: TimelineKind.TICKET,
}


def about(customer: Customer | None, title: Callable[[N], str]) -> Told[N]:
    """Of a noun that was made for `customer`; of nobody's, nothing is told."""

    async def told(made: N, key: str) -> News | None:
        return _news(customer, made, key, title(made)) if customer else None

    return told


def refunded(info: Info) -> Callable[[Payment, str], Awaitable[News | None]]:
    """Of a payment; told to whoever follows its payer, where our records know them."""

    async def told(made: Payment, key: str) -> News | None:
        if made.payer is None:
            return None
        payer = await load(info, customer_by_link, ServiceLink(made.service, made.payer))
        if payer is None:
            return None
        what = f": {made.description}" if made.description else ""
        title = f"Refunded {made.refunded.amount:f} {made.refunded.currency}{what}"
        return News(
            key=key,
            customer=payer.id,
            kind=TimelineKind.PAYMENT,
            service=made.service,
            external_id=made.external_id,
            title=line(title),
            url=made.url,
        )

    return told


def _news(customer: Customer, made: Deal | Issue | Message | Ticket, key: str, title: str) -> News:
    return News(
        key=key,
        customer=customer.id,
        kind=_KINDS[type(made)],
        service=made.service,
        external_id=GlobalId.parse(made.id).external_id,
        title=line(title),
        url=made.url,
    )
