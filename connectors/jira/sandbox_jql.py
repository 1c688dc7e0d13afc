"""What the imitated Jira makes of a query.

https://support.atlassian.com/jira-software-cloud/docs/use-advanced-search-with-jira-query-language-jql/.
Of JQL it knows `reporter`, `project`, `creator = currentUser()`, `statusCategory`, `created` and `text`, joined by AND,
ordered by `created DESC`. Anything else is refused, where Jira would look further.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from connectors.jira.sandbox_refusal import Refusal

_EVER, _NEVER = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
_TOKEN = re.compile(
    r"""\s*(?:"(?P<double>(?:[^"\\]|\\.)*)"|'(?P<single>(?:[^'\\]|\\.)*)'|(?P<sign><=|>=|!=|[=~<>(),])"""
    r"""|(?P<word>[^\s"'=~<>!(),\\]+))""",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\", " ": " "}
_AGO = re.compile(r"-(\d{1,6})([wdhm])")
_UNITS = {"w": timedelta(weeks=1), "d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(minutes=1)}
# https://support.atlassian.com/jira-software-cloud/docs/search-syntax-for-text-fields/; wildcards are not imitated.
_TEXT_SYNTAX = re.compile(r'[-+&|!(){}\[\]^~*?:/\\"]')
_BOUNDED = "Unbounded JQL queries are not allowed here. Please add a search restriction to your query."


@dataclass(frozen=True, slots=True)
class Terms:
    """What a query is for: `done` None for any state, `since` and `until` are times in it, None for anybody."""

    reporters: frozenset[str] | None = None
    projects: frozenset[str] | None = None
    by_caller: bool = False
    done: bool | None = None
    since: datetime = _EVER
    until: datetime = _NEVER
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str

    def says(self, word: str) -> bool:
        return self.kind != "string" and self.text.lower() == word


@dataclass(frozen=True, slots=True)
class _Clause:
    field: str
    operator: str
    values: tuple[_Token, ...]

    @property
    def value(self) -> _Token:
        if len(self.values) != 1:
            raise _wrong(f"Operator '{self.operator}' does not support multiple values.")
        return self.values[0]


def terms(jql: str, now: datetime) -> Terms:
    """Reads a query; raises Refusal."""
    tokens = _tokens(jql)
    where = next((place for place, token in enumerate(tokens) if token.says("order")), len(tokens))
    _order(tokens[where:])
    found = Terms()
    for clause in _clauses(tokens[:where]):
        read = _FIELDS.get(clause.field)
        if read is None:
            raise Refusal(400, f"Field '{clause.field}' does not exist or you do not have permission to view it.")
        found = read(found, clause, now)
    if found == Terms() and not where:
        raise Refusal(400, _BOUNDED)
    return found


def _tokens(jql: str) -> list[_Token]:
    tokens, place = [], 0
    while jql[place:].strip():
        match = _TOKEN.match(jql, place)
        if match is None:
            raise _wrong(f"The character at {place + 1} is a reserved JQL character, or its quotes are not closed.")
        kind = str(match.lastgroup)
        if kind in ("double", "single"):
            tokens.append(_Token("string", _ESCAPE.sub(_unescaped, match[kind])))
        else:
            tokens.append(_Token(kind, match[kind]))
        place = match.end()
    return tokens


def _unescaped(match: re.Match[str]) -> str:
    if match[1] not in _ESCAPED:
        raise _wrong(f"'\\{match[1]}' is an illegal JQL escape sequence.")
    return _ESCAPED[match[1]]


def _order(tokens: Sequence[_Token]) -> None:
    if [token.text.lower() for token in tokens] not in ([], ["order", "by", "created", "desc"]):
        raise _wrong("only ORDER BY created DESC is imitated.")


def _clauses(tokens: Sequence[_Token]) -> list[_Clause]:
    clauses, rest = [], list(tokens)
    while rest:
        clause, rest = _clause(rest)
        clauses.append(clause)
        if rest and (not rest[0].says("and") or len(rest) == 1):
            raise _wrong(f"Expecting either 'OR' or 'AND' but got '{rest[0].text}'.")
        rest = rest[1:]
    return clauses


def _clause(tokens: list[_Token]) -> tuple[_Clause, list[_Token]]:
    match tokens:
        case [field, operator, opened, *rest] if operator.says("in") and opened.text == "(":
            values, rest = _listed(rest)
            return _Clause(field.text.lower(), "in", tuple(values)), rest
        case [field, operator, value, opened, closed, *rest] if (opened.text, closed.text) == ("(", ")"):
            return _Clause(field.text.lower(), operator.text, (_Token("function", value.text),)), rest
        case [field, operator, value, *rest] if operator.kind == "sign" and value.kind in ("word", "string"):
            return _Clause(field.text.lower(), operator.text, (value,)), rest
    raise _wrong(f"'{tokens[0].text}' is not the beginning of a clause.")


def _listed(tokens: list[_Token]) -> tuple[list[_Token], list[_Token]]:
    values = []
    while len(tokens) > 1:
        value, separator, *tokens = tokens
        values.append(value)
        if separator.kind == "sign" and separator.text == ")" and value.kind != "sign":
            return values, tokens
        if separator.text != "," or value.kind == "sign":
            break
    raise _wrong("a list is not closed.")


def _one_of(clause: _Clause) -> frozenset[str]:
    if clause.operator not in ("=", "in"):
        raise _wrong(f"The operator '{clause.operator}' is not imitated for '{clause.field}'.")
    return frozenset(value.text for value in clause.values)


def _reporter(found: Terms, clause: _Clause, _: datetime) -> Terms:
    named = _one_of(clause)
    return replace(found, reporters=named if found.reporters is None else found.reporters & named)


def _project(found: Terms, clause: _Clause, _: datetime) -> Terms:
    named = frozenset(name.upper() for name in _one_of(clause))
    return replace(found, projects=named if found.projects is None else found.projects & named)


def _creator(found: Terms, clause: _Clause, _: datetime) -> Terms:
    if clause.operator != "=" or clause.value != _Token("function", "currentUser"):
        raise _wrong("only creator = currentUser() is imitated.")
    return replace(found, by_caller=True)


def _category(found: Terms, clause: _Clause, _: datetime) -> Terms:
    if clause.operator not in ("=", "!=") or not clause.value.text.lower() == "done":
        raise Refusal(400, f"The value '{clause.value.text}' does not exist for the field 'statusCategory'.")
    return replace(found, done=clause.operator == "=")


def _text(found: Terms, clause: _Clause, _: datetime) -> Terms:
    if clause.operator != "~":
        raise _wrong(f"The operator '{clause.operator}' is not supported by the 'text' field.")
    if not clause.value.text.strip() or _TEXT_SYNTAX.search(clause.value.text):
        raise Refusal(400, f"The text query '{clause.value.text}' for field 'text' is not valid.")
    return replace(found, words=(*found.words, *clause.value.text.casefold().split()))


_EDGES: Mapping[str, Callable[[Terms, datetime], Terms]] = {
    "<=": lambda found, at: replace(found, until=min(found.until, at)),
    "<": lambda found, at: replace(found, until=min(found.until, at - timedelta(milliseconds=1))),
    ">=": lambda found, at: replace(found, since=max(found.since, at)),
    ">": lambda found, at: replace(found, since=max(found.since, at + timedelta(milliseconds=1))),
}


def _created(found: Terms, clause: _Clause, now: datetime) -> Terms:
    if clause.operator not in _EDGES:
        raise _wrong(f"The operator '{clause.operator}' is not imitated for 'created'.")
    return _EDGES[clause.operator](found, _moment(clause.value, now))


def _moment(value: _Token, now: datetime) -> datetime:
    """A number of milliseconds since 1970, a time before now, or now; what is written out depends on who asks."""
    ago = _AGO.fullmatch(value.text)
    if value == _Token("function", "now"):
        return now
    if ago:
        return now - int(ago[1]) * _UNITS[ago[2]]
    if value.kind == "word" and re.fullmatch(r"\d{1,14}", value.text):
        return _EVER + timedelta(milliseconds=int(value.text))
    raise Refusal(400, f"Date value '{value.text}' for field 'created' is invalid here.")


_FIELDS: Mapping[str, Callable[[Terms, _Clause, datetime], Terms]] = {
    "created": _created,
    "creator": _creator,
    "project": _project,
    "reporter": _reporter,
    "statuscategory": _category,
    "text": _text,
}


def _wrong(why: str) -> Refusal:
    return Refusal(400, f"Error in the JQL Query: {why}")
