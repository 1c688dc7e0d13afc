"""An imitation of Stripe: its lists, filters, searches, errors and refunds, over the made-up people.

Left out: what the gateway does not call. Lists are https://docs.stripe.com/api/pagination, errors
https://docs.stripe.com/api/errors, repeated writes https://docs.stripe.com/api/idempotent_requests.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from urllib.parse import parse_qsl

import httpx
from cachetools import TTLCache

from connectors.sandbox import Handler, Router, reply
from connectors.seed.codes import Code
from connectors.seed.people import STRIPE_CUSTOMER, People, Person
from connectors.seed.timeline import Event, Timeline
from connectors.stripe import sandbox_search as search
from connectors.stripe.sandbox_books import CHARGE, INVOICE, SUBSCRIPTION, Body, Books
from connectors.stripe.sandbox_query import Created, Refusal, integer, limit, parameters, status

_LIST = {"customer", "limit", "starting_after", "ending_before", "expand[]"}
_CREATED = {"created", "created[gt]", "created[gte]", "created[lt]", "created[lte]"}
_INVOICE_STATUSES = ("draft", "open", "paid", "uncollectible", "void")
_ENDED = {"canceled", "incomplete_expired"}
_PLAN_STATUSES = (
    *("active", "all", "canceled", "ended", "incomplete", "incomplete_expired"),
    *("past_due", "paused", "trialing", "unpaid"),
)
_KEYS = 10_000
_KEPT = 24 * 3600  # seconds: https://docs.stripe.com/api/idempotent_requests
_REFUND = {"amount", "charge", "reason", "expand[]"}


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of object: its name, its place in time, its ids, its body, and the statuses that filter it."""

    noun: str
    timeline: Timeline
    code: Code
    body: Callable[[Event], Body]
    statuses: tuple[str, ...] = ()

    def event(self, id: str, code: int, param: str) -> Event:
        """Raises Refusal where there is none: 404 for what a path names, 400 for what a parameter does."""
        event = self.timeline.find(self.code.decode(id))
        if event is None:
            raise _missing(self.noun, id, code, param)
        return event


def imitate(people: People) -> Handler:
    """A Stripe account of its own, whose customers are `people`."""
    return _Account(people).handle


class _Account:
    def __init__(self, people: People) -> None:
        self._people = people
        self._books = Books(people)
        self._answered: TTLCache[str, tuple[bytes, Body]] = TTLCache(maxsize=_KEYS, ttl=_KEPT)
        books = self._books
        self._charges = _Kind("charge", books.charges, CHARGE, books.charge)
        invoices = _Kind("invoice", books.invoices, INVOICE, books.invoice, _INVOICE_STATUSES)
        subscriptions = _Kind("subscription", books.subscriptions, SUBSCRIPTION, books.subscription, _PLAN_STATUSES)
        self._route = Router(
            {
                "GET /v1/balance": self._balance,
                "GET /v1/charges": self._list(self._charges),
                "GET /v1/charges/search": self._found_charges,
                "GET /v1/customers/search": self._found_customers,
                "GET /v1/charges/{id}": self._one(self._charges),
                "GET /v1/invoices": self._list(invoices),
                "GET /v1/invoices/{id}": self._one(invoices),
                "GET /v1/subscriptions": self._list(subscriptions),
                "GET /v1/subscriptions/{id}": self._one(subscriptions),
                "POST /v1/refunds": self._refund,
            },
            unknown=_unknown,
        )

    def handle(self, request: httpx.Request) -> httpx.Response:
        try:
            _authenticate(request)
            response = self._route(request)
        except Refusal as refusal:
            response = refusal.reply
        response.headers["Cache-Control"] = "no-cache, no-store"  # as Stripe says of everything
        return response

    def _balance(self, request: httpx.Request) -> httpx.Response:
        parameters(request, {"expand[]"})
        return reply(self._books.balance())

    def _list(self, kind: _Kind) -> Handler:
        filters = _LIST | _CREATED | ({"status"} if kind.statuses else set())

        def answer(request: httpx.Request) -> httpx.Response:
            query = parameters(request, filters)
            most, asked = limit(query), status(query, kind.statuses)
            bodies = (kind.body(event) for event in self._events(kind, query))
            kept = list(islice((body for body in bodies if _has_status(body, asked)), most + 1))
            data = kept[:most]
            # `ending_before` walks from old to new; Stripe answers newest first all the same.
            data = data[::-1] if "ending_before" in query else data
            path = request.url.path
            return reply({"object": "list", "url": path, "has_more": len(kept) > most, "data": data})

        return answer

    def _one(self, kind: _Kind) -> Callable[..., httpx.Response]:
        def answer(request: httpx.Request, id: str) -> httpx.Response:
            parameters(request, {"expand[]"})
            return reply(kind.body(kind.event(id, 404, "id")))

        return answer

    def _found_charges(self, request: httpx.Request) -> httpx.Response:
        query = parameters(request, search.SEARCH)
        events = search.charges(self._people, self._books.charges, query)
        found = (self._books.charge(event) for event in events)
        return reply(search.Window.of(query).of_all(request.url.path, found))

    def _found_customers(self, request: httpx.Request) -> httpx.Response:
        query = parameters(request, search.SEARCH)
        found = (self._books.customer(person) for person in search.customers(self._people, query))
        return reply(search.Window.of(query).of_all(request.url.path, found))

    def _events(self, kind: _Kind, query: Mapping[str, str]) -> Iterator[Event]:
        created = Created.of(query)
        slots = kind.timeline.slots(self._customer(query), created.before(self._people.now))
        if "ending_before" in query:
            cursor = kind.event(query["ending_before"], 400, "ending_before").number
            newer = slots[: bisect_left(slots, cursor)][::-1]
            return created.of_oldest_first(kind.timeline.events(newer))
        if "starting_after" in query:
            cursor = kind.event(query["starting_after"], 400, "starting_after").number
            slots = slots[bisect_right(slots, cursor) :]
        return created.of_newest_first(kind.timeline.events(slots))

    def _customer(self, query: Mapping[str, str]) -> Person | None:
        if "customer" not in query:
            return None
        person = self._people.by_code(STRIPE_CUSTOMER, query["customer"])
        if person is None:
            raise _missing("customer", query["customer"], 400, "customer")
        return person

    def _refund(self, request: httpx.Request) -> httpx.Response:
        key = request.headers.get("idempotency-key")
        if key and key in self._answered:
            content, body = self._answered[key]
            if content != request.content:
                text = (
                    "Keys for idempotent requests can only be used with the same parameters they were first used with."
                )
                raise Refusal(400, text, type="idempotency_error")
            return reply(body, headers={"Idempotent-Replayed": "true"})
        form = _form(request)
        body = self._refunded(form)
        if form.get("expand[]") == "charge":
            body |= {"charge": self._books.charge(self._charges.event(form["charge"], 404, "charge"))}
        if key:
            self._answered[key] = (request.content, body)
        return reply(body)

    def _refunded(self, form: Mapping[str, str]) -> Body:
        if "charge" not in form:
            raise Refusal(400, "One of the following params should be provided for this request: charge.")
        charge = self._charges.event(form["charge"], 404, "charge")
        left = self._books.refundable(charge)
        if not left:
            raise _not_refundable(self._books.charge(charge))
        amount = integer(form, "amount", left)
        if amount < 1:
            raise Refusal(400, f"Invalid positive integer: {amount}", param="amount", code="parameter_invalid_integer")
        if amount > left:
            text = f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})"
            raise Refusal(400, text, param="amount")
        return self._books.refund(charge, amount)


def _authenticate(request: httpx.Request) -> None:
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme != "Bearer" or not key:
        raise Refusal(401, "You did not provide an API key.")
    if not key.startswith(("sk_", "rk_")):
        raise Refusal(401, "Invalid API Key provided.")


def _form(request: httpx.Request) -> dict[str, str]:
    form = dict(parse_qsl(request.content.decode(), keep_blank_values=True))
    for name in form:
        if name not in _REFUND and not name.startswith("metadata["):
            raise Refusal(400, f"Received unknown parameter: {name}", param=name, code="parameter_unknown")
    return form


def _has_status(body: Body, asked: str | None) -> bool:
    """Subscriptions that were canceled are left out unless asked for: https://docs.stripe.com/api/subscriptions/list."""
    if asked is None:
        return body["object"] != "subscription" or body["status"] != "canceled"
    return asked in ("all", body["status"]) or (asked == "ended" and body["status"] in _ENDED)


def _not_refundable(charge: Body) -> Refusal:
    if not charge["paid"]:
        return Refusal(400, f"Charge {charge['id']} did not succeed, so there is nothing to refund.", param="charge")
    return Refusal(400, f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")


def _missing(noun: str, id: str, status: int, param: str) -> Refusal:
    return Refusal(status, f"No such {noun}: '{id}'", code="resource_missing", param=param)


def _unknown(request: httpx.Request) -> httpx.Response:
    raise Refusal(404, f"Unrecognized request URL ({request.method}: {request.url.path}).")
