"""The audits of graphql-http, from npm: https://github.com/graphql/graphql-http, run against a real server."""

import json
from pathlib import Path

import pytest

from tests.gateway.http.npm import Node, find_node, installed, running
from tests.gateway.http.serving import serving
from tests.gateway.http.support import endpoint

AUDITS = 61


@pytest.fixture(scope="module")
def node() -> Node:
    return find_node()


@pytest.fixture(scope="module")
def audits(node: Node, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The script, beside the packages that its lock file names."""
    return installed(node, Path(__file__).parent / "audit", tmp_path_factory.mktemp("audit")) / "audit.mjs"


async def test_the_endpoint_passes_every_audit_of_graphql_over_http(node: Node, audits: Path) -> None:
    async with (
        serving(endpoint()) as port,
        running(node, audits, f"http://127.0.0.1:{port}/graphql") as script,
    ):
        out, _ = await script.communicate()
    results = json.loads(out)
    failed = [f"{audit['id']} {audit['name']}: {audit['reason']}" for audit in results if audit["status"] != "ok"]
    assert not failed, f"{len(failed)} of {len(results)} audits failed:\n" + "\n".join(failed)
    assert len(results) == AUDITS
