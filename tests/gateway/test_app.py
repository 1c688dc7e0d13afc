"""The application, composed: the graph over the store and the imitations, with and without either."""

import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from pymongo import MongoClient
from starlette.applications import Starlette

from gateway import telemetry
from gateway.app import CANNOT_START, Backend, create_app, factory
from gateway.cli.store import fill
from gateway.settings import Settings, SettingsError, load
from gateway.variables import Run
from tests.connectors.support import offering
from tests.gateway.cli.test_commands import run
from tests.gateway.support import KEY

pytestmark = pytest.mark.usefixtures("bare", "lines")
NOWHERE = "mongodb://127.0.0.1:1/"
PAYMENTS = "{ customers(first: 3) { edges { node { name payments(first: 1) { edges { node { id } } } } } } }"
DEAR = "{ payments(first: 100) { edges { node { customer { payments(first: 100) { edges { node { id } } } } } } } }"


@pytest.fixture
def lines(logging_restored: None) -> StringIO:  # noqa: ARG001 - asked for what it undoes
    """What is logged."""
    stream = StringIO()
    telemetry.configure(pretty=False, level="info", stream=stream)
    return stream


def given(run: Run, uri: str, **environment: str) -> Settings:
    os.environ.update(MONGODB_URI=uri, TRIBUTARY_SANDBOX_CUSTOMERS="20", **environment)
    return load(run)


@asynccontextmanager
async def running(read: Settings, *, prepared: bool = False) -> AsyncIterator[httpx.AsyncClient]:
    """The application between its start and its end; `prepared`: with the indexes, which it does not wait for."""
    app = create_app(read)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client,
    ):
        if prepared:
            await app.state.health.prepared.wait()
        yield client


async def ask(client: httpx.AsyncClient, query: str) -> Any:  # noqa: ANN401 - a GraphQL response
    answer = await client.post("/graphql", json={"query": query})
    assert answer.status_code == 200
    return answer.json()


async def test_one_operation_reaches_the_store_and_the_imitations(store_uri: str) -> None:
    await fill(store_uri, 20)
    async with running(given(Run.DEV, store_uri)) as client:
        answer = await ask(client, PAYMENTS)
    assert "errors" not in answer
    assert all(edge["node"]["payments"]["edges"] for edge in answer["data"]["customers"]["edges"])
    assert {source["service"] for source in answer["extensions"]["sources"]} == {
        "STORE",
        *(service.name for service in offering("payments")),
    }


async def test_a_process_becomes_ready_and_says_how_every_service_is_reached(store_uri: str) -> None:
    read = given(Run.SERVE, store_uri, STRIPE_API_KEY=KEY, TRIBUTARY_SANDBOX="frankfurter")
    async with running(read, prepared=True) as client:
        answer = await client.get("/readyz")
    assert answer.status_code == 200
    assert (answer.json()["status"], answer.json()["store"]) == ("ready", "up")
    services = answer.json()["services"]
    assert (services["stripe"], services["bluesky"], services["frankfurter"]) == ("live", "live", "imitated")


async def test_it_makes_the_indexes_by_itself(store_uri: str) -> None:
    async with running(given(Run.SERVE, store_uri), prepared=True):
        pass
    with MongoClient[dict[str, object]](store_uri) as client:
        assert "unique_email" in client.get_default_database()["customers"].index_information()


async def test_it_starts_without_the_store_and_blames_it_for_its_own_fields_alone() -> None:
    async with running(given(Run.SERVE, NOWHERE, TRIBUTARY_SANDBOX="frankfurter")) as client:
        ready = await client.get("/readyz")
        alive = await client.get("/healthz")
        answer = await ask(
            client, '{ exchangeRate(base: "EUR", quote: "USD") { rate } customer(email: "a@b.example") { id } }'
        )
    assert (ready.status_code, alive.status_code) == (503, 200)
    assert ready.json()["store"] == "STORE cannot be reached"
    assert answer["data"]["exchangeRate"]["rate"]
    assert answer["data"]["customer"] is None
    assert [(error["path"], error["extensions"]["code"]) for error in answer["errors"]] == [
        (["customer"], "UPSTREAM_UNAVAILABLE")
    ]


async def test_a_service_without_credentials_says_so_in_serve(store_uri: str) -> None:
    await fill(store_uri, 20)
    async with running(given(Run.SERVE, store_uri)) as client:
        answer = await ask(client, PAYMENTS)
    assert answer["data"]["customers"]["edges"][0]["node"]["name"]
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"SERVICE_NOT_CONFIGURED"}


async def test_only_dev_explains_itself(store_uri: str) -> None:
    introspection = "{ __schema { queryType { name } } }"
    async with running(given(Run.DEV, store_uri)) as client:
        assert (await ask(client, introspection))["data"]
    async with running(given(Run.SERVE, store_uri)) as client:
        refused = (await client.post("/graphql", json={"query": introspection})).json()
        assert not refused.get("data")
        assert refused["errors"]


async def test_only_dev_tells_of_plans_and_as_the_command_line_does(store_uri: str, tmp_path: Path) -> None:
    await fill(store_uri, 20)
    (tmp_path / "payments.graphql").write_text(PAYMENTS)
    told = run("explain", str(tmp_path / "payments.graphql"), "--json")
    async with running(given(Run.DEV, store_uri)) as client:
        answer = await client.post("/graphql", json={"query": PAYMENTS}, headers={"X-Tributary-Plan": "1"})
        assert answer.json()["extensions"]["plan"] == json.loads(told.stdout)
        refused = await client.post("/graphql", json={"query": DEAR}, headers={"X-Tributary-Plan": "only"})
        assert refused.json()["errors"] == refused.json()["extensions"]["plan"]["errors"]
        assert refused.json()["extensions"]["plan"]["cost"]["found"] > 5000
    async with running(given(Run.SERVE, store_uri)) as client:
        answer = await client.post("/graphql", json={"query": PAYMENTS}, headers={"X-Tributary-Plan": "1"})
        assert answer.json()["extensions"].keys() == {"sources"}


async def test_a_browser_gets_graphiql_in_dev_alone(store_uri: str) -> None:
    browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    async with running(given(Run.DEV, store_uri)) as client:
        page = await client.get("/graphql", headers=browser)
        assert page.headers["content-type"].startswith("text/html")
        assert "content-security-policy" in page.headers
        front = await client.get("/", headers=browser)
        assert (front.status_code, front.headers["location"]) == (307, "/graphql")
        assert (await client.get("/graphiql/favicon.svg")).headers["x-content-type-options"] == "nosniff"
    async with running(given(Run.SERVE, store_uri)) as client:
        assert not (await client.get("/graphql", headers=browser)).headers["content-type"].startswith("text/html;")
        assert (await client.get("/", headers=browser)).status_code == 404
        assert (await client.get("/graphiql/favicon.svg")).status_code == 404


async def test_every_answer_carries_the_request_s_id_and_is_logged_with_it(store_uri: str, lines: StringIO) -> None:
    async with running(given(Run.DEV, store_uri)) as client:
        answer = await client.get("/nothing", headers={"X-Request-Id": "mine"})
    assert (answer.status_code, answer.headers["x-request-id"]) == (404, "mine")
    events = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert [event["event"] for event in events] == ["started", "request", "stopped"]
    assert (events[1]["request_id"], events[1]["path"], events[1]["status"]) == ("mine", "/nothing", 404)


async def test_warnings_about_settings_are_logged_at_the_start(store_uri: str, lines: StringIO) -> None:
    async with running(given(Run.DEV, store_uri, TRIBUTARY_LIV="x")):
        pass
    first = json.loads(lines.getvalue().splitlines()[0])
    assert (first["level"], first["event"]) == (
        "warning",
        "TRIBUTARY_LIV is no setting: did you mean TRIBUTARY_LIVE?",
    )


def test_what_uvicorn_starts_reads_the_settings_by_itself() -> None:
    os.environ.update(TRIBUTARY_MODE="dev", MONGODB_URI=NOWHERE)
    assert isinstance(factory(), Starlette)


def test_settings_that_cannot_be_used_end_it_with_what_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    os.environ["STRIPE_API_KEY"] = "hunter2"
    with pytest.raises(SystemExit) as ended:
        factory()
    told = capsys.readouterr().err
    assert ended.value.code == CANNOT_START
    assert "MONGODB_URI is required" in told
    assert "STRIPE_API_KEY should look like" in told
    assert "hunter2" not in told


async def test_dev_without_a_store_is_for_the_command_line_to_start() -> None:
    app = create_app(load(Run.DEV))
    with pytest.raises(SettingsError, match="tributary dev"):
        async with app.router.lifespan_context(app):
            pass


def test_no_operation_runs_before_the_start() -> None:
    with pytest.raises(RuntimeError, match="lifespan"):
        Backend(load(Run.DEV)).context()
