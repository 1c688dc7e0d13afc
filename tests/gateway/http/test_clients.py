"""Apollo Client 4, urql and graphql-sse, from npm, against a real server: what each shows, part by part."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from starlette.types import ASGIApp

from gateway.http.gone import EndsWithCaller
from gateway.http.graphql import GraphQLEndpoint
from tests.gateway.execution.people import Gates, Graph
from tests.gateway.http.npm import Node, find_node, installed, running
from tests.gateway.http.serving import serving

Result = dict[str, Any]


class Clients:
    """The script that runs them."""

    def __init__(self, node: Node, folder: Path) -> None:
        self._node = node
        self._script = folder / "client.mjs"

    @asynccontextmanager
    async def results(self, app: ASGIApp, name: str, query: str, accept: str = "") -> AsyncIterator["Results"]:
        """Of one operation, as the client gives them."""
        async with serving(app) as port:
            url = f"http://127.0.0.1:{port}/graphql"
            async with running(self._node, self._script, name, url, query, accept) as script:
                yield Results(script)
                assert await script.wait() == 0


class Results:
    """Lines of a script."""

    def __init__(self, script: asyncio.subprocess.Process) -> None:
        assert script.stdout is not None
        self._lines = script.stdout

    async def next(self) -> Result:
        line = await self._lines.readline()
        assert line, "the client has ended, and gave no further result"
        result: Result = json.loads(line)
        return result

    async def until(self, member: str) -> Result:
        """The first that mentions `member`: a client may show a part in several steps."""
        while True:
            result = await self.next()
            if member in json.dumps(result):
                return result

    async def last(self) -> Result:
        last = await self.next()
        async for line in self._lines:
            last = json.loads(line)
        return last


@pytest.fixture(scope="module")
def clients(tmp_path_factory: pytest.TempPathFactory) -> Clients:
    node = find_node()
    return Clients(node, installed(node, Path(__file__).parent / "clients", tmp_path_factory.mktemp("clients")))


def endpoint(gates: Gates) -> ASGIApp:
    return EndsWithCaller(GraphQLEndpoint(Graph().engine, lambda _: gates))


NEWER, OLDER = "multipart/mixed;incrementalSpec=v0.2", "multipart/mixed;deferSpec=20220824"
BOTH = {
    "apollo-newer": ("apollo-newer", ""),
    "apollo-older": ("apollo-older", ""),
    "urql-newer": ("urql", f"{NEWER}, application/json"),
    "urql-older": ("urql", f"{OLDER}, application/json"),
}
DEFERRED = '{ me { id name ... @defer(label: "later") { slow friends { id } } } }'
FRIENDS = [{"id": 10}, {"id": 11}, {"id": 12}]


@pytest.mark.parametrize("case", BOTH)
async def test_a_client_shows_the_first_part_and_then_the_rest(clients: Clients, case: str) -> None:
    name, accept = BOTH[case]
    gates = Gates()
    async with clients.results(endpoint(gates), name, DEFERRED, accept) as results:
        first = await results.next()
        assert (plain(first["data"]), first["more"]) == ({"me": {"id": 1, "name": "Person 1"}}, True)
        gates.open("slow 1")
        last = await results.last()
    assert plain(last["data"]) == {"me": {"id": 1, "name": "Person 1", "slow": "slow 1", "friends": FRIENDS}}
    assert (last["errors"], last["more"]) == ([], False)


def plain(data: Any) -> Any:  # noqa: ANN401 - JSON
    """Without what Apollo Client asks for besides."""
    if isinstance(data, dict):
        return {name: plain(inner) for name, inner in data.items() if name != "__typename"}
    return [plain(inner) for inner in data] if isinstance(data, list) else data


# urql 6.0 puts the items of the newer format at the head of the list: it has to ask for the older one.
STREAMING = {name: BOTH[name] for name in BOTH if name != "urql-newer"}


@pytest.mark.parametrize("case", STREAMING)
async def test_a_client_shows_items_as_they_come(clients: Clients, case: str) -> None:
    name, accept = STREAMING[case]
    gates = Gates("slow 0")
    query = "{ people(first: 3) @stream(initialCount: 1) { id slow } }"
    async with clients.results(endpoint(gates), name, query, accept) as results:
        first = await results.next()
        assert plain(first["data"]) == {"people": [{"id": 0, "slow": "slow 0"}]}
        gates.open("slow 1")
        await results.until("slow 1")
        gates.open("slow 2")
        last = await results.last()
    assert plain(last["data"]) == {"people": [{"id": number, "slow": f"slow {number}"} for number in range(3)]}
    assert not last["more"]


@pytest.mark.parametrize("case", BOTH)
async def test_a_client_is_told_of_later_errors_and_of_no_more_than_that(clients: Clients, case: str) -> None:
    name, accept = BOTH[case]
    gates = Gates("lost")
    query = '{ me { id ... @defer(label: "later") { lost } } }'
    async with clients.results(endpoint(gates), name, query, accept) as results:
        last = await results.last()
    assert plain(last["data"]) == {"me": {"id": 1, "lost": None}}
    assert last["errors"] == [{"message": "masked", "path": ["me", "lost"], "extensions": {"code": "INTERNAL"}}]
    assert "hunter2" not in json.dumps(last)


# urql 6.0 overlooks why a fragment failed in the newer format, where `completed` tells of it.
@pytest.mark.parametrize("case", STREAMING)
async def test_a_fragment_that_fails_takes_nothing_else_with_it(clients: Clients, case: str) -> None:
    name, accept = STREAMING[case]
    query = '{ me { id ... @defer(label: "later") { needed } } }'
    async with clients.results(endpoint(Gates("needed")), name, query, accept) as results:
        last = await results.last()
    assert plain(last["data"]) == {"me": {"id": 1}}
    assert [error["path"] for error in last["errors"]] == [["me", "needed"]]


async def test_urql_as_it_comes_is_answered_at_once(clients: Clients) -> None:
    """It accepts parts, and does not say of which format."""
    async with clients.results(endpoint(Gates("slow 1")), "urql", DEFERRED) as results:
        only = await results.next()
    assert only["data"]["me"] == {"id": 1, "name": "Person 1", "slow": "slow 1", "friends": FRIENDS}
    assert (only["more"], only["extensions"]) == (False, {"reached": 1})


async def test_urql_has_the_extensions_of_the_last_part(clients: Clients) -> None:
    async with clients.results(endpoint(Gates("slow 1")), "urql", DEFERRED, BOTH["urql-older"][1]) as results:
        assert (await results.next())["extensions"] == {"reached": 0}
        assert (await results.last())["extensions"] == {"reached": 1}


@pytest.mark.parametrize("query", [DEFERRED, "{ me { name } }", 'mutation { rename(name: "Ada") { name } }'])
async def test_graphql_sse_runs_queries_and_mutations(clients: Clients, query: str) -> None:
    async with clients.results(endpoint(Gates("slow 1")), "sse", query) as results:
        only = await results.last()
    assert next(iter(only["data"].values()))["name"] in ("Person 1", "Ada")
    assert only["extensions"] is not None


async def test_graphql_sse_is_told_of_a_query_that_cannot_be_executed(clients: Clients) -> None:
    async with clients.results(endpoint(Gates()), "sse", "{ nothing }") as results:
        (error,) = (await results.last())["errors"]
    assert error["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
