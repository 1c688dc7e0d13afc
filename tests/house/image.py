"""What the Dockerfile's build stage makes and its last stage runs, on this machine."""

import os
import re
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.house import dockerfile
from tests.house.project import BIN, ROOT

WEB, BUILD, LAST = dockerfile.read(ROOT / "Dockerfile")
DEADLINE = 60  # seconds for any process that a test waits for
_LOOK = LAST.last("HEALTHCHECK").command
_WHERE = "127.0.0.1:8000"
_BUILDING = dict(setting.split("=", 1) for setting in BUILD.last("ENV").words) | {
    "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
    "PIP_NO_CACHE_DIR": "0",  # what `make test` has downloaded is not downloaded again
}
_UNREACHABLE = re.compile("NewConnectionError|NameResolutionError|ConnectTimeoutError|Network is unreachable")


def build(tmp_path: Path) -> None:
    """Does what the stage says, below `tmp_path` instead of below /, with this Python instead of the image's."""
    here = tmp_path / BUILD.last("WORKDIR").rest.lstrip("/")
    here.mkdir()
    for step in BUILD.all("COPY", "RUN"):
        if step.keyword == "COPY":
            _copy(step, tmp_path, here)
            continue
        command = ["sh", "-c", step.rest.replace("/opt/", f"{tmp_path}/opt/")]
        done = subprocess.run(  # noqa: S603 - the Dockerfile's own commands
            command, cwd=here, env=os.environ | _BUILDING, capture_output=True, text=True, timeout=300, check=False
        )
        if done.returncode and _UNREACHABLE.search(done.stdout + done.stderr):
            pytest.skip("the package index cannot be reached")
        assert done.returncode == 0, done.stdout + done.stderr


def _copy(step: dockerfile.Instruction, tmp_path: Path, here: Path) -> None:
    *sources, target = step.words
    for source in sources:
        found = ROOT / Path(source).relative_to("/src" if "from" in step.flags else "")
        inside = here / target / ("" if found.is_dir() else found.name)
        assert inside.is_relative_to(tmp_path)
        if found.is_dir():
            shutil.copytree(found, inside, ignore=shutil.ignore_patterns("__pycache__", "dist", ".dist-*"))
        elif found.exists() or "from" not in step.flags:
            inside.parent.mkdir(exist_ok=True)
            shutil.copy(found, inside)


def look(python: str, port: int) -> list[str]:
    """HEALTHCHECK's command with this Python, for a server on this port."""
    assert _LOOK[0] == "python"
    assert _WHERE in _LOOK[-1]
    return [python, *_LOOK[1:-1], _LOOK[-1].replace(_WHERE, f"127.0.0.1:{port}")]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(tributary: Path, port: int, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """What CMD says, on loopback alone, with a store where nothing listens."""
    environment = {"PATH": os.environ["PATH"], "MONGODB_URI": f"mongodb://127.0.0.1:{free_port()}/tributary"}
    command = [str(tributary), *LAST.last("CMD").command, "--host", "127.0.0.1", "--port", str(port)]
    with subprocess.Popen(  # noqa: S603 - ours
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as server:
        try:
            yield server
        finally:
            server.kill()


@contextmanager
def answering(status: int) -> Iterator[tuple[int, list[str]]]:
    """A server on loopback that answers everything with `status`: its port, and the paths that it was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.server_port, asked
        finally:
            server.shutdown()
            thread.join()
