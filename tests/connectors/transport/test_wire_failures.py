"""What a service can do to a call: every end is one ConnectorError, in time, on a connection that is closed."""

import asyncio
import gzip
import socket
import struct
from contextlib import suppress
from time import perf_counter

import httpx
import pytest

from connectors.domain.errors import ConnectorError, Malformed, TimedOut, Unavailable
from connectors.domain.service import Service
from connectors.transport.deadline import within
from connectors.transport.wire import Wire
from tests.acceptance.faults import dripping, read_request, repeating, saying, serving
from tests.connectors.transport.wire_peer import Manner, Peer, Reader, Writer, reply, wire_to

TIMEOUT = 0.3  # seconds
SLACK = 0.7  # seconds; a busy machine is no failure of ours
OK = b"HTTP/1.1 200 OK\r\n"
LARGEST = 2**20  # bytes
SECRET = "sk_live_4eC39"


async def closes_at_once(_: Reader, __: Writer) -> None:
    """Before the request is read."""


def drips(first: bytes, again: bytes) -> Manner:
    """Sends the second part for ever, so slowly that no single read times out."""
    return dripping(first, again, pace=TIMEOUT / 10)


def hangs_after(*parts: bytes) -> Manner:
    """Sends these, then nothing."""

    async def manner(reader: Reader, writer: Writer) -> None:
        await saying(*parts)(reader, writer)
        await reader.read()

    return manner


def resets_after(*parts: bytes) -> Manner:
    """Sends these, then a reset (tcp(7), SO_LINGER of no time) once the client has read them."""

    async def manner(reader: Reader, writer: Writer) -> None:
        await saying(*parts)(reader, writer)
        with suppress(TimeoutError):
            await asyncio.wait_for(reader.read(), TIMEOUT / 10)
        linger = struct.pack("ii", 1, 0)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        writer.transport.abort()

    return manner


ZIPPED = OK + b"Content-Encoding: gzip\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
BOMB = gzip.compress(bytes(64 * LARGEST))

BROKEN: dict[str, Manner] = {
    "closes at once": closes_at_once,
    "closes after the request": saying(),
    "closes in the head": saying(OK + b"Content-Ty"),
    "truncates a body": saying(OK + b"Content-Length: 400\r\n\r\n{}"),
    "truncates a chunk": saying(CHUNKED + b"40\r\n{}"),
    "ends before the last chunk": saying(CHUNKED + b"2\r\n{}\r\n"),
    "resets before the head": resets_after(),
    "resets in a body": resets_after(OK + b"Content-Length: 400\r\n\r\n{}"),
    "resets in a chunk": resets_after(CHUNKED + b"40\r\n{}"),
    "resets a body that its end would have ended": resets_after(OK + b"\r\n{}"),
    "is no HTTP": saying(b"SSH-2.0-OpenSSH\r\n\r\n"),
    "greets first": saying(b"\x00\xff\x00"),
    "speaks HTTP/2": saying(b"\x00\x00\x12\x04\x00\x00\x00\x00\x00"),
    "has a length that is no number": saying(OK + b"Content-Length: many\r\n\r\n{}"),
    "has two lengths": saying(OK + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"),
    "has a length and chunks": saying(OK + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    "has a chunk of no size, and hangs": hangs_after(CHUNKED + b"zz\r\n{}\r\n"),
    "breaks its frame long after it began, and hangs": hangs_after(CHUNKED + b"8000\r\n", bytes(0x8000), b"\r\nzz\r\n"),
    "has a line break in a header, and hangs": hangs_after(OK + b"X: a\rb\x00\r\n\r\n"),
    "changes the protocol, and hangs": hangs_after(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n"
    ),
    "sends headers without end": repeating(OK, b"X-Header: %s\r\n" % (b"v" * 50)),
    "sends large headers": repeating(OK, b"X-Header: %s\r\n" % (b"v" * 6000)),
    "sends one header without end": repeating(OK + b"X-Header: ", b"v" * 1000),
    "sends a reason without end": repeating(b"HTTP/1.1 200 ", b"v" * 1000),
    "continues without end": repeating(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100),
    "hints without end": repeating(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 100),
    "sends trailers without end": repeating(CHUNKED + b"0\r\n", b"X-Trailer: v\r\n" * 100),
    "sends large trailers without end": repeating(CHUNKED + b"0\r\n", b"X-Trailer: %s\r\n" % (b"v" * 6000) * 20),
}
MALFORMED: dict[str, Manner] = {
    "lies about its encoding": saying(ZIPPED + b"Content-Length: 2\r\n\r\n{}"),
    "has an encoding of its own": saying(OK + b"Content-Encoding: br\r\nContent-Length: 2\r\n\r\n{}"),
    "has two encodings": saying(OK + b"Content-Encoding: gzip, gzip\r\nContent-Length: 2\r\n\r\n{}"),
    "announces too much, and hangs": hangs_after(OK + b"Content-Length: %d\r\n\r\n" % (LARGEST + 1)),
    "sends chunks without end": repeating(CHUNKED, b"400\r\n%s\r\n" % bytes(1024)),
    "sends a body without end": repeating(OK + b"\r\n", bytes(1024)),
    "sends a bomb": hangs_after(ZIPPED + b"Content-Length: %d\r\n\r\n" % LARGEST, BOMB),
}
SLOW: dict[str, Manner] = {
    "hangs": hangs_after(),
    "hangs in the head": hangs_after(OK + b"X-A"),
    "hangs in the body": hangs_after(OK + b"Content-Length: 400\r\n\r\n{}"),
    "drips its head": drips(OK + b"X-Header: ", b"v"),
    "drips headers": drips(OK, b"X-Header: v\r\n"),
    "drips hints": drips(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
    "drips its body": drips(OK + b"Content-Length: 4000\r\n\r\n", b" "),
    "drips chunks": drips(CHUNKED, b"1\r\n \r\n"),
    "drips the size of a chunk": drips(CHUNKED, b"0"),
}
ENDS = [
    pytest.param(manner, kind, id=name)
    for kind, manners in ((Unavailable, BROKEN), (Malformed, MALFORMED), (TimedOut, SLOW))
    for name, manner in manners.items()
]


@pytest.mark.parametrize(("manner", "kind"), ENDS)
async def test_whatever_a_service_does_the_call_ends_in_time_and_the_wire_serves_on(
    manner: Manner, kind: type[ConnectorError]
) -> None:
    manners = iter([manner])
    lost = asyncio.Event()

    async def treat(reader: Reader, writer: Writer) -> None:
        try:
            await next(manners, Peer().treat)(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            lost.set()

    timeout = TIMEOUT if kind is TimedOut else 10 * TIMEOUT  # what breaks ends by itself, and nobody need wait for time
    async with serving(treat) as url, wire_to(url, concurrency=1, timeout=timeout, largest=LARGEST) as line:
        began = perf_counter()
        with pytest.raises(ConnectorError) as failure:
            await line.send(path="/secret", headers={"Authorization": f"Bearer {SECRET}"})
        took = perf_counter() - began
        async with asyncio.timeout(0.5):  # the law: a connection that failed is closed within 0.5 s
            await lost.wait()
        assert type(failure.value) is kind
        assert took < (TIMEOUT if kind is TimedOut else 0) + SLACK
        assert failure.value.service is Service.STRIPE
        assert "STRIPE" in str(failure.value)
        assert not any(part in str(failure.value) for part in (SECRET, "127.0.0.1", url.rpartition(":")[2], "/secret"))
        assert (await line.send()).content == b"{}"  # the law: no slot is lost, nothing half-read is read on


async def test_a_port_that_nobody_listens_on_is_unavailable() -> None:
    async with serving(closes_at_once) as url:
        pass
    async with wire_to(url) as line:
        with pytest.raises(Unavailable, match=r"^STRIPE cannot be reached \(no connection\)$"):
            await line.send()


async def test_a_name_that_nobody_has_is_unavailable() -> None:
    async with wire_to("http://nobody.invalid") as line:
        with pytest.raises(Unavailable, match=r"^STRIPE cannot be reached \(no connection\)$"):
            await line.send()


async def test_a_connection_that_does_not_come_about_is_given_up_after_its_own_time() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as deaf, socket.socket() as queued:
        queued.connect(deaf.getsockname())  # the queue is full: further SYNs are dropped (listen(2))
        async with wire_to(f"http://127.0.0.1:{deaf.getsockname()[1]}", connect_timeout=TIMEOUT, timeout=60) as line:
            began = perf_counter()
            with pytest.raises(TimedOut, match=r"^STRIPE cannot be reached within 0.3 s$"):
                await line.send()
            assert perf_counter() - began < TIMEOUT + SLACK


@pytest.mark.parametrize("manner", [hangs_after(), drips(OK, b"X-Header: v\r\n")])
async def test_a_call_ends_with_the_deadline_of_its_operation(manner: Manner) -> None:
    async with serving(manner) as url, wire_to(url) as line:
        began = perf_counter()
        with within(TIMEOUT), pytest.raises(TimedOut, match=r"^STRIPE did not answer within [\d.]+ s$") as late:
            await line.send()
        told = float(str(late.value).split()[-2])  # what was left of the deadline when the call began
        assert TIMEOUT * 0.9 <= told <= TIMEOUT
        assert perf_counter() - began < TIMEOUT + SLACK


async def test_where_no_time_is_left_nothing_is_sent() -> None:
    peer = Peer()
    async with serving(peer.treat) as url, wire_to(url) as line:
        with within(0), pytest.raises(TimedOut, match="no time was left"):
            await line.send()
    assert peer.connections == 0


async def test_an_answer_of_the_largest_size_is_taken_and_one_of_a_byte_more_is_not() -> None:
    peer = Peer(reply(bytes(LARGEST)), reply(bytes(LARGEST + 1)))
    async with serving(peer.treat) as url, wire_to(url, largest=LARGEST) as line:
        assert len((await line.send()).content) == LARGEST
        with pytest.raises(Malformed, match="the body is larger than 1 MiB"):
            await line.send()


async def test_the_largest_size_is_ten_mebibytes() -> None:
    peer = Peer(OK + b"Content-Length: %d\r\n\r\n" % (10 * 2**20 + 1))
    async with serving(peer.treat) as url:
        wire = Wire(Service.STRIPE)
        with pytest.raises(Malformed, match="the body is larger than 10 MiB"):
            await wire.handle_async_request(httpx.Request("GET", url))
        await wire.aclose()


async def test_an_address_that_is_not_http_is_unavailable() -> None:
    wire = Wire(Service.STRIPE)
    with pytest.raises(Unavailable):
        await wire.handle_async_request(httpx.Request("GET", "ftp://127.0.0.1/"))
    await wire.aclose()


async def test_calls_under_way_end_when_the_wire_is_closed() -> None:
    asked = asyncio.Event()

    async def hangs(reader: Reader, _: Writer) -> None:
        await read_request(reader)
        asked.set()
        await reader.read()

    async with serving(hangs) as url, wire_to(url) as line:
        call = asyncio.create_task(line.send())
        await asked.wait()
        await line.wire.aclose()
        with pytest.raises(Unavailable):
            await call
