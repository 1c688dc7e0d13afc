"""Which connections are used again, what is sent twice, and what becomes of a call that is cancelled."""

import asyncio
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator

import httpx
import pytest

from connectors.domain.errors import Unavailable
from connectors.domain.service import Service
from connectors.transport.call import Call
from connectors.transport.wire import Wire
from tests.acceptance.faults import read_request, serving
from tests.connectors.transport.wire_peer import HANG_UP, Manner, Peer, Reader, Writer, reply, wire_to

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n"
KEYED = Call(repeatable=True)
ONCE = Call(repeatable=False)


@pytest.mark.parametrize(
    ("method", "call"), [("GET", None), ("HEAD", None), ("GET", KEYED), ("POST", KEYED), ("PUT", KEYED)]
)
async def test_a_connection_that_closes_as_it_is_used_again_is_no_failure_of_a_repeatable_call(
    method: str, call: Call | None
) -> None:
    peer = Peer(reply(), HANG_UP, reply(b"" if method == "HEAD" else b"second"))
    async with serving(peer.treat) as url, wire_to(url) as line:
        await line.send()
        assert (await line.send(method, body=b"abc", call=call)).status_code == 200
    assert (len(peer.requests), peer.connections) == (3, 2)
    assert peer.requests[1] == peer.requests[2]


@pytest.mark.parametrize(("method", "call"), [("POST", None), ("PUT", None), ("DELETE", None), ("GET", ONCE)])
async def test_what_may_not_be_repeated_is_sent_once(method: str, call: Call | None) -> None:
    peer = Peer(reply(), HANG_UP, reply())
    async with serving(peer.treat) as url, wire_to(url) as line:
        await line.send()
        with pytest.raises(Unavailable, match="the connection broke off"):
            await line.send(method, call=call)
    assert len(peer.requests) == 2


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS"])
async def test_on_a_new_connection_nothing_is_sent_twice(method: str) -> None:
    peer = Peer(HANG_UP)
    async with serving(peer.treat) as url, wire_to(url) as line:
        with pytest.raises(Unavailable):
            await line.send(method, call=KEYED)
    assert len(peer.requests) == 1


async def test_an_answer_that_broke_off_after_it_began_is_not_asked_for_again() -> None:
    async def breaks_off(reader: Reader, writer: Writer) -> None:
        asked.append(await read_request(reader))
        writer.write(reply())
        asked.append(await read_request(reader))
        writer.write(b"HTTP/1.1 20")

    asked: list[bytes] = []
    async with serving(breaks_off) as url, wire_to(url) as line:
        await line.send()
        with pytest.raises(Unavailable):
            await line.send()
    assert len(asked) == 2


class Clockwork:
    """Goes on while the loop stands still: on each connection it says its last word after `answered`."""

    def __init__(self, last_word: bytes) -> None:
        self.answered = threading.Event()
        self.closed = threading.Event()
        self._last_word = last_word
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(5)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def serve(self) -> None:
        with self._listener:
            for _ in range(2):
                connection, _ = self._listener.accept()
                with connection:
                    connection.recv(65536)
                    connection.sendall(reply())
                    self.answered.wait(5)
                    connection.sendall(self._last_word)
                self.closed.set()


@pytest.mark.parametrize("last_word", [b"", reply(b"poison"), b"HTTP/1.1 408 Request Timeout\r\n\r\n"])
async def test_a_connection_on_which_anything_can_be_read_is_not_used_again(last_word: bytes) -> None:
    server = Clockwork(last_word)
    thread = asyncio.create_task(asyncio.to_thread(server.serve))
    async with wire_to(server.url) as line:
        assert (await line.send("POST")).content == b"{}"
        server.answered.set()
        server.closed.wait(5)  # the loop stands still: only the kernel knows of what came
        assert (await line.send("POST")).content == b"{}"
    await thread


async def test_an_answer_that_nobody_asked_for_is_given_to_nobody() -> None:
    lost = asyncio.Event()

    async def poisons(reader: Reader, writer: Writer) -> None:
        await read_request(reader)
        writer.write(reply(b"first"))
        await writer.drain()
        await told.wait()
        writer.write(reply(b"poison"))
        try:
            await reader.read()
        finally:
            lost.set()

    told = asyncio.Event()
    manners: Iterator[Manner] = iter([poisons])

    async def treat(reader: Reader, writer: Writer) -> None:
        await next(manners, Peer(reply(b"second")).treat)(reader, writer)

    async with serving(treat) as url, wire_to(url) as line:
        assert (await line.send()).content == b"first"
        told.set()
        async with asyncio.timeout(0.5):
            await lost.wait()
        assert (await line.send()).content == b"second"


async def test_a_second_answer_behind_the_first_is_given_to_nobody() -> None:
    peer = Peer(reply(b"first") + reply(b"poison"), reply(b"second"))
    async with serving(peer.treat) as url, wire_to(url) as line:
        assert (await line.send()).content == b"first"
        assert (await line.send()).content == b"second"
    assert peer.connections == 2


async def test_an_answer_that_came_before_the_request_was_sent_in_full_ends_the_connection() -> None:
    """What is left of a request must not be read as the beginning of the next."""

    async def refuses(reader: Reader, writer: Writer) -> None:
        starts.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(reply(b"too large", status="413 Content Too Large"))
        await writer.drain()
        await told.wait()
        await reader.read()

    starts: list[bytes] = []
    told = asyncio.Event()
    async with serving(refuses) as url, wire_to(url) as line:
        for _ in range(2):
            assert (await line.send("POST", body=bytes(2**25))).status_code == 413
        told.set()
    assert [start[:4] for start in starts] == [b"POST", b"POST"]


@pytest.mark.parametrize("sent", [b"", b"HTTP/1.1 200 OK\r\nX", HEAD, HEAD + b"{"])
async def test_a_cancelled_call_closes_its_connection_at_once(sent: bytes) -> None:
    begun, lost = asyncio.Event(), asyncio.Event()

    async def hangs(reader: Reader, writer: Writer) -> None:
        await read_request(reader)
        writer.write(sent)
        await writer.drain()
        begun.set()
        try:
            await reader.read()
        finally:
            lost.set()

    manners: Iterator[Manner] = iter([hangs])

    async def treat(reader: Reader, writer: Writer) -> None:
        await next(manners, Peer().treat)(reader, writer)

    async with serving(treat) as url, wire_to(url, concurrency=1) as line:
        call = asyncio.create_task(line.send())
        await begun.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        async with asyncio.timeout(0.5):
            await lost.wait()
        assert (await line.send()).content == b"{}"


async def test_a_call_that_is_cancelled_while_it_waits_for_a_connection_takes_none() -> None:
    peer = Peer()
    asked, told = asyncio.Event(), asyncio.Event()

    async def holds(reader: Reader, writer: Writer) -> None:
        await read_request(reader)
        asked.set()
        await told.wait()
        writer.write(reply())
        await peer.treat(reader, writer)

    async with serving(holds) as url, wire_to(url, concurrency=1) as line:
        first = asyncio.create_task(line.send())
        await asked.wait()
        waits = asyncio.create_task(line.send())
        await asyncio.sleep(0)
        waits.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waits
        told.set()
        await first
        await line.send()
    assert len(peer.requests) == 1


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """A certificate of 127.0.0.1 and its key, made for this run."""
    command = shutil.which("openssl")
    if command is None:
        pytest.skip("openssl is not installed: no certificate to try TLS with")
    folder = tmp_path_factory.mktemp("tls")
    cert, key = str(folder / "cert.pem"), str(folder / "key.pem")
    options = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=test".split()
    subject = ["-addext", "subjectAltName=IP:127.0.0.1", "-out", cert, "-keyout", key]
    subprocess.run([command, *options, *subject], check=True, capture_output=True)  # noqa: S603 - nothing of a caller's
    return cert, key


async def _tls(manner: Manner, certificate: tuple[str, str]) -> tuple[asyncio.Server, str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    server = await asyncio.start_server(manner, "127.0.0.1", 0, ssl=context)
    return server, f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/"


async def test_tls_is_spoken_with_the_context_that_was_given_and_reused(certificate: tuple[str, str]) -> None:
    peer = Peer()
    server, url = await _tls(peer.treat, certificate)
    wire = Wire(Service.STRIPE, tls=ssl.create_default_context(cafile=certificate[0]))
    async with server:
        for _ in range(3):
            assert (await wire.handle_async_request(httpx.Request("GET", url))).content == b"{}"
        await wire.aclose()
        async with asyncio.timeout(0.5):
            await peer.lost.wait()
    assert peer.connections == 1


@pytest.mark.parametrize("tls", [None, httpx.create_ssl_context()])
async def test_a_certificate_that_nobody_vouches_for_is_not_accepted(
    certificate: tuple[str, str], tls: ssl.SSLContext | None
) -> None:
    peer = Peer()
    server, url = await _tls(peer.treat, certificate)
    wire = Wire(Service.STRIPE, tls=tls)
    async with server:
        with pytest.raises(Unavailable, match=r"^STRIPE cannot be reached \(no secure connection\)$"):
            await wire.handle_async_request(httpx.Request("GET", url, headers={"Authorization": "secret"}))
        await wire.aclose()
    assert peer.requests == []


async def test_a_cancelled_call_closes_its_connection_at_once_over_tls_as_well(certificate: tuple[str, str]) -> None:
    asked, lost = asyncio.Event(), asyncio.Event()

    async def hangs(reader: Reader, writer: Writer) -> None:
        await read_request(reader)
        asked.set()
        try:
            await reader.read()
        finally:
            lost.set()
            writer.close()

    server, url = await _tls(hangs, certificate)
    wire = Wire(Service.STRIPE, tls=ssl.create_default_context(cafile=certificate[0]))
    async with server:
        call = asyncio.create_task(wire.handle_async_request(httpx.Request("GET", url)))
        await asked.wait()
        call.cancel()
        async with asyncio.timeout(0.5):
            await lost.wait()
        await wire.aclose()
