"""What a real socket can do to a call: every end is one ConnectorError, in the time that was given."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from time import perf_counter
from typing import TypeAlias

import pytest

from connectors.connection import Access, Connection, Mode, connect, imitated
from connectors.domain.errors import ConnectorError, Malformed, TimedOut, Unavailable
from connectors.stripe.client import Stripe
from connectors.stripe.service import STRIPE
from connectors.transport.limits import Limits
from connectors.transport.stats import State
from tests.connectors.support import crowd

TIMEOUT = 0.3  # seconds
SLACK = 0.6  # seconds; a busy machine is no failure of ours
BALANCE = b'{"available": [{"amount": 1250, "currency": "eur"}]}'
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

Reader: TypeAlias = asyncio.StreamReader
Writer: TypeAlias = asyncio.StreamWriter
Manner = Callable[[Reader, Writer], Awaitable[None]]


async def answer(writer: Writer, *parts: bytes) -> None:
    writer.writelines(parts)
    await writer.drain()


async def closes_at_once(_: Reader, __: Writer) -> None:
    """Before the request is read."""


async def closes_after_the_request(reader: Reader, _: Writer) -> None:
    await reader.readuntil(b"\r\n\r\n")


async def hangs(reader: Reader, _: Writer) -> None:
    await reader.read(-1)  # until the client closes


async def hangs_in_the_body(reader: Reader, writer: Writer) -> None:
    await answer(writer, HEAD, b"Content-Length: 400\r\n\r\n", BALANCE)
    await reader.read(-1)


async def truncates(reader: Reader, writer: Writer) -> None:
    await reader.readuntil(b"\r\n\r\n")
    await answer(writer, HEAD, b"Content-Length: 4000\r\n\r\n", BALANCE)


async def truncates_a_chunk(reader: Reader, writer: Writer) -> None:
    await reader.readuntil(b"\r\n\r\n")
    await answer(writer, HEAD, b"Transfer-Encoding: chunked\r\n\r\n40\r\n", BALANCE[:10])


async def sends_garbage(reader: Reader, writer: Writer) -> None:
    await reader.readuntil(b"\r\n\r\n")
    await answer(writer, b"\x00\xffSSH-2.0-OpenSSH\r\n\r\n")


async def lies_about_its_encoding(reader: Reader, writer: Writer) -> None:
    await reader.readuntil(b"\r\n\r\n")
    await answer(writer, HEAD, b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(BALANCE), BALANCE)


async def drips(reader: Reader, writer: Writer) -> None:
    """A byte at a time, so that no single read is slow."""
    gone = asyncio.ensure_future(reader.read(-1))
    await answer(writer, HEAD, b"Content-Length: 4000\r\n\r\n")
    while not (await asyncio.wait({gone}, timeout=TIMEOUT / 10))[0]:
        await answer(writer, b" ")


async def answers(reader: Reader, writer: Writer) -> None:
    await reader.readuntil(b"\r\n\r\n")
    await answer(writer, HEAD, b"Content-Length: %d\r\n\r\n" % len(BALANCE), BALANCE)


@asynccontextmanager
async def serving(manner: Manner) -> AsyncIterator[int]:
    """A server on a port of its own, that treats every connection in this manner and then closes it."""

    async def treat(reader: Reader, writer: Writer) -> None:
        try:
            await manner(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(treat, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


@asynccontextmanager
async def connection_to(port: int) -> AsyncIterator[Connection]:
    limits = Limits(timeout=TIMEOUT)
    access = Access(mode=Mode.LIVE, base_url=f"http://127.0.0.1:{port}", credentials=imitated(STRIPE), limits=limits)
    connection = connect(STRIPE, access, crowd(1))
    async with connection.client:
        yield connection


@pytest.mark.parametrize(
    ("manner", "kind"),
    [
        (closes_at_once, Unavailable),
        (closes_after_the_request, Unavailable),
        (truncates, Unavailable),
        (truncates_a_chunk, Unavailable),
        (sends_garbage, Unavailable),
        (lies_about_its_encoding, Malformed),
        (hangs, TimedOut),
        (hangs_in_the_body, TimedOut),
        (drips, TimedOut),
    ],
)
async def test_whatever_a_server_does_the_call_ends_in_time_as_one_error(
    manner: Manner, kind: type[ConnectorError]
) -> None:
    async with serving(manner) as port, connection_to(port) as connection:
        began = perf_counter()
        with pytest.raises(kind):
            await connection.connector.ping()
        assert perf_counter() - began < TIMEOUT + SLACK
        assert connection.stats.totals.calls == connection.stats.totals.errors == 1
        assert connection.stats.state is State.DOWN
        spent = connection.stats.totals.ms
        assert connection.stats.totals.ms == spent  # the call is over, its time stands still


async def test_a_port_that_nobody_listens_on_is_unavailable() -> None:
    async with serving(answers) as port:
        pass
    async with connection_to(port) as connection:
        with pytest.raises(Unavailable, match="no connection"):
            await connection.connector.ping()


async def test_a_slow_key_leaves_the_others_their_answers() -> None:
    async def hangs_for_one(reader: Reader, writer: Writer) -> None:
        request = await reader.readuntil(b"\r\n\r\n")
        if b"/ch_slow " in request:
            await reader.read(-1)
        await answer(writer, b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}")

    async with serving(hangs_for_one) as port, connection_to(port) as connection:
        assert isinstance(connection.connector, Stripe)
        found = await connection.connector.payments_by_id(["ch_1", "ch_slow", "ch_2"])
    assert isinstance(found["ch_slow"], TimedOut)
    assert (found["ch_1"], found["ch_2"]) == (None, None)


async def test_after_a_timeout_the_same_connection_serves_on() -> None:
    manners = iter([hangs, answers, truncates, answers])

    async def next_manner(reader: Reader, writer: Writer) -> None:
        await next(manners)(reader, writer)

    async with serving(next_manner) as port, connection_to(port) as connection:
        with pytest.raises(TimedOut):
            await connection.connector.ping()
        await connection.connector.ping()
        with pytest.raises(Unavailable):
            await connection.connector.ping()
        await connection.connector.ping()
        assert connection.stats.totals.calls == 4
        assert connection.stats.totals.errors == 2
