"""The parameters of a query as Mastodon reads them; unknown ones are ignored, and what is no number is 0.

https://docs.joinmastodon.org/api/guidelines/#pagination
"""

import re
from collections.abc import Iterable
from itertools import islice
from typing import NamedTuple, TypeVar

import httpx

from connectors.sandbox import reply

T = TypeVar("T")

LARGEST = 40
_NUMBER = re.compile(r"\s*([+-]?\d{1,30})")
_YES = {"1", "t", "true", "on", "yes"}
_ENDLESS = 2**63


class Refusal(Exception):
    """An error that Mastodon would answer: https://docs.joinmastodon.org/entities/Error/."""

    def __init__(self, status: int, message: str, **more: object) -> None:
        super().__init__(message)
        self.reply = reply({"error": message} | more, status)


class Range(NamedTuple):
    """Which ids of a list are asked for: below `max`, above `since` and `min`; with `min`, those next to it."""

    limit: int
    max: int
    since: int
    min: int | None

    def cut(self, items: Iterable[tuple[int, T]]) -> list[tuple[int, T]]:
        """One page of `items`, which are given and answered newest first."""
        lowest = max(self.since, self.min or 0)
        fitting = ((id, item) for id, item in items if lowest < id < self.max)
        if self.min is None:
            return list(islice(fitting, self.limit))
        everything = list(fitting)
        return everything[max(0, len(everything) - self.limit) :]


class Params:
    """Reads what was sent."""

    def __init__(self, request: httpx.Request) -> None:
        self._sent = request.url.params

    def many(self, name: str, most: int | None = None) -> list[str]:
        """The different values of an array, written `name[]`; more than `most` are refused."""
        values = list(dict.fromkeys(self._sent.get_list(f"{name}[]")))
        if most is not None and len(values) > most:
            raise Refusal(422, "Mastodon::ValidationError", details={})
        return values

    def flag(self, name: str) -> bool:
        """Whether a parameter is there and means yes."""
        return self._sent.get(name, "").lower() in _YES

    def text(self, name: str) -> str | None:
        """A parameter; None where there is none."""
        values = self._sent.get_list(name)
        return values[-1] if values else None

    def range(self) -> Range:
        """Which page."""
        limit = min(abs(number(self._sent.get("limit", "20"))), LARGEST)
        least = number(self._sent["min_id"]) if "min_id" in self._sent else None
        return Range(
            limit, number(self._sent.get("max_id", str(_ENDLESS))), number(self._sent.get("since_id", "0")), least
        )


def number(text: str) -> int:
    """The number that a text begins with, 0 where it begins with none."""
    match = _NUMBER.match(text)
    return int(match[1]) if match else 0


def links(request: httpx.Request, *, older: int | None, newer: int | None) -> dict[str, str]:
    """The header that leads to the neighbouring pages (RFC 8288); none where there is no such page."""
    kept = [(name, value) for name, value in request.url.params.multi_items() if not name.endswith("_id")]
    found = [
        f'<{request.url.copy_with(params=[*kept, (name, str(id))])}>; rel="{relation}"'
        for relation, name, id in (("next", "max_id", older), ("prev", "min_id", newer))
        if id is not None
    ]
    return {"Link": ", ".join(found)} if found else {}
