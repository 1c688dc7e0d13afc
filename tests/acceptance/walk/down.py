"""What an answer has while a service is down, held against what it had while all was well."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.acceptance.walk.asked import Asked, Path
from tests.acceptance.walk.walk import Told

# What is different each time, whoever is down.
CHANGING = {"ServiceStatus"}


@dataclass(slots=True)
class Loss:
    """What one answer lost. `lost` and `partial` are the fields that say so, `hidden` those below them."""

    service: str
    lost: set[str] = field(default_factory=set)
    partial: set[str] = field(default_factory=set)
    hidden: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)

    @property
    def told(self) -> set[str]:
        """Fields that have an error."""
        return self.lost | self.partial


def loss(service: str, codes: Collection[str], well: Told, answer: Mapping[str, Any], *, midway: bool = False) -> Loss:
    """Compares the answers to one operation: without errors, and while `service` is down, or goes down `midway`."""
    return _Comparison(service, codes, answer.get("errors", ()), midway=midway).compared(well, answer)


class _Comparison:
    def __init__(
        self, service: str, codes: Collection[str], errors: Sequence[Mapping[str, Any]], *, midway: bool
    ) -> None:
        self.loss = Loss(service)
        self._midway = midway
        self._errors: dict[Path, Mapping[str, Any]] = {tuple(one.get("path", ())): one for one in errors}
        for one in errors:
            extensions = one["extensions"]
            if extensions["code"] not in codes or extensions.get("service") != service:
                self.loss.wrong.append(f"{one['path']}: {extensions}, {one['message']}")

    def compared(self, well: Told, answer: Mapping[str, Any]) -> Loss:
        """All of it."""
        if answer["data"] is None:
            self.loss.wrong.append(f"nothing is left of {well.operation}")
        else:
            self._object(well.operation.fields, well.answer["data"], answer["data"], ())
            self.loss.wrong += [f"{path} has an error, and a value nobody misses" for path in self._errors]
        return self.loss

    def _object(self, fields: Sequence[Asked], well: Mapping[str, Any], now: Mapping[str, Any], path: Path) -> None:
        for one in fields:
            if one.kind == well["__typename"]:
                self._value(one, well[one.key], now[one.key], (*path, one.key))

    def _value(self, asked: Asked, well: Any, now: Any, path: Path) -> None:  # noqa: ANN401 - JSON
        if path in self._errors:
            self._failed(asked, well, now, path)
        elif isinstance(well, dict) and isinstance(now, dict):
            self._object(asked.inner, well, now, path)
        elif isinstance(well, list) and isinstance(now, list) and len(well) == len(now):
            for number, (then, here) in enumerate(zip(well, now, strict=True)):
                self._value(asked, then, here, (*path, number))
        elif well != now and asked.kind not in CHANGING:
            self.loss.wrong.append(f"{path} was {well!r:.80} and is {now!r:.80}, and nothing says why")

    def _failed(self, asked: Asked, well: Any, now: Any, path: Path) -> None:  # noqa: ANN401 - JSON
        del self._errors[path]
        self.loss.hidden |= set(_below(asked))
        if now is None:
            self.loss.lost.add(asked.coordinate)
            return
        self.loss.partial.add(asked.coordinate)
        if self._midway:  # what was there before has come, and may lack what is read after it
            self._errors = {other: error for other, error in self._errors.items() if not _is_null(now, path, other)}
        elif well is None or self.loss.service in set(_services(now)):
            self.loss.wrong.append(f"{path} has something of {self.loss.service}, which is down")


def _is_null(now: Any, path: Path, other: Path) -> bool:  # noqa: ANN401 - JSON
    """Whether `other` lies below `path`, where `now` stands, and has nothing."""
    if other[: len(path)] != path:
        return False
    for step in other[len(path) :]:
        now = now[step]
    return now is None


def _below(asked: Asked) -> Iterator[str]:
    for one in asked.inner:
        yield one.coordinate
        yield from _below(one)


def _services(value: Any) -> Iterator[str]:  # noqa: ANN401 - JSON
    if isinstance(value, list):
        for one in value:
            yield from _services(one)
    elif isinstance(value, dict):
        if isinstance(value.get("service"), str) and value["__typename"] != "ServiceLink":
            yield value["service"]
        for one in value.values():
            yield from _services(one)
