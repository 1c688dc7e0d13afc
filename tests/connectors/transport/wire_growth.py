"""A process that makes one call, and says how it ended and by how many kB its memory grew at most.

python -m tests.connectors.transport.wire_growth PORT
"""

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


async def main(url: str) -> str:
    wire = Wire(Service.STRIPE, timeout=2)
    await wire.handle_async_request(httpx.Request("GET", f"{url}/warm"))
    before = peak()
    try:
        await wire.handle_async_request(httpx.Request("GET", url))
    except ConnectorError as error:
        return f"{type(error).__name__} {peak() - before}"
    finally:
        await wire.aclose()
    return f"None {peak() - before}"


if __name__ == "__main__":
    sys.stdout.write(uvloop.run(main(f"http://127.0.0.1:{sys.argv[1]}")))
