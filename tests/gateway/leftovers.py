"""What graphql-core leaves where a field fails beside others: coroutines that nobody awaits, and Python tells of each.

When it tells depends on the garbage collector: unheard here, they would be reported by whichever test runs then.
"""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

GRAPHQL_CORE = ("Executor.", "GraphQLCoreConverter.")  # the latter is Strawberry's, called by graphql-core


@contextmanager
def none_left_but(*owners: str) -> Iterator[None]:
    """Coroutines of these owners (beginnings of qualified names) may be left. Asserts that no others are."""
    left: list[str] = []

    def told_of(unraisable: "sys.UnraisableHookArgs") -> None:
        name = getattr(unraisable.object, "__qualname__", repr(unraisable.object))
        if not name.startswith(owners):
            left.append(name)

    gc.collect()  # what others have left is theirs
    before, sys.unraisablehook = sys.unraisablehook, told_of
    try:
        yield
        gc.collect()
    finally:
        sys.unraisablehook = before
    assert left == []
