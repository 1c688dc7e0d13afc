"""Query, path and header parameters against what an operation declares."""

from urllib.parse import parse_qsl

import httpx

from tests.contracts.brackets import Raw, Style, Unreadable, gathered
from tests.contracts.coercion import coerced, kinds
from tests.contracts.document import Json
from tests.contracts.operations import Operation
from tests.contracts.schemas import Schemas, mistakes
from tests.contracts.violation import ContractViolation, Uncompilable

STYLES = {"form", "deepObject", "spaceDelimited", "pipeDelimited"}
NOT_PARAMETERS = {"accept", "content-type", "authorization"}  # by https://spec.openapis.org/oas/v3.0.3#parameter-object


class Parameters:
    """The parameters of one operation."""

    def __init__(self, operation: Operation, schemas: Schemas, *, brackets: bool) -> None:
        self._operation = operation
        self._schemas = schemas
        self._brackets = brackets

    def check(self, request: httpx.Request, path: dict[str, str]) -> None:
        """Raises `ContractViolation` for the first parameter that is unknown, missing or does not fit."""
        self._query(request.url.query.decode("ascii"))
        for parameter in self._declared("path"):
            self._fits(parameter, path[parameter["name"]])
        for parameter in self._declared("header"):
            self._header(parameter, request.headers)

    def validators(self) -> None:
        """Compiles the schema of every parameter."""
        for parameter in self._operation.parameters:
            self._schemas.validator(self._where(parameter), _schema(parameter))

    def _declared(self, place: str) -> list[Json]:
        return [parameter for parameter in self._operation.parameters if parameter["in"] == place]

    def _query(self, query: str) -> None:
        declared = {parameter["name"]: parameter for parameter in self._declared("query")}
        styles = {name: self._style(parameter) for name, parameter in declared.items()}
        try:
            sent = gathered(parse_qsl(query, keep_blank_values=True), styles)
        except Unreadable as error:
            raise self._violation("query", error.name, error.why, query) from None
        for name in sent.keys() - declared.keys():
            raise self._violation("query", name, f"not named by the contract, which has {sorted(declared)}", query)
        for name, parameter in declared.items():
            if name in sent:
                self._fits(parameter, sent[name])
            elif parameter.get("required"):
                raise self._violation("query", name, "required, but missing", query)

    def _style(self, parameter: Json) -> Style:
        style = parameter.get("style", "form")
        types = kinds(self._schemas.validator(self._where(parameter), _schema(parameter)).schema, self._schemas)
        if style not in STYLES or (style != "deepObject" and "object" in types):
            raise Uncompilable(self._where(parameter), f"the style {style!r} of {sorted(types)} is not supported")
        array = "array" in types
        explode = parameter.get("explode", style == "form")
        return Style(style, explode=explode, array=array, rails=self._brackets and array)

    def _header(self, parameter: Json, headers: httpx.Headers) -> None:
        name = parameter["name"]
        if name.lower() in NOT_PARAMETERS:
            return
        if name in headers:
            self._fits(parameter, headers[name])
        elif parameter.get("required"):
            raise self._violation("header", name, "required, but missing", sorted(headers))

    def _fits(self, parameter: Json, raw: Raw) -> None:
        validator = self._schemas.validator(self._where(parameter), _schema(parameter))
        value = coerced(raw, validator.schema, self._schemas)
        for path, wrong, sent in mistakes(validator, value):
            inside = "" if path == "$" else f" at {path}"
            raise self._violation(parameter["in"], parameter["name"], wrong + inside, sent)

    def _where(self, parameter: Json) -> str:
        return f"{self._operation} {parameter['in']} {parameter['name']}"

    def _violation(self, place: str, name: str, wrong: str, sent: object) -> ContractViolation:
        return ContractViolation(self._operation.where, f"{place} `{name}`", wrong, sent)


def _schema(parameter: Json) -> Json:
    if "schema" not in parameter:
        raise Uncompilable(f"parameter {parameter['name']}", "it has no schema")
    return parameter["schema"]
