"""Batches of contacts, companies and deals, over every CRM."""

from collections.abc import Sequence

from connectors.domain.crm import Company, Contact, Deal, DealsAsked
from connectors.domain.errors import ConnectorError
from connectors.sources import Sources
from schema.loaders.merging import At, Found, at, merged


async def contact_by_id(sources: Sources, keys: Sequence[At[str]]) -> list[Contact | ConnectorError | None]:
    """None where there is no such contact."""
    return await at(sources.crm, keys, lambda source, ids: source.contacts_by_id(ids))


async def owner_by_id(sources: Sources, keys: Sequence[At[str]]) -> list[str | ConnectorError | None]:
    """What people call an owner; None where nobody is called so."""
    return await at(sources.crm, keys, lambda source, ids: source.owners_by_id(ids))


async def company_by_contact(sources: Sources, keys: Sequence[At[str]]) -> list[Company | ConnectorError | None]:
    """Whom a contact first of all works for; None where that is not known."""
    return await at(sources.crm, keys, lambda source, ids: source.companies_by_contact(ids))


async def company_by_id(sources: Sources, keys: Sequence[At[str]]) -> list[Company | ConnectorError | None]:
    """None where there is no such company."""
    return await at(sources.crm, keys, lambda source, ids: source.companies_by_id(ids))


async def deals(sources: Sources, asked: Sequence[DealsAsked]) -> list[Found[Deal] | ConnectorError]:
    """Newest first."""
    return await merged(sources.crm, asked, lambda source, keys: source.deals(keys))


async def deal_by_id(sources: Sources, keys: Sequence[At[str]]) -> list[Deal | ConnectorError | None]:
    """None where there is no such deal."""
    return await at(sources.crm, keys, lambda source, ids: source.deals_by_id(ids))
