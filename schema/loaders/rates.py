"""Batches of exchange rates, from the publisher that is connected."""

from collections.abc import Sequence

from connectors.domain.errors import ConnectorError
from connectors.domain.rates import ExchangeRate, RateAsked, RateSource, SeriesAsked
from connectors.sources import Sources


async def rate(sources: Sources, asked: Sequence[RateAsked]) -> list[ExchangeRate | ConnectorError | None]:
    """None where the pair is not published."""
    answers = await _publisher(sources).rates(asked)
    return [answers[one] for one in asked]


async def series(sources: Sources, asked: Sequence[SeriesAsked]) -> list[tuple[ExchangeRate, ...] | ConnectorError]:
    """Oldest first."""
    answers = await _publisher(sources).series(asked)
    return [answers[one] for one in asked]


def _publisher(sources: Sources) -> RateSource:
    """Rates of two publishers differ, and an average is nobody's rate: one of them is asked."""
    return next(iter(sources.rates.values()))
