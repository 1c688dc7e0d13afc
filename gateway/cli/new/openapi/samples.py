"""An answer made of its schema, the same every time, for a document that shows none."""

from typing import Any

from gateway.cli.new.openapi.document import Document, Schema
from gateway.cli.new.openapi.kinds import is_nullable, types_of, whole_of

DEEP = 3  # objects inside of each other, up to which what may be left out is there
_TEXTS = {
    "date": "2026-01-02",
    "date-time": "2026-01-02T03:04:05Z",
    "email": "somebody@vendor.example",
    "uri": "https://vendor.example/1",
    "url": "https://vendor.example/1",
    "uuid": "0b5e6a52-4b0e-4c0e-8f4e-0d8b7a1c2d3e",
}


class Endless(Exception):
    """A schema that asks for itself, again and again."""


def sample(document: Document, schema: Any, depth: int = 0, inside: tuple[str, ...] = ()) -> Any:  # noqa: ANN401 - JSON
    """Raises Endless where there is no such thing of a finite size."""
    ref, found = document.resolve(schema)
    if ref and ref in inside:
        raise Endless(ref)
    whole = whole_of(document, found)
    below = (*inside, ref) if ref else inside
    if "const" in whole or whole.get("enum"):
        return whole.get("const", (whole.get("enum") or [None])[0])
    types = types_of(whole)
    options = whole.get("oneOf") or whole.get("anyOf")
    if options and not types:
        return _option(document, options, depth, below)
    return _typed(document, whole, types[0] if types else "", depth, below)


def _option(document: Document, options: list[Any], depth: int, inside: tuple[str, ...]) -> Any:  # noqa: ANN401 - JSON
    for option in options:
        try:
            return sample(document, option, depth, inside)
        except Endless:
            continue
    raise Endless


def _typed(document: Document, schema: Schema, type_: str, depth: int, inside: tuple[str, ...]) -> Any:  # noqa: ANN401 - JSON
    if type_ == "object":
        return _object(document, schema, depth, inside)
    if type_ == "array":
        try:
            return [sample(document, schema.get("items") or {}, depth, inside)]
        except Endless:
            return []
    if type_ == "string":
        return _TEXTS.get(schema.get("format", ""), "text")
    return {"integer": 1, "number": 1.5, "boolean": True}.get(type_)


def _object(document: Document, schema: Schema, depth: int, inside: tuple[str, ...]) -> Schema:
    required = set(schema.get("required", ()))
    made: Schema = {}
    for name, property_ in schema.get("properties", {}).items():
        if name not in required and depth >= DEEP:
            continue
        try:
            made[name] = sample(document, property_, depth + 1, inside)
        except Endless:
            if name not in required:
                continue
            if not is_nullable(document.resolve(property_)[1]):
                raise
            made[name] = None
    return made
