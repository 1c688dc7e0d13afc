"""What was sold through the imitated PayPal account, and what of it was given back: made up from its place in time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from cachetools import LRUCache

from connectors.domain.money import digits
from connectors.seed.people import PAYPAL_PAYER, People
from connectors.seed.timeline import Event, Timeline

RETURN = timedelta(days=6)  # at most, from a payment to what is given back of it
_REMEMBERED = 20_000

# https://developer.paypal.com/api/rest/reference/currency-codes/; who pays in another currency pays in dollars here
_CURRENCIES = frozenset(
    "AUD BRL CAD CHF CNY CZK DKK EUR GBP HKD HUF ILS JPY MXN MYR NOK NZD PHP PLN SEK SGD THB TWD USD".split()
)
_RATE_PER_USD = {"JPY": 150, "SEK": 10, "MXN": 18, "BRL": 5, "PLN": 4}
_WHAT = (
    *("Espresso beans, 1 kg", "Ceramic dripper", "Filter papers, 100", "Gift box: Ethiopia and Peru"),
    *("Barista course, half a day", "Grinder, hand-made", "Monthly tasting set", "Cold brew concentrate"),
)


@dataclass(frozen=True, slots=True)
class Given:
    """What was given back of a sale at once; `id` is the transaction's."""

    id: int
    at: datetime
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Sale:
    """One payment received. `captured`: through a checkout, so that the payments API knows it too."""

    number: int
    event: Event
    code: str
    amount: Decimal
    currency: str
    subject: str
    status: str
    returned: Given | None

    @property
    def captured(self) -> bool:
        """Money that somebody just sent is no capture."""
        return self.code != "T0000"

    @property
    def payer(self) -> str | None:
        """The payer id; None for a guest."""
        return None if self.number % 23 == 0 else PAYPAL_PAYER.encode(self.event.person.number)


class Sales:
    """Four for every person at most, over 900 days."""

    def __init__(self, people: People) -> None:
        self._timeline = Timeline(people, "paypal sale", each=4, days=900)
        self._now = people.now
        self._kept: LRUCache[int, Sale | None] = LRUCache(_REMEMBERED)

    def find(self, number: int) -> Sale | None:
        """The sale in one slot of time; None where it is empty."""
        if number not in self._kept:
            event = self._timeline.find(number)
            self._kept[number] = self._sale(event) if event else None
        return self._kept[number]

    def since(self, oldest: datetime, before: datetime) -> Iterator[Sale]:
        """Newest first; those after `before` are few."""
        for slot in self._timeline.slots(None, before):
            sale = self.find(slot)
            if sale and sale.event.at < oldest:
                return
            if sale:
                yield sale

    def _sale(self, event: Event) -> Sale:
        draw = event.draw()
        currency = event.person.country.currency
        currency = currency if currency in _CURRENCIES else "USD"
        amount = amount_of(draw.randrange(9_00, 400_00) * _RATE_PER_USD.get(currency, 1), currency)
        waits = event.at > self._now - timedelta(days=7)
        status = draw.choices(("S", "P", "D"), (80, 15 if waits else 0, 5))[0]
        code = "T0000" if event.number % 12 == 5 else draw.choice(("T0006", "T0006", "T0003"))  # noqa: PLR2004 - any one
        back = event.at + draw.random() * RETURN
        share = {0: amount, 1: (amount / 4).quantize(amount)}.get(event.number % 9)
        returned = Given(event.number * 4 + 1, back.replace(microsecond=0), share) if share is not None else None
        if status != "S" or back > self._now:
            returned = None
        return Sale(event.number, event, code, amount, currency, draw.choice(_WHAT), status, returned)


def amount_of(cents: int, currency: str) -> Decimal:
    """In whole units, with the decimals of the currency."""
    return (Decimal(cents) / 100).quantize(Decimal(1).scaleb(-digits(currency)))
