"""Frankfurter, as a source of exchange rates: https://frankfurter.dev."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from http import HTTPStatus

from connectors.api import Api
from connectors.domain.answers import Answers
from connectors.domain.errors import ConnectorError, Rejected
from connectors.domain.offer import Offer
from connectors.domain.rates import ExchangeRate, RateAsked, SeriesAsked
from connectors.fan_out import fan_out
from connectors.frankfurter import wire
from connectors.frankfurter.table import Sheet, Table, sheets

_NO_SUCH_RATE = (HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY)
_Period = tuple[str, date, date | None]  # base, since, until


def today() -> date:
    """The day that it is in UTC."""
    return datetime.now(UTC).date()


class Frankfurter:
    """A `RateSource`. One call has any number of quotes of one base: `table.sheets` says how pairs share calls."""

    def __init__(self, api: Api, today: Callable[[], date] = today) -> None:
        """`today` dates the rate of a currency in itself, which no call is made for."""
        self._api = api
        self._today = today

    @property
    def offer(self) -> Offer:
        """Rates."""
        return Offer(rates=self)

    async def ping(self) -> None:
        """Reads one pair."""
        await self._api.get("/rate/EUR/USD", into=wire.Rate)

    async def rates(self, asked: Sequence[RateAsked]) -> Answers[RateAsked, ExchangeRate | None]:
        """https://frankfurter.dev: a weekend has the Friday's rates; rates older than 14 days are not carried on."""
        answers: dict[RateAsked, ExchangeRate | ConnectorError | None] = {
            one: self._identity(one) for one in asked if one.base == one.quote
        }
        calls = dict(sheets(one for one in asked if one.base != one.quote))
        for sheet, table in (await fan_out(calls, self._table)).items():
            for one in calls[sheet]:
                answers[one] = table if isinstance(table, ConnectorError) else table.pair(one)
        return answers

    async def series(self, asked: Sequence[SeriesAsked]) -> Answers[SeriesAsked, tuple[ExchangeRate, ...]]:
        """The figures as published, which are coarse below 1; what is asked of one base and period shares a call."""
        quotes: dict[_Period, dict[str, None]] = {}
        for one in asked:
            quotes.setdefault((one.base, one.since, one.until), {}).update(dict.fromkeys(one.quotes))
        periods = await fan_out(quotes, lambda period: self._days(period, tuple(quotes[period])))
        return {one: _chosen(one, periods[one.base, one.since, one.until]) for one in asked}

    def _identity(self, asked: RateAsked) -> ExchangeRate:
        return ExchangeRate(base=asked.base, quote=asked.quote, rate=Decimal(1), on=asked.on or self._today())

    async def _table(self, sheet: Sheet) -> Table:
        day = {"date": sheet.on.isoformat()} if sheet.on else {}
        rates = await self._rates({"base": sheet.base} | day, sheet.quotes)
        return Table(sheet.base, {rate.quote: rate for rate in rates})

    async def _days(self, period: _Period, quotes: tuple[str, ...]) -> list[wire.Rate]:
        base, since, until = period
        if not quotes or (until and until < since):
            return []
        to = {"to": until.isoformat()} if until else {}
        return await self._rates({"base": base, "from": since.isoformat()} | to, quotes)

    async def _rates(self, query: dict[str, str], quotes: tuple[str, ...]) -> list[wire.Rate]:
        """An unknown code refuses the whole list it is in (422): then each quote is asked for by itself."""
        try:
            return wire.published(
                await self._api.get("/rates", query | {"quotes": ",".join(quotes)}, into=list[wire.Rate])
            )
        except Rejected as refusal:
            if refusal.status not in _NO_SUCH_RATE:
                raise
        if len(quotes) == 1:
            return []
        found = (await fan_out(quotes, lambda quote: self._rates(query, (quote,)))).values()
        for one in found:
            if isinstance(one, ConnectorError):
                raise one
        return [rate for rates in found if not isinstance(rates, ConnectorError) for rate in rates]


def _chosen(asked: SeriesAsked, rates: list[wire.Rate] | ConnectorError) -> tuple[ExchangeRate, ...] | ConnectorError:
    """A period that begins on a weekend is told with the Friday before it, which was not asked for."""
    if isinstance(rates, ConnectorError):
        return rates
    place = {quote: number for number, quote in enumerate(dict.fromkeys(asked.quotes))}
    days = [rate for rate in rates if rate.quote in place and asked.since <= rate.date]
    return tuple(map(wire.exchange_rate, sorted(days, key=lambda rate: (rate.date, place[rate.quote]))))
