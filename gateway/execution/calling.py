"""One field's resolver, called for every row of a batch. What it raises stands in the place of its value."""

from asyncio import Future
from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any
from uuid import UUID

from graphql import GraphQLResolveInfo
from strawberry.schema.schema_converter import get_arguments
from strawberry.types.arguments import convert_arguments
from strawberry.types.info import Info

from gateway.execution.batch import Batch
from gateway.execution.building import read
from gateway.execution.info import RowInfo, core_info
from gateway.execution.kinds import Raised
from gateway.execution.loading import Column
from gateway.execution.plan import Step
from gateway.execution.strawberry_fields import Function, strawberry_field

if TYPE_CHECKING:
    from gateway.execution.run import Run

_KEEP_NOTHING = frozenset({Future, str, int, float, bool, type(None)})
_SHAREABLE = (str, int, float, type(None), Enum, Decimal, date, time, timedelta, UUID)


def values(run: "Run", batch: Batch, step: Step) -> list[Any] | Column:
    """One for each row: a value, something to await, or `Raised`."""
    if step.is_read:
        return [called(run, batch, step, row, taken(step, source)) for row, source in enumerate(batch.sources)]
    arguments = run.arguments(step)
    if isinstance(arguments, Raised):
        return [arguments] * len(batch.sources)
    made = step.function
    if made is None:
        return _resolver(run, batch, step, arguments)
    if made.loading is not None and (column := made.loading.column(batch.sources, run.context)) is not None:
        return column
    return _function(run, batch, step, made, arguments)


def taken(step: Step, source: object) -> object:
    """What a field without resolver reads."""
    try:
        return read(step, source)
    except Exception as error:  # noqa: BLE001 - any failure of a property is its field's
        return Raised(error)


def called(run: "Run", batch: Batch, step: Step, row: int, value: object) -> object:
    """`value`; or what comes of it where graphql-core's default resolver finds something to call: a method."""
    if not step.by_default or not callable(value):
        return value
    arguments = run.arguments(step)
    if isinstance(arguments, Raised):
        return arguments
    try:
        return value(core_info(run, batch, step, row), **_own(run, step, arguments))
    except Exception as error:  # noqa: BLE001 - any failure of a resolver is its field's
        return Raised(error)


def _resolver(run: "Run", batch: Batch, step: Step, arguments: dict[str, Any]) -> list[Any]:
    resolve, made = step.resolve, RowInfo if strawberry_field(step.definition) else core_info
    found = []
    for row, source in enumerate(batch.sources):
        info: RowInfo | GraphQLResolveInfo[Any] = made(run, batch, step, row)
        try:
            found.append(resolve(source, info, **_own(run, step, arguments)))
        except Exception as error:  # noqa: BLE001 - as above
            found.append(Raised(error))
    return found


def _function(run: "Run", batch: Batch, step: Step, made: Function, given: dict[str, Any]) -> list[Any]:
    """Strawberry's wrapper does no more than this: convert the arguments, make an Info, and call."""
    call, sources = made.call, batch.sources
    if made.takes_arguments and made.names is None and not _shareable(given):
        return _converting(run, batch, step, made, given)
    kwargs = _converted(run, made, given)
    if made.takes_self and not made.source and made.info is None:
        return [_answer(call, source, kwargs) for source in sources] if kwargs else _plainly(made, sources)
    return _told(run, batch, step, made, kwargs)


def _plainly(made: Function, sources: list[Any]) -> list[Any]:
    call, found = made.call, []
    for source in sources:
        try:
            found.append(call(source))
        except Exception as error:  # noqa: BLE001 - as above
            found.append(Raised(error))
    return found


def _answer(call: Any, source: object, kwargs: dict[str, Any]) -> object:  # noqa: ANN401 - a resolver
    try:
        return call(source, **kwargs)
    except Exception as error:  # noqa: BLE001 - as above
        return Raised(error)


def _told(run: "Run", batch: Batch, step: Step, made: Function, kwargs: dict[str, Any]) -> list[Any]:
    """With what it asks for: an Info, or the parent under a name.

    An Info serves for the next row as well where nobody can have kept it: the answer is there, or a loader's future.
    """
    if made.takes_self and made.info == "info" and not made.source:
        return _with_info(run, batch, step, made, kwargs)
    call, found, given = made.call, [], dict(kwargs)
    told: Info | None = None
    for row, source in enumerate(batch.sources):
        if told is None:
            told, at = _info(run, batch, step, made)
        at.row = row
        for name in made.source:
            given[name] = source
        if made.info is not None:
            given[made.info] = told
        try:
            value = call(source, **given) if made.takes_self else call(**given)
        except Exception as error:  # noqa: BLE001 - as above
            value = Raised(error)
        found.append(value)
        if value.__class__ not in _KEEP_NOTHING:
            told = None
    return found


def _with_info(run: "Run", batch: Batch, step: Step, made: Function, kwargs: dict[str, Any]) -> list[Any]:
    """As most resolvers are written: `self`, an `info`, and maybe arguments."""
    call, found = made.call, []
    told: Info | None = None
    for row, source in enumerate(batch.sources):
        if told is None:
            told, at = _info(run, batch, step, made)
        at.row = row
        try:
            value = call(source, info=told, **kwargs) if kwargs else call(source, info=told)
        except Exception as error:  # noqa: BLE001 - as above
            value = Raised(error)
        found.append(value)
        if value.__class__ not in _KEEP_NOTHING:
            told = None
    return found


def _info(run: "Run", batch: Batch, step: Step, made: Function) -> tuple[Info, RowInfo]:
    at = RowInfo(run, batch, step, 0)
    return run.info_class(_raw_info=at, _field=made.field), at  # type: ignore[arg-type]  # RowInfo has what Info reads


def _converting(run: "Run", batch: Batch, step: Step, made: Function, given: dict[str, Any]) -> list[Any]:
    """Inputs are objects that a resolver may change: each call has its own."""
    found = []
    for row, source in enumerate(batch.sources):
        info, at = _info(run, batch, step, made)
        at.row = row
        try:
            args, kwargs = get_arguments(
                field=made.field,
                source=source,
                info=info,
                kwargs=_own(run, step, given),
                config=run.converter.config,
                scalar_registry=run.converter.scalar_registry,
            )
            found.append(made.call(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - as above
            found.append(Raised(error))
    return found


def _own(run: "Run", step: Step, given: dict[str, Any]) -> dict[str, Any]:
    """For one call: resolvers may change what can be changed."""
    if _shareable(given):
        return given
    fresh = step.given.fresh(run.variables)
    return given if isinstance(fresh, Raised) else fresh


def _shareable(given: dict[str, Any]) -> bool:
    """Whether nobody can change these values."""
    return all(isinstance(value, _SHAREABLE) for value in given.values())


def _converted(run: "Run", made: Function, given: dict[str, Any]) -> dict[str, Any]:
    if not made.takes_arguments:
        return {}
    if made.names is not None:
        names = made.names
        return {names[name]: value for name, value in given.items()}
    converter = run.converter
    return convert_arguments(given, made.field.arguments, converter.scalar_registry, converter.config)
