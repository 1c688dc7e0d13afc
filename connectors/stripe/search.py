"""What is asked in Stripe's query language: https://docs.stripe.com/search#search-query-language.

A query has ten clauses at most, joined by AND or by OR, never by both; `~` finds three characters and more in a row.
Whatever callers made up stands in it as a quoted string.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

PAYERS = 10  # a clause for each
SHORTEST = 3  # characters
LONGEST = 200  # likewise: names and addresses are no longer, and a query has 5,000 at most

_CUSTOMER = re.compile(r"[A-Za-z0-9_]{1,64}")


@dataclass(frozen=True, slots=True)
class Begun:
    """A search for charges that stands at a page: of the same customers, whoever else is called so by now."""

    customers: tuple[str, ...]
    page: str = ""

    @classmethod
    def of(cls, start: str) -> "Begun | None":
        """What `at` spelled; None for anything else."""
        *customers, page = start.split(" ")
        genuine = 0 < len(customers) <= PAYERS and all(map(_CUSTOMER.fullmatch, customers))
        return cls(tuple(customers), page) if genuine else None

    def at(self, page: str) -> str:
        """The same search from another page on."""
        return " ".join((*self.customers, page))

    def query(self, page: str, size: int) -> dict[str, str | int]:
        """The parameters of https://docs.stripe.com/api/charges/search."""
        query: dict[str, str | int] = {"query": paid_by(self.customers), "limit": size}
        return query | {"page": page} if page else query


def payers(text: str) -> str | None:
    """Customers who have the text in their name or email; None where it is too short to be looked for."""
    sought = " ".join(text.split())[:LONGEST]
    return f"name~{_quoted(sought)} OR email~{_quoted(sought)}" if len(sought) >= SHORTEST else None


def paid_by(customers: Iterable[str]) -> str:
    """The charges of these customers."""
    return " OR ".join(f"customer:{_quoted(one)}" for one in customers)


def _quoted(value: str) -> str:
    """A string of the language, which nothing in it can end."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
