"""An imitation of PayPal: tokens, the history of transactions, balances, captures and refunds, over the made-up people.

Left out: what the gateway does not call, and filters of the history by amount, instrument, store and terminal. What
happens is in the history at once, where PayPal may take three hours.
"""

import time
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Callable
from datetime import UTC, datetime
from secrets import token_urlsafe
from urllib.parse import parse_qs

import httpx
from cachetools import TTLCache

from connectors.paypal.sandbox_bodies import API, funds, kind, line, status, written
from connectors.paypal.sandbox_books import MERCHANT, Body, Books, Entry
from connectors.paypal.sandbox_query import Refusal, integer, moment, one_of, parameters, query, window
from connectors.paypal.sandbox_refunds import Desk
from connectors.sandbox import Handler, Router, reply
from connectors.seed.people import People

LIFE = 32_400  # seconds: https://developer.paypal.com/api/rest/authentication/
MOST = 10_000  # transactions that a search may find
_PAGE = 500
_FIELDS = {"transaction_info", "payer_info", "shipping_info", "auction_info", "cart_info", "incentive_info"}
_SCOPE = "https://uri.paypal.com/services/reporting/search/read https://uri.paypal.com/services/payments/refund"


def imitate(people: People, clock: Callable[[], float] = time.time) -> Handler:
    """A PayPal account of its own, whose payers are `people`; `clock` (Unix seconds) dates what is new."""
    return _Account(people, clock).handle


class _Account:
    def __init__(self, people: People, clock: Callable[[], float]) -> None:
        self._people = people
        self._clock = clock
        self._books = Books(people)
        self._desk = Desk(self._books, self._now, clock)
        self._tokens: TTLCache[str, bool] = TTLCache(maxsize=1000, ttl=LIFE, timer=clock)
        self._route = Router(
            {
                "POST /v1/oauth2/token": self._token,
                "GET /v1/reporting/transactions": self._transactions,
                "GET /v1/reporting/balances": self._balances,
                "GET /v2/payments/captures/{id}": self._desk.capture,
                "POST /v2/payments/captures/{id}/refund": self._desk.refund,
            },
            unknown=_unknown,
        )

    def handle(self, request: httpx.Request) -> httpx.Response:
        try:
            if request.url.path != "/v1/oauth2/token":
                self._authenticate(request)
            response = self._route(request)
        except Refusal as refusal:
            response = refusal.reply
        response.headers["Cache-Control"] = "max-age=0, no-cache, no-store, must-revalidate"  # as PayPal says of all
        return response

    def _now(self) -> datetime:
        """The people's events end when the process started; what is made since is later."""
        return max(self._people.now, datetime.fromtimestamp(int(self._clock()), UTC))

    def _authenticate(self, request: httpx.Request) -> None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme != "Bearer" or token not in self._tokens:
            raise Refusal(401)

    def _token(self, request: httpx.Request) -> httpx.Response:
        if not _credentials(request):
            return reply({"error": "invalid_client", "error_description": "Client Authentication failed"}, 401)
        if parse_qs(request.content.decode()).get("grant_type") != ["client_credentials"]:
            return reply({"error": "unsupported_grant_type", "error_description": "Grant Type is not supported"}, 400)
        token = f"A21AA{token_urlsafe(60)}"
        self._tokens[token] = True
        answer = {"scope": _SCOPE, "access_token": token, "token_type": "Bearer", "expires_in": LIFE}
        return reply(answer)

    def _transactions(self, request: httpx.Request) -> httpx.Response:
        given = parameters(request)
        asked = window(given, self._now())
        size, page = integer(given, "page_size", 100, _PAGE), integer(given, "page", 1, 2**31 - 1)
        fields = _fields(given)
        found = self._found(given)
        if len(found) > MOST:
            raise _too_large(len(found))
        pages = -(-len(found) // size)
        shown = [line(self._books, entry, fields) for entry in found[(page - 1) * size : page * size]]
        listed: Body = {"transaction_details": shown} if shown else {}
        answer = {
            "account_number": MERCHANT,
            "start_date": written(asked.start),
            "end_date": written(asked.end),
            "last_refreshed_datetime": written(self._now()),
            "page": page,
            "total_items": len(found),
            "total_pages": pages,
            "links": _links(request.url, page, pages),
        }
        return reply(listed | answer)

    def _found(self, given: dict[str, str]) -> list[Entry]:
        books, asked = self._books, window(given, self._now())
        id = given.get("transaction_id")
        if id is not None and not 17 <= len(id) <= 19:  # noqa: PLR2004 - characters that PayPal documents
            raise query("INVALID_STRING_LENGTH", "transaction_id", id)
        state = one_of(given, "transaction_status", "D P S V")
        affecting = one_of(given, "balance_affecting_records_only", "Y N") != "N"
        code, currency = given.get("transaction_type"), given.get("transaction_currency")
        entries = books.entries(asked) if id is None else books.find(id, asked)
        return [
            entry
            for entry in entries
            if (state is None or status(books, entry) == state)
            and (not affecting or status(books, entry) in ("S", "V"))
            and (code is None or kind(books, entry)[0] == code)
            and (currency is None or kind(books, entry)[1] == currency)
        ]

    def _balances(self, request: httpx.Request) -> httpx.Response:
        given = parameters(request)
        at = moment(given, "as_of_time") if "as_of_time" in given else self._now()
        asked = given.get("currency_code", "ALL")
        held = [
            {
                "currency": currency,
                "primary": currency == "USD",
                "total_balance": funds(amount, currency),
                "available_balance": funds(amount, currency),
                "withheld_balance": funds(amount * 0, currency),
            }
            for currency, amount in self._books.holdings().items()
            if asked in ("ALL", currency)
        ]
        times = {"as_of_time": written(at), "last_refresh_time": written(self._now())}
        return reply({"balances": held, "account_id": MERCHANT} | times)


def _credentials(request: httpx.Request) -> bool:
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    try:
        id, _, secret = b64decode(encoded, validate=True).decode().partition(":")
    except (NotBase64, UnicodeDecodeError):
        return False
    return bool(scheme == "Basic" and id and secret)


def _fields(given: dict[str, str]) -> set[str]:
    fields = set(given.get("fields", "transaction_info").split(","))
    if not fields <= _FIELDS | {"all", "store_info"}:
        raise query("INVALID_PARAMETER_VALUE", "fields", given["fields"])
    return fields


def _links(url: httpx.URL, page: int, pages: int) -> list[Body]:
    places = {"self": page, "next": page + 1 if page < pages else None, "last": pages or None}
    there = {rel: number for rel, number in places.items() if number}
    return [
        {"href": f"{API}{url.copy_merge_params({'page': number}).raw_path.decode()}", "rel": rel, "method": "GET"}
        for rel, number in there.items()
    ]


def _too_large(count: int) -> Refusal:
    text = "Result set size is greater than the maximum limit. Change the filter criteria and try again."
    return Refusal(400, name="RESULTSET_TOO_LARGE", message=text, total_items=count, maximum_items=MOST)


def _unknown(_: httpx.Request) -> httpx.Response:
    raise Refusal(404)
