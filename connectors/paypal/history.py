"""PayPal's history of transactions, searched window by window.

https://developer.paypal.com/docs/api/transaction-search/v1/#transactions_get
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from connectors.api import Api
from connectors.domain.errors import ConnectorError, Overloaded, RateLimited, Rejected, TimedOut, Unavailable
from connectors.paypal import wire
from connectors.paypal.tokens import Tokens
from connectors.paypal.windows import Window, history

PAGE = 500  # PayPal's own ceiling
PAGES = 4  # of one window; one that has more is read in narrower ones, so that a look at the newest stays short
TOO_LARGE = 20  # pages: more than 10,000 transactions are refused
REFUNDABLE = timedelta(days=180)  # after that PayPal refuses a refund with REFUND_TIME_LIMIT_EXCEEDED
REFUND = "T1107"
_KEPT = {"Cache-Control": "only-if-cached"}
_EVERYTHING = "N"  # what is pending or denied has not affected a balance, and is left out otherwise

Query = dict[str, str | int]


@dataclass(frozen=True, slots=True)
class Read:
    """What a window holds, or the narrower windows that it must be read in; and the calls it took."""

    transactions: Sequence[wire.Transaction] = ()
    narrower: Sequence[Window] = field(default=())
    calls: int = 1


class History:
    """Reads windows. PayPal does not say in which order it lists: a window is read as a whole, or not at all."""

    def __init__(self, api: Api, tokens: Tokens, now: Callable[[], datetime]) -> None:
        self._api = api
        self._tokens = tokens
        self._now = now

    def windows(self) -> list[Window]:
        """All that PayPal remembers, newest first."""
        return history(self._now())

    async def read(self, window: Window, filters: Query | None = None) -> Read:
        """One call for each 500 transactions, or one that finds out that there are too many. Raises ConnectorError.

        Where PayPal fails, what is kept of the latest window as it was some minutes ago stands in: the end of a window
        is part of what PayPal is asked for, and the newest that it lists is hours old.
        """
        try:
            return await self._read(window, filters)
        except (Unavailable, TimedOut, RateLimited, Overloaded):
            for earlier in window.earlier(self._now()):
                with suppress(ConnectorError):
                    return await self._read(earlier, filters, kept=True)
            raise

    async def _read(self, window: Window, filters: Query | None, *, kept: bool = False) -> Read:
        try:
            first = await self._page(window, 1, filters, kept=kept)
        except Rejected as refusal:
            narrower = window.narrower(PAGES / TOO_LARGE, self._now())
            if len(narrower) == 1 or not _too_large(refusal):
                raise
            return Read(narrower=narrower)
        if first.total_pages > PAGES:
            narrower = window.narrower(PAGES / first.total_pages, self._now())
            if len(narrower) > 1:
                return Read(narrower=narrower)
        numbers = range(2, first.total_pages + 1)
        rest = await asyncio.gather(*(self._page(window, number, filters, kept=kept) for number in numbers))
        return Read([line for page in (first, *rest) for line in page.transaction_details or ()], calls=1 + len(rest))

    async def refunds(self, since: datetime) -> list[wire.Transaction]:
        """What merchants gave back from then on, as long as what was paid then may be; at most 7 windows, side by side.

        Reversals by PayPal itself are not among them: a search has room for one kind.
        """
        until = since + REFUNDABLE
        return await self._all(window for window in self.windows() if window.end >= since and window.start <= until)

    async def find(self, id: str, around: Window) -> wire.Transaction | None:
        """One transaction, where `around` is at most 31 days; one that is settled goes before its notice."""
        windows = self.windows()
        window = Window(max(around.start, windows[-1].start), min(around.end, windows[0].end))
        if window.start >= window.end:
            return None
        page = await self._page(window, 1, {"transaction_id": id})
        named = (line for line in page.transaction_details or () if line.transaction_info.transaction_id == id)
        return next(iter(sorted(named, key=_pending)), None)

    async def _all(self, windows: Iterable[Window]) -> list[wire.Transaction]:
        lines: list[wire.Transaction] = []
        left = list(windows)
        while left:
            reads = await asyncio.gather(*(self.read(window, {"transaction_type": REFUND}) for window in left))
            lines += [line for read in reads for line in read.transactions]
            left = [window for read in reads for window in read.narrower]
        return lines

    async def _page(
        self, window: Window, number: int, filters: Query | None, *, kept: bool = False
    ) -> wire.Transactions:
        query: Query = {
            "start_date": _written(window.start),
            "end_date": _written(window.end),
            "fields": "transaction_info,payer_info",
            "balance_affecting_records_only": _EVERYTHING,
            "page_size": PAGE,
            "page": number,
        }
        return await self._tokens.authorized(
            lambda token: self._api.get(
                "/v1/reporting/transactions",
                query | (filters or {}),
                into=wire.Transactions,
                headers=dict(token) | (_KEPT if kept else {}),
            )
        )


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _too_large(refusal: Rejected) -> bool:
    return refusal.status == HTTPStatus.BAD_REQUEST and "RESULTSET_TOO_LARGE" in str(refusal)


def _pending(line: wire.Transaction) -> bool:
    return line.transaction_info.transaction_status == "P"
