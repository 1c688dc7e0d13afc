"""Swagger 2.0 (https://swagger.io/specification/v2/), which Slack still publishes, in the shape of OpenAPI 3.0."""

import json

from tests.contracts.document import Json
from tests.contracts.violation import Uncompilable

VALIDATED = frozenset(
    "type format items enum pattern minimum maximum exclusiveMinimum exclusiveMaximum minLength maxLength minItems "
    "maxItems uniqueItems multipleOf default".split()
)
EXPLODED = {None: False, "csv": False, "multi": True}


def upgraded(document: Json) -> Json:
    """The document as OpenAPI 3.0; what it cannot express raises `Uncompilable`."""
    moved = json.loads(json.dumps(document).replace('"#/definitions/', '"#/components/schemas/'))
    return {
        "openapi": "3.0.3",
        "servers": [{"url": f"https://{moved.get('host', '')}{moved.get('basePath', '')}"}],
        "paths": {path: _path_item(item, moved) for path, item in moved["paths"].items()},
        "components": {"schemas": _alternatives(moved.get("definitions", {}))},
    }


def _path_item(item: Json, document: Json) -> Json:
    return {method: _operation(operation, document) for method, operation in item.items()}


def _operation(operation: Json, document: Json) -> Json:
    parameters = operation.get("parameters", [])
    produces = operation.get("produces", document.get("produces", ["application/json"]))
    upgraded_operation = {
        "operationId": operation.get("operationId"),
        "parameters": [_parameter(each) for each in parameters if each["in"] in {"query", "path", "header"}],
        "responses": {status: _response(each, produces) for status, each in operation["responses"].items()},
    }
    fields = [each for each in parameters if each["in"] == "formData"]
    if any(each["in"] == "body" for each in parameters):
        raise Uncompilable(str(operation.get("operationId")), "a Swagger body parameter is not supported")
    if fields:
        consumes = operation.get("consumes", ["application/x-www-form-urlencoded"])
        upgraded_operation["requestBody"] = _form(fields, consumes)
    return upgraded_operation


def _parameter(parameter: Json) -> Json:
    collection = parameter.get("collectionFormat")
    if collection not in EXPLODED:
        raise Uncompilable(parameter["name"], f"collectionFormat {collection!r} is not supported")
    named = {key: parameter[key] for key in ("name", "in", "required") if key in parameter}
    return named | {"schema": _schema(parameter), "explode": EXPLODED[collection]}


def _schema(parameter: Json) -> Json:
    return _alternatives({key: value for key, value in parameter.items() if key in VALIDATED})


def _form(fields: list[Json], consumes: list[str]) -> Json:
    schema = {
        "type": "object",
        "properties": {field["name"]: _schema(field) for field in fields},
        "additionalProperties": False,
    }
    if required := [field["name"] for field in fields if field.get("required")]:
        schema["required"] = required
    return {"required": bool(required), "content": {media: {"schema": schema} for media in consumes}}


def _response(response: Json, produces: list[str]) -> Json:
    if "schema" not in response:
        return {}
    return {"content": {media: {"schema": _alternatives(response["schema"])} for media in produces}}


def _alternatives(node: Json) -> Json:
    """Slack writes alternatives as a list under `items`; by the letter that would constrain nothing but arrays."""
    if isinstance(node, list):
        return [_alternatives(child) for child in node]
    if not isinstance(node, dict):
        return node
    copied = {key: _alternatives(value) for key, value in node.items()}
    if isinstance(copied.get("items"), list) and "type" not in copied:
        copied["anyOf"] = copied.pop("items")
    return copied
