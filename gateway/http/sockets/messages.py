"""The messages of `graphql-transport-ws`, read and written.

https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from gateway.http import requests
from gateway.http.refusal import Refused
from gateway.http.requests import Parameters
from gateway.http.sockets.closing import Closed

PROTOCOL: Final = "graphql-transport-ws"
LIMIT: Final = 1_000_000  # bytes of a message
_LONGEST_ID: Final = 255  # characters
Payload = dict[str, Any] | None

ACKNOWLEDGED: Final = '{"type":"connection_ack"}'


class Init(msgspec.Struct, tag="connection_init"):
    """The client begins."""

    payload: Payload = None


class Ping(msgspec.Struct, tag="ping"):
    """Is anybody there?"""

    payload: Payload = None


class Pong(msgspec.Struct, tag="pong"):
    """The client is."""

    payload: Payload = None


class Subscribe(msgspec.Struct, tag="subscribe"):
    """The client asks for an operation, of any kind."""

    id: str
    payload: msgspec.Raw


class Complete(msgspec.Struct, tag="complete"):
    """The client wants no more of an operation."""

    id: str


Message = Init | Ping | Pong | Subscribe | Complete
_decoder: Final[msgspec.json.Decoder[Message]] = msgspec.json.Decoder(Message)
_Errors: Final = msgspec.json.Decoder(msgspec.defstruct("_Errors", [("errors", msgspec.Raw)]))


def read(text: str | None) -> Message:
    """Raises Closed: 1009 for one that is too large, 4400 for one that the protocol does not know. None is binary."""
    if text is None:
        raise _invalid("messages are text")
    try:
        data = text.encode()
        if len(data) > LIMIT:
            raise Closed(1009, f"A message has at most {LIMIT:,} bytes")
        message = _decoder.decode(data)
    except RecursionError:
        raise _invalid("it is nested too deeply") from None
    except ValueError as error:  # msgspec's own among them
        raise _invalid(str(error)) from None
    if isinstance(message, Subscribe | Complete) and not 1 <= len(message.id) <= _LONGEST_ID:
        raise _invalid(f"an id has 1 to {_LONGEST_ID} characters")
    return message


def asked(message: Subscribe) -> Parameters:
    """As in the body of a request. Raises Closed (4400)."""
    try:
        parameters = requests.posted(bytes(message.payload))
    except Refused as refusal:
        raise _invalid(str(refusal)) from None
    if isinstance(parameters, list):
        raise _invalid("one operation has one message")
    return parameters


def pong(payload: Payload) -> str:
    """What a ping is answered by: its own payload."""
    return _text({"type": "pong"} | ({} if payload is None else {"payload": payload}))


def next_(id: str, answer: bytes) -> str:
    """One answer to an operation; `answer` is JSON."""
    return f'{{"id":{_text(id)},"type":"next","payload":{answer.decode()}}}'


def error(id: str, errors: Sequence[Mapping[str, Any]]) -> str:
    """An operation ended by its errors; there is no `complete` after it."""
    return _text({"id": id, "type": "error", "payload": errors})


def refused(id: str, answer: bytes) -> str:
    """The same, of an answer that holds nothing else than errors."""
    errors = bytes(_Errors.decode(answer).errors)  # type: ignore[attr-defined]  # the struct has no name to mypy
    return f'{{"id":{_text(id)},"type":"error","payload":{errors.decode()}}}'


def complete(id: str) -> str:
    """An operation is over."""
    return _text({"id": id, "type": "complete"})


def _invalid(why: str) -> Closed:
    return Closed(4400, f"Invalid message: {why}")


def _text(value: object) -> str:
    return msgspec.json.encode(value).decode()
