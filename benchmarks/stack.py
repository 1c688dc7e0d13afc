"""A gateway as it runs in production, over an embedded MongoDB and imitations behind real sockets."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from connectors.domain.service import Service
from connectors.mongo.embedded import EmbeddedMongo
from connectors.mongo.store import open_store
from connectors.registry import VENDORS
from connectors.sandbox_server import address
from connectors.seed.people import People
from connectors.transport.stats import ServiceStats

_PATIENCE = 20.0  # seconds for a process to listen
_TICKS = os.sysconf("SC_CLK_TCK")


class Process:
    """One command of ours, listening on a port."""

    def __init__(self, port: int, pid: int) -> None:
        self.port = port
        self.imitations = ""  # where the services are that it asks
        self._pid = pid

    def cpu(self) -> float:
        """Seconds of CPU that it has used, its own and the kernel's for it (proc_pid_stat(5), utime and stime)."""
        fields = Path(f"/proc/{self._pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def memory(self) -> float:
        """What it holds, in MB (proc_pid_status(5), VmRSS)."""
        return self._status("VmRSS")

    def peak(self) -> float:
        """The most that it ever held, in MB (VmHWM)."""
        return self._status("VmHWM")

    def _status(self, name: str) -> float:
        lines = Path(f"/proc/{self._pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024


@asynccontextmanager
async def gateway(
    customers: int, *, sandbox: Mapping[str, str] | None = None, serve: Mapping[str, str] | None = None
) -> AsyncIterator[Process]:
    """`tributary serve`, with one worker, every service at the address of its imitation; both with more settings."""
    with TemporaryDirectory() as folder, EmbeddedMongo(Path(folder)) as uri:
        await _fill(uri, customers)
        with _running("sandbox", {"TRIBUTARY_SANDBOX_CUSTOMERS": str(customers)} | dict(sandbox or {})) as imitations:
            base = f"http://127.0.0.1:{imitations.port}"
            addresses = {f"{vendor.service.name}_BASE_URL": address(vendor, base) for vendor in VENDORS}
            settings = {"MONGODB_URI": uri, "TRIBUTARY_LOG_LEVEL": "warning", **addresses, **(serve or {})}
            with _running("serve", settings) as process:
                process.imitations = base
                yield process


async def _fill(uri: str, customers: int) -> None:
    store = open_store(uri, ServiceStats(Service.STORE))
    people = People(customers)
    await store.ensure_indexes()
    await store.customers.seed([people[number].customer() for number in range(customers)])
    await store.close()


@contextmanager
def _running(command: str, settings: Mapping[str, str]) -> Iterator[Process]:
    port = _free_port()
    arguments = [sys.executable, "-m", "gateway", command, "--port", str(port)]
    child = subprocess.Popen(arguments, env=os.environ | settings, stdout=subprocess.DEVNULL)  # noqa: S603 - our own command
    try:
        _wait(port, child)
        yield Process(port, child.pid)
    finally:
        child.terminate()
        with suppress(subprocess.TimeoutExpired):
            child.wait(10)
        child.kill()


def _wait(port: int, child: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and child.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise RuntimeError(f"{child.args!r} does not listen on port {port}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
