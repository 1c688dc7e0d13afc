"""Swagger 2.0 becomes OpenAPI 3.0."""

import httpx
import pytest

from tests.contracts.document import Json
from tests.contracts.openapi import Contract
from tests.contracts.swagger import upgraded
from tests.contracts.violation import ContractViolation, Uncompilable

DOCUMENT: Json = {
    "swagger": "2.0",
    "host": "chat.example",
    "basePath": "/api",
    "definitions": {
        "yes": {"type": "boolean", "enum": [True]},
        "name": {"items": [{"type": "null"}, {"type": "string"}]},
    },
    "paths": {
        "/send": {
            "post": {
                "consumes": ["application/x-www-form-urlencoded", "application/json"],
                "produces": ["application/json"],
                "parameters": [
                    {"in": "header", "name": "token", "type": "string"},
                    {"in": "query", "name": "tags", "type": "array", "items": {"type": "string"}},
                    {"in": "formData", "name": "channel", "type": "string", "required": True},
                    {"in": "formData", "name": "limit", "type": "integer"},
                ],
                "responses": {
                    "200": {
                        "schema": {
                            "type": "object",
                            "required": ["ok"],
                            "properties": {
                                "ok": {"$ref": "#/definitions/yes"},
                                "name": {"$ref": "#/definitions/name"},
                            },
                        }
                    },
                    "default": {"schema": {"type": "object", "required": ["error"]}},
                },
            }
        }
    },
}
CHAT = Contract("chat", DOCUMENT)
SEND = httpx.Request("POST", "https://chat.example/api/send", data={"channel": "C1", "limit": "5"})


def test_form_fields_become_a_body_of_every_media_type_that_is_consumed() -> None:
    CHAT.check_request(SEND)
    CHAT.check_request(httpx.Request("POST", "https://chat.example/api/send", json={"channel": "C1"}))
    CHAT.check_request(httpx.Request("POST", "https://chat.example/api/send?tags=a,b", json={"channel": "C1"}))


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"limit": "5"}, "'channel' is a required property"),
        ({"channel": "C1", "limit": "five"}, "'five' is not of type 'integer'"),
        ({"channel": "C1", "text[]": "hello"}, "Additional properties are not allowed"),
        ({"channel": ["C1", "C2"]}, "sent 2 times"),
    ],
)
def test_form_fields_that_do_not_fit_are_a_violation(fields: Json, told: str) -> None:
    with pytest.raises(ContractViolation) as raised:
        CHAT.check_request(httpx.Request("POST", "https://chat.example/api/send", data=fields))
    assert told in str(raised.value)


@pytest.mark.parametrize("name", [None, "general"])
def test_a_list_under_items_is_a_list_of_alternatives(name: str | None) -> None:
    CHAT.check_response(SEND, httpx.Response(200, json={"ok": True, "name": name}))
    with pytest.raises(ContractViolation, match=r"\$\.name"):
        CHAT.check_response(SEND, httpx.Response(200, json={"ok": True, "name": 5}))


def test_a_failure_told_in_a_200_is_the_default_answer() -> None:
    CHAT.check_response(SEND, httpx.Response(200, json={"ok": False, "error": "not_authed"}))
    with pytest.raises(ContractViolation, match="'error' is a required property"):
        CHAT.check_response(SEND, httpx.Response(200, json={"ok": False}))


def test_what_is_not_understood_is_loud() -> None:
    body = {"in": "body", "name": "thing", "schema": {}}
    tabs = {"in": "query", "name": "thing", "type": "array", "collectionFormat": "tsv"}
    for parameter in (body, tabs):
        operation = {"parameters": [parameter], "responses": {}}
        with pytest.raises(Uncompilable):
            upgraded({"swagger": "2.0", "paths": {"/a": {"get": operation}}})
