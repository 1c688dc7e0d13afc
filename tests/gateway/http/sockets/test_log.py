"""One event for each operation over a socket."""

import asyncio
import json
from io import StringIO

import pytest

from gateway import telemetry
from tests.gateway.http.sockets.world import PATIENCE, Watch, asking, begun, listening


@pytest.fixture
def lines(logging_restored: None) -> StringIO:  # noqa: ARG001 - asked for what it undoes
    stream = StringIO()
    telemetry.configure(pretty=False, level="info", stream=stream)
    return stream


def events(lines: StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in lines.getvalue().splitlines()]


async def test_each_operation_is_an_event_with_its_name_its_end_and_an_id_of_its_own(lines: StringIO) -> None:
    watch = Watch()
    async with listening(watch) as url, begun(url) as client:
        await client.ask("1", "query Greet { greeting }")
        await client.ask("2", "{ nothing }")
        await client.ask("3", "subscription Count { count }")
        await client.say(asking("4", "subscription { stuck }"))
        await asyncio.wait_for(watch.started.wait(), PATIENCE)
    told = events(lines)
    assert [(one["event"], one.get("operation"), one["outcome"], one["answers"]) for one in told] == [
        ("operation", "query Greet", "complete", 1),
        ("operation", None, "error", 0),
        ("operation", "subscription Count", "complete", 3),
        ("operation", "subscription", "cancelled", 1),
    ]
    assert [str(one["request_id"]).rpartition("-")[2] for one in told] == ["1", "2", "3", "4"]


async def test_a_bug_is_logged_masked_and_costs_one_operation(lines: StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> object:
        raise LookupError("a secret")

    async with listening() as url, begun(url) as client:
        with monkeypatch.context() as patch:
            patch.setattr("gateway.execution.engine.Engine.execute", broken)
            (error,) = await client.ask("1", "{ greeting }")
        assert (await client.ask("2", "{ greeting }"))[-1]["type"] == "complete"
    (told,) = error["payload"]
    assert told["extensions"]["code"] == "INTERNAL"
    assert "secret" not in json.dumps(error)
    first = events(lines)[0]
    assert (first["level"], first["request_id"]) == ("error", told["extensions"]["requestId"])
    assert "a secret" in str(first["exception"])
