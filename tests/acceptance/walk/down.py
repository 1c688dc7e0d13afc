"""What an answer has while a service is down, held against what it had while all was well."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLSchema

from tests.acceptance.walk.asked import Asked, Path
from tests.acceptance.walk.nulls import shown, way
from tests.acceptance.walk.walk import Told

# What is different each time, whoever is down.
CHANGING = {"ServiceStatus"}


@dataclass(slots=True)
class Loss:
    """What one answer lost. `lost` and `partial` are the fields that say so, `hidden` those below them.

    `whole`: nothing is left of it, as no field on the way to one that failed may be null.
    """

    service: str
    whole: bool = False
    lost: set[str] = field(default_factory=set)
    partial: set[str] = field(default_factory=set)
    hidden: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)

    @property
    def told(self) -> set[str]:
        """Fields that have an error."""
        return self.lost | self.partial


def loss(
    schema: GraphQLSchema,
    service: str,
    codes: Collection[str],
    well: Told,
    answer: Mapping[str, Any],
    *,
    midway: bool = False,
) -> Loss:
    """Compares the answers to one operation: without errors, and while `service` is down, or goes down `midway`."""
    compared = _Comparison(schema, service, well, answer, midway=midway)
    compared.check_words(codes)
    compared.whole()
    return compared.loss


class _Comparison:
    def __init__(
        self, schema: GraphQLSchema, service: str, well: Told, answer: Mapping[str, Any], *, midway: bool
    ) -> None:
        self.loss = Loss(service)
        self._well = well
        self._now = answer["data"]
        self._midway = midway
        self._said: Sequence[Mapping[str, Any]] = answer.get("errors", ())
        self._errors: defaultdict[Path, set[str]] = defaultdict(set)  # the fields that failed, by where that shows
        for path in (tuple(one.get("path", ())) for one in self._said):
            steps = way(schema, well.operation, self._now, well.answer["data"], path)
            place = shown(steps) if _is_null(self._now, (), path) else path
            self._errors[place] |= {steps[-1][1].coordinate} if steps else set()

    def check_words(self, codes: Collection[str]) -> None:
        """Each error has one of these codes, and names the service that is down."""
        for one in self._said:
            extensions = one["extensions"]
            if extensions["code"] not in codes or extensions.get("service") != self.loss.service:
                self.loss.wrong.append(f"{one.get('path')}: {extensions}, {one['message']}")

    def whole(self) -> None:
        """Compares all of it."""
        if () in self._errors:
            self._all_is_lost()
        elif self._now is None:
            self.loss.wrong.append(f"nothing is left of {self._well.operation}")
        else:
            self._object(self._well.operation.fields, self._well.answer["data"], self._now, ())
            self.loss.wrong += [f"{path} has an error, and a value nobody misses" for path in self._errors]

    def _all_is_lost(self) -> None:
        self.loss.whole = True
        self.loss.lost |= self._errors[()]
        self.loss.hidden |= self._well.operation.coordinates - self.loss.lost
        if self._now is not None:
            self.loss.wrong.append(f"{self._errors[()]} failed, and something is left of {self._well.operation}")

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
        failed = self._errors.pop(path)
        self.loss.hidden |= set(_below(asked)) - failed
        if now is None:
            self.loss.lost |= failed
            return
        self.loss.partial |= failed
        if self._midway:  # what was there before has come, and may lack what is read after it
            for other in [other for other in self._errors if _is_null(now, path, other)]:
                del self._errors[other]
        elif well is None or self.loss.service in set(_services(now)):
            self.loss.wrong.append(f"{path} has something of {self.loss.service}, which is down")


def _is_null(now: Any, path: Path, other: Path) -> bool:  # noqa: ANN401 - JSON
    """Whether `other` lies below `path`, where `now` stands, and has nothing."""
    if other[: len(path)] != path:
        return False
    for step in other[len(path) :]:
        if now is None:
            break
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
