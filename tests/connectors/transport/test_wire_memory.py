"""No answer costs more than 20 MB of memory, measured in a process of its own, on the loop that serves."""

import asyncio
import gzip
import sys

import pytest

from tests.acceptance.faults import read_request, repeating, serving
from tests.connectors.transport.test_wire_failures import CHUNKED, OK, ZIPPED, hangs_after
from tests.connectors.transport.wire_peer import Manner, Reader, Writer, reply

MB = 1000  # kB
BOMB = gzip.compress(bytes(300 * 2**20), compresslevel=6)  # 300 kB

FLOODS: dict[str, tuple[Manner, str]] = {
    "a bomb": (hangs_after(ZIPPED + b"Content-Length: %d\r\n\r\n" % len(BOMB), BOMB), "Malformed"),
    "a body without end": (repeating(OK + b"\r\n", bytes(2**20)), "Malformed"),
    "chunks without end": (repeating(CHUNKED, b"10000\r\n%s\r\n" % bytes(2**16)), "Malformed"),
    "tiny chunks without end": (repeating(CHUNKED, b"1\r\n \r\n" * 50_000), "Malformed TimedOut"),
    "extensions of a chunk without end": (repeating(CHUNKED + b"1;a=", bytes(b"x" * 2**20)), "TimedOut"),
    "headers without end": (repeating(OK, b"X-Header: v\r\n" * 50_000), "Unavailable"),
    "large headers without end": (repeating(OK, b"X-Header: %s\r\n" % (b"v" * 60_000) * 20), "Unavailable"),
    "one header without end": (repeating(OK + b"X: ", b"v" * 2**20), "Unavailable"),
    "interim responses without end": (repeating(b"", b"HTTP/1.1 100 C\r\n\r\n" * 50_000), "Unavailable"),
    "trailers without end": (repeating(CHUNKED + b"0\r\n", b"X: %s\r\n" % (b"v" * 60_000) * 20), "Unavailable"),
    "answers without end": (repeating(b"", reply() * 20_000), "None"),
}


async def warm(reader: Reader, writer: Writer) -> None:
    await read_request(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 500000\r\n\r\n" + bytes(500_000))
    await writer.drain()


TOGETHER = ("a bomb", "a body without end", "chunks without end")


async def measured(manner: Manner, calls: int = 1) -> tuple[str, int]:
    """How so many calls at once ended, and by how many kB memory grew."""
    manners = iter([warm])

    async def treat(reader: Reader, writer: Writer) -> None:
        await next(manners, manner)(reader, writer)

    async with serving(treat) as url:
        port = url.rpartition(":")[2]
        command = [sys.executable, "-m", "tests.connectors.transport.wire_growth", port, str(calls)]
        child = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
        told, _ = await child.communicate()
    kind, growth = told.decode().split()
    return kind, int(growth)


@pytest.mark.parametrize("flood", FLOODS)
async def test_an_answer_costs_less_than_20_mb(flood: str) -> None:
    manner, kinds = FLOODS[flood]
    kind, growth = await measured(manner)
    assert kind in kinds.split()
    assert growth < 20 * MB


@pytest.mark.parametrize("flood", TOGETHER)
async def test_twenty_such_answers_at_once_cost_less_than_20_mb_together(flood: str) -> None:
    manner, kind = FLOODS[flood]
    found, growth = await measured(manner, calls=20)
    assert found == kind
    assert growth < 20 * MB
