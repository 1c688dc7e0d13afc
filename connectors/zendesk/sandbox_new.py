"""What the imitated Zendesk asks of a new ticket: https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#create-ticket."""

from collections.abc import Sequence

import msgspec

from connectors.zendesk.sandbox_desk import Desk, Draft
from connectors.zendesk.sandbox_query import STATUSES, invalid_attribute, invalid_record
from connectors.zendesk.sandbox_users import AGENTS

_PRIORITIES = ("low", "normal", "high", "urgent")
_KINDS = ("problem", "incident", "question", "task")
_AGENTS = {agent.id for agent in AGENTS}


class _Comment(msgspec.Struct):
    body: str | None = None
    html_body: str | None = None


class _Requester(msgspec.Struct):
    email: str
    name: str | None = None


class _Ticket(msgspec.Struct):
    comment: _Comment | None = None
    subject: str | None = None
    description: str | None = None
    requester: _Requester | None = None
    requester_id: int | None = None
    assignee_id: int | None = None
    type: str | None = None
    status: str | None = None
    priority: str | None = None
    tags: tuple[str, ...] = ()


class _Body(msgspec.Struct):
    ticket: _Ticket


def draft(content: bytes, desk: Desk, writer: str) -> Draft:
    """Reads a request's body; `writer` is the email address of whoever asks for it. Raises Refusal."""
    try:
        asked = msgspec.json.decode(content, type=_Body).ticket
    except (msgspec.MsgspecError, UnicodeDecodeError) as misfit:
        raise invalid_attribute("ticket", f"does not fit: {misfit}") from misfit
    comment = asked.comment or _Comment()
    text = (comment.body or comment.html_body or asked.description or "").strip()
    if not text:
        raise invalid_record("base", "Description: cannot be blank", "BlankValue")
    return Draft(
        requester=_requester(asked, desk, writer),
        subject=(asked.subject or "").strip(),
        text=text,
        kind=_one_of("type", asked.type, _KINDS),
        status=_status(asked),
        priority=_one_of("priority", asked.priority, _PRIORITIES),
        assignee=_assignee(asked),
        tags=asked.tags,
    )


def _requester(asked: _Ticket, desk: Desk, writer: str) -> int:
    if asked.requester:
        return desk.users.writing_from(asked.requester.email, asked.requester.name, desk.now).id
    if asked.requester_id is None:
        return desk.users.writing_from(writer, None, desk.now).id
    if desk.users.find(asked.requester_id) is None:
        raise invalid_record("requester", "Requester: is not a user of this account", "InvalidValue")
    return asked.requester_id


def _assignee(asked: _Ticket) -> int | None:
    if asked.assignee_id is not None and asked.assignee_id not in _AGENTS:
        raise invalid_record("assignee", "Assignee: is not an agent", "InvalidValue")
    return asked.assignee_id


def _status(asked: _Ticket) -> str:
    status = _one_of("status", asked.status, STATUSES) or ("open" if asked.assignee_id else "new")
    if status in ("solved", "closed") and asked.assignee_id is None:
        raise invalid_record("base", "Assignee: is required when solving a ticket", "BlankValue")
    return status


def _one_of(field: str, value: str | None, known: Sequence[str]) -> str | None:
    if value is not None and value not in known:
        raise invalid_record(field, f"{field.capitalize()}: {value} is not one of {', '.join(known)}", "InvalidValue")
    return value
