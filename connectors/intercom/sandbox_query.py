"""What the imitated Intercom makes of a search's filters, and how it refuses one.

https://developers.intercom.com/docs/references/rest-api/api.intercom.io/conversations/searchconversations: groups of
15 filters at most, two of them within each other, and operators by the type of the field. Fields that the gateway has
no use for are refused.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import contains, eq
from typing import Any, Literal, NamedTuple
from uuid import NAMESPACE_URL, uuid5

import msgspec

from connectors.intercom.sandbox_inbox import Talk
from connectors.sandbox import reply

MOST = 15  # filters of a group, and values of `IN`
DEEPEST = 2  # groups within each other
NEVER = 253_402_300_799
_WORD = re.compile(r"\w+")

Kind = Literal["string", "integer", "boolean", "date", "words"]
Value = str | int | bool


class Refusal(Exception):
    """An error that Intercom would answer: https://developers.intercom.com/docs/references/rest-api/errors/."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        body = {
            "type": "error.list",
            "request_id": str(uuid5(NAMESPACE_URL, f"{code} {message}")),
            "errors": [{"code": code, "message": message}],
        }
        self.reply = reply(body, status)


class _Raw(msgspec.Struct):
    operator: str
    value: Any  # JSON enters here: a value, a list of values, or a list of filters
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Leaf:
    """One field compared; `values` are the alternatives of `IN`, or one value."""

    field: str
    operator: str
    values: tuple[Value, ...]

    def fits(self, fields: Mapping[str, object]) -> bool:
        """Whether the field is as asked."""
        return _fits(_FIELDS[self.field], self.operator, fields[self.field], self.values)


@dataclass(frozen=True, slots=True)
class Group:
    """All of the filters, or any of them."""

    operator: str
    filters: tuple["Leaf | Group", ...]

    def fits(self, fields: Mapping[str, object]) -> bool:
        """Whether enough of the filters fit."""
        fitting = (one.fits(fields) for one in self.filters)
        return all(fitting) if self.operator == "AND" else any(fitting)


Filter = Leaf | Group


class Bounds(NamedTuple):
    """Whom everything that fits is of, what it is called, and the latest second at which it can have begun."""

    contacts: frozenset[str] | None = None
    ids: frozenset[str] | None = None
    until: int = NEVER


def read(query: object) -> Filter:
    """The filters of a search."""
    return _read(query, 0)


def bounds(asked: Filter) -> Bounds:
    """What everything that fits has in common."""
    contacts: frozenset[str] | None = None
    ids: frozenset[str] | None = None
    until = NEVER
    for leaf in _required(asked):
        if leaf.operator in ("=", "IN"):
            named = frozenset(map(str, leaf.values))
            contacts = _narrowed(contacts, named) if leaf.field == "contact_ids" else contacts
            ids = _narrowed(ids, named) if leaf.field == "id" else ids
        if leaf.field == "created_at" and leaf.operator in ("<", "="):
            until = min(until, *(int(value) for value in leaf.values))
    return Bounds(contacts, ids, until)


def fields(talk: Talk) -> dict[str, object]:
    """What a conversation can be found by."""
    return {
        "id": str(talk.id),
        "created_at": talk.created_at,
        "updated_at": talk.updated_at,
        "contact_ids": talk.contact.id,
        "state": talk.state,
        "open": talk.state != "closed",
        "read": talk.read,
        "priority": "priority" if talk.priority else "not_priority",
        "admin_assignee_id": talk.assignee,
        "source.type": talk.source,
        "source.subject": talk.subject,
        "source.author.id": talk.contact.id,
        "source.author.email": talk.contact.email,
        "source.body": _WORD.findall(talk.body.lower()),
    }


_FIELDS: Mapping[str, Kind] = {
    "id": "string",
    "created_at": "date",
    "updated_at": "date",
    "contact_ids": "string",
    "state": "string",
    "open": "boolean",
    "read": "boolean",
    "priority": "string",
    "admin_assignee_id": "integer",
    "source.type": "string",
    "source.subject": "string",
    "source.author.id": "string",
    "source.author.email": "string",
    "source.body": "words",
}
_EVERYWHERE = ("=", "!=", "IN", "NIN")
_OPERATORS: Mapping[Kind, Sequence[str]] = {
    "string": (*_EVERYWHERE, "~", "!~", "^", "$"),
    "words": (*_EVERYWHERE, "~", "!~", "^", "$"),
    "integer": (*_EVERYWHERE, "<", ">"),
    "date": (*_EVERYWHERE, "<", ">"),
    "boolean": _EVERYWHERE,
}
_TEXTUAL: Mapping[str, Callable[[str, str], bool]] = {
    "=": eq,
    "IN": eq,
    "~": contains,
    "^": str.startswith,
    "$": str.endswith,
}
_NEGATED = {"!=": "=", "NIN": "IN", "!~": "~"}


def _required(asked: Filter) -> Iterator[Leaf]:
    """The comparisons that all have to hold."""
    if isinstance(asked, Leaf):
        yield asked
    elif asked.operator == "AND":
        for one in asked.filters:
            yield from _required(one)


def _narrowed(known: frozenset[str] | None, named: frozenset[str]) -> frozenset[str]:
    return named if known is None else known & named


def _read(query: object, depth: int) -> Filter:
    try:
        raw = msgspec.convert(query, _Raw)
    except msgspec.ValidationError as misfit:
        raise Refusal(400, "parameter_invalid", f"query does not fit: {misfit}") from misfit
    return _leaf(raw.field, raw) if raw.field is not None else _group(raw, depth)


def _group(raw: _Raw, depth: int) -> Group:
    if raw.operator not in ("AND", "OR") or not isinstance(raw.value, list) or not raw.value:
        raise Refusal(400, "parameter_invalid", "a group of filters has AND or OR, and filters as its value")
    if len(raw.value) > MOST or depth >= DEEPEST:
        raise Refusal(400, "parameter_invalid", f"at most {MOST} filters a group, and {DEEPEST} groups nested")
    return Group(raw.operator, tuple(_read(one, depth + 1) for one in raw.value))


def _leaf(field: str, raw: _Raw) -> Leaf:
    kind = _FIELDS.get(field)
    if kind is None:
        raise Refusal(400, "invalid_field", f"{field} cannot be searched by")
    if raw.operator not in _OPERATORS[kind]:
        raise Refusal(400, "invalid_operator", f"{raw.operator} is not supported for {field}")
    listed = isinstance(raw.value, list)
    if listed is not (raw.operator in ("IN", "NIN")) or (listed and not 1 <= len(raw.value) <= MOST):
        raise Refusal(400, "invalid_value", f"{field}: IN and NIN take 1 to {MOST} values, the others take one")
    return Leaf(field, raw.operator, tuple(_value(field, kind, one) for one in (raw.value if listed else [raw.value])))


def _value(field: str, kind: Kind, value: object) -> Value:
    if kind == "boolean" and (isinstance(value, bool) or value in ("true", "false")):
        return value in (True, "true")
    if kind in ("integer", "date"):
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < len(str(NEVER)):
            return int(value)
    if kind in ("string", "words") and isinstance(value, str):
        return value.lower()
    raise Refusal(400, "invalid_value", f"{value!r:.80} is not a {kind} as {field} takes it")


def _fits(kind: Kind, operator: str, found: object, values: Sequence[Value]) -> bool:
    if operator in _NEGATED:
        return not _fits(kind, _NEGATED[operator], found, values)
    if isinstance(found, list):
        # Each word of a body is compared by itself.
        return any(_fits("string", operator, word, values) for word in found)
    if kind == "string":
        text = str(found or "").lower()
        return any(_TEXTUAL[operator](text, str(value)) for value in values)
    if operator in ("<", ">"):
        # Both include the value itself, as the table of operators has it.
        number, edge = int(str(found or 0)), int(values[0])
        return number <= edge if operator == "<" else number >= edge
    return found in values
