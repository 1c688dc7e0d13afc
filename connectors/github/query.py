"""Many keys in one GraphQL query: the same field once for each key, under aliases (https://spec.graphql.org/#Alias).

What a caller gave travels in variables alone; the text of a query depends on nothing but how many keys there are, so
that both sides may keep what they parsed.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

_VARIABLE = re.compile(r"\$(\w+)")
_RATE_LIMIT = "rateLimit { limit cost remaining resetAt }"


@dataclass(frozen=True, slots=True)
class Selection:
    """A field of the root, as it is asked for once.

    `$names` in `text` are the key's own: `types` declares them ("String!"). `fragments` are spread in `text`.
    """

    name: str
    text: str
    types: tuple[tuple[str, str], ...]
    fragments: str


@dataclass(frozen=True, slots=True)
class Query:
    """What is posted; https://docs.github.com/en/graphql/guides/forming-calls-with-graphql."""

    query: str
    variables: Mapping[str, object]


def alias(place: int) -> str:
    """What the answer calls the key at `place`."""
    return f"k{place}"


def query(selection: Selection, keys: Sequence[Mapping[str, object]]) -> Query:
    """`selection` for each of `keys`, given as the values of its variables.

    A value of None leaves the argument out: https://spec.graphql.org/#sec-Coercing-Field-Arguments.
    """
    variables = {
        f"{name}_{place}": value
        for place, values in enumerate(keys)
        for name, value in values.items()
        if value is not None
    }
    return Query(_text(selection, len(keys)), variables)


@lru_cache(maxsize=512)
def _text(selection: Selection, count: int) -> str:
    declared = ", ".join(f"${name}_{place}: {kind}" for place in range(count) for name, kind in selection.types)
    fields = "\n".join(f"  {alias(place)}: {_own(selection.text, place)}" for place in range(count))
    head = f"query {selection.name}({declared})" if declared else f"query {selection.name}"
    return f"{head} {{\n{fields}\n  {_RATE_LIMIT}\n}}\n{selection.fragments}"


def _own(text: str, place: int) -> str:
    return _VARIABLE.sub(rf"$\1_{place}", text)
