"""What the tests of GitHub share: a connector over any network, and questions to the imitation in GraphQL."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import msgspec

from connectors.connection import Connection
from connectors.domain.answers import Answers
from connectors.domain.errors import ConnectorError
from connectors.github.client import GitHub
from connectors.github.sandbox import imitate
from connectors.github.service import GITHUB
from connectors.seed.people import People
from connectors.vendor import Handler
from tests.connectors.support import NOW, Recorder, connected, crowd

PEOPLE = crowd()
RATE_LIMIT = {"limit": 5000, "cost": 1, "remaining": 4999, "resetAt": "2026-11-01T13:00:00Z"}
HERE = Path(__file__).parent


def host(people: People = PEOPLE) -> Handler:
    """An imitation whose clock stands still."""
    return imitate(people, lambda: NOW)


def recorder(people: People = PEOPLE) -> Recorder:
    """A network on which an imitation answers, and every request is kept."""
    return Recorder(httpx.MockTransport(host(people)))


def over(wire: httpx.AsyncBaseTransport | None = None, people: People = PEOPLE) -> GitHub:
    """The connector on that network."""
    connector = connection_over(wire, people).connector
    assert isinstance(connector, GitHub)
    return connector


def connection_over(wire: httpx.AsyncBaseTransport | None = None, people: People = PEOPLE) -> Connection:
    """The connection, with its figures."""
    return connected(GITHUB, people, wire or recorder(people))


def saying(data: object, errors: object = None) -> httpx.MockTransport:
    """A network on which every query is answered alike; the rate limit is added."""
    body: dict[str, object] = {"data": data | {"rateLimit": RATE_LIMIT} if isinstance(data, dict) else data}
    if errors is not None:
        body["errors"] = errors
    return httpx.MockTransport(lambda _: httpx.Response(200, json=body))


def ask(handler: Handler, query: str, /, **variables: object) -> httpx.Response:
    """The imitation's response to a query."""
    content = msgspec.json.encode({"query": query, "variables": variables})
    headers = {"Authorization": "Bearer ghp_test", "Content-Type": "application/json"}
    return handler(httpx.Request("POST", "https://api.github.com/graphql", headers=headers, content=content))


def told(handler: Handler, query: str, /, **variables: object) -> Any:  # noqa: ANN401 - JSON enters here
    """The data of a response without errors."""
    body = ask(handler, query, **variables).json()
    assert "errors" not in body, body["errors"]
    return body["data"]


def refused(handler: Handler, query: str, /, **variables: object) -> Any:  # noqa: ANN401 - likewise
    """The only error of a response."""
    errors = ask(handler, query, **variables).json()["errors"]
    assert len(errors) == 1
    return errors[0]


def recorded(name: str) -> bytes:
    """A body that lies beside the tests."""
    return (HERE / f"{name}.json").read_bytes()


def variables(request: httpx.Request) -> Mapping[str, object]:
    """What was sent beside the text of a query."""
    sent = json.loads(request.content)["variables"]
    assert isinstance(sent, dict)
    return sent


def text(request: httpx.Request) -> str:
    """The text of a query."""
    sent = json.loads(request.content)["query"]
    assert isinstance(sent, str)
    return sent


def only(answers: Answers[Any, Any]) -> Any:  # noqa: ANN401 - of any noun
    """The only answer, which is no error."""
    (answer,) = answers.values()
    assert not isinstance(answer, ConnectorError), answer
    return answer
