"""Support tickets."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from connectors.domain import tickets as domain
from schema.context import Info, customer_linked, load, report
from schema.enums import Priority, Service, TicketStatus
from schema.loaders.tickets import tickets
from schema.relay import Connection, Node, merged_connection, node_id
from schema.scalars import URL

if TYPE_CHECKING:
    from schema.customers import Customer

CustomerType = Annotated["Customer", strawberry.lazy("schema.customers")]  # the hub stands above its nouns


@strawberry.type(description="One conversation with support.")
class Ticket(Node):
    """From any support desk."""

    service: Service = strawberry.field(description="Which desk.")
    external_id: str = strawberry.field(description="Its id there.")
    url: URL | None = strawberry.field(description="Where people answer it.")
    subject: str = strawberry.field(description="What it is about.")
    status: TicketStatus = strawberry.field(description="Where it stands.")
    priority: Priority | None = strawberry.field(description="How much it matters; null where nobody has said.")
    assignee: str | None = strawberry.field(description="Who works on it.")
    created_at: datetime = strawberry.field(description="When it was opened.")
    updated_at: datetime = strawberry.field(description="When it last changed.")
    requester: strawberry.Private[str | None]

    @strawberry.field(description="Who asked, where our records know them.", graphql_type=CustomerType | None)
    async def customer(self, info: Info) -> object:
        """Found by the requester's id at the desk."""
        return await customer_linked(info, self.service, self.requester)

    @classmethod
    def of(cls, noun: domain.Ticket) -> "Ticket":
        """The graph's ticket of a domain's."""
        return cls(
            id=node_id("Ticket", noun.service, noun.external_id),
            service=noun.service,
            external_id=noun.external_id,
            url=URL(noun.url) if noun.url else None,
            subject=noun.subject,
            status=noun.status,
            priority=noun.priority,
            assignee=noun.assignee,
            created_at=noun.created_at,
            updated_at=noun.updated_at,
            requester=noun.customer,
        )


async def ticket_page(info: Info, asked: domain.TicketsAsked) -> Connection[Ticket]:
    """A page of tickets; desks that failed are reported beside those that answered."""
    found = await load(info, tickets, asked)
    report(info, found.failures)
    return merged_connection(Ticket.of, found, asked.page)
