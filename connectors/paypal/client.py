"""PayPal, as a source of payments, and where they are given back: https://developer.paypal.com/api/rest/."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from time import monotonic

from connectors.api import Api
from connectors.domain.answers import Answers
from connectors.domain.money import Money
from connectors.domain.offer import Offer
from connectors.domain.page import Slice
from connectors.domain.payments import Payment, PaymentsAsked
from connectors.domain.refunds import Refund
from connectors.domain.service import Service
from connectors.fan_out import fan_out
from connectors.paypal import wire
from connectors.paypal.captures import Captures
from connectors.paypal.history import History
from connectors.paypal.tokens import Tokens
from connectors.paypal.walk import Walk
from connectors.transport.deadline import Clock


class Paypal:
    """A `PaymentSource` and a `RefundDesk`. A customer's link is their payer id, PayPal's `account_id`.

    Lists come from the history, which PayPal brings up to date every few hours at most and keeps for three years; a
    payment by its id, and a refund, from its captures, which are right at once.
    """

    def __init__(
        self, api: Api, *, clock: Clock = monotonic, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        """`clock`: seconds, for the life of a token; `now`: where the history ends."""
        self._api = api
        self._tokens = Tokens(api, clock)
        self._history = History(api, self._tokens, now)
        self._captures = Captures(api, self._tokens, self._history)

    @property
    def offer(self) -> Offer:
        """Payments, and payments to be given back."""
        return Offer(payments=self, refund_desk=self)

    async def ping(self) -> None:
        """Reads the balance, which needs a token and the permission to read reports."""
        await self.balance()

    async def warm(self) -> None:
        """A token, without which nothing else can be asked."""
        await self._tokens.ready()

    async def payments(self, asked: Sequence[PaymentsAsked]) -> Answers[PaymentsAsked, Slice[Payment]]:
        """One walk for all of them, as deep as `walk.DEEPEST`; a list that is wanted whole goes through three years."""
        linked = [one for one in asked if one.ref is None or one.ref.link(Service.PAYPAL)]
        found = await Walk(self._history, linked).answers() if linked else {}
        return {one: found.get(one, Slice(())) for one in asked}

    async def payments_by_id(self, ids: Sequence[str]) -> Answers[str, Payment | None]:
        """Two calls each: the capture, which says when it was, and its line in the history of that day."""
        return await fan_out(ids, self._captures.payment)

    async def balance(self) -> Sequence[Money]:
        """https://developer.paypal.com/docs/api/transaction-search/v1/#balances_get: what is at our disposal."""
        held = await self._tokens.authorized(
            lambda token: self._api.get("/v1/reporting/balances", into=wire.Balances, headers=token)
        )
        return [wire.money(one.available_balance or one.total_balance) for one in held.balances or ()]

    async def refund(self, refund: Refund, key: str) -> Payment:
        """https://developer.paypal.com/docs/api/payments/v2/#captures_refund; the reason is shown to the payer."""
        return await self._captures.refund(refund, key)
