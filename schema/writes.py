"""Mutations that write to a service: each is done once for its `idempotencyKey`, and written down.

A refused input is a member of `errors` in the payload. A call whose fate is unknown is an error at the top,
UPSTREAM_TIMEOUT with `outcome: UNKNOWN`; a key that stands for something else is CONFLICT.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Annotated, Any, TypeVar

import strawberry

from connectors.domain.activity import News
from connectors.domain.chat import NewMessage
from connectors.domain.customers import Customer as StoredCustomer
from connectors.domain.errors import NotConfigured, NotFound, Refused
from connectors.domain.service import Service
from schema.chat import Message
from schema.code import Issue
from schema.context import Info, load
from schema.crm import Deal
from schema.customer_inputs import checked_text
from schema.customers import customer_key
from schema.deeds import Wish, carried_out, refused
from schema.happenings import Told, about, refunded
from schema.loaders.customers import customer_by_id
from schema.nodes import node
from schema.payments import Payment
from schema.refusals import UserError
from schema.relay import GlobalId
from schema.tickets import Ticket
from schema.write_inputs import LONGEST, CreateDealInput, CreateIssueInput, OpenTicketInput, RefundPaymentInput

D = TypeVar("D")

RefundInput = Annotated[RefundPaymentInput, strawberry.argument(description="What is to be given back.")]
TicketInput = Annotated[OpenTicketInput, strawberry.argument(description="What is wanted, and by whom.")]
DealInput = Annotated[CreateDealInput, strawberry.argument(description="What may be sold.")]
IssueInput = Annotated[CreateIssueInput, strawberry.argument(description="What is to be done.")]
ChannelId = Annotated[strawberry.ID, strawberry.argument(description="Where it is to be said.")]
Text = Annotated[str, strawberry.argument(description="What is to be said, without markup.")]
Key = Annotated[
    str | None, strawberry.argument(description="What is asked for with the same one is done once, for 24 hours.")
]
ForWhom = Annotated[
    strawberry.ID | None, strawberry.argument(description="For whom: whoever follows that customer is told.")
]
_ERRORS = "Why the input was refused; empty where it was not."


@strawberry.type(description="A payment after a refund, or why there was none.")
class PaymentPayload:
    """One of the two is empty."""

    payment: Payment | None = strawberry.field(description="As it is now; null where the input was refused.")
    errors: list[UserError] = strawberry.field(description=_ERRORS)


@strawberry.type(description="A ticket that was opened, or why there was none.")
class TicketPayload:
    """One of the two is empty."""

    ticket: Ticket | None = strawberry.field(description="As the desk keeps it; null where the input was refused.")
    errors: list[UserError] = strawberry.field(description=_ERRORS)


@strawberry.type(description="A message that was sent, or why there was none.")
class MessagePayload:
    """One of the two is empty."""

    message: Message | None = strawberry.field(description="As it is read; null where the input was refused.")
    errors: list[UserError] = strawberry.field(description=_ERRORS)


@strawberry.type(description="A deal that was opened, or why there was none.")
class DealPayload:
    """One of the two is empty."""

    deal: Deal | None = strawberry.field(description="As the CRM keeps it; null where the input was refused.")
    errors: list[UserError] = strawberry.field(description=_ERRORS)


@strawberry.type(description="An issue that was opened, or why there was none.")
class IssuePayload:
    """One of the two is empty."""

    issue: Issue | None = strawberry.field(description="As the tracker keeps it; null where the input was refused.")
    errors: list[UserError] = strawberry.field(description=_ERRORS)


@strawberry.type
class Writes:
    """The fields of Mutation that write to services."""

    @strawberry.mutation(description="Gives a payment back, in part or as a whole.")
    async def refund_payment(self, info: Info, input: RefundInput) -> PaymentPayload:
        """Refused: what the service refuses, such as more than is left."""
        asked = GlobalId.parse(input.payment_id, "Payment")

        def wish() -> Wish[Payment]:
            desk = info.context.sources.refund_desk.get(asked.service)
            if desk is None:
                raise Refused("paymentId", f"payments of {asked.service.name} cannot be given back from here")
            noun = input.noun(asked.external_id)

            async def act(key: str) -> Payment:
                return Payment.of(await desk.refund(noun, key))

            made = _of_input(info, asked.service, asked.external_id, input, act, refunded(info))
            return replace(made, kept=_kept_payment, again=_paid_back(info))

        made = await _made(info, asked.service, wish)
        return PaymentPayload(payment=_noun(made), errors=_errors(made))

    @strawberry.mutation(description="Opens a ticket at a support desk.")
    async def open_ticket(self, info: Info, input: TicketInput) -> TicketPayload:
        """NOT_FOUND where there is no such customer. Refused: a service that is no support desk."""
        customer = await _customer(info, input.customer_id)
        desks = info.context.sources.ticket_desk
        service, desk = _desk(desks, input.service if input.service in desks else None, Service.ZENDESK)

        def wish() -> Wish[Ticket]:
            if input.service not in {None, service}:
                raise Refused("service", f"no tickets are opened at {input.service.name}")
            known = (customer.ref, customer.name, customer.email) if customer else (None, None, None)
            noun = input.noun(*known)

            async def act(key: str) -> Ticket:
                return Ticket.of(await desk.open_ticket(noun, key))

            told: Told[Ticket] = about(customer, lambda made: made.subject)
            return _of_input(info, service, input.customer_id or "", input, act, told)

        made = await _made(info, service, wish)
        return TicketPayload(ticket=_noun(made), errors=_errors(made))

    @strawberry.mutation(description="Says something in a channel.")
    async def send_message(
        self,
        info: Info,
        channel_id: ChannelId,
        text: Text,
        idempotency_key: Key = None,
        customer_id: ForWhom = None,
    ) -> MessagePayload:
        """Refused: an empty text, or a channel that we are not let into; NOT_FOUND where there is no such customer."""
        customer = await _customer(info, customer_id)
        asked = GlobalId.parse(channel_id, "Channel")
        service, messenger = _desk(info.context.sources.messenger, asked.service, asked.service)

        def wish() -> Wish[Message]:
            new = NewMessage(channel=asked.external_id, text=checked_text("text", text, most=LONGEST))

            async def act(key: str) -> Message:
                return Message.of(await messenger.send_message(new, key))

            return Wish(
                service=service,
                target=asked.external_id,
                input=[channel_id, text],
                key=idempotency_key,
                act=act,
                again=_again(info),
                blame=["channelId"],
                happened=about(customer, lambda made: made.text),
            )

        made = await _made(info, service, wish, within=())
        return MessagePayload(message=_noun(made), errors=_errors(made))

    @strawberry.mutation(description="Opens a deal in the CRM.")
    async def create_deal(self, info: Info, input: DealInput) -> DealPayload:
        """NOT_FOUND where there is no such customer; refused: one who is not linked to the CRM."""
        customer = await _customer(info, input.customer_id)
        service, desk = _desk(info.context.sources.deal_desk, None, Service.HUBSPOT)

        def wish() -> Wish[Deal]:
            noun = input.noun(customer.ref if customer else None)

            async def act(key: str) -> Deal:
                return Deal.of(await desk.create_deal(noun, key))

            told: Told[Deal] = about(customer, lambda made: made.name)
            return _of_input(info, service, input.customer_id or "", input, act, told)

        made = await _made(info, service, wish)
        return DealPayload(deal=_noun(made), errors=_errors(made))

    @strawberry.mutation(description="Opens an issue in the tracker.")
    async def create_issue(self, info: Info, input: IssueInput) -> IssuePayload:
        """Refused: a project or a type that the tracker does not know; NOT_FOUND where there is no such customer."""
        customer = await _customer(info, input.customer_id)
        service, desk = _desk(info.context.sources.issue_desk, None, Service.JIRA)

        def wish() -> Wish[Issue]:
            noun = input.noun()

            async def act(key: str) -> Issue:
                return Issue.of(await desk.create_issue(noun, key))

            told: Told[Issue] = about(customer, lambda made: made.title)
            return _of_input(info, service, noun.project, input, act, told)

        made = await _made(info, service, wish)
        return IssuePayload(issue=_noun(made), errors=_errors(made))


async def _made(
    info: Info, service: Service, wish: Callable[[], Wish[Any]], within: tuple[str, ...] = ("input",)
) -> Any:  # noqa: ANN401 - a node of the wish's own type, or a UserError: each payload names its type
    """What came of a wish; the refusals of its input are written down as well, although nobody was asked."""
    try:
        return await carried_out(info, wish())
    except Refused as refusal:
        await refused(info, service)
        return UserError(path=[*within, refusal.field], message=str(refusal))


def _of_input(
    info: Info,
    service: Service,
    target: str,
    input: RefundPaymentInput | OpenTicketInput | CreateDealInput | CreateIssueInput,
    act: Callable[[str], Awaitable[D]],
    happened: Callable[[D, str], Awaitable[News | None]],
) -> Wish[Any]:
    return Wish(
        service=service,
        target=target,
        input=replace(input, idempotency_key=None),
        key=input.idempotency_key,
        act=act,
        again=_again(info),
        blame=["input"],
        happened=happened,
    )


def _again(info: Info) -> Callable[[str], Awaitable[Any]]:
    """Not as it was kept here before: another process may have made the change."""

    async def again(id: str) -> Any:  # noqa: ANN401 - as `_made`
        return await node(info, id, live=True)

    return again


def _kept_payment(made: Payment) -> str:
    return f"{made.id} {made.refunded.amount}"


def _paid_back(info: Info) -> Callable[[str], Awaitable[Any]]:
    """PayPal lists refunds up to three hours late; no payment has less of it given back than there was."""

    async def again(kept: str) -> Any:  # noqa: ANN401 - as `_made`
        id, _, refunded = kept.partition(" ")
        found = await node(info, id, live=True)
        if isinstance(found, Payment):
            found.refunded = replace(found.refunded, amount=max(found.refunded.amount, Decimal(refunded)))
        return found

    return again


def _desk(desks: Mapping[Service, D], wanted: Service | None, usual: Service) -> tuple[Service, D]:
    """The one that is wanted, else the first that is connected; NotConfigured where there is none."""
    service = wanted or next(iter(desks), usual)
    if service not in desks:
        raise NotConfigured(service)
    return service, desks[service]


async def _customer(info: Info, id: str | None) -> StoredCustomer | None:
    if id is None:
        return None
    found = await load(info, customer_by_id, customer_key(id))
    if found is None:
        raise NotFound("there is no such customer")
    return found


def _noun(made: Any) -> Any:  # noqa: ANN401 - as `_made`
    return None if isinstance(made, UserError) else made


def _errors(made: object) -> list[UserError]:
    return [made] if isinstance(made, UserError) else []
