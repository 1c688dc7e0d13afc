"""Money and exchange rates."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import strawberry

from connectors.domain import money as domain
from connectors.domain import rates
from connectors.domain.errors import Rejected
from connectors.domain.rates import RateAsked
from schema.arguments import OnDay, To
from schema.context import Info, load
from schema.loaders.rates import rate
from schema.scalars import Currency


@strawberry.type(description="An amount in one currency.")
class Money:
    """In whole units of the currency."""

    amount: Decimal = strawberry.field(
        description="In whole units (12.50, not 1250); a string, so that nothing is lost."
    )
    currency: Currency = strawberry.field(description="What it is an amount of.")

    @classmethod
    def of(cls, noun: domain.Money) -> "Money":
        """The graph's money of a domain's."""
        return cls(amount=noun.amount, currency=Currency(noun.currency))

    @strawberry.field(
        name="in", description="The same amount at the exchange rate of a day, rounded to its minor unit."
    )
    async def in_currency(self, info: Info, currency: To, on: OnDay = None) -> "Money | None":
        """None where the pair is not published on that day."""
        worth = await _worth(info, RateAsked(self.currency, currency, on))
        return Money.of(domain.Money(self.amount, self.currency).converted(worth, currency)) if worth else None


@strawberry.type(description="What one unit of a currency was worth in another, on one day.")
class ExchangeRate:
    """A reference rate."""

    base: Currency = strawberry.field(description="One unit of this currency…")
    quote: Currency = strawberry.field(description="…was worth `rate` units of this one.")
    rate: Decimal = strawberry.field(description="Units of `quote` for one unit of `base`.")
    on: date = strawberry.field(description="The day whose rate this is: on a day without rates, the one before it.")

    @classmethod
    def of(cls, noun: rates.ExchangeRate) -> "ExchangeRate":
        """The graph's rate of a domain's."""
        return cls(base=Currency(noun.base), quote=Currency(noun.quote), rate=noun.rate, on=noun.on)


async def added_up(info: Info, amounts: Iterable[domain.Money], currency: str) -> domain.Money:
    """The sum in one currency at the latest rates, rounded once; Rejected where a rate that it needs is unpublished."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for one in amounts:
        sums[one.currency] += one.amount
    left = {base: amount for base, amount in sums.items() if amount}
    worths = await asyncio.gather(*(_published(info, RateAsked(base, currency)) for base in left))
    total = sum((amount * worth for amount, worth in zip(left.values(), worths, strict=True)), Decimal())
    return domain.Money(total, currency).converted(Decimal(1), currency)


async def _published(info: Info, asked: RateAsked) -> Decimal:
    worth = await _worth(info, asked)
    if worth is None:
        publisher = next(iter(info.context.sources.rates))
        raise Rejected(publisher, 404, f"{publisher.name} publishes no rate of {asked.base} in {asked.quote}")
    return worth


async def _worth(info: Info, asked: RateAsked) -> Decimal | None:
    """What one unit of the base is worth in the other currency; a currency in itself needs no publisher."""
    if asked.base == asked.quote:
        return Decimal(1)
    found = await load(info, rate, asked)
    return found.rate if found else None
