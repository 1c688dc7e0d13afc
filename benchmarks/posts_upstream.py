"""The static upstream of `benchmarks.posts`: bytes that were made beforehand, as a file server would send them.

    python -m benchmarks.posts_upstream --port 9000

`/posts`, and `/users?id=1&id=2`: the same for every server that is measured, and in a process of its own.
"""

import argparse
import asyncio
import json
from functools import cache
from typing import cast
from urllib.parse import parse_qs

import uvloop

from benchmarks.posts_data import posts, users

_END = b"\r\n\r\n"


class Static(asyncio.Protocol):
    """HTTP/1.1 with connections kept alive; requests have no bodies here, and may arrive in pieces."""

    _held = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keeps where to write."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is one, but does not inherit from it

    def data_received(self, data: bytes) -> None:
        """Answers each request that is whole."""
        *heads, self._held = (self._held + data).split(_END)
        for head in heads:
            self._transport.write(answer(head.split(b" ", 2)[1].decode()))


@cache
def answer(target: str) -> bytes:
    """A whole response, by the target of the request."""
    path, _, query = target.partition("?")
    if path == "/posts":
        return _response(200, posts())
    if path == "/users":
        wanted = {int(number) for number in parse_qs(query).get("id", ())}
        return _response(200, [user for user in users() if not wanted or user["id"] in wanted])
    return _response(404, {})


def _response(status: int, content: object) -> bytes:
    body = json.dumps(content, separators=(",", ":")).encode()
    reason = "OK" if status == 200 else "Not Found"  # noqa: PLR2004 - as HTTP numbers them
    head = f"HTTP/1.1 {status} {reason}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    return head.encode() + _END + body


async def serve(port: int) -> None:
    """Answers until it is ended."""
    server = await asyncio.get_running_loop().create_server(Static, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=9000, help="where to listen (default 9000)")
    uvloop.run(serve(parser.parse_args().port))
