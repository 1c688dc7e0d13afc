import time

import pytest
from graphql import GraphQLSyntaxError, Lexer, Source, TokenKind
from hypothesis import given
from hypothesis import strategies as st

from gateway.execution.limits import Limits
from gateway.execution.operation import UnfitError
from gateway.execution.tokens import measured
from tests.gateway.execution.written import documents

ALL = Limits(characters=10**9, tokens=10**9, nesting=10**9)
PIECES = [
    "{",
    "}",
    "a",
    "_b9",
    "...",
    '"',
    '"""',
    "\\",
    '\\"',
    '\\"""',
    "#",
    "\n",
    "\r\n",
    " ",
    ",",
    "1.5e-3",
    "$",
    "é",
]


def lexed(text: str) -> int:
    """Tokens as graphql-core reads them, comments included; it raises where the text is no document."""
    lexer, count = Lexer(Source(text)), 0
    token = lexer.token
    while token.kind is not TokenKind.EOF:
        lexer.advance()
        while token is not lexer.token and token.next:
            token = token.next
            count += token.kind is not TokenKind.EOF
    return count


def excess(text: str, limits: Limits) -> dict[str, object]:
    with pytest.raises(UnfitError) as unfit:
        measured(text, limits)
    (error,) = unfit.value.errors
    return dict(error)


@given(documents(narrowing=True))
def test_a_document_has_as_many_tokens_as_its_parser_reads(document: tuple[str, dict[str, object]]) -> None:
    assert measured(document[0], ALL) == lexed(document[0])


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_no_text_that_a_parser_would_read_has_more_tokens_than_were_counted(text: str) -> None:
    try:
        expected = lexed(text)
    except GraphQLSyntaxError:
        measured(text, ALL)  # whatever it counts, it gets through
    else:
        assert measured(text, ALL) >= expected


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        (" \t\r\n,\ufeff", 0),
        ("{a}", 3),
        ("{ a # b c d\n e }", 5),
        ('{a(b:"c } d")}', 8),
        ('{a(b:"c \\" } d")}', 8),
        ('{a(b:"""c " } \\""" } d""")}', 8),
        ('{a(b:"""c \\ "" d""")}', 8),
        ("{...F}", 4),
        ("{a(b:-1.5e+3)}", 8),
        ("query($a:[Int!]=[1]){a}", 17),
    ],
)
def test_strings_and_comments_are_one_token_each(text: str, count: int) -> None:
    assert measured(text, ALL) == count


def test_brackets_in_strings_and_comments_do_not_nest() -> None:
    assert measured('{ a(b: "{{{{", c: """[[[[""") # ((((\n }', Limits(nesting=2)) > 0


def test_a_text_that_is_too_long_is_not_looked_at() -> None:
    error = excess("{" * 51, Limits(characters=50, tokens=1))
    assert error == {
        "message": "This document is 51 characters long; 50 are allowed",
        "locations": [{"line": 1, "column": 51}],
        "extensions": {"code": "OPERATION_TOO_COMPLEX", "limit": "characters", "allowed": 50, "found": 51},
    }


def test_too_many_tokens_are_told_with_their_number_and_the_place_of_the_first_too_many() -> None:
    error = excess("{ a\n b # c\n }", Limits(tokens=3))
    assert error == {
        "message": "This document has 5 tokens; 3 are allowed",
        "locations": [{"line": 2, "column": 4}],
        "extensions": {"code": "OPERATION_TOO_COMPLEX", "limit": "tokens", "allowed": 3, "found": 5},
    }


def test_brackets_that_are_nested_too_deeply_are_told_with_how_deep_they_are() -> None:
    error = excess("{ a(b: [[1]]) }\n{ c { d } }", Limits(nesting=3))
    assert error == {
        "message": "This document nests brackets 4 deep; 3 are allowed",
        "locations": [{"line": 1, "column": 9}],
        "extensions": {"code": "OPERATION_TOO_COMPLEX", "limit": "nesting", "allowed": 3, "found": 4},
    }


def test_what_is_just_within_the_limits_passes() -> None:
    assert measured("{ a { b } }", Limits(characters=11, tokens=6, nesting=2)) == 6


@pytest.mark.parametrize("start", ['"', '"""', '"\\', '"""\\', '\\"', "#", "{", "\r", "-", ".", '""', '"a', "\u00e9"])
def test_no_text_takes_more_time_than_its_length(start: str) -> None:
    text = start * (80_000 // len(start))
    began = time.process_time()
    measured(text, ALL)
    assert time.process_time() - began < 0.5, "a quadratic scanner would take several seconds"
