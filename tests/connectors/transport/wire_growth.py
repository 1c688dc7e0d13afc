"""A process that makes some calls at once, and says how they ended and by how many kB its memory grew at most.

python -m tests.connectors.transport.wire_growth PORT [CALLS]
"""

import asyncio
import sys
from pathlib import Path

import httpx
import uvloop

from connectors.domain.errors import ConnectorError
from connectors.domain.service import Service
from connectors.transport.wire import Wire


def peak() -> int:
    """The most memory this process ever held, in kB (proc_pid_status(5), VmHWM)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


async def ended(wire: Wire, url: str) -> str:
    try:
        await wire.handle_async_request(httpx.Request("GET", url))
    except ConnectorError as error:
        return type(error).__name__
    return "None"


async def main(url: str, calls: int) -> str:
    patience = 2 if calls == 1 else 60  # seconds; unpacking many bombs keeps a busy machine from answering sockets
    wire = Wire(Service.STRIPE, timeout=patience, connect_timeout=patience)
    await wire.handle_async_request(httpx.Request("GET", f"{url}/warm"))
    before = peak()
    ends = await asyncio.gather(*(ended(wire, url) for _ in range(calls)))
    grown = peak() - before
    await wire.aclose()
    return f"{'+'.join(sorted(set(ends)))} {grown}"


if __name__ == "__main__":
    sys.stdout.write(uvloop.run(main(f"http://127.0.0.1:{sys.argv[1]}", int([*sys.argv, "1"][2]))))
