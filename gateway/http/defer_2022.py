"""Parts in the older format, without ids: what `deferSpec=20220824` stands for.

https://github.com/graphql/graphql-spec/tree/48cf7263a71a683fab03d45d309fd42d8d9a6659/spec
"""

from collections.abc import Iterator, Sequence
from typing import Any

from gateway.execution.operation import Part

Path = Sequence[str | int]


class Defer2022:
    """Translates the parts of one response, in their order.

    Where something belongs is said by a path each time, for items by that of the first of them: so the length of a list
    has to be known, and the shape of what was sent is kept. Data that two fragments share comes once, with a path below
    the fragment's own where it has to: whoever merges by paths ends up with the same.
    """

    def __init__(self) -> None:
        self._pending: dict[str, Part] = {}
        self._shape: Any = None

    def part(self, part: Part) -> Part | None:
        """The same part; None where all that it says is that something is pending or complete."""
        self._pending |= {one["id"]: one for one in part.get("pending", ())}
        told: Part = {name: part[name] for name in ("data", "errors", "extensions") if name in part}
        if "data" in part:
            self._shape = _shape(part["data"])
        incremental = [*self._incremental(part), *self._failed(part)]
        if incremental:
            told["incremental"] = incremental
        return told | {"hasNext": part["hasNext"]} if told or not part["hasNext"] else None

    def _incremental(self, part: Part) -> Iterator[Part]:
        for one in part.get("incremental", ()):
            pending = self._pending[one["id"]]
            path = [*pending["path"], *one.get("subPath", ())]
            errors = {"errors": one["errors"]} if "errors" in one else {}
            if "items" in one:
                shape = _at(self._shape, path)
                yield {"items": one["items"], "path": [*path, len(shape)], **_label(pending), **errors}
                shape.extend(map(_shape, one["items"]))
            else:
                _at(self._shape, path).update(_shape(one["data"]))  # no field comes twice in the newer format
                yield {"data": one["data"], "path": path, **_label(pending), **errors}

    def _failed(self, part: Part) -> Iterator[Part]:
        """What has errors when it is complete is null here."""
        for one in part.get("completed", ()):
            pending = self._pending.pop(one["id"])
            if "errors" not in one:
                continue
            path, shape = pending["path"], _at(self._shape, pending["path"])
            lost = (
                {"items": None, "path": [*path, len(shape)]}
                if isinstance(shape, list)
                else {"data": None, "path": path}
            )
            yield {**lost, **_label(pending), "errors": one["errors"]}


def _label(pending: Part) -> Part:
    return {"label": pending["label"]} if "label" in pending else {}


def _shape(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Its objects and lists, without what they hold besides."""
    if isinstance(value, dict):
        return {name: _shape(inner) for name, inner in value.items() if isinstance(inner, dict | list)}
    return [_shape(inner) for inner in value] if isinstance(value, list) else None


def _at(shape: Any, path: Path) -> Any:  # noqa: ANN401 - JSON
    for key in path:
        shape = shape[key]
    return shape
