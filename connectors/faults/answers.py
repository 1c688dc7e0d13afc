"""What goes over the wire when a fault strikes: pure, to be sent over a connection or to be imagined without one."""

import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cache
from itertools import repeat

import httpx
import msgspec

from connectors.faults.fault import Fault, Kind

DRIP_PAUSE = 0.2  # seconds between two bytes
BOMB = 256 * 2**20  # bytes that it holds
ELSEWHERE = "https://elsewhere.invalid/"  # a name that never resolves: https://www.rfc-editor.org/rfc/rfc2606#section-2

Headers = tuple[tuple[bytes, bytes], ...]

_JSON = (b"content-type", b"application/json")
_HTML = (b"content-type", b"text/html; charset=utf-8")
_PAGE = b"<!doctype html><title>Maintenance</title><h1>We will be back soon</h1>"
_NOT_HTTP = b"\x00\xffSSH-2.0-OpenSSH_9.6\r\n"
_SPACES = b" " * 2**16
_BLOCK = 2**20  # bytes of the bomb that are compressed at a time
# What says how a body is carried: each answer here has its own.
_FRAMING = {b"content-length", b"content-encoding", b"transfer-encoding", b"connection"}


class Ending(Enum):
    """How the connection is left after the last piece."""

    WHOLE = auto()  # in order: the answer is complete
    CUT = auto()  # closed, whatever the head has promised
    RESET = auto()  # reset, as by a host that has crashed
    NEVER = auto()  # left open, with nothing more to come


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A head, where there is one, and the pieces after it, with a pause in seconds after each.

    Without a head the pieces are all there is, and are not HTTP. Without Content-Length the body is chunked.
    """

    status: int | None = None
    headers: Headers = ()
    pieces: Iterable[bytes] = field(default=(), repr=False)
    pause: float = 0.0
    ending: Ending = Ending.WHOLE


def answer(fault: Fault, reply: httpx.Response | None) -> Answer:
    """What is answered instead of `reply`, the imitation's own, which is needed where `fault.asks`."""
    if reply is None:
        return _REPLACED[fault.kind](fault) if fault.kind in _REPLACED else Answer(ending=Ending.NEVER)
    return _DEFORMED.get(fault.kind, _as_it_is)(reply)


@cache
def bomb() -> bytes:
    """`BOMB` bytes of zeros, compressed by gzip (RFC 1952) to about a thousandth."""
    blocks, zeros = BOMB // _BLOCK, bytes(_BLOCK)
    deflate = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    # After a full flush nothing refers back, so that what follows can be any number of copies of the same.
    block = deflate.compress(zeros) + deflate.flush(zlib.Z_FULL_FLUSH)
    checksum = 0
    for _ in range(blocks):
        checksum = zlib.crc32(zeros, checksum)
    head = b"\x1f\x8b\x08" + bytes(6) + b"\xff"
    return head + block * blocks + deflate.flush() + checksum.to_bytes(4, "little") + BOMB.to_bytes(4, "little")


def _complete(status: int, content: bytes, *headers: tuple[bytes, bytes]) -> Answer:
    length = (b"content-length", str(len(content)).encode())
    return Answer(status=status, headers=(*headers, length), pieces=[content])


def _refusal(fault: Fault) -> Answer:
    body = msgspec.json.encode({"error": f"A fault on demand: {fault}"})
    wait = () if fault.retry_after is None else ((b"retry-after", str(fault.retry_after).encode()),)
    return _complete(fault.status, body, _JSON, *wait)


def _endless(_: Fault) -> Answer:
    return Answer(status=200, headers=(_JSON,), pieces=repeat(_SPACES))


_REPLACED: Mapping[Kind | None, Callable[[Fault], Answer]] = {
    Kind.STATUS: _refusal,
    Kind.RESET: lambda _: Answer(ending=Ending.RESET),
    Kind.HANG: lambda _: Answer(ending=Ending.NEVER),
    Kind.GARBAGE: lambda _: Answer(pieces=[_NOT_HTTP], ending=Ending.CUT),
    Kind.HTML: lambda _: _complete(200, _PAGE, _HTML),
    Kind.EMPTY: lambda _: _complete(200, b"", _JSON),
    Kind.BOMB: lambda _: _complete(200, bomb(), _JSON, (b"content-encoding", b"gzip")),
    Kind.ENDLESS: _endless,
    Kind.REDIRECT: lambda _: _complete(307, b"", (b"location", ELSEWHERE.encode())),
}


def _headers(reply: httpx.Response) -> Headers:
    return tuple((name.lower(), value) for name, value in reply.headers.raw if name.lower() not in _FRAMING)


def _as_it_is(reply: httpx.Response) -> Answer:
    return _complete(reply.status_code, reply.content, *_headers(reply))


def _dripping(reply: httpx.Response) -> Answer:
    length = (b"content-length", str(len(reply.content)).encode())
    pieces = (bytes([byte]) for byte in reply.content)
    return Answer(status=reply.status_code, headers=(*_headers(reply), length), pieces=pieces, pause=DRIP_PAUSE)


def _truncated(reply: httpx.Response) -> Answer:
    content = reply.content
    length = (b"content-length", str(max(1, len(content))).encode())
    head = (*_headers(reply), length)
    return Answer(status=reply.status_code, headers=head, pieces=[content[: len(content) // 2]], ending=Ending.CUT)


def _json(change: Callable[[object], object]) -> Callable[[httpx.Response], Answer]:
    """Another JSON body. What is no JSON to begin with is left."""

    def changed(reply: httpx.Response) -> Answer:
        try:
            body = change(msgspec.json.decode(reply.content))
        except msgspec.DecodeError:
            return _as_it_is(reply)
        return _complete(reply.status_code, msgspec.json.encode(body), *_headers(reply))

    return changed


def _mistyped(value: object) -> object:
    """The same names and the same depth, and every value of another type."""
    match value:
        case dict() if value:
            return {name: _mistyped(inner) for name, inner in value.items()}
        case list() if value:
            return [_mistyped(inner) for inner in value]
        case dict() | str() | None:
            return 0
        case _:
            return "unexpected"


def _misshapen(body: object) -> object:
    """A list where there was an object, and an object where there was a list."""
    return {"items": body} if isinstance(body, list) else [body]


_DEFORMED: Mapping[Kind | None, Callable[[httpx.Response], Answer]] = {
    Kind.RESET_AFTER: lambda _: Answer(ending=Ending.RESET),
    Kind.DRIP: _dripping,
    Kind.TRUNCATE: _truncated,
    Kind.WRONG_TYPE: _json(_mistyped),
    Kind.WRONG_SHAPE: _json(_misshapen),
}
