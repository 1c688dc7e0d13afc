"""The imitations behind a gate that can be shut to one of them: what is asked of it then is answered with 503."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from connectors.registry import VENDORS
from connectors.sandbox_server import SandboxServer, address
from connectors.seed.people import People
from tests.acceptance.world import listening


class Shuts(Protocol):
    """Something between a gateway and those whom it asks."""

    def renew(self) -> None:
        """Nobody was asked for anything yet."""

    def shut(self, service: str, let_through: int = 0) -> None:
        """To this service, after so many more calls."""

    def open(self) -> None:
        """To everybody."""


class Gate:
    """An ASGI application in front of the imitations."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._shut = ""
        self._let_through = 0
        self._inner = SandboxServer(VENDORS, people)

    def renew(self) -> None:
        """Nobody was asked for anything yet, and nobody is tired of it."""
        self._inner = SandboxServer(VENDORS, self._people)

    def shut(self, service: str, let_through: int = 0) -> None:
        """To this service, after so many more calls."""
        self._shut, self._let_through = f"/{service.lower()}/", let_through

    def open(self) -> None:
        """To everybody."""
        self._shut = ""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI
        """Serves one request, or refuses it."""
        if scope["type"] == "http" and self._shut and scope["path"].startswith(self._shut):
            if self._let_through == 0:
                await send({"type": "http.response.start", "status": 503, "headers": []})
                await send({"type": "http.response.body", "body": b""})
                return
            self._let_through -= 1
        await self._inner(scope, receive, send)


@contextmanager
def gated(people: People) -> Iterator[tuple[Gate, dict[str, str]]]:
    """A gate, and settings by which a gateway asks through it, each thing once and anew."""
    gate = Gate(people)
    with listening(gate) as server:
        settings = {f"{vendor.service.name}_BASE_URL": address(vendor, server) for vendor in VENDORS}
        for vendor in VENDORS:
            settings |= {
                f"{vendor.service.name}_CACHE": "0",
                f"{vendor.service.name}_ATTEMPTS": "1",
                f"{vendor.service.name}_BREAKER_CALLS": "100000",
            }
        yield gate, settings
