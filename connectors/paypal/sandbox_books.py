"""The books of the imitated PayPal account: its transactions in time, its captures, its refunds, its balance."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import NamedTuple

from cachetools import LRUCache

from connectors.paypal.sandbox_sales import RETURN, Given, Sale, Sales
from connectors.paypal.windows import MEMORY, Window
from connectors.seed.codes import BASE36, Code
from connectors.seed.people import PAYPAL_PAYER, People

Body = dict[str, object]

TRANSACTION = Code("", BASE36, 17)
MERCHANT = PAYPAL_PAYER.encode(2**40)  # nobody of the people
_LISTED = 32  # windows that are remembered: a list is walked page by page
_LATEST = 200  # sales that the balance is made of
_WEEK = timedelta(days=7)
_KINDS = 4
_SALE, _RETURN, _REFUND, _WITHDRAWAL = range(_KINDS)


class Entry(NamedTuple):
    """A transaction's time and number, which say what it is."""

    at: datetime
    id: int


class Books:
    """Refunds are kept, everything else is computed. The number of a transaction is 4 · its own + its kind."""

    def __init__(self, people: People) -> None:
        self.sales = Sales(people)
        self._start = people.now
        self._made: dict[int, list[Given]] = defaultdict(list)
        self._whose: dict[int, int] = {}
        self._lists: LRUCache[Window, list[Entry]] = LRUCache(_LISTED)

    def entries(self, window: Window) -> list[Entry]:
        """Every transaction of a window, oldest first."""
        if window not in self._lists:
            self._lists[window] = sorted(self._inside(window))
        return self._lists[window]

    def find(self, id: str, window: Window) -> list[Entry]:
        """The transaction of this id, where it lies in the window."""
        number = TRANSACTION.decode(id)
        at = None if number is None else self._when(number)
        return [Entry(at, number)] if at and number is not None and window.start <= at <= window.end else []

    def sale(self, id: str) -> Sale | None:
        """The sale of this transaction id."""
        number, kind = divmod(TRANSACTION.decode(id) or 0, _KINDS)
        return self.sales.find(number) if kind == _SALE and TRANSACTION.encode(number * _KINDS) == id else None

    def given_back(self, sale: Sale) -> Decimal:
        """How much of a sale, up to now."""
        made = [*self._made.get(sale.number, ()), *([sale.returned] if sale.returned else ())]
        return sum((one.amount for one in made), Decimal())

    def refund(self, sale: Sale, amount: Decimal, at: datetime) -> Given:
        """Keeps it; capture and history tell of it from now on."""
        made = Given(len(self._whose) * _KINDS + _REFUND, at, amount)
        self._whose[made.id] = sale.number
        self._made[sale.number].append(made)
        self._lists.clear()
        return made

    def moved(self, entry: Entry) -> tuple[Sale | None, Given | None]:
        """The sale that a transaction is about, and what it gave back of it; neither for a withdrawal."""
        number, kind = divmod(entry.id, _KINDS)
        if kind == _WITHDRAWAL:
            return None, None
        sale = self.sales.find(self._whose[entry.id] if kind == _REFUND else number)
        if kind == _SALE or sale is None:
            return sale, None
        return sale, next((one for one in self._returns(sale) if one.id == entry.id), None)

    def holdings(self) -> Mapping[str, Decimal]:
        """By currency: what the latest sales left."""
        held: dict[str, Decimal] = defaultdict(Decimal)
        for sale in islice(self.sales.since(self._start - MEMORY, self._start), _LATEST):
            held[sale.currency] += sale.amount - self.given_back(sale) if sale.status == "S" else 0
        return dict(sorted(held.items()))

    def _inside(self, window: Window) -> Iterator[Entry]:
        for sale in self.sales.since(window.start - RETURN, window.end):
            for entry in (Entry(sale.event.at, sale.number * _KINDS + _SALE), *self._seeded(sale)):
                if window.start <= entry.at <= window.end:
                    yield entry
        for made in (one for given in self._made.values() for one in given):
            if window.start <= made.at <= window.end:
                yield Entry(made.at, made.id)
        yield from self._withdrawals(window)

    def _seeded(self, sale: Sale) -> list[Entry]:
        return [Entry(sale.returned.at, sale.returned.id)] if sale.returned else []

    def _withdrawals(self, window: Window) -> Iterator[Entry]:
        """Once a week, to the bank: no payment, and nobody pays it."""
        week = max(0, int((self._start - window.end) / _WEEK))
        while (at := self._start - week * _WEEK) >= window.start:
            if at <= window.end:
                yield Entry(at, week * _KINDS + _WITHDRAWAL)
            week += 1

    def _when(self, id: int) -> datetime | None:
        number, kind = divmod(id, _KINDS)
        if kind == _WITHDRAWAL:
            return self._start - number * _WEEK if number < 150 else None  # noqa: PLR2004 - weeks in three years
        if kind == _REFUND and id not in self._whose:
            return None
        sale, given = self.moved(Entry(self._start, id))
        if sale is None or (kind != _SALE and given is None):
            return None
        return given.at if given else sale.event.at

    def _returns(self, sale: Sale) -> list[Given]:
        return [*self._made.get(sale.number, ()), *([sale.returned] if sale.returned else ())]
