"""A vendor's published OpenAPI document, held against what a connector sends and what a sandbox answers."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Unpack
from urllib.parse import urlsplit

import httpx

from tests.contracts import document
from tests.contracts.bodies import FAILED, Bodies
from tests.contracts.document import Json
from tests.contracts.operations import Operation, Routes, extra_operation, operations
from tests.contracts.options import Options, Settings
from tests.contracts.parameters import Parameters
from tests.contracts.schemas import Schemas, mistakes
from tests.contracts.swagger import upgraded
from tests.contracts.violation import ContractViolation, violation

__all__ = ["Contract", "ContractViolation", "Operation"]


class Contract:
    """One document. Its validators are compiled when first used and live as long as the process."""

    def __init__(self, name: str, content: Json, settings: Settings = Settings()) -> None:  # noqa: B008 - it is frozen
        """See `load`; `content` is the parsed document. Raises `Uncompilable` when one of its components is."""
        self.name = name
        self._settings = settings
        if "swagger" in content:
            content = upgraded(content)
        self._prefix = (_server_path(content) if settings.prefix is None else settings.prefix).rstrip("/")
        self._schemas = Schemas(name, content["openapi"], content.get("components", {}).get("schemas", {}))
        added = [extra_operation(name, line, component) for line, component in settings.extra]
        self._routes = Routes([*operations(name, content), *added])

    @classmethod
    def load(cls, name: str, **options: Unpack[Options]) -> "Contract":
        """The contract in `<name>.json`, loaded once per process for equal options. Raises FileNotFoundError."""
        return _loaded(name, Settings.of(**options))

    def __iter__(self) -> Iterator[Operation]:
        """Every operation, more specific paths first."""
        return iter(self._routes)

    def check_request(self, request: httpx.Request) -> Operation:
        """The operation that the request means. Raises `ContractViolation` with what the contract does not allow."""
        operation, path = self._find(request)
        if not operation.partial:
            self._parameters(operation).check(request, path)
            Bodies(operation, self._schemas).check_request(request)
        return operation

    def check_response(self, request: httpx.Request, response: httpx.Response) -> None:
        """Raises `ContractViolation` when the status, the media type or the body is not what the contract declares."""
        operation, _ = self._find(request)
        declared = _declared(operation.responses, response)
        if declared is not None:
            many = str(operation) in self._settings.many
            Bodies(operation, self._schemas).check_response(response, declared, many=many)
        elif response.status_code < FAILED or not (operation.partial or response.status_code in self._settings.faults):
            wrong = f"not declared, the contract has {sorted(operation.responses)}"
            raise ContractViolation(operation.where, f"status {response.status_code}", wrong, response.text)

    def check_body(self, component: str, body: Json) -> None:
        """Raises `ContractViolation` when a decoded JSON body is not what `#/components/schemas/<component>` says."""
        if found := mistakes(self._schemas.component(component), body):
            raise violation(f"{self.name} {component}", "body", found)

    def compile(self) -> int:
        """Compiles the schema of every parameter and body; how many operations. Raises `Uncompilable`."""
        for operation in self._routes:
            self._parameters(operation).validators()
            Bodies(operation, self._schemas).validators()
        return len(list(self._routes))

    def _parameters(self, operation: Operation) -> Parameters:
        return Parameters(operation, self._schemas, brackets=self._settings.brackets)

    def _find(self, request: httpx.Request) -> tuple[Operation, dict[str, str]]:
        path = request.url.raw_path.decode("ascii").partition("?")[0]
        where = f"{self.name} {request.method} {path}"
        if not path.startswith(f"{self._prefix}/"):
            raise ContractViolation(where, "path", f"it does not start with {self._prefix!r}", str(request.url))
        try:
            return self._routes.find(request.method, path.removeprefix(self._prefix))
        except LookupError as error:
            raise ContractViolation(where, "path", str(error.args[0]), str(request.url)) from None


def _declared(responses: Mapping[str, Json], response: httpx.Response) -> Json:
    """The most exact declaration of a status: `404`, then `4XX`, then `default`; None when there is none."""
    ranges = {key.upper(): spec for key, spec in responses.items()}
    default = ranges.get("DEFAULT")
    if default is not None and _says_not_ok(response):
        return default
    return ranges.get(str(response.status_code), ranges.get(f"{response.status_code // 100}XX", default))


def _says_not_ok(response: httpx.Response) -> bool:
    """Slack tells a failure, which its document declares as `default`, by `ok: false` in a 200."""
    try:
        body = json.loads(response.content)
    except ValueError:
        return False
    return isinstance(body, dict) and body.get("ok") is False


def _server_path(content: Json) -> str:
    servers = content.get("servers") or [{"url": ""}]
    return urlsplit(str(servers[0]["url"])).path


@cache
def _loaded(name: str, settings: Settings) -> Contract:
    return Contract(name, json.loads(document.text(f"{name}.json")), settings)
