"""What is sent, what is returned, and which connections it goes over, where nothing goes wrong."""

import asyncio
import time

import httpx
import pytest

from connectors.domain.service import Service
from connectors.transport.wire import Wire
from tests.acceptance.faults import read_request, serving
from tests.connectors.support import Chunks
from tests.connectors.transport.wire_peer import Peer, Reader, Writer, reply, wire_to


async def test_a_request_is_sent_as_it_is_with_host_and_encodings_and_nothing_else() -> None:
    peer = Peer()
    async with serving(peer.treat) as url, wire_to(url) as line:
        await line.send("POST", "/v1/x?b=%2F&a[]=1&a[]=2", body=b'{"a": 1}', headers={"Authorization": "Bearer t"})
    head, _, body = peer.requests[0].partition(b"\r\n\r\n")
    start, *fields = head.decode().split("\r\n")
    assert start == "POST /v1/x?b=%2F&a[]=1&a[]=2 HTTP/1.1"
    assert sorted(fields) == [
        "Accept-Encoding: gzip, deflate",
        "Authorization: Bearer t",
        "Content-Length: 8",
        f"Host: {url.removeprefix('http://')}",
    ]
    assert body == b'{"a": 1}'


@pytest.mark.parametrize("path", ["/a%2Fb", "/%252E%252E/x", "/a//b", "/a?q=%20+%C3%A9&empty=", "/a%20b;c=1"])
async def test_a_path_arrives_to_the_byte(path: str) -> None:
    peer = Peer()
    async with serving(peer.treat) as url, wire_to(url) as line:
        await line.send(path=path)
    assert peer.requests[0].split()[1].decode() == path


async def test_what_a_client_says_of_encodings_is_replaced_by_what_is_decoded() -> None:
    peer = Peer()
    async with serving(peer.treat) as url, wire_to(url) as line:
        await line.send(headers={"Accept-Encoding": "br, zstd"})
    assert peer.requests[0].lower().count(b"accept-encoding") == 1
    assert b"Accept-Encoding: gzip, deflate\r\n" in peer.requests[0]


async def test_a_body_that_is_made_in_pieces_is_sent_with_its_length() -> None:
    peer = Peer()
    async with serving(peer.treat) as url, wire_to(url) as line:
        await line.wire.handle_async_request(httpx.Request("POST", url, content=Chunks(b"one", b"two")))
    assert peer.requests[0].endswith(b"\r\n\r\nonetwo")
    assert b"chunked" not in peer.requests[0]


async def test_an_answer_is_whole_with_status_headers_reason_and_request() -> None:
    peer = Peer(reply(b"no", "X-Two: a", "X-Two: b", "Set-Cookie: a=b", status="418 Short and stout"))
    async with serving(peer.treat) as url, wire_to(url) as line:
        response = await line.send("POST", "/x")
    assert (response.status_code, response.reason_phrase, response.content) == (418, "Short and stout", b"no")
    assert response.headers.get_list("x-two") == ["a", "b"]
    assert response.headers["content-length"] == "2"
    assert response.is_closed
    assert response.request.url.path == "/x"
    assert response.http_version == "HTTP/1.1"


@pytest.mark.parametrize("status", ["204 No Content", "304 Not Modified"])
async def test_an_answer_that_has_no_body_has_none(status: str) -> None:
    async def bare(reader: Reader, writer: Writer) -> None:
        while await read_request(reader):
            writer.write(f"HTTP/1.1 {status}\r\nETag: x\r\n\r\n".encode())

    async with serving(bare) as url, wire_to(url) as line:
        for _ in range(2):
            assert (await line.send()).content == b""


async def test_head_says_how_long_the_body_would_be_and_has_none() -> None:
    peer = Peer(b"HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n")
    async with serving(peer.treat) as url, wire_to(url) as line:
        for _ in range(2):
            response = await line.send("HEAD")
            assert (response.content, response.headers["content-length"]) == (b"", "999999999999")
    assert peer.connections == 1


async def test_an_interim_response_is_not_the_answer() -> None:
    peer = Peer(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n" + reply(b"real"))
    async with serving(peer.treat) as url, wire_to(url) as line:
        response = await line.send()
    assert (response.status_code, response.content) == (200, b"real")
    assert "link" not in response.headers


async def test_no_cookie_is_kept() -> None:
    peer = Peer(reply(b"", "Set-Cookie: session=secret; Path=/"))
    async with serving(peer.treat) as url, wire_to(url.replace("127.0.0.1", "localhost")) as line:
        for _ in range(2):
            await line.send()
    assert b"cookie" not in peer.requests[1].lower()


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
async def test_a_redirect_is_an_answer_like_any_other(status: str) -> None:
    elsewhere = Peer()
    async with serving(elsewhere.treat) as other:
        peer = Peer(reply(b"", f"Location: {other}/x", status=status))
        async with serving(peer.treat) as url, wire_to(url) as line:
            assert (await line.send(headers={"Authorization": "t"})).has_redirect_location
    assert (len(peer.requests), elsewhere.connections) == (1, 0)


async def test_no_proxy_and_no_netrc_is_consulted(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    netrc = tmp_path_factory.mktemp("home") / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret\n")
    peer, proxy = Peer(), Peer()
    async with serving(peer.treat) as url, serving(proxy.treat) as other, wire_to(url) as line:
        monkeypatch.setenv("NETRC", str(netrc))
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, other)
        monkeypatch.delenv("no_proxy", raising=False)
        await line.send()
    assert proxy.connections == 0
    assert b"authorization" not in peer.requests[0].lower()


async def test_user_and_password_in_an_address_are_not_sent() -> None:
    peer = Peer()
    async with serving(peer.treat) as url, wire_to(url.replace("http://", "http://me:secret@")) as line:
        await line.send()
    assert b"secret" not in peer.requests[0]
    assert b"authorization" not in peer.requests[0].lower()


async def test_a_connection_is_used_again() -> None:
    peer = Peer()
    async with serving(peer.treat) as url, wire_to(url) as line:
        for _ in range(5):
            await line.send()
    assert peer.connections == 1


async def test_a_connection_that_was_idle_for_more_than_a_minute_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    peer = Peer()
    async with serving(peer.treat) as url, wire_to(url) as line:
        await line.send()
        monkeypatch.setattr("aiohttp.connector.monotonic", lambda: time.monotonic() + 59)
        await line.send()
        assert peer.connections == 1
        monkeypatch.setattr("aiohttp.connector.monotonic", lambda: time.monotonic() + 121)
        await line.send()
    assert peer.connections == 2


async def test_so_many_connections_are_opened_and_further_calls_wait_for_one() -> None:
    arrived: asyncio.Queue[Writer] = asyncio.Queue()
    connections = 0

    async def holds(reader: Reader, writer: Writer) -> None:
        nonlocal connections
        connections += 1
        while await read_request(reader):
            arrived.put_nowait(writer)

    async with serving(holds) as url, wire_to(url, concurrency=3) as line:
        calls = [asyncio.create_task(line.send()) for _ in range(8)]
        for _ in calls:
            (await arrived.get()).write(reply())
        assert [response.status_code for response in await asyncio.gather(*calls)] == [200] * 8
    assert connections == 3


async def test_a_wire_is_made_without_a_loop_and_closed_without_a_call() -> None:
    wire = await asyncio.to_thread(Wire, Service.STRIPE)
    await wire.aclose()
    with pytest.raises(RuntimeError, match="closed"):
        await wire.handle_async_request(httpx.Request("GET", "http://127.0.0.1:9/"))


async def test_closing_it_closes_its_connections() -> None:
    peer = Peer()
    async with serving(peer.treat) as url:
        async with wire_to(url) as line:
            await line.send()
        async with asyncio.timeout(0.5):
            await peer.lost.wait()


@pytest.mark.parametrize("name", ["X-A\r\nX-B", "X A"])
async def test_a_header_that_would_smuggle_another_is_never_sent(name: str) -> None:
    peer = Peer()
    async with serving(peer.treat) as url, wire_to(url, concurrency=1) as line:
        request = httpx.Request("GET", url, headers=[(name.encode(), b"v\r\nX-C: d")])
        with pytest.raises(ValueError, match="header"):
            await line.wire.handle_async_request(request)
        await line.send()
    assert len(peer.requests) == 1
