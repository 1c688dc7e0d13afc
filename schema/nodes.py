"""Anything by its id."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from connectors.domain.service import Service
from connectors.sources import Sources
from schema.chat import Message
from schema.code import Issue, PullRequest, Repository
from schema.context import Info, load
from schema.crm import Company, Contact, Deal
from schema.customers import Customer
from schema.errors import BadUserInputError
from schema.incidents import Incident
from schema.loaders import chat, code, crm, incidents, payments, social, tickets
from schema.loaders.customers import customer_by_id
from schema.loaders.merging import At
from schema.payments import Invoice, Payment, RecurringPlan
from schema.relay import MOST, GlobalId, Node
from schema.social import Post
from schema.tickets import Ticket


@dataclass(frozen=True, slots=True)
class _Kind:
    """How a type is read by id, made from the domain's noun, and which services have it."""

    batch: Callable[..., Any]
    of: Callable[[Any], Node]
    services: Callable[[Sources], Collection[Service]]


_KINDS: Mapping[str, _Kind] = {
    "Company": _Kind(crm.company_by_id, Company.of, lambda sources: sources.crm),
    "Contact": _Kind(crm.contact_by_id, Contact.of, lambda sources: sources.crm),
    "Deal": _Kind(crm.deal_by_id, Deal.of, lambda sources: sources.crm),
    "Incident": _Kind(incidents.incident_by_id, Incident.of, lambda sources: sources.incidents),
    "Invoice": _Kind(payments.invoice_by_id, Invoice.of, lambda sources: sources.billing),
    "Issue": _Kind(code.issue_by_id, Issue.of, lambda sources: sources.issues),
    "Message": _Kind(chat.message_by_id, Message.of, lambda sources: sources.chat),
    "Payment": _Kind(payments.payment_by_id, Payment.of, lambda sources: sources.payments),
    "Post": _Kind(social.post_by_id, Post.of, lambda sources: sources.social),
    "PullRequest": _Kind(code.pull_request_by_id, PullRequest.of, lambda sources: sources.code),
    "RecurringPlan": _Kind(payments.plan_by_id, RecurringPlan.of, lambda sources: sources.billing),
    "Repository": _Kind(code.repository_by_id, Repository.of, lambda sources: sources.code),
    "Ticket": _Kind(tickets.ticket_by_id, Ticket.of, lambda sources: sources.tickets),
}


async def node(info: Info, id: str, *, live: bool = False) -> Node | None:
    """None where it is gone; BAD_USER_INPUT where the id is not one of this graph's. `live` as in `load`."""
    asked = GlobalId.parse(id)
    if asked.kind == "Customer" and asked.service is Service.STORE:
        customer = await load(info, customer_by_id, asked.external_id, live=live)
        return Customer.of(customer) if customer else None
    kind = _KINDS.get(asked.kind)
    if kind is None or asked.service not in kind.services(info.context.sources):
        raise BadUserInputError(f"{id!r:.80} is not an id of this graph")
    noun = await load(info, kind.batch, At(asked.service, asked.external_id), live=live)
    return kind.of(noun) if noun else None


def nodes(info: Info, ids: list[str]) -> list[Awaitable[Node | None]]:
    """One answer for each id, in their order; an id that cannot be read is null and has its own error."""
    if len(ids) > MOST:
        raise BadUserInputError(f"{len(ids)} ids; at most {MOST} can be asked for at once")
    return [node(info, id) for id in ids]
