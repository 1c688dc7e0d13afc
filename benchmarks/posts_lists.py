"""What a list costs in CPU, by its length: the engine beside graphql-core, in this process, without HTTP.

    python -m benchmarks.posts_lists [--runs 15]

Objects of 5 fields, there already; both write the response as JSON. graphql-core is asked through Strawberry, which
parses and validates each time: that is shown for what it is by a list of none. CPU is the best of the runs. `blocked`:
how long the event loop was kept from others at most, in the median run, by the wall clock.
"""

import argparse
import asyncio
import gc
import os
import platform
import statistics
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec
import strawberry
import uvloop

from gateway.execution.documents import Documents
from gateway.execution.engine import Engine
from gateway.execution.limits import Limits

LENGTHS = (0, 10, 100, 1_000, 10_000)
QUERY = "query($count: Int!) { records(count: $count) { id name email active score } }"
_LEAST = 2_000  # objects that one measured stretch has at least: shorter ones are repeated


@strawberry.type
class Record:
    """Five leaves of four types."""

    id: int
    name: str
    email: str
    active: bool
    score: float


RECORDS = [
    Record(id=number, name=f"Record {number}", email=f"{number}@example.com", active=number % 3 > 0, score=number / 7)
    for number in range(max(LENGTHS))
]


@strawberry.type
class Query:
    """Where operations begin."""

    @strawberry.field
    def records(self, count: int) -> list[Record]:
        """The first `count`."""
        return RECORDS[:count]


Ask = Callable[[int], Awaitable[bytes]]


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one operation: `cpu` in microseconds, `blocked` in milliseconds."""

    cpu: float
    blocked: float


def by_engine() -> Ask:
    """Ours."""
    schema = strawberry.Schema(Query)
    limits = Limits()
    documents = Documents(schema._schema, limits)  # noqa: SLF001 - strawberry has no public way to what graphql-core executes
    engine = Engine(schema, documents, limits=limits)

    async def ask(count: int) -> bytes:
        return (await engine.execute(engine.prepare(QUERY, None), {"count": count}, None)).body

    return ask


def by_graphql_core() -> Ask:
    """`Schema.execute`, and the same encoder."""
    schema = strawberry.Schema(Query)

    async def ask(count: int) -> bytes:
        result = await schema.execute(QUERY, {"count": count})
        return msgspec.json.encode({"data": result.data})

    return ask


async def cost(ask: Ask, count: int, runs: int) -> Cost:
    """The best CPU of the runs, and the longest wait of others in the median one."""
    times = max(1, _LEAST // max(count, 20))
    taken, waits = [], []
    await ask(count)  # plans are made
    for _ in range(runs):
        gc.collect()
        before = time.process_time()
        for _ in range(times):
            await ask(count)
        taken.append((time.process_time() - before) / times)
        waits.append(await blocked(ask, count))
    return Cost(min(taken) * 1e6, statistics.median(waits) * 1e3)


async def blocked(ask: Ask, count: int) -> float:
    """Seconds for which another task had to wait at most, while one operation ran."""
    longest = 0.0

    async def look() -> None:
        nonlocal longest
        last = time.perf_counter()
        while True:
            await asyncio.sleep(0)
            now = time.perf_counter()
            longest, last = max(longest, now - last), now

    looking = asyncio.create_task(look())
    await asyncio.sleep(0)
    await ask(count)
    await asyncio.sleep(0)  # it looks once more
    looking.cancel()
    with suppress(asyncio.CancelledError):
        await looking
    return longest


async def main(runs: int) -> None:
    """Prints a Markdown table."""
    ours, theirs = by_engine(), by_graphql_core()
    print(f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    print("| objects | µs | µs an object | blocked ms | graphql-core µs | µs an object | blocked ms | ratio |")
    print("|---|---|---|---|---|---|---|---|")
    empty: tuple[float, float] | None = None
    for count in LENGTHS:
        if await ours(count) != await theirs(count):
            raise RuntimeError(f"the two answer differently for {count} objects")
        mine, other = await cost(ours, count, runs), await cost(theirs, count, max(3, runs // 3))
        empty = empty or (mine.cpu, other.cpu)
        each = [
            f"{(one.cpu - none) / count:.2f}" if count else "" for one, none in zip((mine, other), empty, strict=True)
        ]
        cells = [
            f"{mine.cpu:,.0f}",
            each[0],
            f"{mine.blocked:.1f}",
            f"{other.cpu:,.0f}",
            each[1],
            f"{other.blocked:.1f}",
        ]
        print(f"| {count:,} | {' | '.join(cells)} | {other.cpu / mine.cpu:.1f}x |", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=15, help="how often each is measured (default 15)")
    uvloop.run(main(parser.parse_args().runs))
