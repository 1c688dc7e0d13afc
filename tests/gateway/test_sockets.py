"""The application over WebSocket: the same engine, limits, documents and middleware as over HTTP."""

import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import StringIO
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus

from gateway import telemetry
from gateway.app import create_app
from gateway.settings import load
from gateway.variables import Run
from tests.gateway.http.sockets.world import asking, begun, served, unbegun

pytestmark = pytest.mark.usefixtures("bare", "lines")
VIEWER = "{ viewer { name roles } }"


@pytest.fixture
def lines(logging_restored: None) -> StringIO:  # noqa: ARG001 - asked for what it undoes
    stream = StringIO()
    telemetry.configure(pretty=False, level="info", stream=stream)
    return stream


@asynccontextmanager
async def running(run: Run, uri: str, **environment: str) -> AsyncIterator[str]:
    """The address of the application's sockets."""
    os.environ.update(MONGODB_URI=uri, TRIBUTARY_SANDBOX_CUSTOMERS="20", **environment)
    app = create_app(load(run))
    async with app.router.lifespan_context(app), served(app) as url:
        yield url


async def test_every_kind_of_operation_runs_over_one_socket(store_uri: str) -> None:
    create = """mutation { createCustomer(input: {name: "Ada", email: "ada@example.com"}) { customer { id } } }"""
    async with running(Run.SERVE, store_uri) as url, begun(url) as client:
        query, _ = await client.ask("1", "{ services { service } }")
        mutation, _ = await client.ask("2", create)
        id = mutation["payload"]["data"]["createCustomer"]["customer"]["id"]
        found, _ = await client.ask("3", "query($id: ID!) { customer(id: $id) { name } }", variables={"id": id})
        await client.say(asking("4", "subscription { serviceStatus { state } }"))
        status = await client.hear()
    assert query["payload"]["data"]["services"][0] == {"service": "STORE"}
    assert found["payload"]["data"] == {"customer": {"name": "Ada"}}
    assert [source["service"] for source in found["payload"]["extensions"]["sources"]] == ["STORE"]
    assert status["payload"]["data"] == {"serviceStatus": {"state": "UP"}}


async def test_each_operation_is_one_event_in_the_log_under_an_id_of_its_own(store_uri: str, lines: StringIO) -> None:
    async with running(Run.SERVE, store_uri) as url, unbegun(url, headers={"X-Request-Id": "mine"}) as client:
        assert client.connection.response is not None
        assert client.connection.response.headers["X-Request-Id"] == "mine"
        await client.say({"type": "connection_init"})
        await client.hear()
        await client.ask("1", "query First { services { service } }")
        await client.ask("2", "query Second { services { service } }")
    events = [json.loads(line) for line in lines.getvalue().splitlines()]
    told = [(one["operation"], one["request_id"]) for one in events if one["event"] == "operation"]
    assert told == [("query First", "mine-1"), ("query Second", "mine-2")]
    assert "request" not in {one["event"] for one in events}


async def test_limits_hold_and_nothing_is_explained_in_serve(store_uri: str) -> None:
    async with running(Run.SERVE, store_uri, TRIBUTARY_LIMITS="aliases=1") as url, begun(url) as client:
        codes = []
        for query in ("{ a: services { state } b: services { state } }", "{ __schema { queryType { name } } }"):
            (error,) = await client.ask("1", query)
            codes.append(error["payload"][0]["extensions"]["code"])
    assert codes == ["OPERATION_TOO_COMPLEX", "GRAPHQL_VALIDATION_FAILED"]


async def test_trusted_documents_alone_are_executed(store_uri: str, tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "status.graphql").write_text("{ services { service } }\n")
    async with running(Run.SERVE, store_uri, TRIBUTARY_TRUSTED_DOCUMENTS=str(folder)) as url, begun(url) as client:
        (refused,) = await client.ask("1", "{ services { state } }")
        assert refused["payload"][0]["extensions"]["code"] == "FORBIDDEN"
        assert (await client.ask("2", "{ services { service } }"))[-1]["type"] == "complete"


@pytest.mark.parametrize(
    ("run", "origin", "allowed"),
    [
        (Run.SERVE, "https://app.acme.example", True),
        (Run.SERVE, "http://localhost:3000", False),
        (Run.SERVE, "https://evil.example", False),
        (Run.DEV, "http://localhost:3000", True),
        (Run.DEV, "https://evil.example", False),
    ],
)
async def test_pages_may_open_a_socket_as_the_settings_say(
    store_uri: str, run: Run, origin: str, *, allowed: bool
) -> None:
    async with running(run, store_uri, TRIBUTARY_ORIGINS="https://app.acme.example") as url:
        try:
            async with unbegun(url, headers={"Origin": origin}):
                opened = True
        except InvalidStatus as refused:
            opened = refused.response.status_code != 403
    assert opened is allowed


async def test_in_dev_the_viewer_is_who_sits_at_the_machine_and_in_serve_nobody_is(store_uri: str) -> None:
    viewers = []
    for run in (Run.DEV, Run.SERVE):
        async with running(run, store_uri) as url, begun(url) as client:
            answer, _ = await client.ask("1", VIEWER)
            viewers.append(answer["payload"]["data"]["viewer"])
    assert viewers[0]["roles"] == ["developer"]
    assert viewers[0]["name"]
    assert viewers[1] is None


async def test_elsewhere_no_socket_is_opened(store_uri: str) -> None:
    async with running(Run.SERVE, store_uri) as url:
        with pytest.raises(InvalidStatus):
            async with unbegun(f"{url}/nothing"):
                pass
