"""What a worker's memory comes to while it is asked by ever different documents.

    python -m benchmarks.documents [--documents 100000]

`tributary serve` with one worker, without any upstream call: each document asks the same of `services`, and none is
like another. Every tenth is unfit. Printed are the worker's memory after each tenth of them, and CPU for one document.
"""

import argparse
import asyncio
import json
import os
import platform
from datetime import UTC, datetime

from benchmarks.load import Client, operation
from benchmarks.stack import Process, gateway

CONNECTIONS = 8
ROWS = 10


def document(number: int) -> str:
    """The text of one; every tenth asks for a field that is not there."""
    field = "nothing" if number % 10 == 0 else "calls"
    return f"query Q{number} {{ a{number}: services {{ service state {field} latencyMs(percentile: 50) }} }}"


async def ask(port: int, numbers: range) -> int:
    """One connection's share; how many were refused."""
    client, refused = Client(port), 0
    for number in numbers:
        answer = json.loads(await client.ask(operation(document(number))))
        refused += "data" not in answer
    await client.close()
    return refused


async def row(process: Process, first: int, last: int) -> str:
    """Asks some of them, and tells what the worker has come to."""
    before = process.cpu()
    shares = [range(first + at, last, CONNECTIONS) for at in range(CONNECTIONS)]
    refused = sum(await asyncio.gather(*(ask(process.port, share) for share in shares)))
    cpu = (process.cpu() - before) * 1e6 / (last - first)
    return f"| {last:,} | {refused:,} | {process.memory():,.0f} | {process.peak():,.0f} | {cpu:,.0f} |"


async def main(documents: int) -> None:
    """Prints a Markdown table."""
    print(f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    print("| documents so far | refused | memory MB | at most MB | CPU µs each |\n|---|---|---|---|---|")
    async with gateway(1) as process:
        step = max(1, documents // ROWS)
        for first in range(0, documents, step):
            print(await row(process, first, min(first + step, documents)), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=100_000, help="how many, each of its own (default 100000)")
    asyncio.run(main(parser.parse_args().documents))
