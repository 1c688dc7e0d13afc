"""Zendesk's bodies, as far as they are read, and the nouns they become."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Literal

import msgspec

from connectors.domain.new_tickets import NewTicket
from connectors.domain.service import Service
from connectors.domain.tickets import Priority, Ticket, TicketStatus

Instant = Annotated[datetime, msgspec.Meta(tz=True)]  # ISO 8601, in UTC, to the second
_SHOWN = 100  # characters of a description that stand in for a subject


class User(msgspec.Struct):
    """https://developer.zendesk.com/api-reference/ticketing/users/users/#json-format."""

    id: int
    name: str


class ZendeskTicket(msgspec.Struct):
    """https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#json-format.

    `url` is its address in the API. `subject` is null where a channel has none (chat, text messages, calls).
    """

    id: int
    url: str
    status: Literal["new", "open", "pending", "hold", "solved", "closed"]
    created_at: Instant
    updated_at: Instant
    subject: str | None = None
    description: str | None = None
    priority: Literal["low", "normal", "high", "urgent"] | None = None
    requester_id: int | None = None
    assignee_id: int | None = None


class SearchResults(msgspec.Struct):
    """https://developer.zendesk.com/api-reference/ticketing/ticket-management/search/#json-format, with its users.

    `count` is of all there are, although no more than 1,000 can be read.
    """

    results: list[ZendeskTicket]
    count: int
    next_page: str | None = None
    users: list[User] = []


class Tickets(msgspec.Struct):
    """https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#show-multiple-tickets, with users."""

    tickets: list[ZendeskTicket]
    users: list[User] = []


class Opened(msgspec.Struct):
    """https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#create-ticket, less its first audit."""

    ticket: ZendeskTicket


class _Titled(msgspec.Struct):
    title: str | None = None
    message: str | None = None


class _Problem(msgspec.Struct):
    description: str


class _Fault(msgspec.Struct):
    title: str
    detail: str | None = None


class _ErrorBody(msgspec.Struct):
    error: str | _Titled | None = None
    description: str | None = None
    details: dict[str, list[_Problem]] | None = None
    errors: list[_Fault] | None = None


def error_message(body: bytes) -> str | None:
    """Zendesk's own words, in any of its shapes: https://developer.zendesk.com/api-reference/introduction/requests/."""
    read = msgspec.json.decode(body, type=_ErrorBody)
    return "; ".join(dict.fromkeys(filter(None, _words(read)))) or None


def _words(body: _ErrorBody) -> Iterator[str | None]:
    if isinstance(body.error, _Titled):
        yield body.error.message or body.error.title
    elif not body.description:
        yield body.error
    yield body.description
    for problems in (body.details or {}).values():
        yield from (problem.description for problem in problems)
    yield from (fault.detail or fault.title for fault in body.errors or ())


def tickets(bodies: Sequence[ZendeskTicket], users: Sequence[User]) -> list[Ticket]:
    """Tickets, their assignees named by `users`."""
    names = {user.id: user.name for user in users}
    return [ticket(body, names) for body in bodies]


def ticket(body: ZendeskTicket, names: Mapping[int, str]) -> Ticket:
    """A ticket on hold waits for a third party, a closed one is solved for good."""
    return Ticket(
        service=Service.ZENDESK,
        external_id=str(body.id),
        url=agent_url(body),
        subject=_subject(body),
        status=_STATUS.get(body.status) or TicketStatus(body.status),
        priority=Priority(body.priority) if body.priority else None,
        assignee=names.get(body.assignee_id) if body.assignee_id else None,
        created_at=body.created_at,
        updated_at=body.updated_at,
        customer=str(body.requester_id) if body.requester_id else None,
    )


def draft(new: NewTicket, requester: str | None) -> dict[str, object]:
    """A new ticket, as Zendesk takes it: of a user by id, or of whoever has the address, made up where nobody has."""
    person = {"name": new.name or new.email, "email": new.email}
    whose: dict[str, object] = {"requester_id": int(requester)} if requester else {"requester": person}
    subject = {"subject": new.subject.strip()} if new.subject.strip() else {}
    priority = {"priority": new.priority.value} if new.priority else {}
    return whose | subject | priority | {"comment": {"body": new.text}}


def agent_url(body: ZendeskTicket) -> str | None:
    """Where agents answer a ticket: beside the API, on the address that the ticket's own `url` begins with."""
    address, api, _ = body.url.partition("/api/")
    return f"{address}/agent/tickets/{body.id}" if api and address.startswith(("https://", "http://")) else None


_STATUS = {"hold": TicketStatus.PENDING, "closed": TicketStatus.SOLVED}


def _subject(body: ZendeskTicket) -> str:
    """Agents see the beginning of the first comment where there is no subject."""
    if body.subject and body.subject.strip():
        return body.subject
    words = " ".join((body.description or "").split())
    return words if len(words) <= _SHOWN else words[: _SHOWN - 1] + "…"
