from contextlib import closing
from socket import create_server

import pytest
from pymongo import MongoClient
from pymongo.uri_parser import parse_uri

from connectors.mongo import replica
from connectors.mongo.replica import is_primary


def port_of(uri: str) -> int:
    return int(parse_uri(uri)["nodelist"][0][1])


def process_of(uri: str) -> int:
    with MongoClient[dict[str, object]](uri) as client:
        return int(client.admin.command("serverStatus")["pid"])


def test_a_server_that_takes_writes_is_primary(mongo_uri: str) -> None:
    assert is_primary(port_of(mongo_uri), process_of(mongo_uri))


def test_somebody_elses_server_on_the_port_is_not_ours_and_is_not_touched(
    mongo_uri: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replica, "_configure", lambda *_: pytest.fail("it was configured"))
    assert not is_primary(port_of(mongo_uri), 1)


def test_nobody_there_is_no_primary() -> None:
    with closing(create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
    assert not is_primary(port, 1)


def test_a_primary_knows_itself_by_its_address(mongo_uri: str) -> None:
    with MongoClient[dict[str, object]](mongo_uri) as client:
        hello = client.admin.command("hello")
    assert (hello["setName"], hello["me"], hello["hosts"]) == (
        "tributary",
        f"127.0.0.1:{port_of(mongo_uri)}",
        [f"127.0.0.1:{port_of(mongo_uri)}"],
    )
