"""The operations of a document, and finding the one that a request means."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from tests.contracts.document import Json, pointer
from tests.contracts.violation import Uncompilable

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
PLACEHOLDER = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True)
class Operation:
    """One method of one path: `str(operation)` is `GET /v1/charges`. References in its parts are resolved."""

    contract: str
    method: str
    path: str
    operation_id: str | None = None
    parameters: tuple[Json, ...] = field(default=(), repr=False)
    body: Json = field(default=None, repr=False)
    responses: Mapping[str, Json] = field(default_factory=dict, repr=False)
    partial: bool = False  # the document leaves it out: only its path and its answer are known

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def where(self) -> str:
        """The name of this operation in a violation."""
        return f"{self.contract} {self}"

    def __hash__(self) -> int:
        return hash((self.contract, self.method, self.path))


def operations(contract: str, document: Json) -> Iterator[Operation]:
    """Every operation of the document."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield _operation(contract, document, path, method)


def _operation(contract: str, document: Json, path: str, method: str) -> Operation:
    item, spec = document["paths"][path], document["paths"][path][method]
    declared = [resolved(document, each) for each in (*item.get("parameters", ()), *spec.get("parameters", ()))]
    latest = {(each["in"], each["name"]): each for each in declared}  # the operation's own override the path's
    return Operation(
        contract=contract,
        method=method.upper(),
        path=path,
        operation_id=spec.get("operationId"),
        parameters=tuple(latest.values()),
        body=resolved(document, spec.get("requestBody")),
        responses={status: resolved(document, each) for status, each in spec["responses"].items()},
    )


def resolved(document: Json, node: Json) -> Json:
    """The node behind a reference (of a parameter, a body or a response), or the node itself."""
    while isinstance(node, dict) and "$ref" in node:
        try:
            node = pointer(document, node["$ref"])
        except LookupError:
            raise Uncompilable("paths", f"{node['$ref']} names nothing") from None
    return node


def extra_operation(contract: str, line: str, component: str) -> Operation:
    """An operation that the contract leaves out, from `GET /v1/charges/{charge}` and its answer's component.

    `charge[]` is a list of them under `data`.
    """
    method, _, path = line.partition(" ")
    if method.lower() not in METHODS or not path.startswith("/"):
        raise ValueError(f"{line!r} is not of the form 'GET /path/{{name}}'")
    schema: Json = {"$ref": f"#/components/schemas/{component.removesuffix('[]')}"}
    if component.endswith("[]"):
        schema = {"type": "object", "required": ["data"], "properties": {"data": {"type": "array", "items": schema}}}
    answer = {"content": {"application/json": {"schema": schema}}}
    return Operation(contract=contract, method=method, path=path, responses={"2XX": answer}, partial=True)


class Routes:
    """Operations by method and path; a literal segment wins over a templated one."""

    def __init__(self, known: Iterable[Operation]) -> None:
        by_specificity = sorted(known, key=lambda operation: ["{" in part for part in operation.path.split("/")])
        self._routes = [(_pattern(operation.path), operation) for operation in by_specificity]

    def __iter__(self) -> Iterator[Operation]:
        return (operation for _, operation in self._routes)

    def find(self, method: str, path: str) -> tuple[Operation, dict[str, str]]:
        """The operation and its path parameters, decoded. `path` is as sent. Raises LookupError, saying why."""
        matches = [(match, operation) for pattern, operation in self._routes if (match := pattern.fullmatch(path))]
        if not matches:
            raise LookupError("the contract has no such path")
        best = matches[0][1].path
        for match, operation in matches:
            if operation.path == best and operation.method == method:
                names = PLACEHOLDER.findall(best)
                return operation, dict(zip(names, map(unquote, match.groups()), strict=True))
        allowed = [operation.method for _, operation in matches if operation.path == best]
        raise LookupError(f"the contract has only {', '.join(allowed)} here")


def _pattern(template: str) -> re.Pattern[str]:
    """`{name}` takes one path segment or a part of one."""
    parts = PLACEHOLDER.split(template)
    return re.compile("".join("([^/]+)" if index % 2 else re.escape(part) for index, part in enumerate(parts)))
