"""Zendesk, as a source of tickets: https://developer.zendesk.com/api-reference/ticketing/introduction/."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterable, Sequence
from http import HTTPStatus
from typing import NamedTuple

from connectors.api import Api
from connectors.domain.answers import Answers
from connectors.domain.errors import ConnectorError, Rejected
from connectors.domain.new_tickets import NewTicket
from connectors.domain.offer import Offer
from connectors.domain.page import Page, Slice
from connectors.domain.references import CustomerRef
from connectors.domain.search import Searches, Stretch, TextAsked
from connectors.domain.service import Service
from connectors.domain.tickets import Ticket, TicketsAsked, TicketStatus
from connectors.fan_out import fan_out, in_chunks
from connectors.paging import collect
from connectors.turns import Leaf, stretch
from connectors.zendesk import wire
from connectors.zendesk.search import MOST, PAGE, Found, Search, by_text, is_start
from connectors.zendesk.together import together

BATCH = 100  # https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#show-multiple-tickets
GROUP = 20  # requesters of one search: their latest tickets commonly fit one page of it, and they its 64 words
_ID = re.compile(r"[1-9][0-9]{0,17}")


class _Part(NamedTuple):
    """What may be asked of many requesters at once."""

    page: Page
    status: TicketStatus | None


class Zendesk:
    """A `TicketSource` and a `TicketDesk`.

    One search lists for 20 requesters, one read has 100 tickets; assignees come along in both.
    """

    def __init__(self, api: Api) -> None:
        self._api = api

    @property
    def offer(self) -> Offer:
        """Tickets, also by text, and tickets to be opened."""
        return Offer(tickets=self, ticket_desk=self, searches=Searches(ticket=self.search_tickets))

    async def ping(self) -> None:
        """Reads one ticket, if there is any: https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/."""
        await self._api.get("/api/v2/tickets.json", {"page[size]": 1}, into=wire.Tickets)

    async def tickets(self, asked: Sequence[TicketsAsked]) -> Answers[TicketsAsked, Slice[Ticket]]:
        """https://developer.zendesk.com/api-reference/ticketing/ticket-management/search/, some minutes behind."""
        everybodys = [_Part(one.page, one.status) for one in asked if one.ref is None]
        requesters = _requesters(asked)
        all_tickets, their_tickets = await asyncio.gather(
            fan_out(everybodys, lambda part: self._list((), part)),
            fan_out(requesters, lambda part: self._lists(requesters[part], part)),
        )
        return {one: _answer(one, all_tickets, their_tickets) for one in asked}

    async def tickets_by_id(self, ids: Sequence[str]) -> Answers[str, Ticket | None]:
        """https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#show-multiple-tickets: 100 a call."""
        found = await in_chunks(filter(_ID.fullmatch, ids), BATCH, self._tickets_by_id)
        return {id: found.get(id) for id in ids}

    async def search_tickets(self, asked: Sequence[TextAsked]) -> Answers[TextAsked, Stretch[Ticket]]:
        """https://developer.zendesk.com/api-reference/ticketing/ticket-management/search/, by relevance: 100 a call."""
        return await fan_out(asked, self._matches)

    async def open_ticket(self, new: NewTicket, key: str) -> Ticket:
        """https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#create-ticket.

        The key is good for two hours: https://developer.zendesk.com/api-reference/ticketing/introduction/#idempotency.
        """
        opened = await self._api.post(
            "/api/v2/tickets.json",
            json={"ticket": wire.draft(new, _requester(new.ref))},
            headers={"Idempotency-Key": key},
            evicts=["/api/v2/search.json", "/api/v2/tickets"],
            into=wire.Opened,
        )
        return wire.ticket(opened.ticket, {})

    async def _tickets_by_id(self, ids: Sequence[str]) -> dict[str, Ticket | None]:
        query = {"ids": ",".join(ids), "include": "users"}
        answer = await self._api.get("/api/v2/tickets/show_many.json", query, into=wire.Tickets)
        found = {ticket.external_id: ticket for ticket in wire.tickets(answer.tickets, answer.users)}
        return {id: found.get(id) for id in ids}

    async def _lists(self, requesters: Iterable[str], part: _Part) -> dict[str, Slice[Ticket] | ConnectorError]:
        return await in_chunks(requesters, GROUP, lambda group: self._group(group, part))

    async def _group(self, group: Sequence[str], part: _Part) -> dict[str, Slice[Ticket] | ConnectorError]:
        search = Search.of(group, part.page, part.status)
        answers = await together(self._read, search, part.page) if len(group) > 1 else {}
        alone = [requester for requester in group if requester not in answers]
        return answers | await fan_out(alone, lambda requester: self._list((requester,), part))

    async def _list(self, requesters: Sequence[str], part: _Part) -> Slice[Ticket]:
        search = Search.of(requesters, part.page, part.status)
        return await collect(self._pages(search), part.page, search.wants)

    async def _pages(self, search: Search) -> AsyncIterator[list[Ticket]]:
        seen: set[str] = set()
        while True:
            found = await self._read(search)
            yield [ticket for ticket in found.tickets if ticket.external_id not in seen]
            if not found.left:
                return
            seen |= {ticket.external_id for ticket in found.tickets}
            search = search.next(found)

    async def _matches(self, asked: TextAsked) -> Stretch[Ticket]:
        if asked.start and not is_start(asked.start):
            self._api.fail(Rejected(Service.ZENDESK, HTTPStatus.BAD_REQUEST, "ZENDESK has named no such page"))

        async def read(start: str, size: int) -> Leaf[Ticket]:
            number = int(start or 1)
            # Pages are numbered by their size: only whole ones lead on.
            query = by_text(asked.text, size if number == 1 else PAGE, number)
            answer = await self._api.get("/api/v2/search.json", query, into=wire.SearchResults)
            more = bool(answer.next_page and answer.results) and number * PAGE < MOST
            following = str(number + 1) if more and query["per_page"] == PAGE else None
            tickets = wire.tickets(answer.results, answer.users)
            return Leaf({ticket.external_id: ticket for ticket in tickets}, following, more)

        return await stretch(asked, PAGE, read) if by_text(asked.text, PAGE) else Stretch()

    async def _read(self, search: Search) -> Found:
        answer = await self._api.get("/api/v2/search.json", search.query, into=wire.SearchResults)
        more = bool(answer.next_page and answer.results)
        left = max(1, answer.count - search.number * search.size) if more else 0
        return Found(wire.tickets(answer.results, answer.users), left)


_Lists = Answers[_Part, Answers[str, Slice[Ticket]]]


def _requesters(asked: Sequence[TicketsAsked]) -> dict[_Part, dict[str, None]]:
    """Who is asked about, by what is asked, each of them once."""
    parts: dict[_Part, dict[str, None]] = {}
    for one in asked:
        if requester := _requester(one.ref):
            parts.setdefault(_Part(one.page, one.status), {})[requester] = None
    return parts


def _requester(ref: CustomerRef | None) -> str | None:
    """Who a customer is in Zendesk; None for nobody, and for what could mean something else to the search."""
    id = ref.link(Service.ZENDESK) if ref else None
    return id if id and _ID.fullmatch(id) else None


def _answer(
    asked: TicketsAsked, everybodys: Answers[_Part, Slice[Ticket]], lists: _Lists
) -> Slice[Ticket] | ConnectorError:
    part = _Part(asked.page, asked.status)
    if asked.ref is None:
        return everybodys[part]
    requester = _requester(asked.ref)
    answers = lists[part] if requester else {}
    if isinstance(answers, ConnectorError):
        return answers
    return answers[requester] if requester else Slice(())
