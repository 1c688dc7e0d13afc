"""OpenAPI's schema dialects, as JSON Schema 2020-12.

OpenAPI 3.0 (https://spec.openapis.org/oas/v3.0.3#schema-object) is a JSON Schema of its own: `nullable`, boolean
`exclusiveMinimum`, a `$ref` whose siblings mean nothing. OpenAPI 3.1 is 2020-12 itself. Both come out as 2020-12 with
absolute references, without annotations; a keyword that is not understood is `Uncompilable`, never skipped.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass

from tests.contracts.document import Json
from tests.contracts.violation import Uncompilable

TYPES = frozenset({"array", "boolean", "integer", "null", "number", "object", "string"})
ANNOTATIONS = frozenset(
    "title description default example examples deprecated readOnly writeOnly externalDocs xml discriminator "
    "$comment contentEncoding contentMediaType contentSchema".split()
)
ONE = frozenset("items additionalProperties not".split())
ONE_2020 = frozenset("if then else contains propertyNames unevaluatedItems unevaluatedProperties".split())
MANY = frozenset("allOf anyOf oneOf".split())
MANY_2020 = frozenset({"prefixItems"})
NAMED = frozenset({"properties"})
NAMED_2020 = frozenset("patternProperties dependentSchemas".split())
COMBINATORS = frozenset("$ref allOf anyOf oneOf not".split())


def _number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _count(value: Json) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _names(value: Json) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) for name in value)


def _types(value: Json) -> bool:
    names = value if isinstance(value, list) else [value]
    return bool(names) and _names(names) and TYPES.issuperset(names)


def _regex(value: Json) -> bool:
    try:
        re.compile(value)
    except (re.error, TypeError, FutureWarning):
        return False
    return True


ASSERTIONS: dict[str, Callable[[Json], bool]] = {
    "type": _types,
    "enum": lambda value: isinstance(value, list) and bool(value),
    "required": _names,
    "pattern": _regex,
    "format": lambda value: isinstance(value, str),
    "uniqueItems": lambda value: isinstance(value, bool),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"), _number),
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"), _count),
}
ASSERTIONS_2020: dict[str, Callable[[Json], bool]] = {
    "const": lambda _: True,
    "minContains": _count,
    "maxContains": _count,
    "dependentRequired": lambda value: isinstance(value, dict) and all(map(_names, value.values())),
}


@dataclass(frozen=True)
class Dialect:
    """The dialect of one document: `native` from OpenAPI 3.1 on; references are made absolute with `base`."""

    native: bool
    base: str

    def convert(self, schema: Json, where: str) -> Json:
        """The schema as JSON Schema 2020-12. Raises `Uncompilable` with the place that is wrong."""
        if isinstance(schema, bool):
            return schema
        if not isinstance(schema, dict):
            raise Uncompilable(where, f"a schema is an object or a boolean, not {schema!r}")
        if self.native:
            return self._keywords(_without_discriminated_one_of(schema), where)
        return self._convert_3_0(schema, where)

    def _convert_3_0(self, schema: Json, where: str) -> Json:
        nullable = schema.get("nullable", False)
        if not isinstance(nullable, bool):
            raise Uncompilable(where, f"nullable is {nullable!r}")
        stated = {name: value for name, value in schema.items() if name != "nullable"}
        if "$ref" in stated:
            stated = {"$ref": stated["$ref"]}
        converted = self._keywords(_exclusive_bounds(_without_discriminated_one_of(stated), where), where)
        return _or_null(converted) if nullable else converted

    def _keywords(self, schema: Json, where: str) -> Json:
        converted = {}
        for name, value in schema.items():
            if name not in ANNOTATIONS and not name.startswith("x-"):
                converted[name] = self._keyword(name, value, f"{where}/{name}")
        return converted

    def _keyword(self, name: str, value: Json, where: str) -> Json:
        if name == "$ref":
            return self._reference(value, where)
        if name in ONE or (self.native and name in ONE_2020):
            return self.convert(value, where)
        if name in MANY or (self.native and name in MANY_2020):
            return self._each(value, where)
        if name in NAMED or (self.native and name in NAMED_2020):
            return self._named(value, where)
        return self._assertion(name, value, where)

    def _reference(self, value: Json, where: str) -> str:
        if not isinstance(value, str) or not value.startswith("#/"):
            raise Uncompilable(where, f"{value!r} is not a reference within the document")
        return self.base + value

    def _each(self, value: Json, where: str) -> Json:
        if not isinstance(value, list) or not value:
            raise Uncompilable(where, f"a list of schemas is needed, not {value!r}")
        return [self.convert(schema, f"{where}/{index}") for index, schema in enumerate(value)]

    def _named(self, value: Json, where: str) -> Json:
        if not isinstance(value, dict):
            raise Uncompilable(where, f"an object of schemas is needed, not {value!r}")
        return {name: self.convert(schema, f"{where}/{name}") for name, schema in value.items()}

    def _assertion(self, name: str, value: Json, where: str) -> Json:
        known = ASSERTIONS.get(name) or (ASSERTIONS_2020.get(name) if self.native else None)
        if known is None:
            raise Uncompilable(where, f"the keyword {name!r} is not known")
        if not known(value):
            raise Uncompilable(where, f"{value!r} is no value of {name!r}")
        return _distinct(value) if name == "enum" else value


def _distinct(values: list[Json]) -> list[Json]:
    """The values without repetitions; compared as JSON, where 1 and true differ."""
    return list({json.dumps(value, sort_keys=True): value for value in values}.values())


def _without_discriminated_one_of(schema: Json) -> Json:
    """A discriminator says which of the alternatives is meant, so that a body may well fit two of them."""
    if "discriminator" not in schema or "oneOf" not in schema:
        return schema
    return {("anyOf" if name == "oneOf" else name): value for name, value in schema.items()}


def _exclusive_bounds(schema: Json, where: str) -> Json:
    """3.0's `exclusiveMinimum: true` beside `minimum`, as 2020-12's number; `false` means nothing."""
    bounds = dict(schema)
    for exclusive, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        flag = bounds.pop(exclusive, False)
        if not isinstance(flag, bool):
            raise Uncompilable(f"{where}/{exclusive}", f"OpenAPI 3.0 has a boolean here, not {flag!r}")
        if flag and bound not in bounds:
            raise Uncompilable(f"{where}/{exclusive}", f"it stands without {bound!r}")
        if flag:
            bounds[exclusive] = bounds.pop(bound)
    return bounds


def _or_null(schema: Json) -> Json:
    """The schema, or null. By the letter an `enum` without null refuses it; vendors write one and send null."""
    if COMBINATORS & schema.keys():
        return {"anyOf": [schema, {"type": "null"}]}
    widened = dict(schema)
    if "type" in schema:
        kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        widened["type"] = list(dict.fromkeys([*kinds, "null"]))
    if "enum" in schema:
        widened["enum"] = _distinct([*schema["enum"], None])
    return widened
