"""From a schema to the annotation of a field."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gateway.cli.new.openapi.document import Document, Schema

MOST_VALUES = 20  # of a Literal; a longer list is a str
_LONGEST_VALUE = 40
_SCALARS = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}
_ORDER = ("object", "array", "string", "integer", "number", "boolean")


@dataclass(frozen=True, slots=True)
class Kind:
    """`text` as it is annotated, without None; `json` is the type in JSON, empty where it may be anything."""

    text: str
    json: str = ""
    nullable: bool = False


ANY = Kind("Any", "", nullable=True)
NULL = Kind("", "null", nullable=True)
OBJECT = Kind("dict[str, Any]", "object")
Named = Callable[[str, Schema, str], str]  # the class of an object: its reference, its schema, where it stands


class Reader:
    """Reads schemas; `named` gives each object with properties its class."""

    def __init__(self, document: Document, named: Named) -> None:
        self._document = document
        self._named = named
        self._open: list[str] = []  # references that are being read: one that comes back to itself is anything

    def kind(self, schema: Any, where: str) -> Kind:  # noqa: ANN401 - whatever the document has in this place
        """`where` is a name for what has none of its own."""
        ref, found = self._document.resolve(schema)
        if ref in self._open:
            return ANY
        whole = whole_of(self._document, found)
        types = types_of(whole)
        if types == ["object"] and whole.get("properties"):
            return Kind(self._named(ref, whole, where), "object", nullable=is_nullable(whole))
        if ref:
            self._open.append(ref)
        try:
            return self._other(whole, types, where)
        finally:
            if ref:
                self._open.pop()

    def _other(self, schema: Schema, types: Sequence[str], where: str) -> Kind:
        options = schema.get("oneOf") or schema.get("anyOf")
        if options and not types:
            found = joined([self._option(option, where) for option in options])
        elif schema.get("enum") or "const" in schema:
            found = _of_values(schema.get("enum") or [schema["const"]])
        else:
            found = joined([self._of_type(one, schema, where) for one in types] or [ANY])
        return replace(found, nullable=found.nullable or is_nullable(schema))

    def _option(self, schema: Any, where: str) -> Kind:  # noqa: ANN401 - likewise
        null = self._document.resolve(schema)[1].get("type") in ("null", ["null"])
        return NULL if null else self.kind(schema, where)

    def _of_type(self, type_: str, schema: Schema, where: str) -> Kind:
        if type_ == "array":
            item = self.kind(schema.get("items") or {}, f"{where}Item")
            return Kind(f"list[{spelled(item)}]", "array")
        if type_ != "object":
            return Kind(_SCALARS[type_], type_) if type_ in _SCALARS else ANY
        if schema.get("properties"):
            return Kind(self._named("", schema, where), "object")
        values = schema.get("additionalProperties")
        if isinstance(values, dict) and values:
            return Kind(f"dict[str, {spelled(self.kind(values, f'{where}Value'))}]", "object")
        return OBJECT


def spelled(kind: Kind) -> str:
    """With None, where it may be."""
    return f"{kind.text} | None" if kind.nullable and kind.text != "Any" else kind.text


def is_nullable(schema: Schema) -> bool:
    """As OpenAPI 3.0 says it, or as 3.1 does."""
    types = schema.get("type")
    values = schema.get("enum") or ()
    return (
        bool(schema.get("nullable"))
        or types == "null"
        or (isinstance(types, list) and "null" in types)
        or None in values
    )


def types_of(schema: Schema) -> list[str]:
    """What it may be in JSON, but for null; told by what it has, where it does not say."""
    types = schema.get("type")
    if isinstance(types, str):
        types = [types]
    if isinstance(types, list):
        return [one for one in types if one != "null"]
    if schema.get("properties") or isinstance(schema.get("additionalProperties"), dict):
        return ["object"]
    return ["array"] if schema.get("items") else []


def whole_of(document: Document, schema: Schema) -> Schema:
    """With all that `allOf` adds to it."""
    if not schema.get("allOf"):
        return schema
    parts = [whole_of(document, document.resolve(part)[1]) for part in schema["allOf"]]
    own = {key: value for key, value in schema.items() if key != "allOf"}
    whole: Schema = {}
    for part in [*parts, own]:
        properties = {**whole.get("properties", {}), **part.get("properties", {})}
        required = [*whole.get("required", []), *part.get("required", [])]
        whole = {**whole, **part, "properties": properties, "required": required}
    return whole


def joined(kinds: Iterable[Kind]) -> Kind:
    """One of several. msgspec tells apart what differs in JSON, so that objects of several kinds are any object."""
    several = list(kinds)
    by_json: dict[str, list[Kind]] = {}
    for kind in several:
        if kind.text == "Any" and not kind.json:
            return ANY
        by_json.setdefault(kind.json, []).append(kind)
    if not by_json.keys() - {"null"}:
        return ANY
    if "number" in by_json:
        by_json.pop("integer", None)
    texts = [_common(by_json[one], one) for one in _ORDER if one in by_json]
    json = next(one for one in by_json if one != "null") if len(texts) == 1 else "several"
    return Kind(" | ".join(texts), json, nullable=any(kind.nullable for kind in several))


def _common(kinds: Sequence[Kind], json: str) -> str:
    texts = dict.fromkeys(kind.text for kind in kinds)
    if len(texts) == 1:
        return kinds[0].text
    return {"object": OBJECT.text, "array": "list[Any]"}.get(json) or _SCALARS[json]


def _of_values(values: Sequence[Any]) -> Kind:
    """Few short words are a Literal; anything else is what the values are in JSON."""
    known = [value for value in dict.fromkeys(values) if value is not None]
    if all(isinstance(value, str) for value in known):
        fits = all(value.isascii() and value.isprintable() and len(value) <= _LONGEST_VALUE for value in known)
        words = ", ".join(f'"{value}"' for value in known) if fits and '"' not in "".join(known) else ""
        literal = 0 < len(known) <= MOST_VALUES and words and "\\" not in words
        return Kind(f"Literal[{words}]" if literal else "str", "string")
    if all(isinstance(value, bool) for value in known):
        return Kind("bool", "boolean")
    return Kind("int", "integer") if all(isinstance(value, int) for value in known) else ANY
