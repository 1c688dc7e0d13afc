"""Made-up rates that look like real ones: every currency swings around a plausible worth, by the same waves each time.

A rate is computed from its day alone, so that any day since 1999 costs the same.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from hashlib import sha256
from math import exp, pi, sin
from typing import NamedTuple

FIRST_DAY = date(1999, 1, 4)
CARRIED = 14  # days that the last rate is carried forward: a rate that is older is not told
_CLOSED = {(1, 1), (12, 25)}  # when no central bank publishes
_WAVES = ((1900, 0.5), (410, 0.3), (97, 0.14), (23, 0.06))  # days that a wave lasts, and its share of the swing
_SATURDAY = 5
_BANDS = ((5000, 0), (80, 2), (20, 3), (1, 4), (0.0001, 5))  # a rate above the first is shown with so many decimals


class Currency(NamedTuple):
    """`worth`: how many units a euro buys; `swing`: how far that moves, as a share of it."""

    code: str
    numeric: str
    name: str
    symbol: str
    worth: float
    swing: float


_TABLE = """
AUD 036 $ 1.78 .08 Australian Dollar
BGN 975 лв. 1.9558 0 Bulgarian Lev
BRL 986 R$ 6.24 .12 Brazilian Real
CAD 124 $ 1.61 .06 Canadian Dollar
CHF 756 CHF .937 .04 Swiss Franc
CNY 156 ¥ 8.24 .06 Chinese Renminbi Yuan
CZK 203 Kč 24.4 .04 Czech Koruna
DKK 208 kr. 7.46 .001 Danish Krone
EUR 978 € 1 0 Euro
GBP 826 £ .872 .05 British Pound
HKD 344 $ 9.02 .06 Hong Kong Dollar
HUF 348 Ft 389 .07 Hungarian Forint
IDR 360 Rp 19250 .08 Indonesian Rupiah
ILS 376 ₪ 3.82 .08 Israeli New Sheqel
INR 356 ₹ 103.2 .07 Indian Rupee
ISK 352 kr. 146.5 .08 Icelandic Króna
JPY 392 ¥ 178.4 .1 Japanese Yen
KES 404 KSh 149.6 .1 Kenyan Shilling
KRW 410 ₩ 1692 .07 South Korean Won
KWD 414 د.ك .354 .05 Kuwaiti Dinar
MXN 484 $ 21.3 .1 Mexican Peso
MYR 458 RM 4.79 .06 Malaysian Ringgit
NGN 566 ₦ 1674 .16 Nigerian Naira
NOK 578 kr 11.7 .07 Norwegian Krone
NZD 554 $ 2.04 .08 New Zealand Dollar
PHP 608 ₱ 68.2 .06 Philippine Peso
PLN 985 zł 4.25 .05 Polish Złoty
RON 946 Lei 5.08 .03 Romanian Leu
SAR 682 ر.س 4.36 .06 Saudi Riyal
SEK 752 kr 10.95 .06 Swedish Krona
SGD 702 $ 1.51 .05 Singapore Dollar
THB 764 ฿ 37.5 .07 Thai Baht
TRY 949 ₺ 49.1 .18 Turkish Lira
UAH 980 ₴ 48.9 .12 Ukrainian Hryvnia
USD 840 $ 1.162 .06 United States Dollar
VND 704 ₫ 30580 .06 Vietnamese Đồng
ZAR 710 R 20.1 .1 South African Rand
"""


def _currency(line: str) -> Currency:
    code, numeric, symbol, worth, swing, name = line.split(maxsplit=5)
    return Currency(code, numeric, name, symbol, float(worth), float(swing))


CURRENCIES = {currency.code: currency for currency in map(_currency, _TABLE.strip().splitlines())}


def rate(base: str, quote: str, day: date) -> float:
    """One unit of `base` in `quote`, rounded as Frankfurter does: the dearer the unit, the more digits."""
    if base == quote:
        return 1.0
    exact = _worth(quote, day) / _worth(base, day)
    return round(exact, next((decimals for above, decimals in _BANDS if exact > above), 6))


def published(day: date) -> bool:
    """Whether rates are published for a day: not on weekends, and not when all the banks are closed."""
    return day >= FIRST_DAY and day.weekday() < _SATURDAY and (day.month, day.day) not in _CLOSED


def last_published(day: date, now: date) -> date | None:
    """The day whose rates stand for `day`: itself, or the last one before it; None where that is too long ago."""
    before = (day - timedelta(days=back) for back in range(CARRIED + 1) if back < (day - date.min).days)
    return next((one for one in before if one <= now and published(one)), None)


def days(since: date, until: date, now: date) -> Iterator[date]:
    """The days with rates, oldest first; where `since` has none, first the one that stands for it."""
    first = last_published(since, now)
    if first and since <= until:
        yield first
    day = max(since, FIRST_DAY)
    while day <= min(until, now):
        if day != first and published(day):
            yield day
        day += timedelta(days=1)


def _worth(code: str, day: date) -> float:
    currency = CURRENCIES[code]
    if not currency.swing:
        return currency.worth
    number = day.toordinal()
    waves = zip(_WAVES, _phases(code), strict=True)
    drift = sum(share * sin(2 * pi * number / lasts + phase) for (lasts, share), phase in waves)
    return currency.worth * exp(currency.swing * drift)


@lru_cache(maxsize=len(CURRENCIES))
def _phases(code: str) -> tuple[float, ...]:
    digest = sha256(code.encode()).digest()
    return tuple(digest[place] / 256 * 2 * pi for place in range(len(_WAVES)))
