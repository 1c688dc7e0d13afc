"""Stripe, as a source of payments and of what is billed again and again: https://docs.stripe.com/api."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Any, NoReturn, TypeVar

from connectors.api import Api, segment
from connectors.domain.answers import Answers
from connectors.domain.errors import Rejected
from connectors.domain.money import Money
from connectors.domain.offer import Offer
from connectors.domain.page import Page, Slice
from connectors.domain.payments import Invoice, InvoicesAsked, Payment, PaymentsAsked, Plan
from connectors.domain.references import CustomerRef
from connectors.domain.refunds import Refund
from connectors.domain.search import Searches, Stretch, TextAsked, Turn
from connectors.domain.service import Service
from connectors.fan_out import fan_out
from connectors.paging import collect
from connectors.stripe import wire
from connectors.stripe.search import PAYERS, Begun, payers
from connectors.turns import MOST, Leaf, stretch

PAGE = 100  # Stripe's own ceiling: https://docs.stripe.com/api/pagination
T = TypeVar("T", wire.Charge, wire.StripeInvoice, wire.Subscription)


class Stripe:
    """A `PaymentSource`, a `BillingSource` and a `RefundDesk`.

    Lists filter by one customer at a time, so a batch is a call per key.
    """

    def __init__(self, api: Api) -> None:
        self._api = api

    @property
    def offer(self) -> Offer:
        """Payments, also by who paid, payments to be given back, and billing."""
        return Offer(payments=self, refund_desk=self, billing=self, searches=Searches(payment=self.search_payments))

    async def ping(self) -> None:
        """Reads the balance, which every key may."""
        await self.balance()

    async def payments(self, asked: Sequence[PaymentsAsked]) -> Answers[PaymentsAsked, Slice[Payment]]:
        """One list of charges for each customer; https://docs.stripe.com/api/charges/list has no filter by status."""
        return await fan_out(asked, self._payments)

    async def payments_by_id(self, ids: Sequence[str]) -> Answers[str, Payment | None]:
        """https://docs.stripe.com/api/charges/retrieve, one at a time."""
        return await fan_out(ids, self._payment)

    async def search_payments(self, asked: Sequence[TextAsked]) -> Answers[TextAsked, Stretch[Payment]]:
        """What those paid who have this text in their name or email, ten of them at most.

        A charge itself has no text that Stripe searches: https://docs.stripe.com/search#query-fields-for-charges.
        """
        return await fan_out(asked, self._matches)

    async def balance(self) -> Sequence[Money]:
        """https://docs.stripe.com/api/balance/balance_retrieve: what is available, not what is pending."""
        balance = await self._api.get("/v1/balance", into=wire.Balance)
        return [wire.money(funds.amount, funds.currency) for funds in balance.available]

    async def plans(self, refs: Sequence[CustomerRef]) -> Answers[CustomerRef, tuple[Plan, ...]]:
        """https://docs.stripe.com/api/subscriptions/list, with the ended ones that it leaves out by default."""
        return await fan_out(refs, self._plans)

    async def plans_by_id(self, ids: Sequence[str]) -> Answers[str, Plan | None]:
        """https://docs.stripe.com/api/subscriptions/retrieve, one at a time."""
        return await fan_out(ids, self._plan)

    async def invoices(self, asked: Sequence[InvoicesAsked]) -> Answers[InvoicesAsked, Slice[Invoice]]:
        """https://docs.stripe.com/api/invoices/list, one customer at a time."""
        return await fan_out(asked, self._invoices)

    async def invoices_by_id(self, ids: Sequence[str]) -> Answers[str, Invoice | None]:
        """https://docs.stripe.com/api/invoices/retrieve, one at a time."""
        return await fan_out(ids, self._invoice)

    async def refund(self, refund: Refund, key: str) -> Payment:
        """https://docs.stripe.com/api/refunds/create; a part of a payment costs a call more, to know its currency."""
        form = {"charge": refund.payment, "expand[]": "charge"} | wire.refund_reason(refund.reason)
        if refund.amount is not None:
            form["amount"] = str(await self._minor(refund.payment, refund.amount))
        made = await self._api.post(
            "/v1/refunds",
            form=form,
            into=wire.Refunded,
            headers={"Idempotency-Key": key},
            evicts=("/v1/charges", "/v1/balance"),
        )
        if made.status in wire.REFUND_FAILED:
            self._refuse(HTTPStatus.UNPROCESSABLE_ENTITY, f"STRIPE could not refund {refund.payment}")
        return wire.payment(made.charge)

    async def _minor(self, id: str, amount: Money) -> int:
        """The amount as Stripe counts, which takes no currency with it: that of the charge is meant."""
        charge = await self._api.get(f"/v1/charges/{segment(id)}", into=wire.Charge)
        if charge.currency.upper() != amount.currency:
            self._refuse(HTTPStatus.BAD_REQUEST, f"{id} was paid in {charge.currency.upper()}, not {amount.currency}")
        minor = wire.minor(amount)
        if minor is None:
            self._refuse(HTTPStatus.BAD_REQUEST, f"{amount.currency} has no such fraction as {amount.amount}")
        return minor

    def _refuse(self, status: HTTPStatus, message: str) -> NoReturn:
        self._api.fail(Rejected(self._api.service, status, message))

    async def _payments(self, asked: PaymentsAsked) -> Slice[Payment]:
        query = _whose(asked.ref)
        if query is None:
            return Slice(())
        # A filter by status is ours to apply, so that a page may need more charges than it shows.
        limit = PAGE if asked.status else _limit(asked.page)
        query |= {"limit": limit} | _created(asked.page, asked.since)
        pages = self._pages("/v1/charges", query, wire.Charge)
        payments = ([wire.payment(charge) for charge in charges] async for charges in pages)
        return await collect(payments, asked.page, lambda payment: asked.status in (None, payment.status))

    async def _matches(self, asked: TextAsked) -> Stretch[Payment]:
        if asked.first < 1:
            return Stretch()
        begun = Begun.of(asked.start) if asked.start else Begun(await self._payers(asked.text))
        if begun is None:
            self._refuse(HTTPStatus.BAD_REQUEST, "STRIPE has named no such page")

        async def read(start: str, size: int) -> Leaf[Payment]:
            query = begun.query(start, size)
            page = await self._api.get("/v1/charges/search", query, into=wire.Matches[wire.Charge])
            following = page.next_page if page.has_more else None
            return Leaf({charge.id: wire.payment(charge) for charge in page.data}, following or None)

        if not begun.customers:
            return Stretch()
        # Nothing was passed yet where it begins: then one page is enough, beside the payers.
        found = await stretch(replace(asked, start=begun.page), PAGE, read, MOST if asked.start else 1)
        return replace(found, turns=tuple(Turn(number, begun.at(page)) for number, page in found.turns))

    async def _payers(self, text: str) -> tuple[str, ...]:
        query = payers(text)
        if query is None:
            return ()
        people = await self._api.get(
            "/v1/customers/search", {"query": query, "limit": PAYERS}, into=wire.Matches[wire.Payer]
        )
        return tuple(one.id for one in people.data)

    async def _invoices(self, asked: InvoicesAsked) -> Slice[Invoice]:
        query = _whose(asked.ref)
        if query is None:
            return Slice(())
        pages = self._pages(
            "/v1/invoices", query | {"limit": _limit(asked.page)} | _created(asked.page), wire.StripeInvoice
        )
        return await collect(([wire.invoice(body) for body in bodies] async for bodies in pages), asked.page)

    async def _plans(self, ref: CustomerRef) -> tuple[Plan, ...]:
        query = _whose(ref)
        if query is None:
            return ()
        pages = self._pages("/v1/subscriptions", query | {"limit": PAGE, "status": "all"}, wire.Subscription)
        return tuple([wire.plan(body) async for bodies in pages for body in bodies])

    async def _payment(self, id: str) -> Payment | None:
        charge = await self._api.find(f"/v1/charges/{segment(id)}", into=wire.Charge)
        return wire.payment(charge) if charge else None

    async def _plan(self, id: str) -> Plan | None:
        subscription = await self._api.find(f"/v1/subscriptions/{segment(id)}", into=wire.Subscription)
        return wire.plan(subscription) if subscription else None

    async def _invoice(self, id: str) -> Invoice | None:
        body = await self._api.find(f"/v1/invoices/{segment(id)}", into=wire.StripeInvoice)
        return wire.invoice(body) if body else None

    async def _pages(self, path: str, query: dict[str, str | int], item: type[T]) -> AsyncIterator[list[T]]:
        into: Any = wire.List[item]  # type: ignore[valid-type]  # known only when called
        while True:
            page: wire.List[T] = await self._api.get(path, query, into=into)
            yield page.data
            if not page.has_more or not page.data:
                return
            query = query | {"starting_after": page.data[-1].id}


def _whose(ref: CustomerRef | None) -> dict[str, str | int] | None:
    """The filter by customer: none for everybody, and None for somebody whom Stripe does not know."""
    if ref is None:
        return {}
    customer = ref.link(Service.STRIPE)
    return {"customer": customer} if customer else None


def _limit(page: Page) -> int:
    """One more than the page shows, to know whether there are more, and one for the second at its end."""
    return PAGE if page.first is None else min(page.first + 2, PAGE)


def _created(page: Page, since: datetime | None = None) -> dict[str, str | int]:
    query: dict[str, str | int] = {}
    if page.after:
        query["created[lte]"] = int(page.after.at.timestamp())
    if since:
        query["created[gte]"] = int(since.timestamp())
    return query
