"""A small document of its own for the tests of the checker, with something of everything that a vendor may declare."""

import httpx
import pytest

from tests.contracts.document import Json
from tests.contracts.openapi import Contract
from tests.contracts.violation import ContractViolation

BASE = "https://things.example/api"
THING = {
    "type": "object",
    "required": ["id", "kind"],
    "properties": {
        "id": {"type": "string"},
        "kind": {"type": "string", "enum": ["big", "small"]},
        "made": {"type": "string", "format": "date-time"},
        "parts": {"type": "array", "items": {"$ref": "#/components/schemas/thing"}},
        "owner": {"anyOf": [{"type": "string"}, {"$ref": "#/components/schemas/thing"}], "nullable": True},
    },
}
LIST = {"type": "array", "items": {"$ref": "#/components/schemas/thing"}}
RANGE = {"type": "object", "properties": {"gte": {"type": "integer"}}, "additionalProperties": False}


def query(name: str, schema: Json, **more: Json) -> Json:
    return {"name": name, "in": "query", "schema": schema, **more}


def json_of(schema: Json) -> Json:
    return {"content": {"application/json": {"schema": schema}}}


DOCUMENT: Json = {
    "openapi": "3.0.0",
    "servers": [{"url": "https://things.example/api/"}],
    "paths": {
        "/things": {
            "parameters": [{"name": "X-Version", "in": "header", "required": True, "schema": {"enum": ["1", "2"]}}],
            "get": {
                "parameters": [
                    query("made", {"anyOf": [RANGE, {"type": "integer"}]}, style="deepObject", explode=True),
                    query("limit", {"type": "integer", "maximum": 100}),
                    query("deep", {"type": "boolean"}),
                    query("expand", {"type": "array", "items": {"type": "string"}}, style="deepObject"),
                    query("ids", {"type": "array", "items": {"type": "integer"}}),
                    query("fields", {"type": "array", "items": {"enum": ["id", "kind"]}}, explode=False),
                    query("page[size]", {"type": "integer"}),
                    query("owner", {"type": "string"}, required=True),
                ],
                "responses": {"200": json_of(LIST), "4XX": {"$ref": "#/components/responses/refusal"}},
            },
            "post": {
                "requestBody": {"required": True, **json_of({"$ref": "#/components/schemas/thing"})},
                "responses": {"201": json_of({"$ref": "#/components/schemas/thing"}), "default": {}},
            },
        },
        "/things/{id}": {
            "get": {
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
                "responses": {"200": json_of({"$ref": "#/components/schemas/thing"})},
            },
            "delete": {"responses": {"204": {"description": "gone"}}},
        },
        "/things/latest": {"get": {"operationId": "latest", "responses": {"200": {"content": {"text/*": {}}}}}},
    },
    "components": {
        "schemas": {"thing": THING, "refusal": {"type": "object", "required": ["reason"]}},
        "responses": {"refusal": json_of({"$ref": "#/components/schemas/refusal"})},
    },
}
THINGS = Contract("things", DOCUMENT)


def listing(url: str = "", **params: Json) -> httpx.Request:
    return httpx.Request("GET", f"{BASE}/things{url}", params=params or None, headers={"x-version": "2"})


def violation(request: httpx.Request, response: httpx.Response | None = None) -> str:
    """What the checker tells of a request, or of the response to a request that is right."""
    if response is None:
        with pytest.raises(ContractViolation) as raised:
            THINGS.check_request(request)
        return str(raised.value)
    THINGS.check_request(request)
    with pytest.raises(ContractViolation) as raised:
        THINGS.check_response(request, response)
    return str(raised.value)


def answered(body: Json, status: int = 200) -> str:
    return violation(listing(owner="ada"), httpx.Response(status, json=body))


def posting(**content: Json) -> httpx.Request:
    return httpx.Request("POST", f"{BASE}/things", headers={"x-version": "1"}, **content)
