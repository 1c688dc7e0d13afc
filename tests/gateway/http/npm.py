"""Scripts for Node beside the packages that their lock file names. Everything that is started here ends by itself."""

import asyncio
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import Protocol

import pytest

BUILD = Path(__file__).parents[3] / "web" / "build.py"
INSTALLING = 60  # seconds for npm, which may have to download: it takes 3 where nothing else runs
RUNNING = 15  # seconds for a script
UNREACHABLE = re.compile("ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ENOTCACHED|EIDLETIMEOUT")
# By default npm gives a registry that is silent 5 minutes, three times.
IMPATIENT = ("--fetch-retries=1", "--fetch-retry-mintimeout=500", "--fetch-timeout=10000")


class Node(Protocol):
    """As web/build.py finds it."""

    binary: str
    npm: tuple[str, ...]


def find_node() -> Node:
    """The Node that builds the page: of the machine, or of the wheel. Skips the test where there is none."""
    spec = importlib.util.spec_from_file_location("web_build_for_scripts", BUILD)
    assert spec is not None
    assert spec.loader is not None
    build = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = build  # dataclasses look their module up
    spec.loader.exec_module(build)
    try:
        found: Node = build.find_node()
    except build.BuildError:
        pytest.skip("Node is not installed: the packages of npm need it")
    finally:
        del sys.modules[spec.name]
    return found


def installed(node: Node, source: Path, folder: Path) -> Path:
    """`folder`, with the files of `source` and their packages. Skips the test where npm's registry is out of reach."""
    for file in source.iterdir():
        if file.is_file():
            shutil.copy(file, folder)
    status, said = ended([*node.npm, "ci", "--loglevel=error", *IMPATIENT], folder, beside(node), INSTALLING)
    if status is None:
        pytest.fail(f"npm ci had not ended after {INSTALLING} s:\n{said}", pytrace=False)
    if status and UNREACHABLE.search(said):
        pytest.skip("the registry of npm cannot be reached")
    assert status == 0, said
    return folder


def beside(node: Node) -> dict[str, str]:
    """The environment in which npm finds that Node."""
    return os.environ | {"PATH": os.pathsep.join((str(Path(node.binary).parent), os.environ["PATH"]))}


def ended(command: Sequence[str], folder: Path, environment: dict[str, str], seconds: float) -> tuple[int | None, str]:
    """The status of a command, None where it had to be ended, and what it said.

    It speaks into a file: on a pipe one waits for whatever else it has started, too.
    """
    with TemporaryFile() as said:
        process = subprocess.Popen(  # noqa: S603 - npm, with a lock file of ours
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        with suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
        status = process.poll()
        end(process.pid)
        process.wait()
        said.seek(0)
        return status, said.read().decode(errors="replace")


@asynccontextmanager
async def running(node: Node, script: Path, *arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A script whose output is read meanwhile. Raises TimeoutError where that takes too long; it is over afterwards."""
    process = await asyncio.create_subprocess_exec(
        node.binary,
        str(script),
        *arguments,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(RUNNING):
            yield process
    finally:
        end(process.pid)
        await process.wait()


def end(group: int) -> None:
    """A process that leads a session, and all that it has started."""
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)
