"""Requests a second and CPU per operation, for three operations against the imitations over real sockets.

    python -m benchmarks.slice [--seconds 10] [--customers 1000] [--connections 8]

One gateway worker, one process for all imitations, a load of so many connections, a real MongoDB: on a machine with few
cores they compete, so that requests a second are a lower bound. CPU per operation is the gateway process's own.
"""

import argparse
import asyncio
import os
import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.load import Load, drive, operation, post
from benchmarks.stack import Process, gateway

OPERATIONS = {
    "services (no upstream call)": "{ services { service state calls } }",
    "20 customers, payments, tickets": """{
      customers(first: 20) { edges { node {
        name payments(first: 5) { edges { node { status amount { amount currency } } } }
        tickets(first: 5) { edges { node { subject status } } }
      } } }
    }""",
    "100 customers, five services": """{
      customers(first: 100) { edges { node {
        name lifetimeValue(currency: "EUR") { amount }
        payments(first: 5) { edges { node { status amount { amount currency } } } }
        tickets(first: 5) { edges { node { subject status } } }
        developer { login followers } profiles { service handle followers }
      } } }
    }""",
}
HEAD = "| operation | upstream calls | requests/s | p50 ms | p99 ms | gateway CPU ms |\n|---|---|---|---|---|---|"


async def measure(process: Process, query: str, arguments: argparse.Namespace) -> tuple[int, Load, float]:
    """Upstream calls of one operation, the load, and CPU milliseconds an operation."""
    body = operation(query)
    first: Any = await post(process.port, body)
    calls = sum(source["calls"] for source in first["extensions"]["sources"] if source["service"] != "STORE")
    await drive(process.port, body, connections=arguments.connections, seconds=1)  # warm
    before = process.cpu()
    load = await drive(process.port, body, connections=arguments.connections, seconds=arguments.seconds)
    return calls, load, (process.cpu() - before) * 1000 / load.requests


async def main(arguments: argparse.Namespace) -> None:
    """Prints a Markdown table."""
    print(f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores ({_processor()}), Python {platform.python_version()},")
    print(f"{arguments.customers} customers, {arguments.connections} connections, {arguments.seconds} s an operation\n")
    print(HEAD)
    async with gateway(arguments.customers) as process:
        for name, query in OPERATIONS.items():
            calls, load, cpu = await measure(process, query, arguments)
            print(
                f"| {name} | {calls} | {load.rate:,.1f} | {load.p50:,.1f} | {load.p99:,.1f} | {cpu:,.2f} |", flush=True
            )
        print(f"\nThe gateway held {process.peak():,.0f} MB at most.")


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=10, help="how long each operation is measured (default 10)")
    parser.add_argument("--customers", type=int, default=1000, help="made-up customers (default 1000)")
    parser.add_argument("--connections", type=int, default=8, help="requests under way at once (default 8)")
    return parser.parse_args()


if __name__ == "__main__":
    asyncio.run(main(_arguments()))
