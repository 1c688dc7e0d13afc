"""What the imitated Stripe makes of a request's parameters, and how it refuses one."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import dropwhile, takewhile

import httpx

from connectors.sandbox import reply
from connectors.seed.timeline import Event

_LARGEST = 100
_FURTHEST = 2**63 - 1


class Refusal(Exception):
    """An error that Stripe would answer: https://docs.stripe.com/api/errors."""

    def __init__(self, status: int, message: str, **detail: str) -> None:
        super().__init__(message)
        self.reply = reply({"error": {"message": message, "type": "invalid_request_error"} | detail}, status)


@dataclass(frozen=True, slots=True)
class Created:
    """A range of Unix seconds, both ends in it."""

    oldest: int
    latest: int

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Created":
        """From `created` and its four comparisons."""
        at_least = (integer(query, "created[gte]", 0), integer(query, "created[gt]", -1) + 1)
        at_most = (integer(query, "created[lte]", _FURTHEST), integer(query, "created[lt]", _FURTHEST) - 1)
        exactly = [integer(query, "created", 0)] if "created" in query else []
        return cls(max(*at_least, *exactly), min(*at_most, *exactly))

    def before(self, now: datetime) -> datetime:
        """The end of the range, within what a datetime can hold."""
        return datetime.fromtimestamp(max(0, min(self.latest, int(now.timestamp()))), UTC)

    def of_newest_first(self, events: Iterable[Event]) -> Iterator[Event]:
        """Those of `events` in the range; nothing is read beyond its end."""
        inside = dropwhile(lambda event: _seconds(event) > self.latest, events)
        return takewhile(lambda event: _seconds(event) >= self.oldest, inside)

    def of_oldest_first(self, events: Iterable[Event]) -> Iterator[Event]:
        """Likewise, in the other direction."""
        inside = dropwhile(lambda event: _seconds(event) < self.oldest, events)
        return takewhile(lambda event: _seconds(event) <= self.latest, inside)


def parameters(request: httpx.Request, known: set[str]) -> dict[str, str]:
    """The query, refused where it has a name that is not `known`."""
    query = dict(request.url.params.multi_items())
    for name in query:
        if name not in known:
            raise Refusal(400, f"Received unknown parameter: {name}", param=name, code="parameter_unknown")
    if {"starting_after", "ending_before"} <= query.keys():
        raise Refusal(400, "Received both starting_after and ending_before parameters. Please pass in only one.")
    return query


def integer(query: Mapping[str, str], name: str, default: int) -> int:
    """A whole number, not negative."""
    text = query.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdecimal()):
        raise Refusal(400, f"Invalid integer: {text}", param=name, code="parameter_invalid_integer")
    return int(text)


def limit(query: Mapping[str, str]) -> int:
    """How many items to answer: https://docs.stripe.com/api/pagination."""
    asked = integer(query, "limit", 10)
    if not 1 <= asked <= _LARGEST:
        raise Refusal(400, f"This value must be between 1 and {_LARGEST} inclusive.", param="limit")
    return asked


def status(query: Mapping[str, str], known: tuple[str, ...]) -> str | None:
    """The status that is asked for; None for any."""
    asked = query.get("status")
    if asked is not None and asked not in known:
        raise Refusal(400, f"Invalid status: must be one of {', '.join(known)}", param="status")
    return asked


def _seconds(event: Event) -> int:
    return int(event.at.timestamp())
