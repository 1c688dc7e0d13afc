"""The transport that holds a connector and a sandbox to a contract."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.contracts import document
from tests.contracts.checked import Checked, contract, graphql_contract
from tests.contracts.openapi import Contract
from tests.contracts.violation import ContractViolation

THINGS = Contract(
    "things",
    {
        "openapi": "3.1.0",
        "paths": {
            "/things": {
                "get": {
                    "parameters": [{"name": "limit", "in": "query", "schema": {"type": "integer"}}],
                    "responses": {"200": {"content": {"application/json": {"schema": {"type": "array"}}}}},
                }
            }
        },
    },
)


class Wire:
    """Answers every request with the same body, and counts."""

    def __init__(self, body: object) -> None:
        self.asked = 0
        self._body = body

    def __call__(self, _: httpx.Request) -> httpx.Response:
        self.asked += 1
        return httpx.Response(200, json=self._body)


def client(wire: Wire) -> tuple[httpx.AsyncClient, Checked]:
    checked = Checked(httpx.MockTransport(wire), THINGS)
    return httpx.AsyncClient(transport=checked, base_url="https://things.example"), checked


async def test_what_fits_passes_unchanged_and_is_counted() -> None:
    http, checked = client(Wire([1, 2]))
    async with http:
        assert (await http.get("/things", params={"limit": 2})).json() == [1, 2]
        assert (await http.get("/things")).json() == [1, 2]
    assert checked.seen == {"GET /things": 2}


async def test_a_wrong_request_never_reaches_the_wire() -> None:
    wire = Wire([])
    http, checked = client(wire)
    async with http:
        with pytest.raises(ContractViolation, match="query `limit`"):
            await http.get("/things", params={"limit": "two"})
    assert wire.asked == 0
    assert not checked.seen


async def test_a_wrong_answer_never_reaches_the_caller() -> None:
    http, _ = client(Wire({"not": "a list"}))
    async with http:
        with pytest.raises(ContractViolation, match="response 200 body"):
            await http.get("/things")


async def test_a_streamed_answer_is_read_in_full_and_still_readable() -> None:
    class Streamed(httpx.AsyncBaseTransport):
        async def handle_async_request(self, _: httpx.Request) -> httpx.Response:
            async def chunks() -> AsyncIterator[bytes]:
                yield b"[1,"
                yield b"2]"

            return httpx.Response(200, headers={"content-type": "application/json"}, content=chunks())

    async with httpx.AsyncClient(transport=Checked(Streamed(), THINGS)) as http:
        assert (await http.get("https://things.example/things")).json() == [1, 2]


async def test_closing_it_closes_the_inner_transport() -> None:
    class Closable(httpx.MockTransport):
        closed = False

        async def aclose(self) -> None:
            self.closed = True

    inner = Closable(Wire([]))
    await Checked(inner, THINGS).aclose()
    assert inner.closed


def test_without_the_folder_a_contract_test_is_skipped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CONTRACTS_DIR", str(tmp_path / "absent"))
    with pytest.raises(pytest.skip.Exception, match="set CONTRACTS_DIR"):
        contract("stripe")
    with pytest.raises(pytest.skip.Exception, match="set CONTRACTS_DIR"):
        graphql_contract("github")


def test_a_folder_without_the_contract_is_an_error_not_a_skip(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CONTRACTS_DIR", str(tmp_path))
    with pytest.raises(FileNotFoundError, match=r"nobody\.json"):
        contract("nobody")


def test_by_default_the_folder_lies_beside_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CONTRACTS_DIR", raising=False)
    assert document.folder() == document.PROJECT.parent / "shared" / "contracts"
