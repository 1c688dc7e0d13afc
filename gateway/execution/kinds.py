"""What a value's class says of it: whether it has to be awaited, is a failure, or can be taken as it is."""

from types import CoroutineType, GeneratorType, NoneType
from typing import Final

from graphql import GraphQLAbstractType
from graphql.pyutils import Undefined

_ODD: Final = (GeneratorType, CoroutineType, Exception)


class Raised:
    """A failure in the place of a value: what a resolver, an awaitable or a serializer raised."""

    __slots__ = ("error",)

    def __init__(self, error: Exception) -> None:
        self.error = error


def cancelled() -> RuntimeError:
    """The failure of a field that waited for what others have cancelled."""
    return RuntimeError("What this field waited for was cancelled.")


class _Lost:
    """Of one kind only."""

    __slots__ = ()


LOST: Final = _Lost()  # in the place of a value that nobody waits for any more: the response is null further up


class Kinds:
    """Remembers for each class whether its instances are plain: no failure, nothing to await, nothing to call.

    A schema has few classes, and asking each value would cost more than reading it. `Undefined` and None are not plain.
    """

    __slots__ = ("_plain", "names")

    def __init__(self) -> None:
        self.names: dict[tuple[GraphQLAbstractType, type], str | None] = {}  # of the object types, where a class tells
        self._plain: dict[type, bool] = {NoneType: False, type(Undefined): False, Raised: False, _Lost: False}

    def all_plain(self, classes: set[type]) -> bool:
        """Whether the instances of each of these are."""
        known = self._plain
        return all(known[kind] if kind in known else self._learned(kind) for kind in classes)

    def plain(self, kind: type) -> bool:
        """Whether the instances of `kind` are."""
        found = self._plain.get(kind)
        return self._learned(kind) if found is None else found

    def _learned(self, kind: type) -> bool:
        strange = issubclass(kind, _ODD) or hasattr(kind, "__await__") or hasattr(kind, "__aiter__")
        called = any("__call__" in vars(base) for base in kind.__mro__)
        found = self._plain[kind] = not strange and not called
        return found
