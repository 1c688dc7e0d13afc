"""What holds for a while, and for the tasks that are started meanwhile: https://docs.python.org/3/library/contextvars.html."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

T = TypeVar("T")


@contextmanager
def scoped(variable: ContextVar[T], *, value: T) -> Iterator[T]:
    """Inside, `variable` has this value; afterwards, the one that it had before."""
    token = variable.set(value)
    try:
        yield value
    finally:
        variable.reset(token)
