"""MongoDB behind a gate: while it is shut, connections break off, and no new one comes to anything."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit, urlunsplit

# What drivers ask by themselves, to see who is there: https://github.com/mongodb/specifications
WATCHING = {b"hello", b"ismaster", b"isMaster", b"ping", b"endSessions"}
_HEADER, _NAME = 16, 26  # bytes before a message's content, and before its command's name: OP_MSG, one document first
_BROKEN = (OSError, asyncio.IncompleteReadError)


class StoreGate:
    """A proxy that understands where a command begins."""

    def __init__(self, host: str, port: int) -> None:
        self._behind = host, port
        self._shut = False
        self._let_through = 0
        self._losing = b""
        self._unheard: asyncio.StreamReader | None = None
        self._serving = 0
        self._writers: set[asyncio.StreamWriter] = set()

    def renew(self) -> None:
        """It keeps nothing."""

    def shut(self, _: str = "STORE", let_through: int = 0) -> None:
        """After so many more commands."""
        self._shut, self._let_through = True, let_through
        if not let_through:
            self._break_off()

    def lose(self, command: str) -> None:
        """The next one of this name gets through, and its answer does not; then it is shut."""
        self._losing = command.encode()

    def open(self) -> None:
        """To everybody."""
        self._shut = False

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serves one connection."""
        if self._shut and not self._let_through:
            writer.transport.abort()
            return
        self._serving += 1
        try:
            await self._serve(reader, writer)
        finally:
            self._serving -= 1
            writer.transport.abort()

    async def closed(self) -> None:
        """Nobody is served any more."""
        self.shut()
        while self._serving:  # noqa: ASYNC110 - the sockets need a turn each
            await asyncio.sleep(0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind, ahead = await asyncio.open_connection(*self._behind)
        self._writers |= {writer, ahead}
        answers = asyncio.create_task(self._answered(behind, writer))
        try:
            with suppress(*_BROKEN):
                await self._asked(reader, ahead, behind)
        finally:
            self._writers -= {writer, ahead}
            ahead.transport.abort()
            await answers

    async def _asked(
        self, reader: asyncio.StreamReader, ahead: asyncio.StreamWriter, behind: asyncio.StreamReader
    ) -> None:
        while True:
            message = await reader.readexactly(4)
            message += await reader.readexactly(int.from_bytes(message, "little") - 4)
            name = message[_NAME:].partition(b"\0")[0]
            if self._shut and name not in WATCHING:
                if not self._let_through:
                    self._break_off()
                    return
                self._let_through -= 1
            if name == self._losing:
                self._unheard, self._losing = behind, b""
            ahead.write(message)
            await ahead.drain()

    async def _answered(self, behind: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(*_BROKEN):
            while data := await behind.read(65536):
                if behind is self._unheard:
                    self.shut()
                    return
                writer.write(data)
                await writer.drain()

    def _break_off(self) -> None:
        for writer in self._writers:
            writer.transport.abort()


@asynccontextmanager
async def before(uri: str) -> AsyncIterator[tuple[StoreGate, str]]:
    """A gate before the server of `uri`, and the URI that leads through it."""
    parts = urlsplit(uri)
    assert parts.hostname
    assert parts.port
    gate = StoreGate(parts.hostname, parts.port)
    async with await asyncio.start_server(gate, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        yield gate, urlunsplit(parts._replace(netloc=f"127.0.0.1:{port}"))
        await gate.closed()
