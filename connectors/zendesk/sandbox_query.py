"""What the imitated Zendesk makes of a request's parameters and of a search, and how it refuses one.

Of the language of searches (https://support.zendesk.com/hc/en-us/articles/4408886879258) it knows `type:ticket`,
`requester` by id, `status` and `created` with every operator, and words, all of which must be there. Other keywords,
phrases and exclusions are refused.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from operator import ge, gt, le, lt

from connectors.sandbox import reply

LARGEST = 100  # https://developer.zendesk.com/api-reference/introduction/pagination/
WORDS = 64  # https://support.zendesk.com/hc/en-us/articles/4408886879258
LONGEST_ID = 18  # digits; more would not fit 64 bits
STATUSES = ("new", "open", "pending", "hold", "solved", "closed")  # in the order in which `<` and `>` compare them

_TERM = re.compile(r"(?P<keyword>[a-z_]+)(?P<operator>:|<=|>=|<|>)(?P<value>\S+)")
_WORD = re.compile(r"[^\W_][^:<>=\"*]*")
_SECOND = timedelta(seconds=1)
_EVER, _NEVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


class Refusal(Exception):
    """An error that Zendesk would answer: https://developer.zendesk.com/api-reference/introduction/requests/."""

    def __init__(self, status: int, body: Mapping[str, object]) -> None:
        super().__init__(str(body))
        self.reply = reply(body, status)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a search is for: `since` and `until` are seconds in it, requesters None where any will do.

    `words` are in lower case.
    """

    requesters: frozenset[int] | None = None
    statuses: frozenset[str] = frozenset(STATUSES)
    since: datetime = _EVER
    until: datetime = _NEVER
    words: tuple[str, ...] = ()


def terms(query: str) -> Terms:
    """Reads a search: values of one keyword are alternatives, comparisons narrow it down."""
    words = query.split()
    if len(words) > WORDS:
        raise invalid_search(f"a query has {WORDS} words at most")
    plain = tuple(word.lower() for word in words if _WORD.fullmatch(word))
    read = [_read(word) for word in words if not _WORD.fullmatch(word)]
    if ("type", ":", "ticket") not in read:
        raise invalid_search("only type:ticket can be searched for here")
    created = [(operator, _period(value)) for keyword, operator, value in read if keyword == "created"]
    requesters = frozenset(_requester(operator, value) for keyword, operator, value in read if keyword == "requester")
    statuses = [(operator, _status(value)) for keyword, operator, value in read if keyword == "status"]
    return _created(Terms(requesters or None, _statuses(statuses), words=plain), created)


def integer(query: Mapping[str, str], name: str, default: int, most: int | None = None) -> int:
    """A whole number from 1; what is more than `most` is `most`."""
    text = query.get(name, str(default))
    if not (text.isascii() and text.isdecimal() and 0 < len(text) < len("10000000000") and int(text)):
        raise invalid_attribute(name, "must be an integer")
    return int(text) if most is None else min(int(text), most)


def ids(query: Mapping[str, str]) -> Sequence[int]:
    """https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#show-multiple-tickets: 100 at most."""
    texts = query.get("ids", "").split(",")
    if not all(text.isascii() and text.isdecimal() and len(text) <= LONGEST_ID for text in texts):
        raise invalid_attribute("ids", "must be a comma-separated list of integers")
    if len(texts) > LARGEST:
        raise invalid_attribute("ids", f"must have {LARGEST} items at most")
    return [int(text) for text in texts]


def invalid_search(text: str) -> Refusal:
    """https://developer.zendesk.com/api-reference/ticketing/ticket-management/search/#errors-json-format."""
    return Refusal(422, {"error": "invalid", "description": f"Invalid search: {text}"})


def invalid_attribute(name: str, why: str) -> Refusal:
    """A parameter that is not what it should be."""
    text = f"You passed an invalid value for the {name} attribute. Invalid parameter: {name} {why}"
    return Refusal(400, {"error": {"title": "Invalid attribute", "message": text}})


def invalid_record(field: str, text: str, error: str) -> Refusal:
    """What was to be written breaks a rule: https://developer.zendesk.com/api-reference/introduction/requests/."""
    details = {field: [{"description": text, "error": error}]}
    return Refusal(422, {"error": "RecordInvalid", "description": "Record validation errors", "details": details})


def _read(word: str) -> tuple[str, str, str]:
    match = _TERM.fullmatch(word)
    known = {"type", "requester", "status", "created"}
    if match is None or match["keyword"] not in known:
        raise invalid_search(f"{word} is not understood here")
    return match["keyword"], match["operator"], match["value"]


def _requester(operator: str, value: str) -> int:
    if operator != ":" or not (value.isascii() and value.isdecimal()) or len(value) > LONGEST_ID:
        raise invalid_search("a requester is named by id here")
    return int(value)


def _status(value: str) -> int:
    if value not in STATUSES:
        raise invalid_search(f"{value} is not a status")
    return STATUSES.index(value)


_FITS: Mapping[str, Callable[[int, int], bool]] = {
    "<": lt,
    "<=": le,
    ">": gt,
    ">=": ge,
}


def _statuses(asked: Sequence[tuple[str, int]]) -> frozenset[str]:
    named = {place for operator, place in asked if operator == ":"} or set(range(len(STATUSES)))
    compared = [(_FITS[operator], place) for operator, place in asked if operator != ":"]
    return frozenset(STATUSES[one] for one in named if all(fits(one, place) for fits, place in compared))


def _created(found: Terms, asked: Sequence[tuple[str, tuple[datetime, datetime]]]) -> Terms:
    for operator, (first, last) in asked:
        if operator in (":", ">=", ">"):
            found = replace(found, since=max(found.since, last + _SECOND if operator == ">" else first))
        if operator in (":", "<=", "<"):
            found = replace(found, until=min(found.until, first - _SECOND if operator == "<" else last))
    return found


def _period(value: str) -> tuple[datetime, datetime]:
    """The first and the last second of a day, or of a time; without an offset, a time would be ambiguous."""
    try:
        if len(value) == len("2026-11-01"):
            start = datetime.combine(date.fromisoformat(value), time(), UTC)
            end = start + timedelta(days=1) - _SECOND
        else:
            start = end = _aware(datetime.fromisoformat(value))
    except (ValueError, OverflowError) as unfit:
        raise invalid_search(f"{value} is not a date") from unfit
    if not _EVER.year < start.year < _NEVER.year:
        raise invalid_search(f"{value} is out of range")
    return start, end


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError(at)
    return at.astimezone(UTC)
