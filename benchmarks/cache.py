"""CPU per answer from the cache, through the transport interface, beside what no cache at all would cost.

    python -m benchmarks.cache [--rounds 20000]

The network is a function that makes a response. Headers are as many as GitHub sends. Each figure is the best of five
runs, of which the garbage collector has no part.
"""

import argparse
import asyncio
import gc
import os
import platform
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from time import process_time

import httpx

from connectors.domain.service import Service
from connectors.transport.cache import Cache
from connectors.transport.cache_store import MemoryStore
from connectors.transport.call import Call, attach
from connectors.transport.coalesce import Coalesce
from connectors.transport.live import live
from connectors.transport.stats import ServiceStats

RUNS = 5
SIZES = (1_000, 10_000, 100_000)  # bytes of a body
NOON = 1795348800.0  # seconds since the epoch, when every answer is made
HEADERS = {
    "Date": "Sun, 22 Nov 2026 12:00:00 GMT",
    "Content-Type": "application/json; charset=utf-8",
    "Cache-Control": "private, max-age=60, s-maxage=60",
    "Vary": "Accept, Authorization, Cookie, X-GitHub-OTP, Accept-Encoding, X-Requested-With",
    "ETag": 'W/"0d1e5b2fd58d0a7cf3a5b6a1a0a4ce3d"',
    "X-GitHub-Media-Type": "github.v3; format=json",
    "X-RateLimit-Limit": "5000",
    "X-RateLimit-Remaining": "4999",
    "X-RateLimit-Reset": "1795352400",
    "Server": "github.com",
    "X-GitHub-Request-Id": "E2A1:3F2B:11A2B3C:22B3C4D:6745AF00",
    "X-Content-Type-Options": "nosniff",
}
Ask = Callable[[], Awaitable[object]]


def wire(size: int) -> httpx.MockTransport:
    """A network that answers every call with as many bytes."""
    body = b"x" * size
    return httpx.MockTransport(lambda _: httpx.Response(200, headers=HEADERS, content=body))


def request() -> httpx.Request:
    """A read, as a client makes it."""
    headers = {
        "User-Agent": "tributary",
        "Authorization": f"Bearer {'x' * 40}",
        "Accept": "application/vnd.github+json",
        "X-GitHub-Api-Version": "2022-11-28",
    }
    client = httpx.AsyncClient(base_url="https://api.github.com", headers=headers)
    made = client.build_request("GET", "/repos/octocat/hello-world/issues?state=open&per_page=100")
    return attach(made, Call(credential="token", repeatable=True, fresh=60))


async def per_answer(ask: Ask, rounds: int) -> float:
    """Microseconds of CPU, the best of several runs."""
    best = float("inf")
    for _ in range(RUNS):
        gc.collect()
        gc.disable()
        started = process_time()
        for _ in range(rounds):
            await ask()
        best = min(best, process_time() - started)
        gc.enable()
    return best / rounds * 1e6


async def figures(size: int, rounds: int) -> dict[str, float]:
    """Microseconds, by what was done."""
    stats, asked, bare = ServiceStats(Service.GITHUB), request(), wire(size)
    cache = Cache(bare, Service.GITHUB, stats, MemoryStore(), now=lambda: NOON)
    coalesce = Coalesce(bare, Service.GITHUB, stats)
    found = {"no layer": await per_answer(lambda: bare.handle_async_request(asked), rounds)}
    await cache.handle_async_request(asked)
    found["a hit"] = await per_answer(lambda: cache.handle_async_request(asked), rounds)
    with live():
        found["a miss that is stored"] = await per_answer(lambda: cache.handle_async_request(asked), rounds // 4)
    found["a read that nobody shares"] = await per_answer(lambda: coalesce.handle_async_request(asked), rounds // 4)
    hundred = rounds // 100
    found["one of a hundred that share"] = await per_answer(lambda: _together(coalesce, asked), hundred) / 100
    return found


async def _together(layer: httpx.AsyncBaseTransport, asked: httpx.Request) -> None:
    await asyncio.gather(*(layer.handle_async_request(asked) for _ in range(100)))


async def main(rounds: int) -> None:
    """Prints a Markdown table."""
    print(f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    print("| µs of CPU for a body of | " + " | ".join(f"{size:,} bytes" for size in SIZES) + " |")
    print("|---|" + "---|" * len(SIZES))
    columns = [await figures(size, rounds) for size in SIZES]
    for name in columns[0]:
        print(f"| {name} | " + " | ".join(f"{column[name]:.1f}" for column in columns) + " |")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20_000, help="answers a run (default 20,000)")
    asyncio.run(main(parser.parse_args().rounds))
