"""What is asked in Stripe's query language: https://docs.stripe.com/search#search-query-language.

A query has ten clauses at most, joined by AND or by OR, never by both; `~` finds three characters and more in a row.
Whatever callers made up stands in it as a quoted string.
"""

from collections.abc import Iterable

PAYERS = 10  # a clause for each
SHORTEST = 3  # characters
LONGEST = 200  # likewise: names and addresses are no longer, and a query has 5,000 at most


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
