"""Scripts for Node beside the packages that their lock file names."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Protocol

import pytest

BUILD = Path(__file__).parents[3] / "web" / "build.py"
DEADLINE = 120  # seconds for npm, which may have to download
UNREACHABLE = re.compile("ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ENOTCACHED")


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
    path = os.pathsep.join((str(Path(node.binary).parent), os.environ["PATH"]))
    done = subprocess.run(  # noqa: S603 - npm, with a lock file of ours
        [*node.npm, "ci", "--loglevel=error"],
        cwd=folder,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        check=False,
    )
    if done.returncode and UNREACHABLE.search(done.stdout + done.stderr):
        pytest.skip("the registry of npm cannot be reached")
    assert done.returncode == 0, done.stdout + done.stderr
    return folder
