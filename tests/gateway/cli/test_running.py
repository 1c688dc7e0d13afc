"""The commands that serve, each in a process of its own, as a person starts and stops it."""

import json
import re
import shlex
import signal
from pathlib import Path

import httpx
import pytest

from connectors.registry import VENDORS
from gateway.web.graphiql import is_built
from tests.gateway.cli.support import Running, asked, ran, started

pytestmark = pytest.mark.usefixtures("bare")
CUSTOMERS = (
    "{ customers(first: 2) { totalCount edges { node { name payments(first: 1) { edges { node { id } } } } } } }"
)
FEW = {"TRIBUTARY_SANDBOX_CUSTOMERS": "12"}


def get(url: str) -> httpx.Response:
    return httpx.get(url, trust_env=False, timeout=60)


def graphql(dev: Running) -> str:
    """The address that the panel shows; from there on it can be asked."""
    return dev.until(r"(http://127\.0\.0\.1:\d+/graphql)")


def mongod_of(folder: Path) -> list[Path]:
    """The processes that run on the store in `folder`."""
    return [
        file.parent
        for file in Path("/proc").glob("[0-9]*/cmdline")
        if str(folder / ".tributary").encode() in _read(file) and b"--dbpath" in _read(file)
    ]


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:  # it has ended meanwhile
        return b""


def test_dev_needs_nothing_and_leaves_nothing_running(bare: Path) -> None:
    with started("dev", "--port", "0", "--no-reload", **FEW) as dev:
        url = graphql(dev)
        data = asked(url, CUSTOMERS)
        assert len(mongod_of(bare)) == 1
        assert dev.stop() == 0
    assert data["customers"]["totalCount"] == 12  # type: ignore[index]  # JSON
    assert data["customers"]["edges"][0]["node"]["payments"]["edges"]  # type: ignore[index]  # JSON
    assert mongod_of(bare) == []
    assert "Traceback" not in dev.output


def test_dev_shows_where_everything_is() -> None:
    with started("dev", "--port", "0", "--no-reload", **FEW) as dev:
        dev.until("started")
        dev.stop(signal.SIGINT)
    panel = dev.output
    assert re.search(r"╭─ Tributary \S.* · dev ─", panel)
    assert ("GraphiQL" if is_built() else "GraphQL") in panel
    assert "embedded MongoDB in .tributary, 12 made-up customers" in panel
    assert re.search(r"Imitated +stripe", panel)
    assert "Ctrl-C stops" in panel


def test_dev_seeds_once_and_keeps_what_was_changed() -> None:
    with started("dev", "--port", "0", "--no-reload", **FEW) as dev:
        url = graphql(dev)
        first = asked(url, "{ customers(first: 1) { edges { node { id } } } }")
        id = first["customers"]["edges"][0]["node"]["id"]  # type: ignore[index]  # JSON
        asked(url, f'mutation {{ deleteCustomer(id: "{id}") {{ __typename }} }}')
        dev.stop()
    with started("dev", "--port", "0", "--no-reload", **FEW) as dev:
        data = asked(graphql(dev), "{ customers { totalCount } }")
        dev.stop()
    assert data["customers"] == {"totalCount": 11}


def test_dev_starts_again_when_its_settings_change(bare: Path) -> None:
    with started("dev", "--port", "0", **FEW) as dev:
        url = graphql(dev)
        dev.until("started")
        (bare / ".env").write_text("TRIBUTARY_SANDBX=typo\nFRANKFURTER_BASE_URL=http://127.0.0.1:1\n")
        dev.until(r"detected changes in '\.env'")
        dev.until("TRIBUTARY_SANDBX is no setting: did you mean TRIBUTARY_SANDBOX")
        dev.until("started")
        services = get(url.replace("/graphql", "/readyz")).json()["services"]
        data = asked(url, "{ customers { totalCount } }")
        assert dev.stop(signal.SIGINT) == 0
    assert services["frankfurter"] == "live"
    assert data["customers"] == {"totalCount": 12}, "the store is the same"
    assert mongod_of(bare) == []
    assert "Traceback" not in dev.output


def test_dev_waits_for_the_mistake_in_its_settings_to_be_mended(bare: Path) -> None:
    with started("dev", "--port", "0", **FEW) as dev:
        url = graphql(dev)
        dev.until("started")
        (bare / ".env").write_text("STRIPE_API_KEY=hunter2\n")
        dev.until("The settings cannot be used")
        (bare / ".env").unlink()
        dev.until("started")
        assert get(url.replace("/graphql", "/healthz")).status_code == 200
        assert dev.stop() == 0
    assert "hunter2" not in dev.output
    assert "Traceback" not in dev.output


def test_dev_uses_the_store_it_is_given_and_fills_it_only_when_told(bare: Path, store_uri: str) -> None:
    with started("dev", "--port", "0", "--no-reload", MONGODB_URI=store_uri, **FEW) as dev:
        data = asked(graphql(dev), "{ customers { totalCount } }")
        dev.stop()
    assert data["customers"] == {"totalCount": 0}
    with started("dev", "--port", "0", "--no-reload", "--seed", MONGODB_URI=store_uri, **FEW) as dev:
        data = asked(graphql(dev), "{ customers { totalCount } }")
        dev.stop()
    assert data["customers"] == {"totalCount": 12}
    assert not (bare / ".tributary").exists()
    assert store_uri not in dev.output


@pytest.mark.parametrize("workers", ["1", "2"])
def test_serve_answers_logs_json_and_stops_in_order(workers: str, store_uri: str) -> None:
    sandbox = ",".join(vendor.service for vendor in VENDORS)
    given = {"MONGODB_URI": store_uri, "TRIBUTARY_SANDBOX": sandbox, **FEW}
    with started("serve", "--port", "0", "--workers", workers, **given) as serve:
        url = serve.until(r'"url":"([^"]+)"')
        for _ in range(int(workers)):
            serve.until("started")
        answer = get(f"{url}/healthz")
        data = asked(f"{url}/graphql", "{ customers { totalCount } }")
        assert serve.stop() == 0
    assert answer.json() == {"status": "ok"}
    assert "server" not in answer.headers
    assert data["customers"] == {"totalCount": 0}
    events = [json.loads(line) for line in serve.output.splitlines()]
    request = next(event for event in events if event.get("path") == "/graphql")
    assert (request["method"], request["status"]) == ("POST", 200)
    assert [event["event"] for event in events].count("stopped") == int(workers)


def test_the_sandbox_prints_lines_that_lead_a_gateway_to_it() -> None:
    with started("sandbox", "--port", "0", "--customers", "12") as sandbox:
        last = VENDORS[-1].service.name
        sandbox.until(rf"^export {last}_BASE_URL=\S+")
        given = dict(shlex.split(line)[1].split("=") for line in sandbox.printed if line.startswith("export"))
        assert set(given) == {f"{vendor.service.name}_BASE_URL" for vendor in VENDORS}
        checked = ran("check", "--json", **given, **FEW)
        assert sandbox.stop(signal.SIGINT) == 0
    report = json.loads(checked.stdout)
    assert {(one["how"], one["ok"]) for one in report["checks"] if one["name"] != "store"} == {("live", True)}
    assert "Traceback" not in sandbox.output


def test_the_sandbox_fails_as_it_is_told_to_and_recovers() -> None:
    faults = "stripe:status=503;github:reset"
    with started("sandbox", "--port", "0", "--faults", faults, TRIBUTARY_FAULTS="zendesk:hang", **FEW) as sandbox:
        told = sandbox.until(r"^# Faults: (.*)$")
        control = re.search(r"PUT (\S+/faults)", told)
        last = VENDORS[-1].service.name
        sandbox.until(rf"^export {last}_BASE_URL=\S+")
        given = dict(shlex.split(line)[1].split("=") for line in sandbox.printed if line.startswith("export"))
        during = json.loads(ran("check", "--json", **given, **FEW).stdout)
        assert control
        assert httpx.delete(control[1], trust_env=False).json() == {}
        after = json.loads(ran("check", "--json", **given, **FEW).stdout)
        assert sandbox.stop() == 0
    assert told.startswith(f"{faults}. ")
    down = {one["name"] for one in during["checks"] if one["name"] != "store" and not one["ok"]}
    assert down == {"stripe", "github"}
    assert all(one["ok"] for one in after["checks"] if one["name"] != "store")


def test_the_sandbox_fails_by_its_setting_where_it_is_told_nothing_else() -> None:
    with started("sandbox", "--port", "0", TRIBUTARY_FAULTS="zendesk:drip", **FEW) as sandbox:
        assert sandbox.until(r"^# Faults: (.*)$").startswith("zendesk:drip. ")
        sandbox.stop()
    with started("sandbox", "--port", "0", "--faults", "", TRIBUTARY_FAULTS="zendesk:drip", **FEW) as sandbox:
        assert sandbox.until(r"^# Faults: (.*)$").startswith("none. ")
        sandbox.stop()


def test_python_m_gateway_is_the_same_program() -> None:
    told = ran("--version")
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.startswith("tributary ")
