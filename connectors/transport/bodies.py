"""A response's body as it arrives: decoded in small steps, and cut off where it grows too large."""

import zlib
from collections import deque
from collections.abc import Iterator
from io import BytesIO

from connectors.domain.errors import Malformed
from connectors.domain.service import Service

ACCEPTED = "gzip, deflate"  # brotli and zstd only once their decoders can be told where to stop
_STEP = 64 * 1024  # bytes: what one step of decoding may add
_JOINED = 2**20  # bytes
_GZIP, _ZLIB, _RAW = 16 + zlib.MAX_WBITS, zlib.MAX_WBITS, -zlib.MAX_WBITS  # https://docs.python.org/3/library/zlib.html
_ZLIB_HEADER = 2  # bytes


class Body:
    """Collects one body. Raises Malformed where it is too large or not encoded as was said."""

    def __init__(self, service: Service, encoding: str, largest: int) -> None:
        """`encoding` is the value of `Content-Encoding`; `largest` is bytes, before as well as after decoding."""
        self._service = service
        self._largest = largest
        self._decoder = _decoder(encoding.strip().lower())
        if self._decoder is None and encoding.strip().lower() not in {"", "identity"}:
            raise self._garbled()
        self._parts: deque[bytes] = deque()
        self._length = 0
        self._received = 0

    @property
    def encoded(self) -> bool:
        """Whether it may be longer than what arrives."""
        return self._decoder is not None

    def expect(self, length: int) -> None:
        """Refuses a body of so many bytes before any of it is read."""
        if length > self._largest:
            raise self._too_large()

    def feed(self, received: bytes) -> None:
        """Takes what has come."""
        for _ in self.steps(received):
            pass

    def steps(self, received: bytes) -> Iterator[int]:
        """The same step by step: before each, the length that the body is about to have."""
        self._received += len(received)
        self.expect(self._received)  # empty blocks of deflate decode to nothing, for ever
        try:
            for part in (received,) if self._decoder is None else self._decoder.decode(received):
                self._length += len(part)
                if self._length > self._largest:
                    raise self._too_large()
                yield self._length
                self._parts.append(part)
        except zlib.error as wrong:
            raise self._garbled() from wrong

    def finish(self) -> bytes:
        """The whole body."""
        if self._decoder is not None and self._received and not self._decoder.complete:
            raise self._garbled()
        return b"".join(self._parts) if self._length <= _JOINED else self._poured()

    def _poured(self) -> bytes:
        """What is large is not held twice: each part is gone as soon as it is copied."""
        whole = BytesIO()
        while self._parts:
            whole.write(self._parts.popleft())
        return whole.getvalue()

    def _too_large(self) -> Malformed:
        return Malformed(self._service, "$", f"the body is larger than {self._largest / 2**20:.3g} MiB")

    def _garbled(self) -> Malformed:
        return Malformed(self._service, "$", "the body is not encoded as its headers say")


class _Inflated:
    """gzip (RFC 1952, of one member) or deflate: zlib's format, or without its header as some servers send it.

    RFC 9110 section 8.4.1.2 tells of those. Raises zlib.error; what follows the end is an error as well.
    """

    def __init__(self, wbits: int | None) -> None:
        """None: what the first two bytes say."""
        self._inflate = None if wbits is None else zlib.decompressobj(wbits)
        self._first = b""

    @property
    def complete(self) -> bool:
        """Whether the end has come."""
        return self._inflate is not None and self._inflate.eof

    def decode(self, received: bytes) -> Iterator[bytes]:
        """The bytes that are meant, at most `_STEP` at a time."""
        if self._inflate is None:
            self._first += received
            if len(self._first) < _ZLIB_HEADER:
                return
            received, self._inflate = self._first, zlib.decompressobj(_format(self._first))
        while received:
            part = self._inflate.decompress(received, _STEP)
            if self._inflate.unused_data:
                raise zlib.error("there is more after the end")
            received = self._inflate.unconsumed_tail
            yield part
        # What zlib has taken in it may not have given out yet.
        while part := self._inflate.decompress(b"", _STEP):
            yield part


def _decoder(encoding: str) -> _Inflated | None:
    if encoding in {"gzip", "x-gzip"}:  # RFC 9110 section 8.4.1.3
        return _Inflated(_GZIP)
    return _Inflated(None) if encoding == "deflate" else None


def _format(first: bytes) -> int:
    """RFC 1950 section 2.2: method 8, and a check that makes the two bytes a multiple of 31."""
    return _ZLIB if first[0] & 0x0F == zlib.DEFLATED and int.from_bytes(first[:2]) % 31 == 0 else _RAW
