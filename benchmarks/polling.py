"""Many users who poll the same dashboard, while the services are well, and while they are down.

    python -m benchmarks.polling [--users 50] [--seconds 30] [--outage 30] [--latency 80ms] [--together]

Each user asks once a second, at a moment of their own, or all of them `--together`; the dashboard is over 200
customers. Every service takes `--latency` for each call. With `--outage` they all answer 503 for so many seconds in
the middle of the run, and answers are kept for shorter than that. Printed are upstream calls, those that the same
operations would have made by themselves, latencies after the first round, failed fields, and what was stale.
"""

import argparse
import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.request import Request, urlopen

from benchmarks.load import Client, operation, post
from benchmarks.stack import Process, gateway
from connectors.registry import VENDORS

CUSTOMERS = 200
PAGE = """
  edges { node {
    name lifetimeValue(currency: "EUR") { amount }
    payments(first: 3) { edges { node { status amount { amount currency } } } }
    tickets(first: 3) { edges { node { subject status } } }
  } }
"""
FIRST_PAGE = "{ customers(first: 100) { pageInfo { endCursor } } }"
DASHBOARD = f"""query Dashboard($after: String!) {{
  first: customers(first: 100) {{{PAGE}}}
  second: customers(first: 100, after: $after) {{{PAGE}}}
}}"""
SERVICES = "{ services { service calls } }"


@dataclass
class Seen:
    """What the users were shown, second by second; milliseconds."""

    taken: list[tuple[float, float]] = field(default_factory=list)  # when, and how long
    errors: int = 0
    stale: int = 0
    oldest: float = 0.0

    def note(self, when: float, ms: float, answer: bytes) -> None:
        """One answer. Of its body only the ends are read: 50 users share two cores with what they measure."""
        self.taken.append((when, ms))
        self.errors += 0 if answer.startswith(b'{"data"') else len(json.loads(answer)["errors"])
        sources = json.loads(b"{" + answer[answer.rindex(b'"extensions":') :])["extensions"]["sources"]
        self.stale += any(source["stale"] for source in sources)
        self.oldest = max([self.oldest, *(source["ageSeconds"] for source in sources if source["stale"])])

    def percentile(self, share: float, after: float) -> float:
        """Of the latencies of what was asked later than `after`."""
        taken = sorted(ms for when, ms in self.taken if when > after)
        return taken[min(len(taken) - 1, int(len(taken) * share))] if taken else 0.0


async def main(arguments: argparse.Namespace) -> None:
    """Prints what came of it."""
    faults = ";".join(f"{vendor.service.value}:latency={arguments.latency}" for vendor in VENDORS)
    settings = {f"{vendor.service.name}_CACHE": "0.05" for vendor in VENDORS} if arguments.outage else {}
    async with gateway(CUSTOMERS, sandbox={"TRIBUTARY_FAULTS": faults}, serve=settings) as process:
        cursor: Any = await post(process.port, operation(FIRST_PAGE))
        body = operation(DASHBOARD, {"after": cursor["data"]["customers"]["pageInfo"]["endCursor"]})
        first: Any = await post(process.port, body)
        alone = sum(source["calls"] for source in first["extensions"]["sources"] if source["service"] != "STORE")
        before, began = await calls(process), time.perf_counter()
        cpu = process.cpu()
        seen = Seen()
        length = arguments.seconds + (arguments.outage or 0)
        polling = asyncio.gather(
            *(user(process, body, seen, length, number, arguments) for number in range(arguments.users))
        )
        if arguments.outage:
            await outage(process, faults, arguments)
        await polling
        spent, asked = time.perf_counter() - began, len(seen.taken)
        made = await calls(process) - before
        print(f"{arguments.users} users, {asked} operations in {spent:.0f} s, {arguments.latency} a call upstream")
        print(
            f"upstream calls: {made:,} instead of {asked * alone:,} ({100 * (1 - made / (asked * alone)):.2f} % fewer)"
        )
        p50, p99 = (seen.percentile(share, began + 2) for share in (0.5, 0.99))
        busy = 100 * (process.cpu() - cpu) / spent
        print(f"after the first round: p50 {p50:.0f} ms, p99 {p99:.0f} ms; gateway CPU {busy:.0f} %")
        print(
            f"failed fields: {seen.errors}; operations with something stale: {seen.stale}, {seen.oldest:.0f} s at most"
        )


async def user(
    process: Process, body: bytes, seen: Seen, length: float, number: int, arguments: argparse.Namespace
) -> None:
    """Asks once a second; a slow answer makes the next question late, and not two at once."""
    began = time.perf_counter()
    phase = 0.0 if arguments.together else Random(number).random()  # noqa: S311 - a moment, not a secret
    client = Client(process.port)
    for second in range(int(length)):
        await asyncio.sleep(max(0.0, began + second + phase - time.perf_counter()))
        asked = time.perf_counter()
        answer = await client.ask(body)
        seen.note(asked, (time.perf_counter() - asked) * 1000, answer)


async def outage(process: Process, faults: str, arguments: argparse.Namespace) -> None:
    """Everything is down for a while; then what the first second after it sees is told."""
    await asyncio.sleep(arguments.seconds / 2)
    down = ";".join(f"{vendor.service.value}:status=503" for vendor in VENDORS)
    await asyncio.to_thread(_faults, process, down)
    await asyncio.sleep(arguments.outage)
    await asyncio.to_thread(_faults, process, faults)
    before = await calls(process)
    await asyncio.sleep(1)
    print(f"calls in the first second after the outage: {await calls(process) - before}")


async def calls(process: Process) -> int:
    """Made of every service since the gateway started."""
    answer: Any = await post(process.port, operation(SERVICES))
    return sum(service["calls"] for service in answer["data"]["services"] if service["service"] != "STORE")


def _faults(process: Process, text: str) -> None:
    request = Request(f"{process.imitations}/faults", text.encode(), method="PUT")  # noqa: S310 - our own sandbox
    urlopen(request, timeout=5).close()  # noqa: S310 - as above


def _arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--users", type=int, default=50, help="who poll once a second (default 50)")
    parser.add_argument("--seconds", type=float, default=30, help="how long all is well (default 30)")
    parser.add_argument("--outage", type=float, default=0, help="seconds for which nothing answers (default 0)")
    parser.add_argument("--latency", default="80ms", help="what a call takes upstream (default 80ms)")
    parser.add_argument("--together", action="store_true", help="all users ask at the same moment")
    return parser.parse_args(given)


if __name__ == "__main__":
    asyncio.run(main(_arguments()))
