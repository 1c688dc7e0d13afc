"""What a batch returns: one value or one error for each key."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from connectors.domain.errors import ConnectorError

K = TypeVar("K")
V = TypeVar("V")

# Read-only, from every key asked to its value or its error.
Answers = Mapping[K, V | ConnectorError]


def failed(keys: Iterable[K], error: ConnectorError) -> dict[K, V | ConnectorError]:
    """The same error for every one of `keys`."""
    return dict.fromkeys(keys, error)
