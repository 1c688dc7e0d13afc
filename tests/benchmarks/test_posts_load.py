import asyncio
from typing import cast

import pytest

from benchmarks.load import Load
from benchmarks.posts_load import by_protocol, read


class Server(asyncio.Protocol):
    """Answers each request that is whole with `answer`, and keeps its body."""

    def __init__(self, answer: bytes, bodies: list[bytes]) -> None:
        self._answer = answer
        self._bodies = bodies

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._bodies.append(data.partition(b"\r\n\r\n")[2])
        self._transport.write(self._answer)


async def driven(answer: bytes) -> tuple[Load, list[bytes]]:
    bodies: list[bytes] = []
    server = await asyncio.get_running_loop().create_server(lambda: Server(answer, bodies), "127.0.0.1", 0)
    try:
        port = server.sockets[0].getsockname()[1]
        return await by_protocol(port, '{"n": %d}', connections=2, seconds=0.05), bodies
    finally:
        server.close()


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    ],
)
async def test_each_request_has_another_number(answer: bytes) -> None:
    load, bodies = await driven(answer)

    assert load.requests == len(bodies) > 2
    assert sorted(bodies, key=len)[:2] == [b'{"n": 1}', b'{"n": 2}']
    assert len(set(bodies)) == len(bodies)
    assert 0 < load.p50 <= load.p99


async def test_an_answer_that_is_no_200_ends_the_load() -> None:
    with pytest.raises(RuntimeError, match="status 503"):
        await driven(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n")


def test_the_last_line_of_wrk_is_what_came_of_it() -> None:
    last = '{"requests": 500, "seconds": 2.0, "p50": 1.5, "p99": 3.25, "failures": 0}'

    load = read(f"Running 2s test\n  1 threads\n\n{last}\n")

    assert load == Load(requests=500, seconds=2.0, p50=1.5, p99=3.25)
    assert load.rate == 250


def test_failures_that_wrk_counts_are_not_measured() -> None:
    with pytest.raises(RuntimeError, match="3 of 500 requests failed"):
        read('{"requests": 500, "seconds": 2.0, "p50": 1.5, "p99": 3.25, "failures": 3}')
