"""A vendor's published GraphQL schema, held against what a connector sends and what a sandbox answers."""

import json
from dataclasses import dataclass
from functools import cache

import httpx
from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    OperationDefinitionNode,
    build_ast_schema,
    get_variable_values,
    parse,
    validate,
)
from graphql.execution.values import VariableValues

from tests.contracts import document
from tests.contracts.bodies import FAILED, media_type
from tests.contracts.document import Json
from tests.contracts.graphql_data import Data
from tests.contracts.graphql_scalars import check_arguments
from tests.contracts.violation import MOST, ContractViolation, violation

REQUEST_KEYS = frozenset({"query", "variables", "operationName", "extensions"})
RESPONSE_KEYS = frozenset({"data", "errors", "extensions"})
JSON_TYPES = frozenset({"application/json", "application/graphql-response+json"})
SERVER_FAILED = 500


@dataclass(frozen=True)
class GraphQLOperation:
    """The operation of one request; `str(operation)` is `query Issues`, or `query` when it has no name."""

    contract: str
    document: DocumentNode
    node: OperationDefinitionNode
    variables: VariableValues

    def __str__(self) -> str:
        name = f" {self.node.name.value}" if self.node.name else ""
        return f"{self.node.operation.value}{name}"

    @property
    def where(self) -> str:
        """The name of this operation in a violation."""
        return f"{self.contract} {self}"


class GraphQLContract:
    """One schema; documents are validated once each."""

    def __init__(self, name: str, sdl: str, *, path: str = "/graphql") -> None:
        """See `load`; `sdl` is the schema's text. Raises `Uncompilable` for a scalar that could not be checked."""
        self.name = name
        self._path = path
        self._documents: dict[str, DocumentNode] = {}
        ast = parse(sdl, no_location=True)
        self._schema = build_ast_schema(ast, assume_valid=True, assume_valid_sdl=True)
        check_arguments(name, self._schema)

    @classmethod
    def load(cls, name: str, *, path: str = "/graphql") -> "GraphQLContract":
        """The schema in `<name>.graphql`, built once per process (0.8 s for GitHub's); `path` is its endpoint's."""
        return _loaded(name, path)

    def check_request(self, request: httpx.Request) -> GraphQLOperation:
        """The operation that the request asks for. Raises `ContractViolation` when the schema would refuse it."""
        where = f"{self.name} {request.method} {request.url.path}"
        if request.method != "POST" or request.url.path != self._path:
            raise ContractViolation(where, "request", f"the contract has only POST {self._path}", str(request.url))
        if media_type(request.headers) != "application/json":
            sent = request.headers.get("content-type")
            raise ContractViolation(where, "header `content-type`", "application/json is needed", sent)
        body = _object(where, "body", request.content, REQUEST_KEYS)
        if not isinstance(body.get("query"), str):
            raise ContractViolation(where, "body `$.query`", "a string is needed", body)
        parsed = self._parsed(where, body["query"])
        node = _chosen(where, parsed, body.get("operationName"))
        return GraphQLOperation(self.name, parsed, node, self._variables(where, node, body.get("variables")))

    def check_response(self, request: httpx.Request, response: httpx.Response) -> None:
        """Raises `ContractViolation` when a result does not fit its operation.

        A 4xx is GitHub's own JSON object with a `message`; of a 5xx nothing is promised.
        """
        operation = self.check_request(request)
        location = f"response {response.status_code} body"
        if response.status_code >= SERVER_FAILED:
            return
        if media_type(response.headers) not in JSON_TYPES:
            sent = response.headers.get("content-type")
            raise ContractViolation(operation.where, f"{location} content-type", "JSON is needed", sent)
        if response.status_code >= FAILED:
            refusal = _object(operation.where, location, response.content, None)
            _needs_message(operation.where, location, refusal)
            return
        self._check_result(operation, location, _object(operation.where, location, response.content, RESPONSE_KEYS))

    def _check_result(self, operation: GraphQLOperation, location: str, result: Json) -> None:
        if "errors" in result:
            _check_errors(operation.where, location, result["errors"])
        elif result.get("data") is None:
            wrong = "missing, though there are no errors"
            raise ContractViolation(operation.where, f"{location} `$.data`", wrong, result)
        if (data := result.get("data")) is not None:
            self._check_data(operation, location, data)

    def _check_data(self, operation: GraphQLOperation, location: str, data: Json) -> None:
        root = self._schema.get_root_type(operation.node.operation)
        if root is None or not isinstance(data, dict):
            raise ContractViolation(operation.where, f"{location} `$.data`", "an object is needed", data)
        definitions = operation.document.definitions
        fragments = {each.name.value: each for each in definitions if isinstance(each, FragmentDefinitionNode)}
        expected = Data(self._schema, fragments, operation.variables)
        if found := list(expected.mistakes(root, operation.node.selection_set, data)):
            raise violation(operation.where, location, found)

    def _parsed(self, where: str, query: str) -> DocumentNode:
        if query not in self._documents:
            try:
                parsed = parse(query)
            except GraphQLError as error:
                raise ContractViolation(where, "body `$.query`", error.message, query) from None
            if errors := validate(self._schema, parsed):
                raise ContractViolation(where, "body `$.query`", _messages(errors), query)
            self._documents[query] = parsed
        return self._documents[query]

    def _variables(self, where: str, node: OperationDefinitionNode, sent: Json) -> VariableValues:
        given = {} if sent is None else sent
        if not isinstance(given, dict):
            raise ContractViolation(where, "body `$.variables`", "an object is needed", sent)
        declared = {definition.variable.name.value for definition in node.variable_definitions or ()}
        for name in given.keys() - declared:
            raise ContractViolation(where, f"body `$.variables.{name}`", "not declared by the operation", given)
        values = get_variable_values(self._schema, node.variable_definitions or (), given)
        if isinstance(values, list):
            raise ContractViolation(where, "body `$.variables`", _messages(values), given)
        return values


def _messages(errors: list[GraphQLError]) -> str:
    return "; ".join(error.message for error in errors[:MOST])


def _object(where: str, location: str, content: bytes, keys: frozenset[str] | None) -> Json:
    """The JSON object in a message, with no other keys than these."""
    try:
        body = json.loads(content)
    except ValueError as error:
        raise ContractViolation(where, location, f"it is not JSON: {error}", content) from None
    if not isinstance(body, dict):
        raise ContractViolation(where, location, "a JSON object is needed", body)
    if keys is not None and (unknown := sorted(body.keys() - keys)):
        raise ContractViolation(where, f"{location} `$.{unknown[0]}`", f"unknown, there are {sorted(keys)}", body)
    return body


def _chosen(where: str, parsed: DocumentNode, name: Json) -> OperationDefinitionNode:
    nodes = [each for each in parsed.definitions if isinstance(each, OperationDefinitionNode)]
    named = [each for each in nodes if name is None or (each.name and each.name.value == name)]
    if len(named) != 1:
        raise ContractViolation(where, "body `$.operationName`", f"it names {len(named)} operations", name)
    return named[0]


def _check_errors(where: str, location: str, errors: Json) -> None:
    if not isinstance(errors, list) or not errors:
        raise ContractViolation(where, f"{location} `$.errors`", "a list that is not empty is needed", errors)
    for index, error in enumerate(errors):
        _needs_message(where, f"{location} `$.errors[{index}]`", error)


def _needs_message(where: str, location: str, error: Json) -> None:
    if not isinstance(error, dict) or not isinstance(error.get("message"), str):
        raise ContractViolation(where, location, "an object with a `message` is needed", error)


@cache
def _loaded(name: str, path: str) -> "GraphQLContract":
    return GraphQLContract(name, document.text(f"{name}.graphql"), path=path)
