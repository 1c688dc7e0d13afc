"""Payments one at a time, and refunds: https://developer.paypal.com/docs/api/payments/v2/."""

import asyncio
import re
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from http import HTTPStatus
from itertools import islice
from typing import NoReturn

from connectors.api import Api
from connectors.domain.errors import Rejected
from connectors.domain.payments import Payment
from connectors.domain.refunds import Refund
from connectors.paypal import wire
from connectors.paypal.history import History
from connectors.paypal.ledger import Ledger, captured, is_payment, less
from connectors.paypal.tokens import Tokens
from connectors.paypal.windows import Window

_ID = re.compile(r"[A-Za-z0-9]{17}")
_DAY = timedelta(days=1)  # how far the history may date a payment apart from its capture
_ROUND = 6  # windows side by side, half a year
_VAIN = frozenset({"FAILED", "CANCELLED"})


class Captures:
    """Payments by id. One that PayPal knows as no capture, money sent outside a checkout, stands in the history alone.

    It is looked for there by its id, back through all three years: 37 calls for one that there never was.
    """

    def __init__(self, api: Api, tokens: Tokens, history: History) -> None:
        self._api = api
        self._tokens = tokens
        self._history = history

    async def payment(self, id: str) -> Payment | None:
        """None where there is no such payment. Raises ConnectorError."""
        if not _ID.fullmatch(id):
            return None
        capture = await self._tokens.authorized(
            lambda token: self._api.find(f"/v2/payments/captures/{id}", into=wire.Capture, headers=token)
        )
        return await (self._of_capture(capture) if capture else self._outside_checkout(id))

    async def refund(self, refund: Refund, key: str) -> Payment:
        """Reads the payment first, so that nothing can fail once money has moved."""
        before = await self.payment(refund.payment)
        if before is None:
            self._refuse(HTTPStatus.NOT_FOUND, f"PAYPAL has no payment {refund.payment}")
        path = f"/v2/payments/captures/{refund.payment}/refund"
        more = {"PayPal-Request-Id": key, "Prefer": "return=representation"}
        answer = await self._tokens.authorized(
            lambda token: self._api.post(
                path, json=_wanted(refund), into=wire.Refunded, headers={**token, **more}, evicts=("/v1/reporting",)
            )
        )
        if answer.status in _VAIN:
            self._refuse(HTTPStatus.UNPROCESSABLE_ENTITY, f"PAYPAL could not refund {refund.payment}: {answer.status}")
        return less(before, _given_back(before, answer))

    async def _of_capture(self, capture: wire.Capture) -> Payment:
        around = Window(capture.create_time - _DAY, capture.create_time + _DAY)
        line = await self._history.find(capture.id, around)
        partly = capture.status == "PARTIALLY_REFUNDED"
        return captured(capture, line, (await self._refunds(capture)).given_back(capture.id) if partly else Decimal())

    async def _refunds(self, capture: wire.Capture) -> Ledger:
        ledger = Ledger()
        ledger.enter(await self._history.refunds(capture.create_time))
        return ledger

    async def _outside_checkout(self, id: str) -> Payment | None:
        windows = iter(self._history.windows())
        while side_by_side := list(islice(windows, _ROUND)):
            found = await asyncio.gather(*(self._history.find(id, window) for window in side_by_side))
            line = next((line for line in found if line and is_payment(line)), None)
            if line and line.transaction_info.transaction_initiation_date:
                ledger = Ledger()
                ledger.enter([line, *await self._history.refunds(line.transaction_info.transaction_initiation_date)])
                return next((one for one in ledger.payments() if one.external_id == id), None)
        return None

    def _refuse(self, status: HTTPStatus, message: str) -> NoReturn:
        self._api.fail(Rejected(self._api.service, status, message))


def _wanted(refund: Refund) -> Mapping[str, object]:
    """Nothing said of the amount is all that is left."""
    amount = {} if refund.amount is None else {"amount": wire.funds(refund.amount)}
    return amount | ({"note_to_payer": refund.reason} if refund.reason else {})


def _given_back(before: Payment, answer: wire.Refunded) -> Decimal:
    """The sum as PayPal tells it, or as it follows from what was known; all of it where it tells nothing."""
    if answer.total:
        return answer.total.amount
    if answer.amount:
        return before.refunded.amount + wire.money(answer.amount).amount
    return before.amount.amount
