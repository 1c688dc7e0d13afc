"""The client that the protocol comes with, from npm: https://the-guild.dev/graphql/ws."""

import asyncio
import json
import os
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest

from tests.gateway.http.npm import Node, find_node, installed
from tests.gateway.http.sockets.world import PATIENCE, Watch, listening

DEADLINE = 30  # seconds


@pytest.fixture(scope="module")
def node() -> Node:
    return find_node()


@pytest.fixture(scope="module")
def script(node: Node, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Beside the packages that its lock file names."""
    return installed(node, Path(__file__).parent / "client", tmp_path_factory.mktemp("client")) / "client.mjs"


async def output(*command: str) -> bytes:
    """What a program prints; it is ended with all that it has started, whatever happens."""
    running = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE, start_new_session=True)
    try:
        async with asyncio.timeout(DEADLINE):
            return (await running.communicate())[0]
    finally:
        with suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)
        await running.wait()


async def test_graphql_ws_asks_subscribes_stops_and_is_told_of_failures(node: Node, script: Path) -> None:
    watch = Watch()
    async with listening(watch) as url:
        seen = json.loads(await output(node.binary, str(script), url))
        await asyncio.wait_for(watch.ended.wait(), PATIENCE)
    assert seen["query"] == [{"data": {"greeting": "Hello, Ada!"}}]
    assert seen["mutation"][0]["data"]["request"]
    assert [one["data"]["count"] for one in seen["subscription"]] == [1, 2, 3, 4, 5]
    assert [len(answers) for answers in seen["side"]] == [3, 4]
    assert seen["syntax"] == ["GRAPHQL_PARSE_FAILED"]
    assert seen["failing"] == ["it fails"]
    assert seen["stopped"] == [{"data": {"stuck": 0}}]
    assert seen["afterwards"] == [{"data": {"greeting": "Hello, world!"}}]
    assert seen["pongs"]
    assert seen["closes"] == [1000] * len(seen["closes"])
