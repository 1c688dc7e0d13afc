"""Text from a query, a path, a header or a form, as the JSON value that its schema means."""

import re

from tests.contracts.brackets import Raw
from tests.contracts.document import Json
from tests.contracts.schemas import Schemas

INTEGER = re.compile(r"-?(0|[1-9]\d*)", re.ASCII)
NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
BOOLEANS = {"true": True, "false": False}


def coerced(raw: Raw, schema: Json, schemas: Schemas) -> Json:
    """The value with numbers and booleans where the schema has them. Text that fits neither stays text, so that
    validating the result names the mistake."""
    schema = schemas.resolve(schema)
    if branches := schema.get("anyOf") or schema.get("oneOf"):
        return _first_fitting(raw, branches, schemas)
    if isinstance(raw, str):
        return _scalar(raw, _types(schema))
    if isinstance(raw, dict):
        return _object(raw, schema, schemas)
    return _sequence(raw, schema, schemas)


def kinds(schema: Json, schemas: Schemas) -> frozenset[str]:
    """Every type that a value of the schema may have, through references and alternatives."""
    schema = schemas.resolve(schema)
    inner = [*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())]
    return frozenset(_types(schema)).union(*(kinds(each, schemas) for each in inner))


def _types(schema: Json) -> set[str]:
    named = schema.get("type", [])
    return {named} if isinstance(named, str) else set(named)


def _first_fitting(raw: Raw, branches: list[Json], schemas: Schemas) -> Json:
    candidates = [coerced(raw, branch, schemas) for branch in branches]
    for branch, candidate in zip(branches, candidates, strict=True):
        if schemas.of(branch).is_valid(candidate):
            return candidate
    shape = {"object", "array"} if isinstance(raw, dict) else {"array"} if isinstance(raw, list) else set()
    alike = (value for branch, value in zip(branches, candidates, strict=True) if kinds(branch, schemas) & shape)
    return next(alike, candidates[0])


def _scalar(text: str, types: set[str]) -> Json:
    if "integer" in types and INTEGER.fullmatch(text):
        return int(text)
    if "number" in types and NUMBER.fullmatch(text):
        return float(text)
    if "boolean" in types:
        return BOOLEANS.get(text, text)
    return text


def _object(raw: dict[str, Raw], schema: Json, schemas: Schemas) -> Json:
    if "array" in _types(schema) and list(raw) == [str(index) for index in range(len(raw))]:
        return [coerced(item, schema.get("items"), schemas) for item in raw.values()]
    properties, others = _properties(schema, schemas)
    return {name: coerced(value, properties.get(name, others), schemas) for name, value in raw.items()}


def _properties(schema: Json, schemas: Schemas) -> tuple[dict[str, Json], Json]:
    """The properties by name, those of `allOf` included, and the schema of all others."""
    properties = dict(schema.get("properties", {}))
    for part in schema.get("allOf", ()):
        properties |= _properties(schemas.resolve(part), schemas)[0]
    return properties, schema.get("additionalProperties")


def _sequence(raw: tuple[str, ...] | list[Raw], schema: Json, schemas: Schemas) -> Json:
    """What one plain name was given is a list only where the schema has one; `name[]` always is."""
    if isinstance(raw, tuple) and len(raw) == 1 and "array" not in _types(schema):
        return _scalar(raw[0], _types(schema))
    return [coerced(item, schema.get("items"), schemas) for item in raw]
