import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.http.refusal import Refused
from gateway.http.requests import NESTING, Parameters, got, posted

TEXTS = st.text(st.characters(codec="utf-8"), max_size=30)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=10,
)
MAPS = st.none() | st.dictionaries(TEXTS, VALUES, max_size=3)


def nested(levels: int) -> object:
    value: object = 1
    for _ in range(levels):
        value = [value]
    return value


@given(TEXTS, st.none() | TEXTS, MAPS, MAPS)
@pytest.mark.parametrize("escaped", [True, False])
def test_what_is_posted_is_read(
    escaped: bool,  # noqa: FBT001 - hypothesis takes no keyword-only arguments
    query: str,
    name: str | None,
    variables: dict[str, Any] | None,
    extensions: dict[str, Any] | None,
) -> None:
    body = {"query": query, "operationName": name, "variables": variables, "extensions": extensions}
    assert posted(json.dumps(body, ensure_ascii=escaped).encode()) == Parameters(
        query=query, operation_name=name, variables=variables, extensions=extensions
    )


@given(TEXTS, MAPS)
def test_what_is_got_is_read(query: str, variables: dict[str, Any] | None) -> None:
    sent = urlencode({"query": query, "variables": json.dumps(variables), "documentId": query, "id": query})
    assert got(sent.encode()) == Parameters(query=query, variables=variables, document_id=query, id=query)


@given(st.binary(max_size=60))
@pytest.mark.parametrize("read", [posted, got])
def test_any_bytes_are_read_or_refused(read: Callable[[bytes], object], body: bytes) -> None:
    with suppress(Refused):
        read(body)


def test_other_members_are_ignored() -> None:
    assert posted(b'{"query": "{ a }", "sdk": {"version": 5}}') == Parameters(query="{ a }")


def test_a_list_is_a_batch() -> None:
    assert posted(b' \n[{"query": "{ a }"}, {"id": "b"}]') == [Parameters(query="{ a }"), Parameters(id="b")]


@pytest.mark.parametrize(
    "body",
    [
        '{"query": "{ a }", "query": "{ a }"}',
        r'{"query": "{ a }", "\u0071uery": "{ b }"}',
        '{"variables": {}, "query": "{ a }", "variables": {}}',
        '{"extensions": {}, "query": "{ a }", "extensions": null}',
        '{"id": "a", "id": "b"}',
        '{"documentId": "a", "documentId": "b"}',
        '{"query": "{ a }", "operationName": "A", "operationName": "B"}',
        '[{"query": "{ a }"}, {"query": "{ a }", "query": "{ b }"}]',
    ],
)
def test_a_parameter_that_is_given_twice_is_ambiguous(body: str) -> None:
    with pytest.raises(Refused, match="is given more than once"):
        posted(body.encode())


@pytest.mark.parametrize(
    "body",
    [
        {"query": "{ a }", "variables": {"query": "query", "id": "id", "variables": {"variables": 1}}},
        {"query": '{ a(b: "query") }', "operationName": "query"},
        {"query": "{ é }"},
        [{"query": "{ a }"}, {"query": "{ b }"}],
    ],
)
def test_the_same_word_elsewhere_is_not(body: object) -> None:
    posted(json.dumps(body).encode())


@pytest.mark.parametrize("name", ["variables", "extensions"])
def test_there_is_a_limit_to_nesting(name: str) -> None:
    within, beyond = ({"query": "{ a }", name: {"a": nested(levels)}} for levels in (NESTING - 1, NESTING))
    assert isinstance(posted(json.dumps(within).encode()), Parameters)
    for body in (beyond, [beyond]):
        with pytest.raises(Refused, match="100 levels"):
            posted(json.dumps(body).encode())
    with pytest.raises(Refused, match="100 levels"):
        got(urlencode({"query": "{ a }", name: json.dumps(beyond[name])}).encode())


def test_many_braces_are_not_deep() -> None:
    query = "{" * 500
    variables: dict[str, Any] = {"a": [{} for _ in range(500)]}
    body = json.dumps({"query": query, "variables": variables})
    assert posted(body.encode()) == Parameters(query=query, variables=variables)


def test_a_url_may_leave_the_name_of_the_operation_empty() -> None:
    assert got(b"query=%7Ba%7D&operationName=") == Parameters(query="{a}")


@pytest.mark.parametrize(
    ("query_string", "complaint"),
    [
        (b"query=%FF", "cannot be read"),
        (b"query=\xff", "cannot be read"),
        (b"query=a&query=b", "`query` is given more than once"),
        (b"query=a&variables=", "`variables` is not JSON"),
        (b"query=a&variables=%7B", "`variables` is not JSON"),
        (b"query=a&variables=5", "`variables` is no GraphQL request: Expected `object | null`"),
        (b"query=a&extensions=" + b"%5B" * 5000, "`extensions` is"),
        (b"&".join([b"a=b"] * 51), "cannot be read"),
    ],
)
def test_a_url_that_is_no_request_is_refused(query_string: bytes, complaint: str) -> None:
    with pytest.raises(Refused) as refused:
        got(query_string)
    assert (refused.value.status, refused.value.code) == (400, "BAD_REQUEST")
    assert complaint in str(refused.value)


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        (b"", "The body is empty."),
        (b"5", "The body is no GraphQL request: Expected `object`, got `int`."),
        (b'{"query": 5}', "The body is no GraphQL request: Expected `str | null`, got `int` - at `$.query`."),
        (b'{"variables": {"a": ' + b"[" * 100_000, "The body is nested too deeply."),
        (b"[" * 100_000, "The body is no GraphQL request: Expected `object`, got `array`"),
        (b"{", "The body is not JSON in UTF-8: Input data was truncated."),
    ],
)
def test_a_complaint_says_what_is_wrong(body: bytes, complaint: str) -> None:
    with pytest.raises(Refused) as refused:
        posted(body)
    assert str(refused.value).startswith(complaint)
