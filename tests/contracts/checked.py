"""The contracts, for the tests of connectors and sandboxes: a transport that checks both directions."""

from collections import Counter
from typing import Protocol, Unpack

import httpx
import pytest

from tests.contracts import document
from tests.contracts.graphql_sdl import GraphQLContract
from tests.contracts.openapi import Contract
from tests.contracts.options import Options

ABSENT = "contracts are absent: set CONTRACTS_DIR"


class AnyContract(Protocol):
    """What `Checked` needs of a contract; both methods raise `ContractViolation`."""

    def check_request(self, request: httpx.Request) -> object:
        """The operation that the request means; its `str` is its name."""

    def check_response(self, request: httpx.Request, response: httpx.Response) -> None:
        """Nothing, when the answer fits."""


class Checked(httpx.AsyncBaseTransport):
    """Checks every request before it is passed on and every response, read in full, before it is handed back."""

    def __init__(self, inner: httpx.AsyncBaseTransport, contract: AnyContract) -> None:
        self._inner = inner
        self._contract = contract
        self.seen: Counter[str] = Counter()
        """How often each operation was asked, by its name: `GET /v1/charges`, `query Issues`."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The inner transport's response. Raises `ContractViolation`."""
        await request.aread()
        self.seen[str(self._contract.check_request(request))] += 1
        response = await self._inner.handle_async_request(request)
        await response.aread()
        self._contract.check_response(request, response)
        return response

    async def aclose(self) -> None:
        """Closes the inner transport."""
        await self._inner.aclose()


def contract(name: str, **options: Unpack[Options]) -> Contract:
    """`Contract.load`, or a skipped test where the folder of contracts is absent."""
    require_contracts()
    return Contract.load(name, **options)


def graphql_contract(name: str, *, path: str = "/graphql") -> GraphQLContract:
    """`GraphQLContract.load`, or a skipped test where the folder of contracts is absent."""
    require_contracts()
    return GraphQLContract.load(name, path=path)


def require_contracts() -> None:
    """Skips the test where the folder of contracts is absent."""
    if not document.folder().is_dir():
        pytest.skip(ABSENT)
