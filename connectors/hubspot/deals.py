"""Deals: one customer's or everybody's, newest first, by id, by words."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import suppress
from typing import NamedTuple

from connectors.domain.answers import Answers
from connectors.domain.crm import Deal, DealsAsked
from connectors.domain.errors import ConnectorError
from connectors.domain.page import Page, Slice, position
from connectors.domain.references import CustomerRef
from connectors.domain.search import Stretch, TextAsked
from connectors.domain.service import Service
from connectors.fan_out import fan_out
from connectors.hubspot import nouns, wire
from connectors.hubspot.listing import Listing
from connectors.hubspot.portal import Portal
from connectors.hubspot.records import BATCH, Records, answered, is_id
from connectors.paging import collect

FEW = BATCH  # deals of one contact that are read by id; beyond, a search for the newest ones is sooner done

Read = Answers[str, Deal | None]
Record = wire.Record[wire.DealProperties]


class _Part(NamedTuple):
    """A page of one contact's deals, or of everybody's."""

    contact: str | None
    page: Page


class Deals:
    """Of many contacts at once: one read of who has which, and one of every hundred deals that they have."""

    def __init__(self, records: Records, portal: Portal) -> None:
        self._records = records
        self._portal = portal

    async def lists(self, asked: Sequence[DealsAsked]) -> Answers[DealsAsked, Slice[Deal]]:
        """One slice for each question; an empty one for whoever is not linked."""
        parts = {one: _part(one) for one in asked}
        everybodys = [part for part in parts.values() if part and part.contact is None]
        theirs = [part for part in parts.values() if part and part.contact]
        lists = await asyncio.gather(fan_out(everybodys, self._search), self._theirs(theirs))
        answers = lists[0] | lists[1]
        return {one: answers[part] if part else Slice(()) for one, part in parts.items()}

    async def by_id(self, ids: Iterable[str]) -> Read:
        """100 a call."""
        found = await self._records.by_id(wire.DEALS, ids)
        records = {id: record for id, record in found.items() if isinstance(record, wire.Record)}
        try:
            deals = dict(zip(records, await self._nouns(list(records.values())), strict=True))
        except ConnectorError as error:
            deals = dict.fromkeys(records, error)
        return answered(found, deals)

    async def matches(self, asked: TextAsked) -> Stretch[Deal]:
        """In HubSpot's own order."""
        found = await self._records.matches(wire.DEALS, asked)
        return Stretch(tuple(_whole(await self._nouns(found.items))), found.more, found.turns)

    async def opened(self, record: Record, pipelines: wire.Pipelines) -> Deal:
        """What was just opened. It is there: that the account cannot be read now does not undo it."""
        account = None
        with suppress(ConnectorError):
            account = await self._portal.account_for([record])
        [deal] = _whole([self._records.read(record, lambda one: nouns.deal(one, pipelines.labels, account))])
        return deal

    async def _theirs(self, parts: Sequence[_Part]) -> dict[_Part, Slice[Deal] | ConnectorError]:
        contacts = dict.fromkeys(part.contact for part in parts if part.contact)
        links = await self._records.associated(wire.CONTACTS, wire.DEALS, contacts)
        crowded = [part for part in parts if part.contact and _is_crowded(links[part.contact])]
        few = {part: links[part.contact] for part in parts if part.contact and part not in crowded}
        ids = dict.fromkeys(id for one in few.values() if isinstance(one, wire.Associations) for id in one.ids)
        read, searched = await asyncio.gather(self.by_id(ids), fan_out(crowded, self._search))
        return searched | {part: _list(one, read, part.page) for part, one in few.items()}

    async def _search(self, part: _Part) -> Slice[Deal]:
        return await collect(self._pages(Listing.of(part.contact, part.page)), part.page)

    async def _pages(self, listing: Listing) -> AsyncIterator[list[Deal]]:
        async for records in listing.pages(self._records):
            yield _whole(await self._nouns(records))

    async def _nouns(self, records: Sequence[Record]) -> list[Deal | ConnectorError]:
        if not records:
            return []
        pipelines, account = await asyncio.gather(self._portal.pipelines(), self._portal.account_for(records))
        labels = pipelines.labels
        return [self._records.read(record, lambda one: nouns.deal(one, labels, account)) for record in records]


def _part(asked: DealsAsked) -> _Part | None:
    """None for whoever is not linked, or by something that is no id."""
    if asked.ref is None:
        return _Part(None, asked.page)
    contact = contact_of(asked.ref)
    return _Part(contact, asked.page) if contact else None


def contact_of(ref: CustomerRef) -> str | None:
    """Who a customer is in HubSpot."""
    id = ref.link(Service.HUBSPOT)
    return id if id and is_id(id) else None


def _is_crowded(links: wire.Associations | ConnectorError | None) -> bool:
    return isinstance(links, wire.Associations) and (len(links.to) > FEW or links.paging is not None)


def _list(links: wire.Associations | ConnectorError | None, read: Read, page: Page) -> Slice[Deal] | ConnectorError:
    if isinstance(links, ConnectorError):
        return links
    answers = [read[id] for id in dict.fromkeys(links.ids)] if links else []
    failure = next((one for one in answers if isinstance(one, ConnectorError)), None)
    if failure:
        return failure
    deals = (one for one in answers if isinstance(one, Deal) and (page.after is None or position(one) < page.after))
    return Slice(tuple(sorted(deals, key=position, reverse=True))).cut(page)


def _whole(answers: Sequence[Deal | ConnectorError]) -> list[Deal]:
    """A list of which one item cannot be read is not shown without it."""
    for answer in answers:
        if isinstance(answer, ConnectorError):
            raise answer
    return [answer for answer in answers if isinstance(answer, Deal)]
