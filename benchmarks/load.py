"""A closed-loop load: so many connections, each sending the next request when the last one is answered."""

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What came of it; latencies in milliseconds."""

    requests: int
    seconds: float
    p50: float
    p99: float

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds


async def post(port: int, body: bytes) -> dict[str, object]:
    """One operation, decoded; raises where it has errors."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        answer: dict[str, object] = json.loads(await _exchange(reader, writer, _request(body)))
    finally:
        writer.close()
        await writer.wait_closed()
    if answer.get("errors"):
        raise RuntimeError(f"the operation has errors: {answer['errors']}")
    return answer


class Client:
    """One connection that is kept, for one request after the other."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, body: bytes) -> bytes:
        """The body of the answer to one request."""
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        return await _exchange(*self._streams, _request(body))

    async def close(self) -> None:
        """Hangs up."""
        if self._streams is not None:
            self._streams[1].close()
            await self._streams[1].wait_closed()


async def drive(port: int, body: bytes, *, connections: int, seconds: float) -> Load:
    """Keeps `connections` busy for `seconds` with the same operation."""
    taken: list[float] = []
    request = _request(body)
    start = time.perf_counter()
    await asyncio.gather(*(_keep_busy(port, request, start + seconds, taken) for _ in range(connections)))
    spent = time.perf_counter() - start
    taken.sort()
    return Load(requests=len(taken), seconds=spent, p50=_at(taken, 0.5), p99=_at(taken, 0.99))


def operation(query: str, variables: Mapping[str, object] | None = None) -> bytes:
    """The body of a request."""
    return json.dumps({"query": query, "variables": variables or {}}).encode()


async def _keep_busy(port: int, request: bytes, until: float, taken: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while (sent := time.perf_counter()) < until:
        await _exchange(reader, writer, request)
        taken.append((time.perf_counter() - sent) * 1000)
    writer.close()
    await writer.wait_closed()


async def _exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> bytes:
    writer.write(request)
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    status, _, fields = head.partition("\r\n")
    length = next(int(field.partition(":")[2]) for field in fields.split("\r\n") if field.startswith("content-length:"))
    body = await reader.readexactly(length)
    if " 200" not in status:
        raise RuntimeError(f"{status}: {body[:300]!r}")
    return body


def _request(body: bytes) -> bytes:
    head = "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def _at(taken: list[float], share: float) -> float:
    return taken[min(len(taken) - 1, int(len(taken) * share))]
