"""Mutation: what can be changed in our own records; `schema.writes` has what is written to services.

A refused input is a member of `errors` in the payload; a record that is gone (NOT_FOUND) or has moved on (CONFLICT) is
an error at the top, as is a service that failed.
"""

from collections.abc import Awaitable
from typing import Annotated

import strawberry

from connectors.domain import customers as domain
from connectors.domain import references
from connectors.domain.errors import Refused
from schema.arguments import Id
from schema.context import Info
from schema.customer_inputs import CreateCustomerInput, UpdateCustomerInput, checked_link, checked_text
from schema.customers import Customer, customer_key
from schema.deeds import audited
from schema.enums import Service
from schema.refusals import UserError
from schema.writes import Writes

CustomerId = Annotated[strawberry.ID, strawberry.argument(description="Which customer.")]
NewInput = Annotated[CreateCustomerInput, strawberry.argument(description="What is known of them.")]
ChangedInput = Annotated[UpdateCustomerInput, strawberry.argument(description="What is to change.")]
WhichService = Annotated[Service, strawberry.argument(description="Which service.")]
ExternalId = Annotated[str, strawberry.argument(description="Their id there.")]
Text = Annotated[str, strawberry.argument(description="What is to be written down.")]


@strawberry.type(description="A customer after a change, or why there was none.")
class CustomerPayload:
    """One of the two is empty."""

    customer: Customer | None = strawberry.field(description="As it is now; null where the input was refused.")
    errors: list[UserError] = strawberry.field(description="Why the input was refused; empty where it was not.")


@strawberry.type(description="What was deleted.")
class DeletePayload:
    """One of the two is empty."""

    deleted_id: strawberry.ID | None = strawberry.field(description="The id that is no more.")
    errors: list[UserError] = strawberry.field(description="Why the input was refused; empty where it was not.")


@strawberry.type(description="What can be changed.")
class Mutation(Writes):
    """Fields are carried out one after the other."""

    @strawberry.mutation(description="Enters a customer.")
    @audited
    async def create_customer(self, info: Info, input: NewInput) -> CustomerPayload:
        """Refused: an email or a link that somebody else has."""
        try:
            new = input.noun()
        except Refused as refusal:
            return _refused(refusal, "input")
        return await _changed(info, info.context.sources.customers.create(new), "input")

    @strawberry.mutation(description="Changes a customer; CONFLICT where `version` is no longer the current one.")
    @audited
    async def update_customer(self, info: Info, input: ChangedInput) -> CustomerPayload:
        """Only what is given changes; null empties what may be empty."""
        id = customer_key(input.id)
        try:
            changes = input.changes()
        except Refused as refusal:
            return _refused(refusal, "input")
        return await _changed(info, info.context.sources.customers.update(id, input.version, changes), "input")

    @strawberry.mutation(description="Deletes a customer from our records; the services keep theirs.")
    @audited
    async def delete_customer(self, info: Info, id: Id) -> DeletePayload:
        """NOT_FOUND where there is none."""
        await info.context.sources.customers.delete(customer_key(id))
        info.context.loaders.clear()
        return DeletePayload(deleted_id=id, errors=[])

    @strawberry.mutation(description="Says who a customer is in a service, in place of what was said before.")
    @audited
    async def link_service(
        self, info: Info, customer_id: CustomerId, service: WhichService, external_id: ExternalId
    ) -> CustomerPayload:
        """Refused: an id that somebody else is linked to."""
        id = customer_key(customer_id)
        try:
            link = checked_link(references.ServiceLink(service, external_id.strip()))
        except Refused as refusal:
            return _refused(refusal)
        return await _changed(info, info.context.sources.customers.link(id, link))

    @strawberry.mutation(description="Forgets who a customer is in a service.")
    @audited
    async def unlink_service(self, info: Info, customer_id: CustomerId, service: WhichService) -> CustomerPayload:
        """Refused: a service that the customer is not linked to."""
        id = customer_key(customer_id)
        return await _changed(info, info.context.sources.customers.unlink(id, service))

    @strawberry.mutation(description="Writes something down about a customer.")
    @audited
    async def add_note(self, info: Info, customer_id: CustomerId, text: Text) -> CustomerPayload:
        """Refused: an empty text, or a very long one."""
        id = customer_key(customer_id)
        try:
            checked_text("text", text, most=10_000)
        except Refused as refusal:
            return _refused(refusal)
        author = info.context.principal.name
        return await _changed(info, info.context.sources.customers.add_note(id, text.strip(), author))


async def _changed(info: Info, change: Awaitable[domain.Customer], *path: str) -> CustomerPayload:
    try:
        noun = await change
    except Refused as refusal:
        return _refused(refusal, *path)
    info.context.loaders.clear()  # what is read next must show the change
    return CustomerPayload(customer=Customer.of(noun), errors=[])


def _refused(refusal: Refused, *path: str) -> CustomerPayload:
    in_link = path and refusal.field in {"service", "externalId"}  # which stand inside an input's `links`
    field = "links" if in_link else refusal.field
    return CustomerPayload(customer=None, errors=[UserError(path=[*path, field], message=str(refusal))])
