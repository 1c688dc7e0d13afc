"""Responses as bytes: https://spec.graphql.org/September2025/#sec-Response-Format."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from graphql import ExecutionResult, GraphQLError

_encoder = msgspec.json.Encoder()


def encoded(result: ExecutionResult, errors: Sequence[GraphQLError], extensions: Mapping[str, Any]) -> bytes:
    """What was executed: its data, null where all of it is lost, its errors, its extensions."""
    response: dict[str, Any] = {"data": result.data}
    if errors:
        response = {"errors": [error.formatted for error in errors], "data": result.data}
    if extensions:
        response["extensions"] = extensions
    return as_json(response)


def joined(data: bytes, extensions: Mapping[str, Any]) -> bytes:
    """A response without errors, of data that is JSON already."""
    return b'{"data":' + data + (b',"extensions":' + as_json(extensions) if extensions else b"") + b"}"


def refused(errors: Sequence[Mapping[str, Any]]) -> bytes:
    """What was not executed has no data."""
    return as_json({"errors": errors})


def as_json(response: Mapping[str, Any]) -> bytes:
    """UTF-8. What it cannot hold, halves of surrogate pairs and numbers beyond 64 bits, is written as JSON can."""
    try:
        return _encoder.encode(response)
    except (UnicodeEncodeError, OverflowError, msgspec.MsgspecError):
        return json.dumps(response, separators=(",", ":"), allow_nan=False).encode()
