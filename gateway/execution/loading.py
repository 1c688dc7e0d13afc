"""Fields that a loader answers by a key of their object: a list of objects asks the loader once for each key.

Written as a resolver, such a field is called for every object, only to hand its key on. Declared, it is known
beforehand what it does, and a whole column of keys is taken at once. graphql-core calls it as any other resolver.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

import strawberry
from strawberry.types.field import StrawberryField

from gateway.execution.column_loader import Batch, ColumnLoader
from gateway.execution.kinds import Raised

if TYPE_CHECKING:
    from asyncio import Future

_LOADING: Final = "gateway.execution.loading"  # in the metadata of a field


class Loader(Protocol):
    """What `aiodataloader.DataLoader` is to a field."""

    def load(self, key: Any) -> "Future[Any]":  # noqa: ANN401 - any loader's own keys
        """The answer to a key, which is not None; the same future for the same key."""


class Column(NamedTuple):
    """`keys`: one for each object, None among them; `different`: each of them once. All are in `batch`."""

    keys: list[Any]
    different: Collection[Any]
    batch: Batch[Any, Any]

    def values(self) -> list[Any]:
        """Of each object, once they are there; failures in the places of values."""
        return list(map(self.batch.found.get, self.keys))


@dataclass(frozen=True, slots=True)
class Loading:
    """`key` is read of each object; `through` is the loader, found in the context of an operation."""

    key: Callable[[Any], Any]
    through: Callable[[Any], Loader]

    def one(self, source: object, context: object) -> "Future[Any] | None":
        """The answer for one object; None where it has no key."""
        key = self.key(source)
        return None if key is None else self.through(context).load(key)

    def column(self, sources: list[Any], context: object) -> "list[Any] | Column | None":
        """The same for many, failures in the places of their values. None where the keys cannot be had in one go."""
        try:
            keys = list(map(self.key, sources))
            different = dict.fromkeys(keys)
            loader = self.through(context)
        except Exception:  # noqa: BLE001 - whatever it is, it is told for each object by itself
            return None
        asked = [key for key in different if key is not None] if None in different else different
        if isinstance(loader, ColumnLoader) and asked and (batch := loader.column(asked)):
            return Column(keys, different, batch)
        for key in asked:
            different[key] = _loaded(loader, key)
        return list(map(different.__getitem__, keys))


def loaded(
    key: str,
    through: Callable[[Any], Loader],
    *,
    graphql_type: Any,  # noqa: ANN401 - anything that Strawberry takes for a type
    name: str | None = None,
    description: str | None = None,
    deprecation_reason: str | None = None,
) -> Any:  # noqa: ANN401 - as `strawberry.field`, so that it can stand where a value is declared
    """A field of a Strawberry type: what the loader that `through` finds in the context has of the attribute `key`.

    Null where the attribute is None. Dots in `key` go deeper: `author.id`.
    """
    loading = Loading(attrgetter(key), through)

    def resolve(self: object, info: strawberry.Info) -> "Future[Any] | None":
        return loading.one(self, info.context)

    return strawberry.field(
        resolver=resolve,
        graphql_type=graphql_type,
        name=name,
        description=description,
        deprecation_reason=deprecation_reason,
        metadata={_LOADING: loading},
    )


def loading_of(field: StrawberryField) -> Loading | None:
    """What `loaded` made the field of; None where it is any other."""
    metadata: Mapping[Any, Any] = field.metadata or {}
    found = metadata.get(_LOADING)
    return found if isinstance(found, Loading) else None


def _loaded(loader: Loader, key: object) -> object:
    try:
        return loader.load(key)
    except Exception as error:  # noqa: BLE001 - any failure of a loader is its field's
        return Raised(error)
