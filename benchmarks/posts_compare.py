"""`benchmarks.posts` beside other servers of the same graph, over the same static upstream, in one run.

    python -m benchmarks.posts_compare [--seconds 5] [--rounds 1] [--servers tributary stock]

One server after the other, each one process on one core; the load and the upstream are on another core. What else runs
on the machine makes a server slower and its CPU dearer, never the other way round: of several rounds, the fastest load
and the lowest CPU are shown. `core` is how much of its core the server had in that load: below 90 % it was disturbed.
`shared`: every request is the same. `executed`: each differs in a variable, so that each has to be executed.
"""

import argparse
import asyncio
import json
import os
import platform
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from benchmarks.load import Load, post
from benchmarks.posts_data import expected
from benchmarks.posts_load import drive, generator
from benchmarks.posts_servers import SERVERS, UPSTREAM, cores, install, node, on, running
from benchmarks.stack import Process
from web.build import version_of

_POSTS = "{ id userId title user { id name email } }"
WORKLOADS = {
    "shared": json.dumps({"query": f"{{ posts {_POSTS} }}"}),
    "executed": f'{{"query": "query($nonce: Int!) {{ posts(nonce: $nonce) {_POSTS} }}", "variables": {{"nonce": %d}}}}',
    "greet": json.dumps({"query": "{ greet }"}),
}
ANSWERS = {"shared": {"posts": expected()}, "executed": {"posts": expected()}, "greet": {"greet": "Hello"}}
COLUMNS = ("requests/s", "p50 ms", "p99 ms", "core", "CPU µs", "to stock", "to Mercurius", "to the ceiling")
_BASES = ("stock", "mercurius", "ceiling")


@dataclass(frozen=True, slots=True)
class Figure:
    """One server under one load; `cpu` is its own for one request, in microseconds, `core` its share of the core."""

    load: Load
    cpu: float
    core: float

    def better(self, other: "Figure | None") -> "Figure":
        """What is less disturbed of both."""
        if other is None:
            return self
        fastest = self if self.load.rate > other.load.rate else other
        return replace(fastest, cpu=min(self.cpu, other.cpu))


Figures = dict[tuple[str, str], Figure]  # by server and workload


async def check(port: int, workload: str) -> None:
    """Raises RuntimeError where the server does not answer what it should."""
    answer: Any = await post(port, WORKLOADS[workload].replace("%d", "0").encode())
    if answer["data"] != ANSWERS[workload]:
        raise RuntimeError(f"this is no answer to `{workload}`: {json.dumps(answer)[:300]}")


def measure(process: Process, workload: str, arguments: argparse.Namespace) -> Figure:
    """One load, after a short one that warms the server up."""
    asyncio.run(check(process.port, workload))
    body = WORKLOADS[workload]
    drive(process.port, body, connections=arguments.connections, seconds=1)
    before = process.cpu()
    load = drive(process.port, body, connections=arguments.connections, seconds=arguments.seconds)
    spent = process.cpu() - before
    return Figure(load, spent * 1e6 / max(1, load.requests), spent / load.seconds)


def round_of(arguments: argparse.Namespace, best: Figures) -> None:
    """Measures every server once, and keeps what is less disturbed than before."""
    core, other = cores()
    with on(other), running(UPSTREAM, other) as upstream:
        settings = {"UPSTREAM_URL": f"http://127.0.0.1:{upstream.port}"}
        for name in arguments.servers:
            with running(SERVERS[name], core, settings) as process:
                for workload in arguments.workloads:
                    found = measure(process, workload, arguments)
                    told = f"{found.load.rate:,.0f}/s, {found.cpu:,.0f} µs, {found.core:.0%} of the core"
                    print(f"  {name}, {workload}: {told}", file=sys.stderr, flush=True)
                    best[name, workload] = found.better(best.get((name, workload)))


def table(workload: str, figures: Mapping[tuple[str, str], Figure]) -> str:
    """In Markdown: a row for each server that was measured."""
    rates = {name: figure.load.rate for (name, of), figure in figures.items() if of == workload}
    lines = [f"| {workload} | {' | '.join(COLUMNS)} |", "|---" * (len(COLUMNS) + 1) + "|"]
    for name, rate in rates.items():
        figure = figures[name, workload]
        cells = [f"{rate:,.0f}", f"{figure.load.p50:,.1f}", f"{figure.load.p99:,.1f}"]
        cells += [f"{figure.core:.0%}", f"{figure.cpu:,.0f}"]
        cells += [_ratio(rate, rates.get(base)) for base in _BASES]
        lines.append(f"| {SERVERS[name].title} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _ratio(rate: float, base: float | None) -> str:
    return f"{rate / base:.2f}x" if base else ""


def main(arguments: argparse.Namespace) -> None:
    """Prints a table for each workload."""
    needs_node = any(SERVERS[name].node for name in arguments.servers)
    if needs_node:
        install()
    print(f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, Python {platform.python_version()}", end="")
    print(f", Node {version_of(node().binary)}" if needs_node else "")
    print(f"{arguments.connections} connections, {arguments.seconds} s, best of {arguments.rounds}, {generator()}\n")
    best: Figures = {}
    for _ in range(arguments.rounds):
        round_of(arguments, best)
    print("\n\n".join(table(workload, best) for workload in arguments.workloads))


def arguments_of(given: list[str] | None = None) -> argparse.Namespace:
    """Of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=5, help="how long each load lasts (default 5)")
    parser.add_argument("--rounds", type=int, default=1, help="how often each server is measured (default 1)")
    parser.add_argument("--connections", type=int, default=32, help="requests under way at once (default 32)")
    parser.add_argument("--servers", nargs="+", choices=SERVERS, default=list(SERVERS), help="all by default")
    parser.add_argument("--workloads", nargs="+", choices=WORKLOADS, default=list(WORKLOADS), help="all by default")
    return parser.parse_args(given)


if __name__ == "__main__":
    main(arguments_of())
