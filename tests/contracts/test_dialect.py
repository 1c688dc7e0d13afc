"""OpenAPI's schemas become JSON Schema 2020-12, or say loudly why they can't."""

import pytest
from jsonschema import Draft202012Validator

from tests.contracts.dialect import Dialect
from tests.contracts.document import Json
from tests.contracts.violation import Uncompilable

OPENAPI_3_0 = Dialect(native=False, base="urn:test")
OPENAPI_3_1 = Dialect(native=True, base="urn:test")


def accepts(schema: Json, value: Json, dialect: Dialect = OPENAPI_3_0) -> bool:
    converted = dialect.convert(schema, "here")
    Draft202012Validator.check_schema(converted)
    return Draft202012Validator(converted).is_valid(value)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "nullable": True},
        {"type": "string", "nullable": True, "enum": ["a"]},
        {"type": "string", "nullable": True, "enum": ["a", None]},
        {"nullable": True, "enum": ["a"]},
        {"nullable": True, "allOf": [{"type": "string"}]},
        {"nullable": True, "anyOf": [{"type": "string"}, {"type": "array"}]},
        {"nullable": True, "oneOf": [{"type": "string"}, {"type": "array"}]},
        {"type": "string", "nullable": True, "allOf": [{"minLength": 1}]},
    ],
)
def test_nullable_admits_null_beside_what_the_schema_says(schema: Json) -> None:
    assert accepts(schema, None)
    assert accepts(schema, "a")
    assert not accepts(schema, 5)
    assert not accepts(schema | {"nullable": False, "enum": ["a"]}, None)


def test_a_nullable_reference_is_the_reference_or_null() -> None:
    assert OPENAPI_3_0.convert({"$ref": "#/components/schemas/a", "nullable": True}, "here") == {
        "anyOf": [{"$ref": "urn:test#/components/schemas/a"}, {"type": "null"}]
    }


def test_nullable_without_a_type_still_admits_everything() -> None:
    assert OPENAPI_3_0.convert({"nullable": True, "description": "anything"}, "here") == {}


def test_siblings_of_a_reference_mean_nothing_in_3_0_and_something_in_3_1() -> None:
    schema = {"$ref": "#/components/schemas/a", "maxLength": 3}
    reference = {"$ref": "urn:test#/components/schemas/a"}
    assert OPENAPI_3_0.convert(schema, "here") == reference
    assert OPENAPI_3_1.convert(schema, "here") == reference | {"maxLength": 3}


def test_boolean_exclusive_bounds_of_3_0_become_numbers() -> None:
    schema = {"type": "number", "minimum": 0, "exclusiveMinimum": True, "maximum": 9, "exclusiveMaximum": False}
    assert not accepts(schema, 0)
    assert accepts(schema, 0.1)
    assert accepts(schema, 9)


def test_numeric_exclusive_bounds_are_native_in_3_1() -> None:
    assert not accepts({"exclusiveMinimum": 0}, 0, OPENAPI_3_1)


def test_repeated_enum_values_are_one_value_and_true_is_not_one() -> None:
    converted = OPENAPI_3_0.convert({"enum": ["a", "a", 1, True, 1]}, "here")
    assert converted["enum"] == ["a", 1, True]


def test_annotations_and_extensions_are_dropped_even_where_they_look_like_schemas() -> None:
    schema = {"type": "string", "example": {"$ref": "#/nowhere"}, "x-expansion": {"oneOf": 5}, "title": "t"}
    assert OPENAPI_3_0.convert(schema, "here") == {"type": "string"}


def test_a_property_named_like_a_keyword_is_a_property() -> None:
    schema = {"type": "object", "properties": {"nullable": {"type": "string"}, "$ref": {"type": "integer"}}}
    assert accepts(schema, {"nullable": "a", "$ref": 1})
    assert not accepts(schema, {"nullable": 1})
    assert not accepts(schema, {"$ref": "a"})


def test_a_discriminated_body_may_fit_two_alternatives() -> None:
    alternatives = [{"type": "object"}, {"type": "object", "required": ["plan"]}]
    assert not accepts({"oneOf": alternatives}, {"plan": 1})
    assert accepts({"oneOf": alternatives, "discriminator": {"propertyName": "kind"}}, {"plan": 1})


@pytest.mark.parametrize(
    ("schema", "where"),
    [
        ({"type": "text"}, "here/type"),
        ({"type": []}, "here/type"),
        ({"pattern": "(unclosed"}, "here/pattern"),
        ({"pattern": r"\p{Lu}"}, "here/pattern"),
        ({"enum": []}, "here/enum"),
        ({"required": True}, "here/required"),
        ({"minLength": "3"}, "here/minLength"),
        ({"minimum": True}, "here/minimum"),
        ({"nullable": "yes"}, "here"),
        ({"exclusiveMinimum": 3}, "here/exclusiveMinimum"),
        ({"exclusiveMinimum": True}, "here/exclusiveMinimum"),
        ({"anyOf": []}, "here/anyOf"),
        ({"anyOf": {"type": "string"}}, "here/anyOf"),
        ({"items": [{"type": "string"}]}, "here/items"),
        ({"properties": ["a"]}, "here/properties"),
        ({"properties": {"a": {"items": {"type": "text"}}}}, "here/properties/a/items/type"),
        ({"patternProperties": {}}, "here/patternProperties"),
        ({"optional": True}, "here/optional"),
        ({"$ref": "other.json#/a"}, "here/$ref"),
        ("string", "here"),
    ],
)
def test_what_3_0_cannot_mean_is_loud_and_says_where(schema: Json, where: str) -> None:
    with pytest.raises(Uncompilable, match="cannot be compiled") as raised:
        OPENAPI_3_0.convert(schema, "here")
    assert str(raised.value).startswith(f"schema at {where} cannot")


@pytest.mark.parametrize("schema", [{"nullable": True}, {"exclusiveMinimum": True}, {"const": 1, "definitions": {}}])
def test_what_3_1_no_longer_has_is_loud(schema: Json) -> None:
    with pytest.raises(Uncompilable):
        OPENAPI_3_1.convert(schema, "here")
