"""Batches of payments, plans, invoices and balances, over every service that has them."""

import asyncio
from collections.abc import Sequence

from connectors.domain.errors import ConnectorError
from connectors.domain.money import Money
from connectors.domain.payments import Invoice, InvoicesAsked, Payment, PaymentsAsked, Plan
from connectors.domain.references import CustomerRef
from connectors.domain.service import Service
from connectors.fan_out import fan_out
from connectors.sources import Sources
from schema.loaders.merging import At, Found, at, merged


async def payments(sources: Sources, asked: Sequence[PaymentsAsked]) -> list[Found[Payment] | ConnectorError]:
    """Newest first, over every payment service."""
    return await merged(sources.payments, asked, lambda source, keys: source.payments(keys))


async def payment_by_id(sources: Sources, keys: Sequence[At[str]]) -> list[Payment | ConnectorError | None]:
    """None where there is no such payment."""
    return await at(sources.payments, keys, lambda source, ids: source.payments_by_id(ids))


async def balance(sources: Sources, services: Sequence[Service]) -> list[Sequence[Money] | ConnectorError]:
    """What each of `services` could pay out now."""
    answers = await fan_out(services, lambda service: sources.payments[service].balance())
    return [answers[service] for service in services]


async def plans(sources: Sources, refs: Sequence[CustomerRef]) -> list[tuple[Plan, ...] | ConnectorError]:
    """Every plan of each customer, over every billing service; one that fails fails the list."""
    answers = await asyncio.gather(*(source.plans(refs) for source in sources.billing.values()))
    return [_joined([answer[ref] for answer in answers]) for ref in refs]


async def plan_by_id(sources: Sources, keys: Sequence[At[str]]) -> list[Plan | ConnectorError | None]:
    """None where there is no such plan."""
    return await at(sources.billing, keys, lambda source, ids: source.plans_by_id(ids))


async def invoices(sources: Sources, asked: Sequence[InvoicesAsked]) -> list[Found[Invoice] | ConnectorError]:
    """Newest first, over every billing service."""
    return await merged(sources.billing, asked, lambda source, keys: source.invoices(keys))


async def invoice_by_id(sources: Sources, keys: Sequence[At[str]]) -> list[Invoice | ConnectorError | None]:
    """None where there is no such invoice."""
    return await at(sources.billing, keys, lambda source, ids: source.invoices_by_id(ids))


def _joined(answers: Sequence[tuple[Plan, ...] | ConnectorError]) -> tuple[Plan, ...] | ConnectorError:
    failure = next((answer for answer in answers if isinstance(answer, ConnectorError)), None)
    if failure:
        return failure
    return tuple(plan for answer in answers if not isinstance(answer, ConnectorError) for plan in answer)
