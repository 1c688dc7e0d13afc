"""Many bodies at once over one wire: large ones take turns, ordinary ones notice nothing."""

import asyncio
import gzip
import tracemalloc
from time import perf_counter

import pytest

from connectors.domain.errors import ConnectorError, Malformed, TimedOut
from connectors.transport.allowance import FREE
from tests.acceptance.faults import repeating, replying, saying, serving
from tests.connectors.transport.test_wire_failures import hangs_after
from tests.connectors.transport.wire_peer import Line, Manner, Reader, Writer, wire_to

MB = 10**6
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
BLOCK = b"10000\r\n%s\r\n" % bytes(2**16)
ENDLESS = repeating(CHUNKED, BLOCK)
LARGE = bytes(3 * 2**20)
LARGEST = 4 * 2**20  # bytes; as large as it takes to see the effect


def chunked(body: bytes) -> bytes:
    return CHUNKED + b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)


def sending(answer: bytes) -> Manner:
    async def manner(reader: Reader, writer: Writer) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()

    return manner


def by_path(**manners: Manner) -> Manner:
    """Each path has its own."""

    async def manner(reader: Reader, writer: Writer) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        again = asyncio.StreamReader()
        again.feed_data(head)
        await manners[head.split()[1].decode().strip("/")](again, writer)

    return manner


async def ended(line: Line, path: str = "/") -> bytes | type[ConnectorError]:
    try:
        return (await line.send(path=path)).content
    except ConnectorError as error:
        return type(error)


async def standing_still(line: Line) -> None:
    """Until some bodies wait for what others have."""
    allowance = line.wire._allowance  # noqa: SLF001 - there is no other way to see it
    async with asyncio.timeout(5):
        while not allowance.waiting:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0)


BLOCKS = 159  # which are almost 10 MiB


async def piecemeal(reader: Reader, writer: Writer) -> None:
    """A large body, of which the sender holds little at a time."""
    await saying(CHUNKED)(reader, writer)
    for part in (*[BLOCK] * BLOCKS, b"0\r\n\r\n"):
        writer.write(part)
        await writer.drain()


@pytest.mark.parametrize(
    ("manner", "end"), [(ENDLESS, Malformed), (piecemeal, BLOCKS * 2**16)], ids=["endless", "large"]
)
@pytest.mark.parametrize("calls", [20, 32])
async def test_the_largest_bodies_take_less_than_20_mb_together(manner: Manner, end: object, calls: int) -> None:
    async def short(line: Line) -> object:
        """What became of it, without the body."""
        body = await ended(line)
        return len(body) if isinstance(body, bytes) else body

    async with serving(manner) as url, wire_to(url, connect_timeout=60, timeout=60) as line:
        await short(line)
        tracemalloc.start()
        try:
            ends = await asyncio.gather(*(short(line) for _ in range(calls)))
            growth = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert set(ends) == {end}
    assert growth < 20 * MB


@pytest.mark.parametrize("zipped", [False, True])
async def test_large_bodies_that_arrive_at_once_all_arrive(*, zipped: bool) -> None:
    plain = chunked(LARGE)
    packed = b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(LARGE)
    answer = CHUNKED[:17] + b"Connection: close\r\n" + packed if zipped else plain
    async with serving(sending(answer)) as url, wire_to(url, largest=LARGEST, timeout=60) as line:
        bodies = await asyncio.gather(*(ended(line) for _ in range(20)))
    assert all(body == LARGE for body in bodies)


async def test_large_bodies_that_say_how_long_they_are_arrive_as_well() -> None:
    async with serving(replying("200 OK", LARGE)) as url, wire_to(url, largest=LARGEST, timeout=60) as line:
        assert all(body == LARGE for body in await asyncio.gather(*(ended(line) for _ in range(20))))


async def test_beside_large_bodies_that_stand_still_ordinary_ones_are_as_quick_as_ever() -> None:
    stuck = hangs_after(CHUNKED, BLOCK * 60)
    ordinary = sending(chunked(bytes(FREE)))
    async with (
        serving(by_path(stuck=stuck, ordinary=ordinary)) as url,
        wire_to(url, largest=LARGEST, timeout=1.0) as line,
    ):
        hanging = [asyncio.create_task(ended(line, "/stuck")) for _ in range(12)]
        await standing_still(line)
        began = perf_counter()
        bodies = await asyncio.gather(*(ended(line, "/ordinary") for _ in range(20)))
        took = perf_counter() - began
        ends = await asyncio.gather(*hanging)
    assert all(isinstance(body, bytes) and len(body) == FREE for body in bodies)
    assert took < 0.5
    assert set(ends) == {TimedOut}, "who waits for memory waits until its deadline"


async def test_a_body_that_is_given_up_while_it_waits_leaves_the_turn_to_the_next() -> None:
    async with serving(sending(chunked(LARGE))) as url, wire_to(url, largest=LARGEST) as line:
        leaving = [asyncio.create_task(ended(line)) for _ in range(10)]
        staying = [asyncio.create_task(ended(line)) for _ in range(10)]
        await asyncio.wait(leaving, return_when=asyncio.FIRST_COMPLETED)
        for task in leaving:
            task.cancel()
        assert all(body == LARGE for body in await asyncio.gather(*staying))
        await asyncio.gather(*leaving, return_exceptions=True)
        allowance = line.wire._allowance  # noqa: SLF001 - there is no other way to see it
        assert (allowance.held, allowance.waiting) == (0, 0)
