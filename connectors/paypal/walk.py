"""One walk down PayPal's history for all lists of a batch: the history has no filter by payer."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from http import HTTPStatus

from connectors.domain.answers import Answers, failed
from connectors.domain.errors import ConnectorError, Rejected
from connectors.domain.page import Page, Position, Slice, position
from connectors.domain.payments import Payment, PaymentsAsked
from connectors.domain.service import Service
from connectors.paypal.history import History
from connectors.paypal.ledger import Ledger
from connectors.paypal.windows import Window

DEEPEST = 15  # calls for pages: with little to list, as many months, in four rounds of 1, 2, 4 and 8 side by side
WHOLE = 100  # calls for lists that are wanted whole; where those do not do, part of a list would be taken for all of it
WIDEST = 8  # windows side by side

Found = Slice[Payment] | ConnectorError


class Walk:
    """Reads windows, newest first, until every list of a batch is certain, or as deep as calls allow.

    A page that is not full then is answered with its horizon: how far it was looked. The next one goes on from there.
    """

    def __init__(self, history: History, asked: Sequence[PaymentsAsked]) -> None:
        """`asked`: each of a linked customer, or of everybody."""
        self._history = history
        self._open = list(dict.fromkeys(asked))
        self._answers: dict[PaymentsAsked, Found] = {}
        self._ledger = Ledger()
        self._left: list[Window] = []
        self._calls = 0

    async def answers(self) -> Answers[PaymentsAsked, Slice[Payment]]:
        """One for each list. An error is that of those alone that were still open."""
        try:
            await self._begin()
            self._settle()
            await self._down()
        except ConnectorError as error:
            self._answers |= failed(self._open, error)
        return self._answers

    async def _begin(self) -> None:
        """A page that goes on starts below the refunds of its payments: those are searched for by themselves."""
        starts = [one.page.after for one in self._open]
        windows = self._history.windows()
        latest = max((start for start in starts if start), default=None)
        if latest is None or None in starts:
            self._left = windows
            return
        self._left = [window for window in windows if Position(window.start, "") < latest]
        self._ledger.enter(await self._history.refunds(latest.at))

    async def _down(self) -> None:
        side_by_side = 1
        while self._open and self._left:
            await self._read(min(side_by_side, WIDEST))
            side_by_side *= 2
            self._settle()

    async def _read(self, count: int) -> None:
        """The next windows; one that holds too much leaves narrower ones in its place."""
        windows, self._left = self._left[:count], self._left[count:]
        reads = await asyncio.gather(*(self._history.read(window) for window in windows))
        for read in reads:
            self._ledger.enter(read.transactions)
        self._calls += sum(read.calls for read in reads)
        self._left = [window for read in reads for window in read.narrower] + self._left

    def _settle(self) -> None:
        """Answers the lists that are certain, and the pages that have had their calls."""
        edge = self._edge
        lists = _by_payer(self._ledger.payments()) if any(_may_end(one, edge) for one in self._open) else {}
        for one in self._open:
            answer = self._answer(one, lists.get(_payer(one), ()), edge) if _may_end(one, edge) else self._given_up()
            if answer is not None:
                self._answers[one] = answer
        self._open = [one for one in self._open if one not in self._answers]

    def _answer(self, one: PaymentsAsked, payments: Sequence[Payment], edge: datetime | None) -> Slice[Payment] | None:
        page = one.page
        kept = _kept(one, payments, edge)
        full = page.first is not None and len(kept) > page.first
        if full or edge is None or _before(edge, one.since):
            return Slice(kept).cut(page)
        if self._calls >= DEEPEST and _begun(page, edge):
            return Slice(kept, Position(edge, "")).cut(page)
        return None

    def _given_up(self) -> Rejected | None:
        if self._calls < WHOLE:
            return None
        text = f"PAYPAL lists no payments by payer, and has more of them than {WHOLE} calls can go through"
        return Rejected(Service.PAYPAL, HTTPStatus.BAD_REQUEST, text)

    @property
    def _edge(self) -> datetime | None:
        """Everything from then on has been read; None where there is nothing older."""
        return self._left[0].end if self._left else None


def _may_end(one: PaymentsAsked, edge: datetime | None) -> bool:
    """Whether a list can be answered yet: one that is wanted whole only at its end."""
    return one.page.first is not None or edge is None or _before(edge, one.since)


def _before(edge: datetime, since: datetime | None) -> bool:
    return since is not None and edge <= since


def _kept(one: PaymentsAsked, payments: Sequence[Payment], edge: datetime | None) -> tuple[Payment, ...]:
    """What belongs to a list, as far as it is complete."""
    after, status, since = one.page.after, one.status, one.since
    return tuple(
        payment
        for payment in payments
        if (edge is None or payment.created_at >= edge)
        and (after is None or position(payment) < after)
        and (since is None or payment.created_at >= since)
        and status in (None, payment.status)
    )


def _begun(page: Page, edge: datetime) -> bool:
    """Whether anything below the start of a page has been read: else the next page would ask for the same again."""
    return page.after is None or Position(edge, "") < page.after


def _by_payer(payments: Sequence[Payment]) -> Mapping[str | None, Sequence[Payment]]:
    lists: dict[str | None, list[Payment]] = defaultdict(list)
    for payment in payments:
        if payment.customer is not None:
            lists[payment.customer].append(payment)
    lists[None] = list(payments)
    return lists


def _payer(one: PaymentsAsked) -> str | None:
    return one.ref.link(Service.PAYPAL) if one.ref else None
