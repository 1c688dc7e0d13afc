"""Values one by one, by every rule there is for completing them (GraphQL, section 6.4.3).

Awaitables anywhere, lists of lists, async iterables, abstract types, nulls and failures. Slower than `columns.py`,
which takes whole lists of plain values at once and leaves the rest to this.
"""

from collections.abc import AsyncIterable, AsyncIterator, Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from graphql import (
    GraphQLError,
    GraphQLObjectType,
    GraphQLResolveInfo,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)
from graphql.execution.executor import collect_iterator_awaitables
from graphql.pyutils import Undefined, is_iterable

from gateway.execution.batch import Batch, Inside
from gateway.execution.info import core_info
from gateway.execution.kinds import LOST, Raised
from gateway.execution.leaves import leaf_writer
from gateway.execution.plan import Selection, Step
from gateway.execution.typed import is_known_class, not_of_type, object_type, type_name
from gateway.execution.waiting import Waiting

if TYPE_CHECKING:
    from gateway.execution.branch import Branch

Answered = tuple["Cell", Any]
DEEPEST = 250  # levels of a response; encoders of JSON give up not far beyond that


class Cell(NamedTuple):
    """A value and where its output goes: `holder[key]`, in a row of the batch, at `inside` within the field."""

    value: Any
    holder: Any
    key: Any
    row: int
    inside: Inside


class Cells:
    """Completes cells of one field of one batch; what that makes goes on in `branch`."""

    def __init__(self, branch: "Branch", batch: Batch, step: Step) -> None:
        self._branch = branch
        self._run = branch.run
        self._batch = batch
        self._step = step

    def of_rows(self, values: list[Any]) -> None:
        """One value of the field's type for each row of the batch."""
        key, written = self._step.key, self._batch.written
        self.complete([Cell(value, written[row], key, row, ()) for row, value in enumerate(values)], self._step.type)

    def complete(self, cells: list[Cell], type_: Any) -> None:  # noqa: ANN401 - graphql-core types are generic over each other
        """Any cells whose values are of `type_`, or stand for one that is."""
        nullable = not is_non_null_type(type_)
        waiting, present = [], []
        for cell in cells:
            value = cell.value
            if value is LOST:
                cell.holder[cell.key] = None
            elif isinstance(value, Raised | Exception):
                self.fail(value.error if isinstance(value, Raised) else value, cell)
            elif self._run.is_awaitable(value):
                waiting.append(cell)
            elif value is None or value is Undefined:
                self._empty(cell, nullable=nullable)
            else:
                present.append(cell)
        if waiting:
            self._await(waiting, partial(_completed, type_), may_be_null=nullable)
        if present:
            self._present(present, type_ if nullable else type_.of_type)

    def _await(
        self, cells: list[Cell], then: "Callable[[Cells, list[Cell]], None]", *, may_be_null: bool = True
    ) -> None:
        """Goes on with the same cells once their values are there."""

        def resume(branch: "Branch", values: list[Any]) -> None:
            had = [cell._replace(value=value) for cell, value in zip(cells, values, strict=True)]
            then(Cells(branch, self._batch, self._step), had)

        rows, inside = [cell.row for cell in cells], [cell.inside for cell in cells]
        values = [cell.value for cell in cells]
        self._branch.wait(Waiting(values, resume, self._batch, self._step, rows, inside, may_be_null=may_be_null))

    def _present(self, cells: list[Cell], type_: Any) -> None:  # noqa: ANN401 - as above
        if is_leaf_type(type_):
            self._leaves(cells, leaf_writer(type_))
        elif is_list_type(type_):
            self._lists(cells, type_)
        elif is_object_type(type_):
            self.objects(cells, type_)
        else:
            self._abstract(cells, type_)

    def _leaves(self, cells: list[Cell], write: Callable[[Any], Any]) -> None:
        for cell in cells:
            try:
                cell.holder[cell.key] = write(cell.value)
            except Exception as error:  # noqa: BLE001 - whatever a scalar raises is its field's failure
                self.fail(error, cell)

    def _lists(self, cells: list[Cell], type_: Any) -> None:  # noqa: ANN401 - as above
        """The items of all of them, completed together."""
        items: list[Cell] = []
        for cell in cells:
            if self._run.is_async_iterable(cell.value):
                collected = _collected(cell.value, self._ends(type_.of_type))
                self._await([cell._replace(value=collected)], partial(_completed, type_))
                continue
            try:
                found = self._items(cell.value)
            except Exception as error:  # noqa: BLE001 - whatever an iterator raises is its field's failure
                self.fail(error, cell)
                continue
            made = cell.holder[cell.key] = [None] * len(found)
            items += [Cell(one, made, at, cell.row, (*cell.inside, at)) for at, one in enumerate(found)]
        if items:
            self.complete(items, type_.of_type)

    def _items(self, value: Any) -> list[Any]:  # noqa: ANN401 - any value
        if not is_iterable(value):
            place = f"{self._step.parent_type}.{self._step.name}"
            raise GraphQLError(f"Expected Iterable, but did not find one for field '{place}'.")
        if isinstance(value, list | tuple):
            return list(value)
        found: list[Any] = []
        iterator = iter(value)
        try:
            found.extend(iterator)
        except Exception:
            given = [one for one in found if self._run.is_awaitable(one)]
            given += collect_iterator_awaitables(iterator, self._run.is_awaitable)
            self._run.helpers.settle_in_background(given)
            raise
        return found

    def _ends(self, type_: Any) -> Callable[[Any], bool]:  # noqa: ANN401 - as above
        """Whether an item makes the rest of its list pointless: it cannot be what may not be null."""
        if not is_non_null_type(type_):
            return lambda _: False
        return lambda item: item is None or item is Undefined or isinstance(item, Exception)

    def _abstract(self, cells: list[Cell], type_: Any) -> None:  # noqa: ANN401 - as above
        """What each value is has to be asked; then they are objects."""

        def typed(later: "Cells", answers: list[Answered]) -> None:
            kinds: dict[GraphQLObjectType, list[Cell]] = {}
            for cell, name in answers:
                try:
                    kinds.setdefault(object_type(self._step, type_, name, cell.value), []).append(cell)
                except GraphQLError as error:
                    later.fail(error, cell)
            for kind, members in kinds.items():
                later.objects(members, kind)

        self._ask(cells, lambda cell: type_name(self._run, type_, cell.value, lambda: self._info(cell)), typed)

    def objects(self, cells: list[Cell], kind: GraphQLObjectType) -> None:
        """Values of one object type, unless it says that they are not."""
        is_type_of = kind.is_type_of
        if is_type_of is None or all(is_known_class(kind, value) for value in {cell.value.__class__ for cell in cells}):
            self.spread(kind, cells)
            return

        def told(later: "Cells", answers: list[Answered]) -> None:
            for cell, is_one in answers:
                if not is_one:
                    later.fail(not_of_type(self._step, kind, cell.value), cell)
            if members := [cell for cell, is_one in answers if is_one]:
                later.spread(kind, members)

        self._ask(cells, lambda cell: is_type_of(cell.value, self._info(cell)), told)

    def spread(self, kind: GraphQLObjectType, cells: list[Cell]) -> None:
        """The objects of the next level, each put where it belongs."""
        try:
            selection = self._selection(kind)
        except GraphQLError as error:
            for cell in cells:
                self.fail(error, cell)
            return
        sources, rows = [cell.value for cell in cells], [cell.row for cell in cells]
        batch = Batch(selection, sources, self._batch, self._step, rows, inside=[cell.inside for cell in cells])
        self._branch.add(batch)
        for cell, written in zip(cells, batch.written, strict=True):
            cell.holder[cell.key] = written

    def _selection(self, kind: GraphQLObjectType) -> Selection:
        if self._batch.depth >= DEEPEST:
            raise GraphQLError(f"The response is more than {DEEPEST} levels deep here.", self._step.nodes)
        return self._step.selection(kind)

    def _ask(
        self, cells: list[Cell], ask: Callable[[Cell], Any], then: "Callable[[Cells, list[Answered]], None]"
    ) -> None:
        """Goes on with the answers about the cells; those that must be awaited come later."""
        answered: list[Answered] = []
        waiting: list[Answered] = []
        for cell in cells:
            try:
                answer = ask(cell)
            except Exception as error:  # noqa: BLE001 - whatever a type's predicate raises is its field's failure
                self.fail(error, cell)
                continue
            (waiting if self._run.is_awaitable(answer) else answered).append((cell, answer))
        if answered:
            then(self, answered)
        if waiting:
            asked = [cell for cell, _ in waiting]
            answers = [cell._replace(value=answer) for cell, answer in waiting]
            self._await(answers, partial(_answered, asked, then))

    def answered(self, asked: list[Cell], had: list[Cell], then: "Callable[[Cells, list[Answered]], None]") -> None:
        """What was awaited about the cells `asked` stands in the cells `had`."""
        good: list[Answered] = []
        for cell, answer in zip(asked, had, strict=True):
            if isinstance(answer.value, Raised):
                self.fail(answer.value.error, cell)
            else:
                good.append((cell, answer.value))
        if good:
            then(self, good)

    def _info(self, cell: Cell) -> GraphQLResolveInfo[Any]:
        return core_info(self._run, self._batch, self._step, cell.row)

    def _empty(self, cell: Cell, *, nullable: bool) -> None:
        cell.holder[cell.key] = None
        if not nullable:
            place = f"{self._step.parent_type}.{self._step.name}"
            self.fail(TypeError(f"Cannot return null for non-nullable field {place}."), cell)

    def fail(self, error: Exception, cell: Cell) -> None:
        """Nothing there, and why."""
        cell.holder[cell.key] = None
        self._run.failures.add(error, self._batch, self._step, cell.row, cell.inside)


def _completed(type_: Any, later: Cells, cells: list[Cell]) -> None:  # noqa: ANN401 - as above
    later.complete(cells, type_)


def _answered(
    asked: list[Cell], then: Callable[[Cells, list[Answered]], None], later: Cells, cells: list[Cell]
) -> None:
    later.answered(asked, cells, then)


async def _collected(items: AsyncIterable[Any], ends: Callable[[Any], bool]) -> list[Any]:
    """All that an async iterable gives, up to an item that `ends` it; it is closed where it breaks off."""
    iterator = aiter(items)
    found = []
    try:
        async for one in iterator:
            found.append(one)
            if ends(one):
                await _closed(iterator)
                break
    except BaseException:
        await _closed(iterator)
        raise
    return found


async def _closed(iterator: AsyncIterator[Any]) -> None:
    close = getattr(iterator, "aclose", None)
    if close is not None:
        with suppress(Exception):
            await close()
