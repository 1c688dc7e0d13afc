"""A document's text, measured before it is parsed, in time that grows with its length and no faster.

graphql-core's lexer and parser are written in Python: a long text or a deep one would keep the event loop, or the
stack, busy. One regular expression finds the tokens of https://spec.graphql.org/September2025/#sec-Lexical-Tokens; it
need not judge them, since what is no token still counts as one or more, and the parser says what is wrong with it.
"""

import re

from graphql import GraphQLError, Source

from gateway.execution.limits import Limits
from gateway.execution.operation import UnfitError
from gateway.execution.refusal import Error, too_complex

# Nothing that was read is read again (`*+`, `?+`), so that no text costs more than its length. A string without an end
# reaches to the end of its line, a block string without one to the end of the text.
_TOKEN = re.compile(
    r'"""(?:[^"\\]++|\\"""|\\|"(?!""))*+(?:""")?+'
    r'|"(?:[^"\\\r\n]++|\\[^\r\n]?+)*+"?+'
    r"|#[^\r\n]*+"
    r"|\.\.\.|[A-Za-z_][A-Za-z_0-9]*+|-?[0-9]++(?:\.[0-9]++)?+(?:[eE][+-]?[0-9]++)?+"
    r"|[^\s,\ufeff]"
)
_OPENING = frozenset("{[(")
_CLOSING = frozenset("}])")


def measured(text: str, limits: Limits) -> int:
    """How many tokens a text has, comments included. Raises UnfitError where it is too long or nested too deeply."""
    if len(text) > limits.characters:
        raise UnfitError([_too_long(text, limits.characters)])
    count = level = deepest = 0
    too_deep = None
    for match in _TOKEN.finditer(text):
        count += 1
        if count > limits.tokens:
            raise UnfitError([_too_many(text, match.start(), limits.tokens)])
        token = match[0]
        if token in _OPENING:
            level += 1
            deepest = max(deepest, level)
            if level > limits.nesting and too_deep is None:
                too_deep = match.start()
        elif token in _CLOSING:
            level -= 1
    if too_deep is not None:
        raise UnfitError([_too_nested(text, too_deep, limits.nesting, deepest)])
    return count


def _too_long(text: str, allowed: int) -> Error:
    message = f"This document is {len(text):,} characters long; {allowed:,} are allowed"
    return too_complex(message, "characters", allowed, len(text), _at(text[: allowed + 1], allowed))


def _too_many(text: str, position: int, allowed: int) -> Error:
    found = len(_TOKEN.findall(text))
    message = f"This document has {found:,} tokens; {allowed:,} are allowed"
    return too_complex(message, "tokens", allowed, found, _at(text, position))


def _too_nested(text: str, position: int, allowed: int, found: int) -> Error:
    message = f"This document nests brackets {found:,} deep; {allowed:,} are allowed"
    return too_complex(message, "nesting", allowed, found, _at(text, position))


def _at(text: str, position: int) -> GraphQLError:
    return GraphQLError("", source=Source(text), positions=[position])
