"""Request and response bodies against the media types that an operation declares."""

import json
from urllib.parse import parse_qsl

import httpx
from jsonschema import Draft202012Validator

from tests.contracts.brackets import Style, Unreadable, gathered
from tests.contracts.coercion import coerced, kinds
from tests.contracts.document import Json
from tests.contracts.operations import Operation
from tests.contracts.schemas import Schemas, mistakes
from tests.contracts.violation import ContractViolation, violation

FORM = "application/x-www-form-urlencoded"
FAILED = 400  # from here on a status tells a failure


def media_type(headers: httpx.Headers) -> str:
    """The media type of a message, lower case, without its parameters; empty when there is none."""
    return str(headers.get("content-type", "")).partition(";")[0].strip().lower()


class Bodies:
    """The bodies of one operation."""

    def __init__(self, operation: Operation, schemas: Schemas) -> None:
        self._operation = operation
        self._schemas = schemas

    def check_request(self, request: httpx.Request) -> None:
        """Raises `ContractViolation` when the body is missing, not wanted, of another media type, or does not fit."""
        declared, content = self._operation.body or {}, request.content
        if content and not declared:
            raise self._violation("body", "the contract declares none", content)
        if not content and declared.get("required"):
            raise self._violation("body", "required, but missing", content)
        if content:
            self._check("body", declared["content"], request.headers, content)

    def check_response(self, response: httpx.Response, declared: Json, *, many: bool = False) -> None:
        """Raises `ContractViolation` when the media type is not declared or the body (each of `many`) does not fit."""
        location, content = f"response {response.status_code} body", declared.get("content")
        if content:
            self._check(location, content, response.headers, response.content, many=many)
        elif response.content and response.status_code < FAILED:  # many contracts leave the body of a failure open
            raise self._violation(location, "the contract declares none", response.content)

    def validators(self) -> None:
        """Compiles the schema of every body."""
        for location, declared in [("body", self._operation.body or {}), *self._operation.responses.items()]:
            for media, spec in declared.get("content", {}).items():
                self._validator(location, media, spec)

    def _validator(self, location: str, media: str, spec: Json) -> Draft202012Validator:
        return self._schemas.validator(f"{self._operation} {location} {media}", spec.get("schema", True))

    def _check(
        self, location: str, declared: Json, headers: httpx.Headers, content: bytes, *, many: bool = False
    ) -> None:
        media = media_type(headers)
        spec = _of_type(declared, media)
        if spec is None:
            raise self._violation(location, f"sent as {media!r}, the contract has {sorted(declared)}", content)
        validator = self._validator(location, media, spec)
        value = self._read(location, media, content, validator.schema, spec.get("encoding", {}))
        for each in value if many and isinstance(value, list) else [value]:
            if found := mistakes(validator, each):
                raise violation(self._operation.where, location, found)

    def _read(self, location: str, media: str, content: bytes, schema: Json, encoding: Json) -> Json:
        try:
            if media == FORM:
                return self._form(content.decode("ascii"), schema, encoding)
            if media == "application/json" or media.endswith("+json"):
                return json.loads(content)
            return content.decode("utf-8")
        except Unreadable as error:
            raise self._violation(f"{location} `{error.name}`", error.why, content) from None
        except ValueError as error:
            raise self._violation(location, f"it is not {media}: {error}", content) from None

    def _form(self, content: str, schema: Json, encoding: Json) -> Json:
        properties = self._schemas.resolve(schema).get("properties", {})
        styles = {name: self._style(each, encoding.get(name, {})) for name, each in properties.items()}
        return coerced(gathered(parse_qsl(content, keep_blank_values=True), styles), schema, self._schemas)

    def _style(self, schema: Json, encoding: Json) -> Style:
        style = encoding.get("style", "form")
        explode = encoding.get("explode", style == "form")
        return Style(style, explode=explode, array="array" in kinds(schema, self._schemas))

    def _violation(self, location: str, wrong: str, sent: object) -> ContractViolation:
        return ContractViolation(self._operation.where, location, wrong, sent)


def _of_type(declared: Json, media: str) -> Json:
    """The declaration of a media type, the most exact first: `text/csv`, `text/*`, `*/*`; None when there is none."""
    by_type = {each.partition(";")[0].strip().lower(): spec for each, spec in declared.items()}
    wanted = (media, f"{media.partition('/')[0]}/*", "*/*")
    return next((by_type[each] for each in wanted if each in by_type), None)
