"""Exchange rates, and who provides them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from connectors.domain.answers import Answers


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeRate:
    """One unit of `base` was worth `rate` units of `quote` on the day `on`."""

    base: str
    quote: str
    rate: Decimal
    on: date


@dataclass(frozen=True, slots=True)
class RateAsked:
    """The rate of one pair (ISO 4217) on a day, the latest where `on` is None."""

    base: str
    quote: str
    on: date | None = None


@dataclass(frozen=True, slots=True)
class SeriesAsked:
    """Daily rates of `base` in each of `quotes`, from `since` to `until` (today where None), both included."""

    base: str
    quotes: tuple[str, ...]
    since: date
    until: date | None = None


class RateSource(Protocol):
    """A publisher of reference rates. Every method answers each key asked, and never raises for one of them."""

    async def rates(self, asked: Sequence[RateAsked]) -> Answers[RateAsked, ExchangeRate | None]:
        """On a day without rates (a weekend), the last ones before it; None where the pair is not published."""

    async def series(self, asked: Sequence[SeriesAsked]) -> Answers[SeriesAsked, tuple[ExchangeRate, ...]]:
        """Oldest first, in the order of `quotes` within a day."""
