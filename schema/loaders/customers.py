"""Batches of customers, from the store."""

from collections.abc import Sequence

from connectors.domain.customers import Customer, CustomerFilter, CustomerPage, CustomersAsked
from connectors.domain.errors import ConnectorError, Refused
from connectors.domain.references import ServiceLink
from connectors.fan_out import fan_out
from connectors.sources import Sources


async def customer_by_id(sources: Sources, ids: Sequence[str]) -> list[Customer | ConnectorError | None]:
    """None where there is no such customer."""
    found = await sources.customers.by_id(ids)
    return [found.get(id) for id in ids]


async def customer_by_email(sources: Sources, emails: Sequence[str]) -> list[Customer | ConnectorError | None]:
    """Compared without case; None where nobody has it."""
    found = await sources.customers.by_email(emails)
    return [found.get(email) for email in emails]


async def customer_by_link(sources: Sources, links: Sequence[ServiceLink]) -> list[Customer | ConnectorError | None]:
    """By what a service calls them; None where nobody is linked so."""
    found = await sources.customers.by_link(links)
    return [found.get(link) for link in links]


async def customer_page(
    sources: Sources, asked: Sequence[CustomersAsked]
) -> list[CustomerPage | Refused | ConnectorError]:
    """One query for each different page; Refused in the place of one whose cursor the store never gave."""

    async def page(one: CustomersAsked) -> CustomerPage | Refused:
        try:
            return await sources.customers.page(one)
        except Refused as refusal:
            return refusal

    answers = await fan_out(asked, page)
    return [answers[one] for one in asked]


async def customer_count(sources: Sources, filters: Sequence[CustomerFilter]) -> list[int | ConnectorError]:
    """One count for each different filter."""
    answers = await fan_out(filters, sources.customers.count)
    return [answers[one] for one in filters]
