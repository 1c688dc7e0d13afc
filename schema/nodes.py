"""Anything by its id."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from connectors.domain.service import Service
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

# For each type, the batch that reads it by id and the constructor from the domain's noun.
_KINDS: Mapping[str, tuple[Callable[..., Any], Callable[[Any], Node]]] = {
    "Company": (crm.company_by_id, Company.of),
    "Contact": (crm.contact_by_id, Contact.of),
    "Deal": (crm.deal_by_id, Deal.of),
    "Incident": (incidents.incident_by_id, Incident.of),
    "Invoice": (payments.invoice_by_id, Invoice.of),
    "Issue": (code.issue_by_id, Issue.of),
    "Message": (chat.message_by_id, Message.of),
    "Payment": (payments.payment_by_id, Payment.of),
    "Post": (social.post_by_id, Post.of),
    "PullRequest": (code.pull_request_by_id, PullRequest.of),
    "RecurringPlan": (payments.plan_by_id, RecurringPlan.of),
    "Repository": (code.repository_by_id, Repository.of),
    "Ticket": (tickets.ticket_by_id, Ticket.of),
}


async def node(info: Info, id: str, *, live: bool = False) -> Node | None:
    """None where it is gone; BAD_USER_INPUT where the id is not one of this graph's. `live`: past every cache."""
    asked = GlobalId.parse(id)
    if asked.kind == "Customer" and asked.service is Service.STORE:
        customer = await load(info, customer_by_id, asked.external_id)
        return Customer.of(customer) if customer else None
    if asked.kind not in _KINDS:
        raise BadUserInputError(f"{id!r:.80} is not an id of this graph")
    batch, of = _KINDS[asked.kind]
    noun = await load(info, batch, At(asked.service, asked.external_id), live=live)
    return of(noun) if noun else None


def nodes(info: Info, ids: list[str]) -> list[Awaitable[Node | None]]:
    """One answer for each id, in their order; an id that cannot be read is null and has its own error."""
    if len(ids) > MOST:
        raise BadUserInputError(f"{len(ids)} ids; at most {MOST} can be asked for at once")
    return [node(info, id) for id in ids]
