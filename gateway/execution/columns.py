"""One field of every row, completed at once where its values are plain: objects, nulls among them, lists of them."""

from collections.abc import Sequence
from functools import partial
from itertools import chain, compress
from types import NoneType
from typing import TYPE_CHECKING, Any

from graphql import GraphQLObjectType

from gateway.execution.batch import Batch
from gateway.execution.building import OddValue, Row, builder
from gateway.execution.cells import DEEPEST, Cells
from gateway.execution.loading import Column
from gateway.execution.plan import Step
from gateway.execution.typed import is_known_class
from gateway.execution.waiting import FUTURES, Waiting

if TYPE_CHECKING:
    from gateway.execution.branch import Branch

_LISTS = {list, tuple}
_NOTHING = {NoneType}


def complete(branch: "Branch", batch: Batch, step: Step, values: list[Any]) -> None:
    """`values`: one for each row of `batch`; what they make goes on in `branch`."""
    shape, classes = step.shape, set(map(type, values))
    if classes <= shape.own:
        key = step.key
        for row, value in zip(batch.written, values, strict=True):
            row[key] = value
    elif classes == FUTURES or _all_wait(branch, values):
        then = partial(_resumed, batch, step)
        branch.wait(Waiting(values, then, batch, step, range(len(values)), None, may_be_null=shape.null))
    elif shape.object and _are_objects(branch, batch, step, classes):
        _objects(branch, batch, step, values, range(len(values)))
    elif shape.item_object and classes <= _LISTS and _are_objects(branch, batch, step, _of_items(values)):
        _lists(branch, batch, step, values)
    elif shape.object and shape.null and _are_objects(branch, batch, step, classes - _NOTHING):
        there = [value is not None for value in values]
        _objects(branch, batch, step, list(compress(values, there)), list(compress(range(len(values)), there)))
    else:
        Cells(branch, batch, step).of_rows(values)


def load(branch: "Branch", batch: Batch, step: Step, column: Column) -> None:
    """The same for what a loader has of the keys of the rows, once it is there."""
    there = column.batch.waiter()
    if there is None:
        _loaded(batch, step, column, branch)
    else:
        then, rows = partial(_loaded, batch, step, column), range(len(column.keys))
        branch.wait(Waiting([there], then, batch, step, rows, None, may_be_null=True, own=True))


def _loaded(batch: Batch, step: Step, column: Column, branch: "Branch", _: Sequence[None] = ()) -> None:
    if not (step.shape.object and _written_once(branch, batch, step, column)):
        complete(branch, batch, step, column.values())


def _written_once(branch: "Branch", batch: Batch, step: Step, column: Column) -> bool:
    """Whether it was: objects that have nothing but leaves are written once for each key, however many rows have it."""
    keys, different = column.keys, column.different
    selection = step.selection(step.named)  # type: ignore[arg-type]  # an object type
    if selection.steps or len(different) * 2 > len(keys):
        return False
    values = list(map(column.batch.found.get, different))
    classes = set(map(type, values))
    if NoneType in classes:
        if not step.shape.null:
            return False
        classes.remove(NoneType)
        different = [key for key, value in zip(different, values, strict=True) if value is not None]
        values = [value for value in values if value is not None]
    if not _are_objects(branch, batch, step, classes):
        return False
    odd: list[OddValue] = []
    written = dict(zip(different, selection.builder(builder)(values, odd, partial(_marked, odd)), strict=True))
    if odd:
        return False
    place = step.key
    for row, one in zip(batch.written, map(written.get, keys), strict=True):
        row[place] = one
    return True


def _marked(odd: list[OddValue], row: int, source: Any) -> Row:  # noqa: ANN401 - any object
    """For an object that cannot be read in one go."""
    odd.append((row, 0, source))
    return {}


def _resumed(batch: Batch, step: Step, branch: "Branch", values: list[Any]) -> None:
    complete(branch, batch, step, values)


def _all_wait(branch: "Branch", values: list[Any]) -> bool:
    """Whether each has to be awaited; failures among them have to be told at once."""
    awaited = branch.run.is_awaitable
    return bool(values) and awaited(values[0]) and all(map(awaited, values))


def _are_objects(branch: "Branch", batch: Batch, step: Step, classes: set[type]) -> bool:
    """Whether what is of these classes can only be an object of the field's type."""
    kind: GraphQLObjectType = step.named  # type: ignore[assignment]  # asked where the shape is an object's
    if batch.depth >= DEEPEST or not branch.run.kinds.all_plain(classes):
        return False
    return kind.is_type_of is None or all(is_known_class(kind, one) for one in classes)


def _of_items(values: list[Any]) -> set[type]:
    return set(map(type, chain.from_iterable(values)))


def _objects(branch: "Branch", batch: Batch, step: Step, values: list[Any], rows: Sequence[int]) -> None:
    if not values:
        return
    child = Batch(step.selection(step.named), values, batch, step, rows)  # type: ignore[arg-type]  # an object type
    branch.add(child)
    key, above = step.key, batch.written
    into = above if len(rows) == len(above) else map(above.__getitem__, rows)
    for row, written in zip(into, child.written, strict=True):
        row[key] = written


def _lists(branch: "Branch", batch: Batch, step: Step, values: list[Any]) -> None:
    lengths = [len(value) for value in values]
    flat = list(chain.from_iterable(values))
    child = Batch(step.selection(step.named), flat, batch, step, range(len(values)), lengths=lengths)  # type: ignore[arg-type]  # as above
    branch.add(child)
    key, start = step.key, 0
    for above, length in zip(batch.written, lengths, strict=True):
        above[key] = child.written[start : start + length]
        start += length
