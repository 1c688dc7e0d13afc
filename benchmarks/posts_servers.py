"""The servers that `benchmarks.posts_compare` measures: each in a process of its own, on a core of its own."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from benchmarks.stack import Process
from web.build import BuildError, Node, find_node, wheel

COMPARE = Path(__file__).parent / "compare"
_PATIENCE = 20.0  # seconds for a process to listen
_UVICORN = ("-m", "uvicorn", "--no-access-log", "--log-level", "warning", "--port", "{port}")


@dataclass(frozen=True, slots=True)
class Server:
    """What is told of it, and its command: of Python, or of Node, with the port where `{port}` stands."""

    title: str
    arguments: tuple[str, ...]
    node: bool = False

    def command(self, port: int) -> list[str]:
        """As it is started. Raises BuildError where there is no Node."""
        program = node().binary if self.node else sys.executable
        return [program, *(argument.format(port=port) for argument in self.arguments)]


UPSTREAM = Server("the upstream", ("-m", "benchmarks.posts_upstream", "--port", "{port}"))
SERVERS = {
    "tributary": Server("**Tributary**", (*_UVICORN, "benchmarks.posts:app")),
    "stock": Server("stock Strawberry, aiodataloader, httpx, uvicorn", (*_UVICORN, "benchmarks.compare.stock:app")),
    "mercurius": Server("Mercurius, graphql-jit, undici, Fastify", (str(COMPARE / "mercurius.mjs"),), node=True),
    "yoga": Server("GraphQL Yoga, DataLoader, undici", (str(COMPARE / "yoga.mjs"),), node=True),
    "ceiling": Server("written by hand, no GraphQL: the ceiling", (*_UVICORN, "benchmarks.compare.ceiling:app")),
}


@contextmanager
def running(server: Server, core: int, settings: dict[str, str] | None = None) -> Iterator[Process]:
    """Listening, with `settings` in its environment; ended in the end."""
    port = _free_port()
    environment = os.environ | {"PORT": str(port), "NODE_ENV": "production"} | (settings or {})
    with on(core):
        child = subprocess.Popen(server.command(port), env=environment, cwd=COMPARE.parents[1])  # noqa: S603 - a fixed command
    try:
        _wait(port, child)
        yield Process(port, child.pid)
    finally:
        child.terminate()
        with suppress(subprocess.TimeoutExpired):
            child.wait(5)
        child.kill()
        child.wait()


@contextmanager
def on(core: int) -> Iterator[None]:
    """What is started meanwhile runs on this core alone, where the system can tell it so (sched_setaffinity(2))."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def cores() -> tuple[int, int]:
    """One for the server, and one for the load and the upstream: the same where there is only one."""
    if not hasattr(os, "sched_getaffinity"):
        return 0, 1
    usable = sorted(os.sched_getaffinity(0))
    return usable[0], usable[-1]


@cache
def node() -> Node:
    """The wheel's, which is of a known age, before that of the machine. Raises BuildError where there is none."""
    return wheel() or find_node()


def install() -> None:
    """What the lock file of `compare` names, unless it is there. Raises BuildError."""
    lock, installed = COMPARE / "package-lock.json", COMPARE / "node_modules" / ".package-lock.json"
    if installed.exists() and installed.stat().st_mtime >= lock.stat().st_mtime:
        return
    path = os.pathsep.join((str(Path(node().binary).parent), os.environ.get("PATH", os.defpath)))
    command: Sequence[str] = (*node().npm, "ci", "--loglevel=error")
    done = subprocess.run(command, cwd=COMPARE, env=os.environ | {"PATH": path}, check=False)  # noqa: S603 - a fixed command
    if done.returncode:
        raise BuildError(f"npm ci failed with status {done.returncode}")


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
