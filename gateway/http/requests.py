"""Parameters of a request, from its body or its URL: https://graphql.github.io/graphql-over-http/draft/#sec-Request."""

import json
from collections.abc import Mapping
from typing import Any, Final, TypeVar
from urllib.parse import parse_qsl

import msgspec

from gateway.http.refusal import bad_request

NESTING: Final = 100  # levels of variables and extensions: whoever walks them may do so recursively
_FIELDS: Final = 50  # of a URL
T = TypeVar("T")
_NAMES: Final = ("query", "operationName", "variables", "extensions", "documentId", "id")
_QUOTED: Final = tuple(f'"{name}"'.encode() for name in _NAMES)


class Parameters(
    msgspec.Struct, frozen=True, kw_only=True, rename={"operation_name": "operationName", "document_id": "documentId"}
):
    """Of one operation, which is sent as a text or named by an id. Other members are ignored, as the draft asks."""

    query: str | None = None
    operation_name: str | None = None
    variables: dict[str, Any] | None = None
    extensions: dict[str, Any] | None = None
    document_id: str | None = None
    id: str | None = None


_one: Final = msgspec.json.Decoder(Parameters)
_many: Final = msgspec.json.Decoder(list[Parameters])
_map: Final[msgspec.json.Decoder[dict[str, Any] | None]] = msgspec.json.Decoder(dict[str, Any] | None)


def posted(body: bytes) -> Parameters | list[Parameters]:
    """From a body: an object, or a list of them. Raises Refused (400) for anything else."""
    if not body:
        raise bad_request("The body is empty.")
    decoded: Parameters | list[Parameters] = (
        _decoded(_many, body, "The body") if _is_list(body) else _decoded(_one, body, "The body")
    )
    if _may_repeat(body):
        _check_repeated(body)
    if _may_be_deep(body):
        for parameters in decoded if isinstance(decoded, list) else [decoded]:
            _check_depth(parameters)
    return decoded


def got(query_string: bytes) -> Parameters:
    """From a URL, where `variables` and `extensions` are JSON. Raises Refused (400)."""
    given = _given(query_string)
    parameters = Parameters(
        query=given.get("query"),
        operation_name=given.get("operationName") or None,  # empty is absent, says the draft
        variables=_json(given, "variables"),
        extensions=_json(given, "extensions"),
        document_id=given.get("documentId"),
        id=given.get("id"),
    )
    _check_depth(parameters)
    return parameters


def _is_list(body: bytes) -> bool:
    return body.lstrip()[:1] == b"["


def _decoded(decoder: msgspec.json.Decoder[T], text: bytes, what: str) -> T:
    try:
        if not text.isascii():
            text.decode()  # msgspec looks into the members that it keeps alone
        return decoder.decode(text)
    except msgspec.ValidationError as error:
        raise bad_request(f"{what} is no GraphQL request: {error}.") from None
    except RecursionError:
        raise bad_request(f"{what} is nested too deeply.") from None
    except ValueError as error:
        raise bad_request(f"{what} is not JSON in UTF-8: {error}.") from None


def _given(query_string: bytes) -> Mapping[str, str]:
    try:
        pairs = parse_qsl(query_string.decode(), keep_blank_values=True, errors="strict", max_num_fields=_FIELDS)
    except ValueError as error:
        raise bad_request(f"The query string cannot be read: {error}.") from None
    _check_unique([name for name, _ in pairs])
    return dict(pairs)


def _json(given: Mapping[str, str], name: str) -> dict[str, Any] | None:
    return _decoded(_map, given[name].encode(), f"`{name}`") if name in given else None


def _may_repeat(body: bytes) -> bool:
    """Whether a parameter could be given twice: a quick look, which escapes in a name cannot evade."""
    if body.count(b":") == 1:
        return False  # there is one member
    query, name, variables, extensions, document_id, id = _QUOTED
    return (
        body.count(query) > 1
        or body.count(variables) > 1
        or body.count(name) > 1
        or body.count(extensions) > 1
        or body.count(document_id) > 1
        or body.count(id) > 1
        or b"\\u00" in body
    )


def _check_repeated(body: bytes) -> None:
    """RFC 8259, section 4: what a repeated name means is unpredictable. A filter before us may read the other one."""
    pairs = json.loads(body, object_pairs_hook=lambda members: members)
    for members in pairs if _is_list(body) else [pairs]:
        _check_unique([name for name, _ in members])


def _check_unique(names: list[str]) -> None:
    for name in _NAMES:
        if names.count(name) > 1:
            raise bad_request(f"`{name}` is given more than once.")


def _may_be_deep(body: bytes) -> bool:
    return body.count(b"{") + body.count(b"[") > NESTING


def _check_depth(parameters: Parameters) -> None:
    level: list[Any] = [parameters.variables, parameters.extensions]
    for _ in range(NESTING):
        level = [item for held in level for item in _items(held) if isinstance(item, dict | list)]
        if not level:
            return
    raise bad_request(f"Variables and extensions may be nested {NESTING} levels deep.")


def _items(held: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(held, dict):
        return held.values()
    return held if isinstance(held, list) else ()
