"""The rates of one base currency on one day, and every pair that follows from them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal

from connectors.domain.rates import ExchangeRate, RateAsked
from connectors.frankfurter import wire

DIGITS = Context(prec=12)  # far more than the four to six that are published, so that rounding adds nothing to speak of

# A unit is worth less than a cent of the euro. Frankfurter shows five decimals below 1, which leaves of such a
# currency's rate three digits or fewer; the other way round four to six are left.
SMALL = frozenset(
    "AMD AOA ARS BDT BIF CDF CLP COP CRC CVE DJF DZD ETB GNF GYD HTG HUF IDR INR IQD IRR ISK JMD JPY KES KHR KMF KPW "
    "KRW KZT LAK LBP LKR LRD MGA MMK MNT MWK NGN NPR PKR PYG RSD RWF SDG SOS SSP SYP TZS UGX UZS VND VUV XAF XOF XPF "
    "YER".split()
)
MAJOR = ("EUR", "USD", "GBP", "CHF", "CAD", "AUD")  # always published, and dear enough to be a good base


@dataclass(frozen=True, slots=True)
class Sheet:
    """One call: `quotes` in units of `base`, on a day, the latest where `on` is None."""

    on: date | None
    base: str
    quotes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """What a call brought back: the published rates of `base`, by the other currency."""

    base: str
    rates: dict[str, wire.Rate]

    def pair(self, asked: RateAsked) -> ExchangeRate | None:
        """The published figure where `base` is the base; else `quote / base`, to 12 significant digits.

        None where one of the two is not published. Where they were published on different days, `on` is the older.
        """
        rows = [self.rates.get(currency) for currency in (asked.base, asked.quote) if currency != self.base]
        known = [row for row in rows if row]
        if len(known) < len(rows):
            return None
        worth = DIGITS.divide(self._worth(asked.quote), self._worth(asked.base))
        return ExchangeRate(base=asked.base, quote=asked.quote, rate=worth, on=min(row.date for row in known))

    def _worth(self, currency: str) -> Decimal:
        return Decimal(1) if currency == self.base else self.rates[currency].rate


def sheets(asked: Iterable[RateAsked]) -> Iterator[tuple[Sheet, tuple[RateAsked, ...]]]:
    """The calls that answer all of `asked`, each with the pairs that it answers; no pair is of one currency alone.

    A call answers every pair that has its base on either side, so that a day's calls are a vertex cover of its pairs:
    the currency in most of them first (a total of amounts in 14 currencies is one call), on a tie the base asked.
    Where that currency is a SMALL one, a MAJOR one among its partners is the base instead, and the pairs are crossed.
    """
    by_day: dict[date | None, dict[RateAsked, None]] = {}
    for one in asked:
        by_day.setdefault(one.on, {})[one] = None
    for on, pairs in by_day.items():
        rest = list(pairs)
        while rest:
            hub = _hub(rest)
            star = tuple(pair for pair in rest if hub in (pair.base, pair.quote))
            rest = [pair for pair in rest if hub not in (pair.base, pair.quote)]
            yield _sheet(on, hub, star), star


def _hub(pairs: list[RateAsked]) -> str:
    degree: dict[str, list[int]] = {}
    for pair in pairs:
        for currency, as_base in ((pair.base, 1), (pair.quote, 0)):
            score = degree.setdefault(currency, [0, 0])
            score[0] += 1
            score[1] += as_base
    return max(degree, key=lambda currency: degree[currency])


def _sheet(on: date | None, hub: str, star: tuple[RateAsked, ...]) -> Sheet:
    currencies = dict.fromkeys(currency for pair in star for currency in (pair.base, pair.quote))
    major = next((currency for currency in MAJOR if currency in currencies), hub)
    base = major if hub in SMALL else hub
    return Sheet(on, base, tuple(currency for currency in currencies if currency != base))
