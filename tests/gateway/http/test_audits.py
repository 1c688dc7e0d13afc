"""The audits of graphql-http, from npm: https://github.com/graphql/graphql-http, run against a real server."""

import asyncio
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Protocol

import pytest

from tests.gateway.http.serving import serving
from tests.gateway.http.support import endpoint

HERE = Path(__file__).parent / "audit"
BUILD = Path(__file__).parents[3] / "web" / "build.py"
FILES = ("package.json", "package-lock.json", ".npmrc", "audit.mjs")
AUDITS = 61
DEADLINE = 120  # seconds for npm, which may have to download
UNREACHABLE = re.compile("ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ENOTCACHED")


class Node(Protocol):
    """As web/build.py finds it."""

    binary: str
    npm: tuple[str, ...]


@pytest.fixture(scope="module")
def node() -> Node:
    """The Node that builds the page: of the machine, or of the wheel."""
    spec = importlib.util.spec_from_file_location("web_build_for_audits", BUILD)
    assert spec is not None
    assert spec.loader is not None
    build = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = build  # dataclasses look their module up
    spec.loader.exec_module(build)
    try:
        found: Node = build.find_node()
    except build.BuildError:
        pytest.skip("Node is not installed: the audits of graphql-http need it")
    finally:
        del sys.modules[spec.name]
    return found


@pytest.fixture(scope="module")
def audits(node: Node, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The script, beside the packages that its lock file names."""
    folder = tmp_path_factory.mktemp("audit")
    for name in FILES:
        shutil.copy(HERE / name, folder)
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
    return folder / "audit.mjs"


async def test_the_endpoint_passes_every_audit_of_graphql_over_http(node: Node, audits: Path) -> None:
    async with serving(endpoint()) as port:
        url = f"http://127.0.0.1:{port}/graphql"
        script = await asyncio.create_subprocess_exec(node.binary, str(audits), url, stdout=subprocess.PIPE)
        async with asyncio.timeout(DEADLINE):
            out, _ = await script.communicate()
    results = json.loads(out)
    failed = [f"{audit['id']} {audit['name']}: {audit['reason']}" for audit in results if audit["status"] != "ok"]
    assert not failed, f"{len(failed)} of {len(results)} audits failed:\n" + "\n".join(failed)
    assert len(results) == AUDITS
