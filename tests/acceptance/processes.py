"""The gateway and the imitated services, each a process of its own, which can be killed and told to fail."""

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import aiohttp

from connectors.connection import imitated
from connectors.domain.service import Service
from connectors.registry import VENDORS
from tests.gateway.cli.support import environment, started

CREDENTIALS = {name: value for vendor in VENDORS for name, value in imitated(vendor).items()}


class Imitations:
    """Every service behind real sockets: `addresses` are settings, `at` is where one service is asked directly."""

    def __init__(self, addresses: Mapping[str, str], root: str) -> None:
        self.addresses = addresses
        self._root = root

    def at(self, service: Service) -> str:
        return self.addresses[f"{service.name}_BASE_URL"]

    async def fail(self, http: aiohttp.ClientSession, faults: Mapping[str, str]) -> None:
        """From now on these go wrong, and nothing else."""
        async with http.put(f"{self._root}/faults", json=faults) as response:
            response.raise_for_status()


@contextmanager
def imitations(customers: int) -> Iterator[Imitations]:
    """`tributary sandbox` as people start it."""
    last = VENDORS[-1].service.name
    with started("sandbox", "--port", "0", "--customers", f"{customers}", TRIBUTARY_LOG_LEVEL="error") as sandbox:
        sandbox.until(rf"^export {last}_BASE_URL=\S+")
        lines = [line for line in sandbox.printed if line.startswith("export")]
        root = re.search(r"PUT (\S+)/faults", sandbox.output)
        assert root
        yield Imitations(dict(shlex.split(line)[1].split("=") for line in lines), root[1])
        sandbox.stop()
        assert "Traceback" not in sandbox.output, sandbox.output[-4000:]


class Gateway:
    """`tributary serve` on one port, which outlives its processes. What they print is kept in `log`."""

    def __init__(self, log: Path, settings: Mapping[str, str]) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.log = log
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/graphql"

    def start(self) -> None:
        """Returns at once: whoever asks before it listens finds nobody."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, "-m", "gateway", "serve", "--port", f"{self.port}"],
                env=environment(**self._settings),
                stdout=log,
                stderr=log,
            )

    def kill(self) -> None:
        """As the kernel kills: no handler runs, nothing is said goodbye to."""
        assert self._process
        os.kill(self._process.pid, signal.SIGKILL)
        assert self._process.wait(10) == -signal.SIGKILL, "it was alive until now"


@contextmanager
def gateway(folder: Path, store_uri: str, settings: Mapping[str, str]) -> Iterator[Gateway]:
    """A gateway in production, already started; killed at the end. `settings` say where its services are."""
    own = {"MONGODB_URI": store_uri, "TRIBUTARY_LOG_LEVEL": "error", **CREDENTIALS, **settings}
    served = Gateway(folder / "gateway.log", own)
    with ExitStack() as stack:
        served.start()
        stack.callback(served.kill)
        yield served
    assert "Traceback" not in served.log.read_text()
