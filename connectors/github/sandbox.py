"""An imitation of GitHub's GraphQL API, executed for real over the made-up people.

https://docs.github.com/en/graphql/guides/forming-calls-with-graphql. Left out: what the gateway does not ask for. In
the schema it knows (`sandbox_sdl`), any query is answered.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache

import httpx
import msgspec
from graphql import (
    DocumentNode,
    GraphQLError,
    OperationDefinitionNode,
    build_schema,
    execute_sync,
    get_operation_ast,
    parse,
    validate,
)

from connectors.github.sandbox_cost import MOST_NODES, Budget, Clock, Weight, weigh
from connectors.github.sandbox_graph import Graph
from connectors.github.sandbox_relay import Body, Refusal
from connectors.github.sandbox_sdl import SDL
from connectors.sandbox import Handler, Router, reply
from connectors.seed.people import People

_DOCUMENTATION = "https://docs.github.com/graphql"
_TOKENS = ("ghp_", "gho_", "ghu_", "ghs_", "github_pat_")


def imitate(people: People, clock: Clock = lambda: datetime.now(UTC)) -> Handler:
    """A GitHub of its own, whose accounts are `people`; `clock` dates what is opened and the rate limit's window."""
    return _Endpoint(people, clock).handle


class _Post(msgspec.Struct, rename="camel"):
    query: str
    variables: dict[str, object] | None = None
    operation_name: str | None = None


class _Unanswered(Exception):
    """A request that is not executed."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.reply = reply({"message": message, "documentation_url": _DOCUMENTATION, "status": str(status)}, status)


class _Endpoint:
    def __init__(self, people: People, clock: Clock) -> None:
        self._schema = build_schema(SDL, assume_valid=True)
        self._graph = Graph(people, clock)
        self._budget = Budget(clock)
        self._document = lru_cache(maxsize=256)(self._parsed)
        self._route = Router({"POST /graphql": self._post}, unknown=_unknown)

    def handle(self, request: httpx.Request) -> httpx.Response:
        try:
            _authenticate(request)
            return self._route(request)
        except _Unanswered as refusal:
            return refusal.reply

    def _post(self, request: httpx.Request) -> httpx.Response:
        post = _decoded(request.content)
        document, errors = self._document(post.query)
        operation = get_operation_ast(document, post.operation_name) if document else None
        if document is None or operation is None:
            return self._reply({"errors": errors or [{"message": "No operation named as asked for"}]})
        variables = post.variables or {}
        weight = weigh(document, operation, variables)
        if weight.nodes > MOST_NODES:
            return self._reply({"errors": [_too_many(weight)]})
        self._budget.charge(weight.points)
        return self._reply(self._executed(document, operation, variables, weight))

    def _executed(
        self,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: Mapping[str, object],
        weight: Weight,
    ) -> Body:
        result = execute_sync(
            self._schema,
            document,
            self._graph.root(self._budget.body(weight)),
            variable_values=dict(variables),
            operation_name=operation.name.value if operation.name else None,
        )
        errors = [_error(error) for error in result.errors or ()]
        return ({"errors": errors} if errors else {}) | {"data": result.data}

    def _parsed(self, query: str) -> tuple[DocumentNode | None, list[Body]]:
        try:
            document = parse(query)
        except GraphQLError as error:
            return None, [_error(error)]
        errors = validate(self._schema, document)
        return (None, [_error(error) for error in errors]) if errors else (document, [])

    def _reply(self, body: Body) -> httpx.Response:
        return reply(body, headers={"X-GitHub-Media-Type": "github.v4; format=json"} | self._budget.headers())


def _authenticate(request: httpx.Request) -> None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() not in ("bearer", "token") or not token:
        raise _Unanswered(401, "This endpoint requires you to be authenticated.")
    if not token.startswith(_TOKENS):
        raise _Unanswered(401, "Bad credentials")


def _decoded(body: bytes) -> _Post:
    try:
        return msgspec.json.decode(body, type=_Post)
    except msgspec.ValidationError:
        raise _Unanswered(400, "A query attribute must be specified and must be a string.") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise _Unanswered(400, "Problems parsing JSON") from None


def _error(error: GraphQLError) -> Body:
    """GitHub's `type` stands beside `message`, not in `extensions`: https://spec.graphql.org/#sec-Errors."""
    formatted: Body = {**error.formatted}
    if isinstance(error.original_error, Refusal):
        return {"type": error.original_error.type} | formatted
    if error.original_error is not None and not isinstance(error.original_error, GraphQLError):
        raise error.original_error  # a bug of the imitation, which stays loud
    return formatted


def _too_many(weight: Weight) -> Body:
    text = (
        f"This query requests up to {weight.nodes:,} possible nodes which exceeds the maximum limit of {MOST_NODES:,}."
    )
    return {"type": "MAX_NODE_LIMIT_EXCEEDED", "message": text}


def _unknown(_: httpx.Request) -> httpx.Response:
    raise _Unanswered(404, "Not Found")
