"""How the imitated HubSpot searches: https://developers.hubspot.com/docs/api/crm/search.

Of filters it knows those of one group: by associated contact, and `createdate` with every comparison. Anything else is
refused. Words are looked for in the oldest contacts and the newest deals, as far as it looks.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice

from connectors.hubspot.sandbox_book import Book
from connectors.hubspot.sandbox_query import Filter, Refusal, Search, integer
from connectors.hubspot.sandbox_rows import Row, contact
from connectors.seed.people import People

LARGEST = 200  # results of one page
REACH = 10_000  # results of one search
LONGEST = 3_000  # characters of a query
LOOKED = 3_000  # records that are searched for words
_MILLISECOND = timedelta(milliseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CONTACT_WORDS = ("firstname", "lastname", "email", "phone", "mobilephone", "company")
_DEAL_WORDS = ("dealname", "description", "pipeline", "dealstage")


@dataclass(frozen=True, slots=True)
class Terms:
    """What the filters of a search come to."""

    contact: str | None = None
    since: datetime = _EPOCH
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """Which of all results are on the page."""

    start: int
    size: int

    @classmethod
    def of(cls, asked: Search) -> "Window":
        """Refused beyond HubSpot's limits."""
        if not 1 <= asked.limit <= LARGEST:
            raise Refusal(400, f"There was a problem with the request. limit must be between 1 and {LARGEST}")
        if len(asked.query) > LONGEST:
            raise Refusal(400, f"There was a problem with the request. query must be at most {LONGEST} characters")
        start = integer(asked.after, "after", REACH)
        if start + asked.limit > REACH + LARGEST - 1 or start >= REACH:
            raise Refusal(400, "There was a problem with the request. Paging is limited to 10,000 total results")
        return cls(start, asked.limit)


def contacts(people: People, asked: Search) -> Iterator[Row]:
    """Oldest first, as HubSpot lists what it is not told to sort."""
    if asked.filter_groups or asked.sorts:
        raise Refusal(400, "There was a problem with the request. Contacts are searched for by words alone here")
    words = _words(asked.query)
    numbers = range(people.count) if not words else _likely(people, asked.query)
    rows = (contact(people[number]) for number in numbers)
    return (row for row in rows if _has(row, words, _CONTACT_WORDS))


def deals(book: Book, asked: Search) -> Iterator[Row]:
    """Newest first where that is asked for; with words alone, oldest first among the newest."""
    terms, words = _terms(asked), _words(asked.query)
    newest = [(one.property_name, one.direction) for one in asked.sorts] == [("createdate", "DESCENDING")]
    if asked.sorts and not newest:
        raise Refusal(400, "There was a problem with the request. Deals are sorted by the newest createdate here")
    found = (row for row in book.newest_first(terms.contact, terms.until) if row.created_at >= terms.since)
    if words:
        found = (row for row in islice(found, LOOKED) if _has(row, words, _DEAL_WORDS))
    return found if newest else iter(list(islice(found, LOOKED))[::-1])


def _terms(asked: Search) -> Terms:
    if len(asked.filter_groups) > 1:
        raise Refusal(400, "There was a problem with the request. One filter group is understood here")
    terms = Terms()
    for one in (one for group in asked.filter_groups for one in group.filters):
        terms = _narrowed(terms, one)
    return terms


def _narrowed(terms: Terms, one: Filter) -> Terms:
    if (one.property_name, one.operator) == ("associations.contact", "EQ") and one.value:
        return replace(terms, contact=one.value)
    if one.property_name != "createdate" or one.operator not in ("EQ", "GT", "GTE", "LT", "LTE"):
        raise Refusal(400, f"There was a problem with the request. {one.property_name} {one.operator} is unknown here")
    at = _time(one.value or "")
    if one.operator in ("EQ", "GT", "GTE"):
        terms = replace(terms, since=max(terms.since, at + _MILLISECOND if one.operator == "GT" else at))
    if one.operator in ("EQ", "LT", "LTE"):
        last = at - _MILLISECOND if one.operator == "LT" else at
        terms = replace(terms, until=min(terms.until or last, last))
    return terms


def _time(text: str) -> datetime:
    try:
        if text.isdecimal():
            return _EPOCH + timedelta(milliseconds=int(text))
        at = datetime.fromisoformat(text)
    except (ValueError, OverflowError) as unfit:
        raise Refusal(400, f"There was a problem with the request. {text} is not a date") from unfit
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _words(query: str) -> Sequence[str]:
    return query.casefold().split()


def _has(row: Row, words: Sequence[str], names: Iterable[str]) -> bool:
    texts = [(row.properties.get(name) or "").casefold() for name in names]
    parts = [part for text in texts for part in (text, *re.split(r"[^\w]+", text))]
    return all(any(part.startswith(word) for part in parts) for word in words)


def _likely(people: People, query: str) -> Iterable[int]:
    """The first few thousand, and whoever an address in the query is made from, wherever they stand."""
    named = {int(number) for number in re.findall(r"\.([0-9]{1,6})@", query)}
    return (*range(min(LOOKED, people.count)), *sorted(one for one in named if LOOKED <= one < people.count))
