"""Frankfurter's connector over its imitation, and what was sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import httpx

from connectors.domain.rates import ExchangeRate, RateAsked
from connectors.frankfurter.client import Frankfurter
from connectors.frankfurter.service import FRANKFURTER
from tests.connectors.support import Recorder, connected, crowd

FRIDAY = date(2026, 10, 30)
SUNDAY = date(2026, 11, 1)  # the day on which the made-up events of `crowd` end


def over(wire: httpx.AsyncBaseTransport) -> Frankfurter:
    connector = connected(FRANKFURTER, crowd(), wire).connector
    assert isinstance(connector, Frankfurter)
    return connector


def recorder() -> Recorder:
    return Recorder(httpx.MockTransport(FRANKFURTER.imitate(crowd())))


def sent(wire: Recorder) -> list[dict[str, str]]:
    """The query of each call."""
    return [dict(request.url.params) for request in wire.requests]


@dataclass
class Publisher:
    """A network on which one euro buys what `per_euro` says, to the last digit, and other codes are unknown."""

    per_euro: Mapping[str, str]

    def __call__(self, request: httpx.Request) -> httpx.Response:
        query = request.url.params
        base, quotes = query["base"], query["quotes"].split(",")
        worth = {code: Decimal(text) for code, text in self.per_euro.items()} | {"EUR": Decimal(1)}
        unknown = [code for code in (base, *quotes) if code not in worth]
        if unknown:
            return httpx.Response(422, json={"message": f"invalid currency: {','.join(unknown)}"})
        rows = (f'{{"date":"{FRIDAY}","base":"{base}","quote":"{q}","rate":{worth[q] / worth[base]}}}' for q in quotes)
        return httpx.Response(200, text=f"[{','.join(rows)}]")


def found(answers: Mapping[RateAsked, object], asked: RateAsked) -> ExchangeRate:
    answer = answers[asked]
    assert isinstance(answer, ExchangeRate)
    return answer


def pairs(bases: Sequence[str], quote: str, on: date | None = None) -> list[RateAsked]:
    return [RateAsked(base, quote, on) for base in bases]
