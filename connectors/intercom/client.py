"""Intercom, as a source of tickets: https://developers.intercom.com/docs/references/rest-api/."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Iterable, Mapping, Sequence
from dataclasses import replace
from http import HTTPStatus
from typing import NamedTuple

from connectors.api import Api, segment
from connectors.domain.answers import Answers
from connectors.domain.errors import ConnectorError, Rejected
from connectors.domain.new_tickets import NewTicket
from connectors.domain.offer import Offer
from connectors.domain.page import Page, Slice
from connectors.domain.references import CustomerRef
from connectors.domain.search import Searches, Stretch, TextAsked, dated
from connectors.domain.service import Service
from connectors.domain.tickets import Ticket, TicketsAsked, TicketStatus
from connectors.fan_out import fan_out, in_chunks
from connectors.intercom import wire
from connectors.intercom.search import GROUP, Found, Search
from connectors.intercom.together import together
from connectors.intercom.wire import Case
from connectors.paging import collect
from connectors.turns import MOST

_CONTACT = re.compile(r"[0-9a-f]{8,32}")
_CONVERSATION = re.compile(r"[1-9][0-9]{0,18}")
_SAME_CONTACT = re.compile(r"already exists with id=([0-9a-f]{8,32})")


class _Part(NamedTuple):
    """What may be asked of many contacts at once."""

    page: Page
    status: TicketStatus | None


class Intercom:
    """A `TicketSource` and a `TicketDesk`. One search lists for 15 contacts; one read names every teammate."""

    def __init__(self, api: Api) -> None:
        self._api = api

    @property
    def offer(self) -> Offer:
        """Tickets, also by text, and tickets to be opened."""
        return Offer(tickets=self, ticket_desk=self, searches=Searches(ticket=self.search_tickets, newest_first=True))

    async def ping(self) -> None:
        """Reads the teammates, which every token may."""
        await self._admins()

    async def warm(self) -> None:
        """The teammates, by whom tickets are named."""
        await self._admins()

    async def tickets(self, asked: Sequence[TicketsAsked]) -> Answers[TicketsAsked, Slice[Ticket]]:
        """https://developers.intercom.com/docs/references/rest-api/api.intercom.io/conversations/searchconversations.

        Nothing is ever NEW here: a conversation is open from its first word.
        """
        everybodys = [_part(one) for one in asked if one.ref is None and one.status is not TicketStatus.NEW]
        contacts = _contacts(asked)
        all_cases, their_cases = await asyncio.gather(
            fan_out(everybodys, self._list), fan_out(contacts, lambda part: self._lists(contacts[part], part))
        )
        answers = {one: _answer(one, all_cases, their_cases) for one in asked}
        names = await self._names(
            case for found in answers.values() if isinstance(found, Slice) for case in found.items
        )
        return {one: _slice(found, names) for one, found in answers.items()}

    async def tickets_by_id(self, ids: Sequence[str]) -> Answers[str, Ticket | None]:
        """15 a search; a single one by itself, as it is this moment: searches are some seconds behind."""
        found = await in_chunks(filter(_CONVERSATION.fullmatch, ids), GROUP, self._by_id)
        names = await self._names(case for case in found.values() if isinstance(case, Case))
        return {id: _ticket(one, names) if isinstance(one := found.get(id), Case) else one for id in ids}

    async def search_tickets(self, asked: Sequence[TextAsked]) -> Answers[TextAsked, Stretch[Ticket]]:
        """Conversations that began with all of these words, newest first: Intercom has no order of relevance."""
        found = await fan_out(asked, self._matches)
        names = await self._names(case for some in found.values() if isinstance(some, Slice) for case in some.items)
        answers = {one: _slice(some, names) for one, some in found.items()}
        return {one: dated(some) if isinstance(some, Slice) else some for one, some in answers.items()}

    async def open_ticket(self, new: NewTicket, key: str) -> Ticket:  # noqa: ARG002 - Intercom knows no such keys
        """https://developers.intercom.com/docs/references/rest-api/api.intercom.io/conversations/createconversation.

        A conversation of the Messenger has neither subject nor priority: the subject becomes its first line.
        """
        contact = _contact(new.ref) or await self._contact_of(new)
        text = f"{new.subject.strip()}\n\n{new.text}".strip()
        body = {"from": {"type": "contact", "id": contact}, "body": text}
        started = await self._api.post("/conversations", json=body, into=wire.Started, evicts=["/conversations"])
        return wire.opened(started, contact, text)

    async def _list(self, part: _Part) -> Slice[Case]:
        return await collect(self._pages(Search.of((), part.page, part.status)), part.page)

    async def _lists(self, contacts: Iterable[str], part: _Part) -> dict[str, Slice[Case] | ConnectorError]:
        def group(chunk: Sequence[str]) -> Awaitable[dict[str, Slice[Case] | ConnectorError]]:
            return together(self._read, Search.of(chunk, part.page, part.status), part.page)

        return await in_chunks(contacts, GROUP, group)

    async def _matches(self, asked: TextAsked) -> Slice[Case]:
        words = tuple(asked.text.split())[:GROUP]
        if not words or asked.first < 1:
            return Slice(())
        search = replace(Search.of((), asked.page, None), words=words)
        return await collect(self._pages(search), asked.page, deepest=MOST)

    async def _by_id(self, ids: Sequence[str]) -> dict[str, Case | None]:
        if len(ids) == 1:
            body = await self._api.find(f"/conversations/{segment(ids[0])}", into=wire.Conversation)
            return {ids[0]: wire.case(body) if body else None}
        query = {"query": {"field": "id", "operator": "IN", "value": ids}, "pagination": {"per_page": GROUP}}
        answer = await self._api.query("/conversations/search", query, into=wire.Conversations)
        found = {body.id: wire.case(body) for body in answer.conversations}
        return {id: found.get(id) for id in ids}

    async def _pages(self, search: Search) -> AsyncIterator[Sequence[Case]]:
        while True:
            found = await self._read(search)
            yield found.cases
            if found.cursor is None or not found.cases:
                return
            search = search.next(found.cursor)

    async def _read(self, search: Search) -> Found:
        answer = await self._api.query("/conversations/search", search.body, into=wire.Conversations)
        return Found([wire.case(body) for body in answer.conversations], answer.cursor)

    async def _names(self, cases: Iterable[Case]) -> dict[str, str]:
        """Of teammates, where somebody is assigned. A name that cannot be read is missing; the ticket is not."""
        if not any(case.assignee for case in cases):
            return {}
        try:
            return (await self._admins()).names
        except ConnectorError:
            return {}  # it has been counted, and stands in `extensions.sources`

    async def _admins(self) -> wire.Admins:
        return await self._api.get("/admins", into=wire.Admins)

    async def _contact_of(self, new: NewTicket) -> str:
        """Whoever has this address, or somebody new."""
        query = {"query": {"field": "email", "operator": "=", "value": new.email}, "pagination": {"per_page": 1}}
        found = await self._api.query("/contacts/search", query, into=wire.Found)
        return found.data[0].id if found.data else await self._new_contact(new)

    async def _new_contact(self, new: NewTicket) -> str:
        """A search does not know the contacts of the last minutes, but their creation does, and names them."""
        body = {"role": "user", "email": new.email, "name": new.name}
        try:
            return (await self._api.post("/contacts", json=body, into=wire.Reference)).id
        except Rejected as refusal:
            same = _SAME_CONTACT.search(str(refusal)) if refusal.status == HTTPStatus.CONFLICT else None
            if same is None:
                raise
            return same[1]


_Lists = Answers[_Part, Answers[str, Slice[Case]]]


def _part(asked: TicketsAsked) -> _Part:
    return _Part(asked.page, asked.status)


def _contacts(asked: Sequence[TicketsAsked]) -> dict[_Part, dict[str, None]]:
    """Who is asked about, by what is asked, each of them once."""
    parts: dict[_Part, dict[str, None]] = {}
    for one in asked:
        contact = _contact(one.ref)
        if contact and one.status is not TicketStatus.NEW:
            parts.setdefault(_part(one), {})[contact] = None
    return parts


def _contact(ref: CustomerRef | None) -> str | None:
    """Who a customer is in Intercom; None for nobody, and for what is no contact's id."""
    id = ref.link(Service.INTERCOM) if ref else None
    return id if id and _CONTACT.fullmatch(id) else None


def _answer(
    asked: TicketsAsked, everybodys: Answers[_Part, Slice[Case]], lists: _Lists
) -> Slice[Case] | ConnectorError:
    contact = _contact(asked.ref)
    if asked.status is TicketStatus.NEW or (asked.ref and not contact):
        return Slice(())
    if contact is None:
        return everybodys[_part(asked)]
    answers = lists[_part(asked)]
    return answers if isinstance(answers, ConnectorError) else answers[contact]


def _slice(found: Slice[Case] | ConnectorError, names: Mapping[str, str]) -> Slice[Ticket] | ConnectorError:
    if isinstance(found, ConnectorError):
        return found
    return Slice(tuple(_ticket(case, names) for case in found.items), found.horizon)


def _ticket(case: Case, names: Mapping[str, str]) -> Ticket:
    return replace(case.ticket, assignee=names.get(case.assignee or ""))
