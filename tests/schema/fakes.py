"""Small sources for one noun each: they write down every batch that they are asked, and fail where they are told to."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TypeVar

from connectors.domain.answers import Answers
from connectors.domain.code import Issue, IssuesAsked
from connectors.domain.customers import (
    Customer,
    CustomerFilter,
    CustomerPage,
    CustomersAsked,
    NewCustomer,
)
from connectors.domain.errors import ConnectorError
from connectors.domain.money import Money
from connectors.domain.offer import Offer
from connectors.domain.page import Slice
from connectors.domain.payments import Invoice, InvoicesAsked, Payment, PaymentsAsked, Plan
from connectors.domain.rates import ExchangeRate, RateAsked, SeriesAsked
from connectors.domain.references import CustomerRef, ServiceLink
from connectors.domain.service import Service
from connectors.domain.social import Post, PostsAsked, Profile
from connectors.domain.tickets import Ticket, TicketsAsked
from tests.schema.nouns import listed

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass
class Fake:
    """`failure` stands in the place of every answer, `failures` in the place of those about one customer or id."""

    service: Service = Service.STRIPE
    failure: ConnectorError | None = None
    failures: Mapping[str, ConnectorError] = field(default_factory=dict)
    seen: int | None = None  # how many items a list looks at in one go
    batches: list[tuple[str, Sequence[object]]] = field(default_factory=list)

    def asked(self, method: str) -> list[Sequence[object]]:
        """The batches of one method."""
        return [keys for name, keys in self.batches if name == method]

    def answers(
        self, method: str, keys: Sequence[K], one: Callable[[K], V], name: Callable[[K], str | None] = str
    ) -> dict[K, V | ConnectorError]:
        """One answer for each key; `name` is what a failure goes by."""
        self.batches.append((method, tuple(keys)))
        return {key: self.failure or self.failures.get(name(key) or "") or one(key) for key in keys}

    def named(self, method: str, ids: Sequence[str], items: Iterable[V]) -> dict[str, V | ConnectorError | None]:
        """By the service's own ids."""
        found = {getattr(item, "external_id", ""): item for item in items}
        return self.answers(method, ids, found.get)

    def known(self, ref: CustomerRef | None) -> str | None:
        return ref.link(self.service) if ref else None


@dataclass
class Shop(Fake):
    """A `PaymentSource` and a `BillingSource`; plans and invoices are by the customer's id at the service."""

    charges: Sequence[Payment] = ()
    subscriptions: Mapping[str, Sequence[Plan]] = field(default_factory=dict)
    bills: Mapping[str, Sequence[Invoice]] = field(default_factory=dict)
    funds: Sequence[Money] = ()

    @property
    def offer(self) -> Offer:
        return Offer(payments=self, billing=self)

    async def payments(self, asked: Sequence[PaymentsAsked]) -> Answers[PaymentsAsked, Slice[Payment]]:
        return self.answers("payments", asked, self._charges, lambda one: self.known(one.ref))

    async def payments_by_id(self, ids: Sequence[str]) -> Answers[str, Payment | None]:
        return self.named("payments_by_id", ids, self.charges)

    async def balance(self) -> Sequence[Money]:
        self.batches.append(("balance", ()))
        if self.failure:
            raise self.failure
        return self.funds

    async def plans(self, refs: Sequence[CustomerRef]) -> Answers[CustomerRef, tuple[Plan, ...]]:
        return self.answers("plans", refs, lambda ref: tuple(self.subscriptions.get(self.known(ref) or "", ())))

    async def plans_by_id(self, ids: Sequence[str]) -> Answers[str, Plan | None]:
        return self.named("plans_by_id", ids, _all(self.subscriptions))

    async def invoices(self, asked: Sequence[InvoicesAsked]) -> Answers[InvoicesAsked, Slice[Invoice]]:
        return self.answers(
            "invoices", asked, lambda one: listed(self.bills.get(self.known(one.ref) or "", ()), one.page, self.seen)
        )

    async def invoices_by_id(self, ids: Sequence[str]) -> Answers[str, Invoice | None]:
        return self.named("invoices_by_id", ids, _all(self.bills))

    def _charges(self, asked: PaymentsAsked) -> Slice[Payment]:
        kept = (
            charge
            for charge in self.charges
            if (asked.ref is None or charge.customer == self.known(asked.ref))
            and asked.status in {None, charge.status}
            and (asked.since is None or charge.created_at >= asked.since)
        )
        return listed(kept, asked.page, self.seen)


@dataclass
class Desk(Fake):
    """A `TicketSource`."""

    service: Service = Service.ZENDESK
    cases: Sequence[Ticket] = ()

    @property
    def offer(self) -> Offer:
        return Offer(tickets=self)

    async def tickets(self, asked: Sequence[TicketsAsked]) -> Answers[TicketsAsked, Slice[Ticket]]:
        return self.answers("tickets", asked, self._cases, lambda one: self.known(one.ref))

    async def tickets_by_id(self, ids: Sequence[str]) -> Answers[str, Ticket | None]:
        return self.named("tickets_by_id", ids, self.cases)

    def _cases(self, asked: TicketsAsked) -> Slice[Ticket]:
        kept = (
            case
            for case in self.cases
            if (asked.ref is None or case.customer == self.known(asked.ref)) and asked.status in {None, case.status}
        )
        return listed(kept, asked.page, self.seen)


@dataclass
class Tracker(Fake):
    """An `IssueSource` that is no code host; every issue is everybody's."""

    service: Service = Service.JIRA
    entries: Sequence[Issue] = ()

    @property
    def offer(self) -> Offer:
        return Offer(issues=self)

    async def issues(self, asked: Sequence[IssuesAsked]) -> Answers[IssuesAsked, Slice[Issue]]:
        return self.answers("issues", asked, lambda one: listed(self.entries, one.page, self.seen))

    async def issues_by_id(self, ids: Sequence[str]) -> Answers[str, Issue | None]:
        return self.named("issues_by_id", ids, self.entries)


@dataclass
class Network(Fake):
    """A `SocialSource`; `accounts` are by the customer's id there."""

    service: Service = Service.BLUESKY
    accounts: Mapping[str, Profile] = field(default_factory=dict)
    said: Sequence[Post] = ()

    @property
    def offer(self) -> Offer:
        return Offer(social=self)

    async def profiles(self, refs: Sequence[CustomerRef]) -> Answers[CustomerRef, Profile | None]:
        return self.answers("profiles", refs, lambda ref: self.accounts.get(self.known(ref) or ""), self.known)

    async def posts(self, asked: Sequence[PostsAsked]) -> Answers[PostsAsked, Slice[Post]]:
        return self.answers("posts", asked, lambda one: listed(self.said, one.page, self.seen))

    async def posts_by_id(self, ids: Sequence[str]) -> Answers[str, Post | None]:
        return self.named("posts_by_id", ids, self.said)


@dataclass
class Rates(Fake):
    """A `RateSource` with one table for all days: `table` is by "USD EUR"."""

    service: Service = Service.FRANKFURTER
    table: Mapping[str, str] = field(default_factory=dict)
    day: date = date(2026, 10, 30)

    @property
    def offer(self) -> Offer:
        return Offer(rates=self)

    async def rates(self, asked: Sequence[RateAsked]) -> Answers[RateAsked, ExchangeRate | None]:
        return self.answers("rates", asked, lambda one: self._rate(one.base, one.quote, one.on or self.day))

    async def series(self, asked: Sequence[SeriesAsked]) -> Answers[SeriesAsked, tuple[ExchangeRate, ...]]:
        return self.answers("series", asked, self._series)

    def _series(self, asked: SeriesAsked) -> tuple[ExchangeRate, ...]:
        found = (self._rate(asked.base, quote, asked.since) for quote in asked.quotes)
        return tuple(rate for rate in found if rate)

    def _rate(self, base: str, quote: str, on: date) -> ExchangeRate | None:
        rate = self.table.get(f"{base} {quote}")
        return ExchangeRate(base=base, quote=quote, rate=Decimal(rate), on=on) if rate else None


@dataclass
class Book:
    """A `CustomerStore` that is only read, for tests in which the store does not matter."""

    customers: Sequence[Customer] = ()
    calls: list[str] = field(default_factory=list)

    async def by_id(self, ids: Sequence[str]) -> Mapping[str, Customer]:
        self.calls.append("by_id")
        return {one.id: one for one in self.customers if one.id in ids}

    async def by_email(self, emails: Sequence[str]) -> Mapping[str, Customer]:
        self.calls.append("by_email")
        return {one.email: one for one in self.customers if one.email in emails}

    async def by_link(self, links: Sequence[ServiceLink]) -> Mapping[ServiceLink, Customer]:
        self.calls.append("by_link")
        return {link: one for one in self.customers for link in one.links if link in links}

    async def page(self, asked: CustomersAsked) -> CustomerPage:
        self.calls.append("page")
        ids = [one.id for one in self.customers]
        left = self.customers[ids.index(asked.after.id) + 1 if asked.after else 0 :]
        return CustomerPage(tuple(left[: asked.size]), has_previous=False, has_next=len(left) > asked.size)

    async def count(self, which: CustomerFilter) -> int:  # noqa: ARG002 - the Protocol's signature
        self.calls.append("count")
        return len(self.customers)

    async def version(self) -> int | None:
        return None

    async def create(self, new: NewCustomer) -> Customer:
        raise AssertionError(new)

    async def update(self, id: str, version: int, changes: Mapping[str, object]) -> Customer:
        raise AssertionError(id, version, changes)

    async def delete(self, id: str) -> None:
        raise AssertionError(id)

    async def link(self, id: str, link: ServiceLink) -> Customer:
        raise AssertionError(id, link)

    async def unlink(self, id: str, service: Service) -> Customer:
        raise AssertionError(id, service)

    async def add_note(self, id: str, text: str, author: str) -> Customer:
        raise AssertionError(id, text, author)


def _all(items: Mapping[str, Sequence[V]]) -> list[V]:
    return [item for some in items.values() for item in some]
