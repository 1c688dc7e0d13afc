"""CPU of one upstream call, for the wire and for what could stand in its place.

    python -m benchmarks.wire [--calls 6400]

A static upstream in another process, connections kept alive, uvloop; one call after another and 32 side by side. CPU is
this process's own for a call, the making of its `httpx.Request` included where there is one: median of five runs.
The row of httpx-aiohttp is there where that package is installed.
"""

import argparse
import asyncio
import importlib
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from datetime import UTC, datetime
from importlib.util import find_spec
from typing import cast

import aiohttp
import httpcore
import httpx
import uvloop

from connectors.domain.service import Service
from connectors.transport.wire import Wire

Call = Callable[[str], Awaitable[object]]

SIDE_BY_SIDE = 32
RUNS = 5
HEADERS = {"Authorization": "Bearer sk_test_benchmark", "Accept": "application/json"}
SMALL = json.dumps({"id": "cus_1", "name": "Ada Lovelace", "email": "ada@example.com"}).encode()
LARGE = json.dumps([{"id": f"ch_{n:04}", "amount": 1250, "currency": "eur"} for n in range(192)]).encode()  # 10 kB
BODIES = {"/small": SMALL, "/large": LARGE}
CASES = [(path, abreast) for path in BODIES for abreast in (1, SIDE_BY_SIDE)]
SLOW = 10  # so many times fewer calls are measured where a call takes so many times longer


class Static(asyncio.Protocol):
    """The upstream: an answer for each piece of data that arrives, which is a whole request here."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keeps where to write."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is one, but does not inherit from it

    def data_received(self, data: bytes) -> None:
        """Answers."""
        body = BODIES[data.split(b" ", 2)[1].decode()]
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\nServer: static"
        self._transport.write(f"{head}\r\nCache-Control: max-age=60\r\nX-Request-Id: r1\r\n\r\n".encode() + body)


async def serve() -> None:
    """Prints its port, and answers until it is ended."""
    server = await asyncio.get_running_loop().create_server(Static, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@contextmanager
def upstream() -> Iterator[str]:
    """The address of the static upstream, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.wire", "--serve"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:  # noqa: S603 - this very module
        assert process.stdout is not None  # noqa: S101 - it is a pipe
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.terminate()


def _over(transport: httpx.AsyncBaseTransport) -> Call:
    async def call(url: str) -> None:
        response = await transport.handle_async_request(httpx.Request("GET", url, headers=HEADERS))
        await response.aread()
        await response.aclose()

    return call


@asynccontextmanager
async def contestants() -> AsyncIterator[dict[str, tuple[Call, int]]]:
    """Each a call and by how much it is slower than the fast ones, roughly; the plain client comes first."""
    limits = httpx.Limits(max_connections=SIDE_BY_SIDE, max_keepalive_connections=SIDE_BY_SIDE)
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(httpx.AsyncClient(limits=limits, trust_env=False, headers=HEADERS))
        through = await stack.enter_async_context(
            httpx.AsyncClient(transport=Wire(Service.STRIPE), trust_env=False, headers=HEADERS)
        )
        own = await stack.enter_async_context(httpx.AsyncHTTPTransport(limits=limits, trust_env=False))
        pool = await stack.enter_async_context(httpcore.AsyncConnectionPool(max_connections=SIDE_BY_SIDE))
        session = await stack.enter_async_context(aiohttp.ClientSession(headers=HEADERS))
        wire = await stack.enter_async_context(Wire(Service.STRIPE))

        async def bare(url: str) -> None:
            async with session.get(url) as response:
                await response.read()

        listed: dict[str, tuple[Call, int]] = {
            "httpx.AsyncClient": (client.get, SLOW),
            "httpx's own transport": (_over(own), SLOW),
            "httpcore alone": (lambda url: pool.request("GET", url, headers=list(HEADERS.items())), SLOW),
        }
        if find_spec("httpx_aiohttp"):
            adapter = importlib.import_module("httpx_aiohttp").AiohttpTransport(limits=limits)
            listed["httpx-aiohttp's transport"] = (_over(await stack.enter_async_context(adapter)), 1)
        yield listed | {
            "aiohttp alone": (bare, 1),
            "the wire": (_over(wire), 1),
            "httpx.AsyncClient over the wire": (through.get, 1),
        }


async def cost(call: Call, url: str, abreast: int, calls: int) -> float:
    """Milliseconds of CPU a call."""

    async def one_after_another(count: int) -> None:
        for _ in range(count):
            await call(url)

    each = max(1, calls // abreast)
    await asyncio.gather(*(one_after_another(3) for _ in range(abreast)))  # warm
    taken: list[float] = []
    for _ in range(RUNS):
        before = time.process_time()
        await asyncio.gather(*(one_after_another(each) for _ in range(abreast)))
        taken.append((time.process_time() - before) * 1000 / (each * abreast))
    return statistics.median(taken)


async def main(calls: int) -> None:
    """Prints a Markdown table."""
    print(f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, Python {platform.python_version()},")
    print(f"httpx {httpx.__version__}, httpcore {httpcore.__version__}, aiohttp {aiohttp.__version__};")
    print("milliseconds of CPU a call, and how many times cheaper than httpx.AsyncClient\n")
    titles = [f"{len(BODIES[path]):,} bytes, {abreast} abreast" for path, abreast in CASES]
    print(f"| | {' | '.join(titles)} |\n|---|{'---|' * len(CASES)}")
    with upstream() as address:
        async with contestants() as listed:
            plain: list[float] = []
            for name, (call, slower) in listed.items():
                row = [await cost(call, address + path, abreast, calls // RUNS // slower) for path, abreast in CASES]
                plain = plain or row
                cells = (f"{took:.3f} ({first / took:.1f}x)" for took, first in zip(row, plain, strict=True))
                print(f"| {name} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="CPU of one upstream call")
    parser.add_argument("--calls", type=int, default=6400, help="calls for each figure")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    uvloop.run(serve() if arguments.serve else main(arguments.calls))
