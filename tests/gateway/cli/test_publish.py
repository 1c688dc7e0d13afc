"""`tributary publish`: what is published, what is said of it, and that a gateway executes it."""

import asyncio
from pathlib import Path

import pytest

from gateway.variables import Run
from tests.connectors.mongo.support import behind
from tests.gateway.cli.test_commands import failed, run
from tests.gateway.test_app import given, running

pytestmark = pytest.mark.usefixtures("bare", "logging_restored")
RATE = 'query Rate { exchangeRate(base: "EUR", quote: "USD") { rate } }'
STATES = "query States { services { state } }"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "queries"
    (found / "admin").mkdir(parents=True)
    (found / "rate.graphql").write_text(RATE)
    (found / "admin" / "states.graphql").write_text(STATES)
    return found


def test_a_folder_is_published_and_once_only(folder: Path, store_uri: str) -> None:
    told = run("publish", str(folder), "--collection", "ops", MONGODB_URI=store_uri)
    assert told.stdout.splitlines() == ["+ admin/states", "+ rate", "2 published in ops, 0 were there already"]
    (folder / "rate.graphql").write_text(RATE.replace("USD", "GBP"))
    told = run("publish", str(folder), MONGODB_URI=store_uri, TRIBUTARY_TRUSTED_DOCUMENTS="mongodb:ops")
    assert told.stdout.splitlines() == ["= admin/states", "+ rate", "1 published in ops, 1 were there already"]
    with behind(store_uri) as database:
        assert sorted(one.get("name", "") for one in database["ops"].find()) == ["", "admin/states", "rate"]


def test_nothing_is_published_where_one_of_them_does_not_fit(folder: Path, store_uri: str) -> None:
    (folder / "wrong.graphql").write_text("{ nothing }")
    (folder / "again.graphql").write_text(f"{RATE}\n")
    said = failed("publish", str(folder), "--collection", "ops", MONGODB_URI=store_uri)
    assert "  wrong: 1:3 Cannot query field 'nothing' on type 'Query'." in said
    assert "  rate: it is the same document as again" in said
    with behind(store_uri) as database:
        assert database.list_collection_names() == []


@pytest.mark.parametrize("text", ["{", "fragment F on Query { now }"])
def test_what_is_no_operation_is_told(folder: Path, store_uri: str, text: str) -> None:
    (folder / "wrong.graphql").write_text(text)
    assert "wrong.graphql: " in failed("publish", str(folder), "--collection", "ops", MONGODB_URI=store_uri)


@pytest.mark.parametrize("arguments", [(), ("--collection", "customers")])
def test_it_has_to_know_where_to(folder: Path, store_uri: str, arguments: tuple[str, ...]) -> None:
    assert "no collection to publish to" in failed("publish", str(folder), *arguments, MONGODB_URI=store_uri)


@pytest.mark.parametrize("mode", ["serve", "dev"])
def test_it_needs_the_store(folder: Path, mode: str) -> None:
    assert "MONGODB_URI is required" in failed("publish", str(folder), "--collection", "ops", TRIBUTARY_MODE=mode)


async def test_a_gateway_executes_what_is_published_and_nothing_else(folder: Path, store_uri: str) -> None:
    read = given(Run.SERVE, store_uri, TRIBUTARY_TRUSTED_DOCUMENTS="mongodb:ops", TRIBUTARY_SANDBOX="frankfurter")
    await asyncio.to_thread(run, "publish", str(folder), MONGODB_URI=store_uri)
    async with running(read) as client:
        answer = await client.post("/graphql", json={"documentId": "rate"})
        assert answer.json()["data"]["exchangeRate"]["rate"]
        assert (await client.post("/graphql", json={"query": STATES})).status_code == 200
        refused = await client.post("/graphql", json={"query": "{ services { state } }"})
        assert (refused.status_code, refused.json()["errors"][0]["extensions"]["code"]) == (403, "FORBIDDEN")
