"""An imitation of Frankfurter v2: rates of any day since 1999, its errors and its caching.

Left out: what the gateway does not call (single providers, `expand`, `group`, CSV and NDJSON, the list of providers).
https://frankfurter.dev
"""

from collections.abc import Iterable, Mapping
from datetime import date
from hashlib import sha256

import httpx

from connectors.domain.money import CURRENCIES as KNOWN
from connectors.frankfurter.sandbox_rates import CURRENCIES, FIRST_DAY, Currency, days, last_published, rate
from connectors.sandbox import Handler, Router, reply
from connectors.seed.people import People

Body = dict[str, object]

_CHANGING = "public, max-age=900, stale-while-revalidate=86400, stale-if-error=86400"
_SETTLED = "public, max-age=86400, stale-while-revalidate=86400, stale-if-error=86400"
_NOT_MODIFIED = 304


def imitate(people: People) -> Handler:
    """A publisher whose latest rates are those of the day on which the made-up events end."""
    return _Publisher(people.now.date()).handle


class _Refusal(Exception):
    """An error that Frankfurter would answer."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.reply = reply({"status": status, "message": message}, status)


class _Publisher:
    def __init__(self, now: date) -> None:
        self._now = now
        self._route = Router(
            {
                "GET /v2/rates": self._rates,
                "GET /v2/rate/{base}/{quote}": self._rate,
                "GET /v2/currencies": self._currencies,
                "GET /v2/currency/{code}": self._currency,
            },
            unknown=_unknown,
        )

    def handle(self, request: httpx.Request) -> httpx.Response:
        try:
            return _tagged(request, self._route(request))
        except _Refusal as refusal:
            return refusal.reply

    def _rates(self, request: httpx.Request) -> httpx.Response:
        query = _query(request, {"date", "from", "to", "base", "quotes"})
        on, since, until = (_date(query, name) for name in ("date", "from", "to"))
        if on and (since or until):
            raise _Refusal(422, "conflicting params")
        base = query.get("base", "EUR").upper()
        quotes = query["quotes"].upper().split(",") if "quotes" in query else sorted(CURRENCIES)
        _recognized([base, *quotes])
        if since:
            told = days(since, until or self._now, self._now)
            settled = until is not None and until < self._now
        else:
            day = last_published(on or self._now, self._now)
            told = iter([day] if day else [])
            settled = on is not None and on < self._now
        body = [_row(base, quote, day) for day in told for quote in _published(base, quotes)]
        return reply(body, headers={"Cache-Control": _SETTLED if settled else _CHANGING})

    def _rate(self, request: httpx.Request, base: str, quote: str) -> httpx.Response:
        on = _date(_query(request, {"date"}), "date")
        base, quote = base.upper(), quote.upper()
        _recognized([base, quote])
        day = last_published(on or self._now, self._now)
        if day is None or not _published(base, [quote]):
            raise _Refusal(404, "not found")
        settled = on is not None and on < self._now
        return reply(_row(base, quote, day), headers={"Cache-Control": _SETTLED if settled else _CHANGING})

    def _currencies(self, request: httpx.Request) -> httpx.Response:
        if _query(request, {"scope"}).get("scope", "all") != "all":
            raise _Refusal(422, "invalid scope")
        last = last_published(self._now, self._now)
        bounds = {"start_date": str(FIRST_DAY), "end_date": str(last) if last else None}
        body = [_about(currency) | bounds for currency in CURRENCIES.values()]
        return reply(body, headers={"Cache-Control": _CHANGING})

    def _currency(self, request: httpx.Request, code: str) -> httpx.Response:
        _query(request, set())
        if code.upper() not in CURRENCIES:
            raise _Refusal(404, "not found")
        body = _about(CURRENCIES[code.upper()]) | {"providers": ["ECB"]}
        return reply(body, headers={"Cache-Control": _CHANGING})


def _tagged(request: httpx.Request, response: httpx.Response) -> httpx.Response:
    """With a validator, and without a body for whoever has it already (RFC 9110, section 13.1.2)."""
    response.headers["ETag"] = tag = f'"{sha256(response.content).hexdigest()[:32]}"'
    if request.headers.get("if-none-match") != tag:
        return response
    kept = {name: response.headers[name] for name in ("ETag", "Cache-Control")}
    return httpx.Response(_NOT_MODIFIED, headers=kept)


def _query(request: httpx.Request, known: set[str]) -> dict[str, str]:
    query = dict(request.url.params.multi_items())
    unknown = [name for name in query if name not in known]
    if unknown:
        raise _Refusal(422, f"unknown parameter: {', '.join(unknown)}")
    return query


def _date(query: Mapping[str, str], name: str) -> date | None:
    try:
        return date.fromisoformat(query[name]) if name in query else None
    except ValueError:
        raise _Refusal(422, "invalid date") from None


def _recognized(codes: Iterable[str]) -> None:
    invalid = [code for code in codes if code not in KNOWN]
    if invalid:
        raise _Refusal(422, f"invalid currency: {','.join(invalid)}")


def _published(base: str, quotes: Iterable[str]) -> list[str]:
    """The quotes that are told, in the order of their codes; a recognized currency may be published by nobody."""
    return sorted({quote for quote in quotes if quote in CURRENCIES}) if base in CURRENCIES else []


def _row(base: str, quote: str, day: date) -> Body:
    return {"date": day.isoformat(), "base": base, "quote": quote, "rate": rate(base, quote, day)}


def _about(currency: Currency) -> Body:
    return {
        "iso_code": currency.code,
        "iso_numeric": currency.numeric,
        "name": currency.name,
        "symbol": currency.symbol,
    }


def _unknown(request: httpx.Request) -> httpx.Response:
    raise _Refusal(404, f"not found: {request.method} {request.url.path}")
