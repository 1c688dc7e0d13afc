"""`tributary check`: what is configured is tried, and what does not work is named."""

import json
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner, Result

from connectors.mongo import mongod
from connectors.mongo.embedded import EmbeddedMongoError
from connectors.registry import VENDORS
from connectors.transport.cache_store import Entry, MemoryStore
from connectors.transport.identity import Identity
from gateway.cli.commands import app
from tests.gateway.support import KEY

pytestmark = pytest.mark.usefixtures("bare", "logging_restored")
NOWHERE = "mongodb://127.0.0.1:1/"


def run(*arguments: str, **given: str) -> Result:
    return CliRunner(env={"COLUMNS": "100", "NO_COLOR": "1", **given}).invoke(app, ["check", *arguments])


def report(*arguments: str, **given: str) -> tuple[int, Any]:
    told = run("--json", *arguments, **given)
    return told.exit_code, json.loads(told.stdout)


def test_a_fresh_checkout_is_well() -> None:
    code, told = report()
    assert (code, told["ok"], told["run"], told["mistakes"], told["warnings"]) == (0, True, "dev", [], [])
    found = {one["name"]: (one["how"], one["ok"]) for one in told["checks"]}
    assert found == {"store": ("embedded", True)} | {one.service.value: ("imitated", True) for one in VENDORS}


def test_the_table_has_a_row_for_the_store_and_for_every_service() -> None:
    told = run()
    assert told.exit_code == 0
    for name in ("store", *(vendor.service.value for vendor in VENDORS)):
        assert f"│ {name} " in told.stdout


def test_what_is_off_is_not_tried_and_not_wrong(store_uri: str) -> None:
    sandbox = ",".join(vendor.service for vendor in VENDORS if not vendor.variables)
    code, told = report("--serve", MONGODB_URI=store_uri, TRIBUTARY_SANDBOX=sandbox)
    assert (code, told["run"]) == (0, "serve")
    found = {one["name"]: one for one in told["checks"]}
    assert found["stripe"] == {"name": "stripe", "how": "off", "ok": None, "ms": None, "problem": None}
    assert found["store"]["ok"]
    assert found["store"]["ms"] > 0
    assert "not tried" in run("--serve", MONGODB_URI=store_uri, TRIBUTARY_SANDBOX=sandbox).stdout


def test_a_service_that_cannot_be_reached_is_wrong() -> None:
    code, told = report(STRIPE_BASE_URL="http://127.0.0.1:1")
    assert (code, told["ok"]) == (1, False)
    (stripe,) = [one for one in told["checks"] if one["name"] == "stripe"]
    assert (stripe["how"], stripe["ok"]) == ("live", False)
    assert stripe["problem"].startswith("STRIPE cannot be reached")


def test_a_store_that_cannot_be_reached_is_wrong() -> None:
    told = run(MONGODB_URI=NOWHERE)
    assert told.exit_code == 1
    assert "STORE cannot be reached" in told.stdout


def test_a_store_address_that_cannot_be_read_is_wrong_and_not_shown() -> None:
    code, told = report(MONGODB_URI="mongodb://robin:hunter2@a:b:c")
    assert code == 1
    assert told["checks"][0]["problem"].startswith("MONGODB_URI is not a MongoDB connection string")
    assert "hunter2" not in json.dumps(told)


def test_an_embedded_store_that_is_not_installed_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise EmbeddedMongoError("it is not installed")

    monkeypatch.setattr(mongod, "program", missing)
    code, told = report()
    assert code == 1
    assert told["checks"][0]["problem"].startswith("The embedded MongoDB cannot start: it is not installed")


def test_mistakes_in_the_settings_are_all_that_is_told() -> None:
    code, told = report("--serve", STRIPE_API_KEY="hunter2")
    assert code == 1
    assert [line.split()[0] for line in told["mistakes"]] == ["STRIPE_API_KEY", "MONGODB_URI"]
    assert told["checks"] == []
    shown = run("--serve", STRIPE_API_KEY="hunter2").stdout
    assert "✗ STRIPE_API_KEY should look like" in shown
    assert "hunter2" not in shown


def test_a_warning_is_shown_and_is_not_wrong() -> None:
    told = run(TRIBUTARY_LIV="x")
    assert told.exit_code == 0
    assert "! TRIBUTARY_LIV is no setting: did you mean TRIBUTARY_LIVE?" in told.stdout


def test_nothing_that_is_told_comes_from_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Were the cache shared with a gateway that runs, its answers would tell of a moment ago."""
    asked: list[bool] = []

    async def remembered(_: MemoryStore, __: Identity) -> Entry | None:
        asked.append(True)
        return None

    monkeypatch.setattr(MemoryStore, "get", remembered)
    code, told = report()
    assert (code, told["ok"]) == (0, True)
    assert asked == []


def test_credentials_that_are_not_accepted_are_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    refusing = httpx.MockTransport(lambda _: httpx.Response(401))
    monkeypatch.setattr("connectors.connection._wire", lambda *_: refusing)
    code, told = report(STRIPE_API_KEY=KEY)
    assert code == 1
    (stripe,) = [one for one in told["checks"] if one["name"] == "stripe"]
    assert stripe["problem"] == "STRIPE does not accept our credentials (401)"
    assert KEY not in json.dumps(told)
