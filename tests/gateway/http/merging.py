"""What clients make of parts: two ways to merge, each written after its own specification."""

from collections.abc import Iterable, Sequence
from copy import deepcopy
from typing import Any

from gateway.execution.operation import Part


def newer(parts: Iterable[Part]) -> tuple[Any, list[Any]]:
    """https://specs.apollo.dev/incremental/v0.2/: the data and the errors of a whole response."""
    data: Any = None
    errors: list[Any] = []
    pending: dict[str, Part] = {}
    for part in deepcopy(list(parts)):
        data = part.get("data", data)
        errors += part.get("errors", [])
        pending |= {one["id"]: one for one in part.get("pending", ())}
        for one in part.get("incremental", ()):
            held = at(data, [*pending[one["id"]]["path"], *one.get("subPath", ())])
            errors += one.get("errors", [])
            if "items" in one:
                held.extend(one["items"])
            else:
                assert not held.keys() & one["data"].keys(), "every field comes once"
                held.update(one["data"])
        for one in part.get("completed", ()):
            del pending[one["id"]]
            errors += one.get("errors", [])
    assert pending == {}
    return data, errors


def older(parts: Iterable[Part]) -> tuple[Any, list[Any]]:
    """The draft of 2022-08-24: the data and the errors of a whole response."""
    data: Any = None
    errors: list[Any] = []
    for part in deepcopy(list(parts)):
        data = part.get("data", data)
        errors += part.get("errors", [])
        for one in part.get("incremental", ()):
            errors += one.get("errors", [])
            if "items" in one:
                _put(at(data, one["path"][:-1]), one["path"][-1], one["items"])
            elif one["data"] is not None:
                at(data, one["path"]).update(one["data"])
    return data, errors


def _put(held: list[Any], index: int, items: list[Any] | None) -> None:
    assert index == len(held), "items follow those that are there"
    held.extend(items or ())


def at(data: Any, path: Sequence[str | int]) -> Any:  # noqa: ANN401 - JSON
    for key in path:
        data = data[key]
    return data
