"""From schemas to Structs: what they are called, what may be missing, and where an end is put to it."""

from typing import Any

import msgspec
import pytest

from gateway.cli.failure import Failure
from gateway.cli.new.openapi.document import Document
from gateway.cli.new.openapi.samples import Endless, sample
from gateway.cli.new.openapi.structs import Structs, structs

ROOM = 200
HEAD = "from typing import Any, Literal\n\nimport msgspec\n\n"


def document(schema: dict[str, Any], **components: dict[str, Any]) -> Document:
    response = {"description": "", "content": {"application/json; charset=utf-8": {"schema": schema}}}
    paths = {"/thing": {"get": {"operationId": "getThing", "responses": {"200": response}}}}
    return Document({"openapi": "3.1.0", "paths": paths, "components": {"schemas": components}})


def obj(*required: str, **properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required)}


def ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def written(of: Document, room: int = ROOM, taken: tuple[str, ...] = ()) -> Structs:
    return structs(of, of.chosen(["getThing"]), room, taken)


def module(of: Document, room: int = ROOM) -> tuple[Any, dict[str, Any]]:
    """What getThing answers, as a type, and the module that has it."""
    made = written(of, room)
    names: dict[str, Any] = {"__name__": "made"}
    exec(HEAD + made.code, names)  # noqa: S102 - what is made is code
    return eval(made.answers["getThing"], names), names  # noqa: S307 - likewise


def fields(struct: type[msgspec.Struct]) -> dict[str, tuple[str, bool]]:
    """By the name in Python: the name in JSON, and whether it must be there."""
    return {one.name: (one.encode_name, one.required) for one in msgspec.structs.fields(struct)}


def read(of: Document, body: object) -> object:
    """What becomes of a body, in the names of JSON again."""
    type_, names = module(of)
    for name, found in names.items():
        if isinstance(found, type) and issubclass(found, msgspec.Struct):
            found.__module__ = name  # annotations that are texts are looked up in the module
    return msgspec.to_builtins(msgspec.convert(body, type_))


def test_what_may_be_missing_or_null_is_none_and_what_must_be_there_comes_first() -> None:
    type_, _ = module(
        document(obj("b", "c", a={"type": "string"}, b={"type": "integer"}, c={"type": ["string", "null"]}))
    )
    assert fields(type_) == {"b": ("b", True), "a": ("a", False), "c": ("c", False)}
    assert msgspec.to_builtins(msgspec.convert({"b": 1, "c": None}, type_)) == {"b": 1, "a": None, "c": None}
    with pytest.raises(msgspec.ValidationError, match="missing required field `b`"):
        msgspec.convert({}, type_)


def test_names_are_made_valid_and_keep_their_spelling_in_json() -> None:
    names = ["createdAt", "class", "list", "1st", "+1", "created_at", "X-Rate", "l", "_links"]
    type_, _ = module(document(obj(**{name: {"type": "integer"} for name in names})))
    assert {own: json for own, (json, _) in fields(type_).items()} == {
        "created_at": "createdAt",
        "class_": "class",
        "list_": "list",
        "n1st": "1st",
        "n1": "+1",
        "created_at_2": "created_at",
        "x_rate": "X-Rate",
        "l_": "l",
        "links": "_links",
    }
    body = {name: number for number, name in enumerate(names)}
    assert msgspec.to_builtins(msgspec.convert(body, type_)) == body


@pytest.mark.parametrize(
    ("schema", "annotation"),
    [
        ({"type": "number"}, "float"),
        ({"type": "array", "items": {"type": "array", "items": {"type": "boolean"}}}, "list[list[bool]]"),
        ({"type": "array", "items": {"type": "string", "nullable": True}}, "list[str | None]"),
        ({"type": "array"}, "list[Any]"),
        ({}, "Any"),
        ({"type": "object"}, "dict[str, Any]"),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, "dict[str, int]"),
        ({"type": "string", "enum": ["a", "b"]}, 'Literal["a", "b"]'),
        ({"type": "string", "enum": ["a", None]}, 'Literal["a"] | None'),
        ({"type": "string", "enum": [f"v{n}" for n in range(30)]}, "str"),
        ({"type": "string", "enum": ['"', "\\"]}, "str"),
        ({"enum": [1, 2]}, "int"),
        ({"const": "x"}, 'Literal["x"]'),
        ({"anyOf": [{"type": "string"}, {"type": "integer"}]}, "str | int"),
        ({"anyOf": [{"type": "integer"}, {"type": "number"}, {"type": "null"}]}, "float | None"),
        ({"oneOf": [{"type": "string", "enum": ["a"]}, {"type": "string"}]}, "str"),
        ({"oneOf": [obj(a={}), obj(b={}), {"type": "string"}]}, "dict[str, Any] | str"),
        ({"type": ["string", "integer", "null"]}, "str | int | None"),
        ({"type": "file"}, "Any"),
    ],
)
def test_a_schema_has_its_annotation(schema: dict[str, Any], annotation: str) -> None:
    assert written(document(schema)).answers == {"getThing": annotation}


def test_all_of_is_one_object_with_all_that_its_parts_have() -> None:
    type_, _ = module(document({"allOf": [ref("A"), obj("b", b={"type": "string"})]}, A=obj("a", a={"type": "string"})))
    assert fields(type_) == {"a": ("a", True), "b": ("b", True)}


def test_objects_inside_of_objects_have_structs_of_their_own_and_shared_ones_one() -> None:
    of = document(obj(a=ref("Shared"), b=ref("Shared"), c=obj(d={"type": "string"})), Shared=obj(x={"type": "string"}))
    made = written(of)
    assert made.names == ["GetThingAnswer", "GetThingAnswerC", "Shared"]
    assert made.code.index("class Shared") < made.code.index("class GetThingAnswer(")
    body = {"a": {"x": "1"}, "b": {"x": "2"}, "c": {"d": "3"}}
    assert read(of, body) == body


def test_a_circle_is_a_text_until_it_is_closed() -> None:
    of = document(
        ref("node"),
        node=obj("id", id={"type": "string"}, parent=ref("node"), children={"type": "array", "items": ref("node")}),
    )
    made = written(of)
    assert "parent: 'Node | None' = None" in made.code
    assert "children: 'list[Node] | None' = None" in made.code
    assert sample(of, ref("node")) == {"id": "text", "children": []}


def test_a_list_that_holds_itself_is_anything_in_the_end() -> None:
    of = document(ref("nested"), nested={"type": "array", "items": ref("nested")})
    assert written(of).answers == {"getThing": "list[Any]"}


def test_names_that_the_module_has_already_are_left_alone() -> None:
    made = written(document(ref("payment"), payment=obj(id={"type": "string"})), taken=("Payment", "PaymentBody"))
    assert made.answers == {"getThing": "PaymentBody2"}
    assert written(document(ref("error"), error=obj(id={}))).answers == {"getThing": "Error"}
    assert written(document(ref("key_error"), key_error=obj(id={}))).answers == {"getThing": "KeyErrorBody"}


def test_what_finds_no_room_is_any_object() -> None:
    large = obj(**{f"f{number}": {"type": "string"} for number in range(50)})
    of = document(obj(large=ref("Large"), small=ref("Small")), Large=large, Small=obj(x={"type": "string"}))
    made = written(of, room=30)
    assert made.left == ["Large"]
    assert "Large = dict[str, Any]\n" in made.code
    assert "class Small(" in made.code
    type_, _ = module(of, room=30)
    assert msgspec.convert({"large": {"f1": [1]}}, type_).large == {"f1": [1]}


def test_what_is_only_written_is_not_read() -> None:
    type_, _ = module(document(obj(secret={"type": "string", "writeOnly": True}, id={"type": "string"})))
    assert list(fields(type_)) == ["id"]


def test_a_sample_is_the_same_every_time_and_ends() -> None:
    schema = obj(
        "at", at={"type": "string", "format": "date-time"}, n={"type": "integer"}, e={"enum": ["x"]}, u={"type": "null"}
    )
    of = document(schema)
    assert sample(of, schema) == sample(of, schema) == {"at": "2026-01-02T03:04:05Z", "n": 1, "e": "x", "u": None}
    endless = document(ref("a"), a=obj("a", a=ref("a")))
    with pytest.raises(Endless):
        sample(endless, ref("a"))
    nullable = document(ref("a"), a={**obj("a", a=ref("a")), "nullable": True})
    assert sample(nullable, ref("a")) == {"a": None}


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        (ref("nowhere"), "refers to what is not there: #/components/schemas/nowhere"),
        ({"$ref": "other.json#/A"}, "refers to another one, which is not read: other.json#/A"),
        (ref("a"), "goes round in a circle at #/components/schemas/a"),
    ],
)
def test_a_reference_that_leads_nowhere_is_told(broken: dict[str, Any], told: str) -> None:
    with pytest.raises(Failure, match=told):
        written(document(broken, a=ref("b"), b=ref("a")))
