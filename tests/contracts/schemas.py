"""The schemas of one document: converted, compiled when first used, and explained when a value does not fit."""

from collections.abc import Iterator

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.exceptions import best_match
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from tests.contracts.dialect import Dialect
from tests.contracts.document import Json, pointer
from tests.contracts.formats import CHECKER
from tests.contracts.violation import SHOWN, Mistake, Uncompilable


class Schemas:
    """The validators of one document's schemas, compiled once; references are followed as a body needs them."""

    def __init__(self, name: str, version: str, components: Json) -> None:
        """Converts every component: one that cannot be compiled is `Uncompilable` now, not when a body meets it."""
        self.base = f"urn:contract:{name}"
        self._dialect = Dialect(native=version.startswith("3.1"), base=self.base)
        converted = {key: self._convert(schema, f"#/components/schemas/{key}") for key, schema in components.items()}
        self._document = {"components": {"schemas": converted}}
        resource = Resource.from_contents(self._document, default_specification=DRAFT202012)
        self._registry: Registry[Json] = Registry().with_resource(self.base, resource)
        self._validators: dict[int, tuple[Json, Draft202012Validator]] = {}  # by the identity of the schema they hold
        for key, schema in converted.items():
            self._check_references(schema, f"#/components/schemas/{key}")

    def validator(self, where: str, schema: Json) -> Draft202012Validator:
        """The validator of a schema as the document writes it, which stands at `where`."""
        if id(schema) not in self._validators:
            converted = self._convert(schema, where)
            self._check_references(converted, where)
            self._validators[id(schema)] = (schema, self.of(converted))
        return self._validators[id(schema)][1]

    def component(self, name: str) -> Draft202012Validator:
        """The validator of `#/components/schemas/<name>`. Raises `Uncompilable` when there is none."""
        reference = f"#/components/schemas/{name.replace('~', '~0').replace('/', '~1')}"
        converted = {"$ref": self.base + reference}
        self._check_references(converted, reference)
        return self.of(converted)

    def of(self, converted: Json) -> Draft202012Validator:
        """The validator of a schema that is in 2020-12 already."""
        return Draft202012Validator(converted, registry=self._registry, format_checker=CHECKER)

    def resolve(self, converted: Json) -> Json:
        """The schema behind references; a boolean schema becomes an empty one."""
        while isinstance(converted, dict) and "$ref" in converted:
            converted = pointer(self._document, converted["$ref"].removeprefix(self.base))
        return converted if isinstance(converted, dict) else {}

    def _convert(self, schema: Json, where: str) -> Json:
        return self._dialect.convert(schema, where)

    def _check_references(self, converted: Json, where: str) -> None:
        for reference in _references(converted):
            try:
                pointer(self._document, reference.removeprefix(self.base))
            except (LookupError, ValueError, TypeError):
                raise Uncompilable(where, f"{reference} names nothing") from None


def _references(node: Json) -> Iterator[str]:
    """Every reference in a converted schema; a property named `$ref` holds a schema, not a string."""
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    for child in children:
        yield from _references(child)
    if isinstance(node, dict) and isinstance(node.get("$ref"), str):
        yield node["$ref"]


def mistakes(validator: Draft202012Validator, value: Json) -> list[Mistake]:
    """What is wrong with a value, in the order of its parts; empty when it fits."""
    return [_explained(error) for error in sorted(validator.iter_errors(value), key=lambda error: error.json_path)]


def _explained(error: ValidationError) -> Mistake:
    deepest = best_match([error]) or error
    return Mistake(deepest.json_path, _sentence(deepest), deepest.instance)


def _sentence(error: ValidationError) -> str:
    if error.context and error.validator in {"anyOf", "oneOf"}:
        reasons = "; ".join(dict.fromkeys(_sentence(inner) for inner in error.context))
        return _cut(f"it fits none of the alternatives: {reasons}")
    return _cut(error.message)


def _cut(message: str) -> str:
    return message if len(message) <= SHOWN else f"{message[:SHOWN]}…"
