"""HubSpot, as a CRM: https://developers.hubspot.com/docs/api/overview."""

from collections.abc import Sequence
from http import HTTPStatus

from connectors.api import Api
from connectors.domain.answers import Answers, failed
from connectors.domain.crm import Company, Contact, Deal, DealsAsked, NewDeal
from connectors.domain.errors import ConnectorError, Rejected
from connectors.domain.offer import Offer
from connectors.domain.page import Slice
from connectors.domain.search import Searches, Stretch, TextAsked
from connectors.domain.service import Service
from connectors.fan_out import fan_out
from connectors.hubspot import new_deal, nouns, wire
from connectors.hubspot.deals import Deals, contact_of
from connectors.hubspot.portal import Portal
from connectors.hubspot.records import Records, answered

_WITH_DEALS = ("/crm/v3/objects/deals", "/crm/v4/associations/contacts/deals")  # what a new deal makes wrong


class HubSpot:
    """A `CrmSource` and a `DealDesk`. A hundred records are one call, the associations of a thousand another."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._records = Records(api)
        self._portal = Portal(api)
        self._deals = Deals(self._records, self._portal)

    @property
    def offer(self) -> Offer:
        """Contacts, companies and deals, the first and the last also by text, and deals to be opened."""
        return Offer(crm=self, deal_desk=self, searches=Searches(contact=self.search_contacts, deal=self.search_deals))

    async def ping(self) -> None:
        """Reads one contact, if there is any: https://developers.hubspot.com/docs/api/crm/contacts."""
        await self._api.get("/crm/v3/objects/contacts", {"limit": 1}, into=wire.Found[wire.ContactProperties])

    async def warm(self) -> None:
        """Three calls: what the account says of itself, without which no deal and no owner has a name."""
        await self._portal.warm()

    async def contacts_by_id(self, ids: Sequence[str]) -> Answers[str, Contact | None]:
        """https://developers.hubspot.com/docs/api/crm/contacts#retrieve-contacts: 100 a call."""
        found = await self._records.by_id(wire.CONTACTS, ids)
        records = {id: record for id, record in found.items() if isinstance(record, wire.Record)}
        try:
            contacts = dict(zip(records, await self._contacts(list(records.values())), strict=True))
        except ConnectorError as error:
            return answered(found, failed(records, error))
        return answered(found, contacts)

    async def owners_by_id(self, ids: Sequence[str]) -> Answers[str, str | None]:
        """https://developers.hubspot.com/docs/api/crm/owners: all are read, 500 a call, and kept for an hour."""
        try:
            return await self._portal.owners(ids)
        except ConnectorError as error:
            return failed(ids, error)

    async def companies_by_contact(self, ids: Sequence[str]) -> Answers[str, Company | None]:
        """https://developers.hubspot.com/docs/api/crm/associations: the one that is labelled primary, or the first."""
        links = await self._records.associated(wire.CONTACTS, wire.COMPANIES, ids)
        named = {id: one.primary for id, one in links.items() if isinstance(one, wire.Associations)}
        companies = await self.companies_by_id(list(dict.fromkeys(filter(None, named.values()))))
        failures = {id: one for id, one in links.items() if isinstance(one, ConnectorError)}
        return {id: failures.get(id) or companies.get(named.get(id) or "") for id in links}

    async def companies_by_id(self, ids: Sequence[str]) -> Answers[str, Company | None]:
        """https://developers.hubspot.com/docs/api/crm/companies#retrieve-companies: 100 a call."""
        found = await self._records.by_id(wire.COMPANIES, ids)
        records = {id: record for id, record in found.items() if isinstance(record, wire.Record)}
        return answered(found, {id: self._records.read(one, nouns.company) for id, one in records.items()})

    async def deals(self, asked: Sequence[DealsAsked]) -> Answers[DealsAsked, Slice[Deal]]:
        """By association, and read whole: a search lists them in order, but does not tell whose they are."""
        return await self._deals.lists(asked)

    async def deals_by_id(self, ids: Sequence[str]) -> Answers[str, Deal | None]:
        """https://developers.hubspot.com/docs/api/crm/deals#retrieve-deals: 100 a call."""
        return await self._deals.by_id(ids)

    async def search_contacts(self, asked: Sequence[TextAsked]) -> Answers[TextAsked, Stretch[Contact]]:
        """By names, addresses, telephone numbers: https://developers.hubspot.com/docs/api/crm/search."""
        return await fan_out(asked, self._matching_contacts)

    async def search_deals(self, asked: Sequence[TextAsked]) -> Answers[TextAsked, Stretch[Deal]]:
        """By name, description and stage, likewise."""
        return await fan_out(asked, self._deals.matches)

    async def create_deal(self, new: NewDeal, key: str) -> Deal:  # noqa: ARG002 - HubSpot has no idempotency keys
        """https://developers.hubspot.com/docs/api/crm/deals#create-deals. Sent once: it must not be repeated."""
        contact = contact_of(new.ref) if new.ref else None
        if new.ref and not contact:
            text = "the customer is not linked to HUBSPOT"
            self._api.fail(Rejected(Service.HUBSPOT, HTTPStatus.UNPROCESSABLE_ENTITY, text))
        pipelines = await self._portal.pipelines()
        body = new_deal.body(new, contact, pipelines)
        record = await self._api.post(
            "/crm/v3/objects/deals", json=body, into=wire.Record[wire.DealProperties], evicts=_WITH_DEALS
        )
        return await self._deals.opened(record, pipelines)

    async def _matching_contacts(self, asked: TextAsked) -> Stretch[Contact]:
        found = await self._records.matches(wire.CONTACTS, asked)
        return Stretch(tuple(await self._contacts(found.items)), found.more, found.turns)

    async def _contacts(self, records: Sequence[wire.Record[wire.ContactProperties]]) -> list[Contact]:
        account = await self._portal.account_for(records)
        return [nouns.contact(record, account) for record in records]
