"""Money and exchange rates."""

from datetime import date
from decimal import Decimal

import strawberry

from connectors.domain import money as domain
from connectors.domain import rates
from connectors.domain.rates import RateAsked
from schema.arguments import OnDay, To
from schema.context import Info
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
        found = await info.context.loaders.load(rate, RateAsked(self.currency, currency, on))
        return Money.of(domain.Money(self.amount, self.currency).converted(found.rate, currency)) if found else None


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
