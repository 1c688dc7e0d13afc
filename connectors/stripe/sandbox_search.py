"""How the imitated Stripe searches: https://docs.stripe.com/search.

Customers by name and email, charges by customer; clauses with OR alone. Anything else is refused. Names are looked for
among the oldest customers, as far as it looks, and whoever an address in the query is made from.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import islice

from connectors.seed.people import STRIPE_CUSTOMER, People, Person
from connectors.seed.timeline import Event, Timeline
from connectors.stripe.sandbox_query import Refusal, limit

MOST = 10  # clauses
SHORTEST = 3  # characters of a substring
LOOKED = 3_000  # customers
SEARCH = {"query", "limit", "page", "expand[]"}
_STRING = r'"(?:[^"\\]|\\.)*"'
_CLAUSE = re.compile(rf"\s*(?P<field>[a-z_]+)(?P<operator>[:~])(?P<value>{_STRING})\s*")
_OR = re.compile(rf"\s+OR\s+(?=[a-z_]+[:~]{_STRING})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Clause:
    """`field` contains `value` (`~`), or is that (`:`); without case."""

    field: str
    operator: str
    value: str

    def fits(self, text: str) -> bool:
        """Whether a field with this text is meant."""
        found = text.casefold()
        return self.value.casefold() in found if self.operator == "~" else self.value.casefold() == found


@dataclass(frozen=True, slots=True)
class Window:
    """Which of all results are on the page."""

    start: int
    size: int

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Window":
        """Refused where the page is none that a search named."""
        page = re.fullmatch(r"page_([0-9]{1,9})", query.get("page", "page_0"))
        if page is None:
            raise Refusal(400, "The page parameter is not one that a search returned.", param="page")
        return cls(int(page[1]), limit(query))

    def of_all(self, url: str, found: Iterator[dict[str, object]]) -> dict[str, object]:
        """https://docs.stripe.com/api/pagination/search."""
        shown = list(islice(found, self.start, self.start + self.size + 1))
        more = len(shown) > self.size
        following = f"page_{self.start + self.size}" if more else None
        data = shown[: self.size]
        return {"object": "search_result", "url": url, "has_more": more, "next_page": following, "data": data}


def customers(people: People, query: Mapping[str, str]) -> Iterator[Person]:
    """Oldest first."""
    clauses = _clauses(query, {"name", "email"})
    named = {int(number) for one in clauses for number in re.findall(r"\.([0-9]{1,6})@", one.value)}
    numbers = (*range(min(LOOKED, people.count)), *sorted(one for one in named if LOOKED <= one < people.count))
    return (person for number in numbers if _is_meant(person := people[number], clauses))


def charges(people: People, timeline: Timeline, query: Mapping[str, str]) -> Iterator[Event]:
    """Newest first, of all the customers that are named; nobody has those of somebody unknown."""
    clauses = _clauses(query, {"customer"})
    if any(one.operator == "~" for one in clauses):
        raise Refusal(400, "Field `customer` does not support the operator `~`.", param="query")
    known = {person.number: person for one in clauses if (person := people.by_code(STRIPE_CUSTOMER, one.value))}
    streams = (timeline.events(timeline.slots(person)) for person in known.values())
    return merge(*streams, key=lambda event: event.number)


def _is_meant(person: Person, clauses: Sequence[Clause]) -> bool:
    return any(one.fits(person.name if one.field == "name" else person.email) for one in clauses)


def _clauses(query: Mapping[str, str], known: set[str]) -> list[Clause]:
    if not query.get("query"):
        raise Refusal(400, "Missing required param: query.", param="query", code="parameter_missing")
    parts = _OR.split(query["query"])
    if len(parts) > MOST:
        raise Refusal(400, f"A query has at most {MOST} clauses.", param="query")
    return [_clause(part, known) for part in parts]


def _clause(text: str, known: set[str]) -> Clause:
    match = _CLAUSE.fullmatch(text)
    if match is None or match["field"] not in known:
        raise Refusal(400, f"We were unable to parse your search query near: {text:.80}", param="query")
    value = re.sub(r"\\(.)", r"\1", match["value"][1:-1])
    if match["operator"] == "~" and len(value) < SHORTEST:
        raise Refusal(400, f"A substring has at least {SHORTEST} characters.", param="query")
    return Clause(match["field"], match["operator"], value)
