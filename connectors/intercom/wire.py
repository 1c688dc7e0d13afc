"""Intercom's bodies, as far as they are read (API 2.15), and the nouns they become."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from typing import Annotated, Literal

import msgspec

from connectors.domain.service import Service
from connectors.domain.tickets import Priority, Ticket, TicketStatus

API_VERSION = "2.15"
Seconds = Annotated[int, msgspec.Meta(ge=0, lt=253_402_300_800)]  # since 1970, up to what a datetime can hold
State = Literal["open", "closed", "snoozed"]

_SHOWN = 100  # characters of a body that stand in for a subject
_READ = 4000  # characters of a body that are looked through for its first line
_LINE = re.compile(r"</?(?:p|br|div|li|ul|ol|h[1-6]|tr|td|table|blockquote|pre)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*(?:>|$)")


class Author(msgspec.Struct):
    """https://developers.intercom.com/docs/references/rest-api/api.intercom.io/models/conversation_part_author."""

    id: str
    type: str = ""


class Source(msgspec.Struct):
    """What a conversation began with; `subject` is an email's, `body` may be HTML."""

    subject: str | None = None
    body: str | None = None
    author: Author | None = None


class Reference(msgspec.Struct):
    """A contact, by id."""

    id: str


class Contacts(msgspec.Struct):
    """Who takes part in a conversation."""

    contacts: list[Reference] = []


class Conversation(msgspec.Struct):
    """https://developers.intercom.com/docs/references/rest-api/api.intercom.io/models/conversation.

    Times are Unix seconds. `title` is given by teammates.
    """

    id: str
    created_at: Seconds
    updated_at: Seconds
    state: State
    title: str | None = None
    priority: Literal["priority", "not_priority"] | None = None
    admin_assignee_id: int | None = None
    source: Source | None = None
    contacts: Contacts | None = None


class Next(msgspec.Struct):
    """Where the next page begins."""

    starting_after: str | None = None


class Pages(msgspec.Struct):
    """https://developers.intercom.com/docs/build-an-integration/learn-more/rest-apis/pagination/."""

    next: Next | None = None


class Conversations(msgspec.Struct):
    """https://developers.intercom.com/docs/references/rest-api/api.intercom.io/conversations/searchconversations."""

    conversations: list[Conversation]
    pages: Pages | None = None

    @property
    def cursor(self) -> str | None:
        """For the next page; None where this one is the last."""
        return self.pages.next.starting_after if self.pages and self.pages.next else None


class Admin(msgspec.Struct):
    """A teammate."""

    id: str
    name: str | None = None


class Admins(msgspec.Struct):
    """https://developers.intercom.com/docs/references/rest-api/api.intercom.io/admins/listadmins: all of them."""

    admins: list[Admin | None]

    @property
    def names(self) -> dict[str, str]:
        """By id."""
        return {admin.id: admin.name for admin in self.admins if admin and admin.name}


class Found(msgspec.Struct):
    """https://developers.intercom.com/docs/references/rest-api/api.intercom.io/contacts/searchcontacts."""

    data: list[Reference]


class Started(msgspec.Struct):
    """https://developers.intercom.com/docs/references/rest-api/api.intercom.io/conversations/createconversation.

    The answer is the first message, which names its conversation.
    """

    conversation_id: str
    created_at: Seconds


class _Error(msgspec.Struct):
    code: str
    message: str | None = None


class _ErrorList(msgspec.Struct):
    errors: list[_Error]


def error_message(body: bytes) -> str | None:
    """Intercom's own words: https://developers.intercom.com/docs/references/rest-api/errors/error-objects/."""
    errors = msgspec.json.decode(body, type=_ErrorList).errors
    return "; ".join(dict.fromkeys(error.message or error.code for error in errors)) or None


@dataclass(frozen=True, slots=True)
class Case:
    """A conversation, as a ticket whose assignee still has to be named; `contacts` are all who take part."""

    ticket: Ticket
    contacts: frozenset[str]
    assignee: str | None

    @property
    def service(self) -> Service:
        """The ticket's."""
        return self.ticket.service

    @property
    def external_id(self) -> str:
        """The ticket's."""
        return self.ticket.external_id

    @property
    def created_at(self) -> datetime:
        """The ticket's."""
        return self.ticket.created_at


def case(body: Conversation) -> Case:
    """A conversation is a ticket of whoever began it, or of its first contact where a teammate did."""
    contacts = [contact.id for contact in body.contacts.contacts] if body.contacts else []
    author = body.source.author.id if body.source and body.source.author else None
    ticket = Ticket(
        service=Service.INTERCOM,
        external_id=body.id,
        url=inbox_url(body.id),
        subject=_subject(body),
        status=STATUS[body.state],
        priority=PRIORITY[body.priority] if body.priority else None,
        assignee=None,
        created_at=datetime.fromtimestamp(body.created_at, UTC),
        updated_at=datetime.fromtimestamp(body.updated_at, UTC),
        customer=author if author in contacts else next(iter(contacts), None),
    )
    return Case(ticket, frozenset(contacts), str(body.admin_assignee_id) if body.admin_assignee_id else None)


def opened(started: Started, contact: str, text: str) -> Ticket:
    """The ticket that a new conversation is: nobody has touched it yet."""
    at = datetime.fromtimestamp(started.created_at, UTC)
    return Ticket(
        service=Service.INTERCOM,
        external_id=started.conversation_id,
        url=inbox_url(started.conversation_id),
        subject=_cut(_beginning(text)),
        status=TicketStatus.OPEN,
        priority=Priority.NORMAL,
        assignee=None,
        created_at=at,
        updated_at=at,
        customer=contact,
    )


STATUS: Mapping[State, TicketStatus] = {
    "open": TicketStatus.OPEN,
    "snoozed": TicketStatus.PENDING,
    "closed": TicketStatus.SOLVED,
}
PRIORITY = {"priority": Priority.HIGH, "not_priority": Priority.NORMAL}


def inbox_url(id: str) -> str:
    """Where teammates answer it; `_` stands for the workspace that they are in."""
    return f"https://app.intercom.com/a/apps/_/conversations/{id}"


def _subject(body: Conversation) -> str:
    """Teammates' title, else an email's subject, else what was written first."""
    source = body.source or Source()
    named = (" ".join(_bare(text).split()) for text in (body.title or "", source.subject or ""))
    return _cut(next(filter(None, named), "") or _beginning(_bare(source.body or "")))


def _bare(html: str) -> str:
    """Text without its markup; blocks begin a line."""
    return unescape(_TAG.sub("", _LINE.sub("\n", html[:_READ])))


def _beginning(text: str) -> str:
    """The first line, and the next one where the first is but a salutation."""
    lines = [line for line in (" ".join(line.split()) for line in text.splitlines()) if line]
    return " ".join(lines[:2] if lines and lines[0].endswith((",", "、")) else lines[:1])


def _cut(line: str) -> str:
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"
