"""A load on one server: wrk's (https://github.com/wg/wrk) where it is installed, else one of uvloop and httptools.

A body that holds `%d` is sent with another number each time. Every answer has to be a 200.
"""

import asyncio
import json
import shutil
import subprocess
import time
from collections.abc import Callable
from itertools import count
from typing import cast

import httptools
import uvloop

from benchmarks.load import Load
from benchmarks.posts_servers import COMPARE

PATH = "/graphql"
_OK = 200


def generator() -> str:
    """Its name, to be told beside the figures."""
    return "wrk" if shutil.which("wrk") else "uvloop and httptools, since there is no wrk"


def drive(port: int, body: str, *, connections: int, seconds: float) -> Load:
    """A closed loop: each connection sends the next request when the last one is answered."""
    wrk = shutil.which("wrk")
    if wrk is None:
        return uvloop.run(by_protocol(port, body, connections=connections, seconds=seconds))
    return by_wrk(wrk, port, body, connections=connections, seconds=seconds)


def by_wrk(wrk: str, port: int, body: str, *, connections: int, seconds: float) -> Load:
    """One thread of it; it takes whole seconds."""
    options = ("--threads=1", f"--connections={connections}", f"--duration={max(1, round(seconds))}", "--timeout=30")
    url = f"http://127.0.0.1:{port}{PATH}"
    command = [wrk, *options, f"--script={COMPARE / 'post.lua'}", url, "--", body]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - wrk, with our own arguments
    if done.returncode:
        raise RuntimeError(f"wrk failed: {done.stdout}{done.stderr}")
    return read(done.stdout)


def read(output: str) -> Load:
    """Its last line, which our script writes."""
    told = json.loads(output.splitlines()[-1])
    if failures := told.pop("failures"):
        raise RuntimeError(f"{failures} of {told['requests']} requests failed")
    return Load(**told)


async def by_protocol(port: int, body: str, *, connections: int, seconds: float) -> Load:
    """The same, in this process."""
    loop, numbers, taken = asyncio.get_running_loop(), count(1), list[float]()
    until = time.perf_counter() + seconds
    ended = [loop.create_future() for _ in range(connections)]

    def request() -> bytes | None:
        return _request(body.replace("%d", str(next(numbers)))) if time.perf_counter() < until else None

    start = time.perf_counter()
    for end in ended:
        await loop.create_connection(lambda end=end: _Connection(request, taken, end), "127.0.0.1", port)  # type: ignore[misc]  # mypy cannot infer a lambda with a default
    await asyncio.gather(*ended)
    spent = time.perf_counter() - start
    taken.sort()
    middle, late = taken[len(taken) // 2], taken[len(taken) * 99 // 100]
    return Load(requests=len(taken), seconds=spent, p50=middle, p99=late)


class _Connection(asyncio.Protocol):
    """Sends what `request` gives, until it gives None; notes milliseconds in `taken`. `end` is set, or fails."""

    def __init__(self, request: Callable[[], bytes | None], taken: list[float], end: "asyncio.Future[None]") -> None:
        self._request = request
        self._taken = taken
        self._end = end
        self._sent = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is one, but does not inherit from it
        self._send()

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def connection_lost(self, error: Exception | None) -> None:
        if not self._end.done():
            self._end.set_exception(error or ConnectionError("the server has hung up"))

    def on_message_complete(self) -> None:
        """The parser calls it."""
        if (status := self._parser.get_status_code()) != _OK:
            self._end.set_exception(RuntimeError(f"a request failed with status {status}"))
            self._transport.close()
            return
        self._taken.append((time.perf_counter() - self._sent) * 1000)
        self._send()

    def _send(self) -> None:
        data = self._request()
        if data is None:
            self._end.set_result(None)
            self._transport.close()
            return
        self._parser = httptools.HttpResponseParser(self)
        self._sent = time.perf_counter()
        self._transport.write(data)


def _request(body: str) -> bytes:
    content = body.encode()
    head = f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept: application/json\r\n"
    return f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content
