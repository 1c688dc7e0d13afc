"""From objects to the dicts of a response: one generated function for each selection, over the whole list at once.

The function reads every field that is a leaf, or a list of leaves, and writes its output; other fields get their place
in the order of the selection, to be filled later. A value that cannot be written by looking at its class goes to `odd`,
an object whose attributes raise to `broken`; what they stand for is worked out by the slower, complete rules.
"""

from collections.abc import Callable, Mapping
from keyword import iskeyword
from typing import Any

from graphql import is_list_type, is_non_null_type

from gateway.execution.leaves import ODD, Names, written
from gateway.execution.plan import TYPENAME, Selection, Step

Row = dict[str, Any]
OddValue = tuple[int, int, Any]  # row, field, value
Broken = Callable[[int, Any], Row]  # row, object
Builder = Callable[[list[Any], list[OddValue], Broken], list[Row]]

_TEMPLATE = """\
def build(sources, odds, broken):
    odd = odds.append
    rows = []
    append = rows.append
    for source in sources:
        try:
            append({{{entries}}})
        except Exception:
            append(broken(len(rows), source))
    return rows
"""

_LIST_TEMPLATE = """\
def items(values):
    try:
        return [{item} for v in values]
    except Exception:
        return ODD
"""


def builder(selection: Selection) -> Builder:
    """The function that makes the response's objects of `selection`."""
    names: Names = {"read": by_default, "ODD": ODD}
    entries = ", ".join(f"{step.key!r}: {_entry(step, selection, names)}" for step in selection.fields)
    made: dict[str, Any] = {}
    source = _TEMPLATE.format(entries=entries)
    exec(compile(source, f"<{selection.kind.name}>", "exec"), names, made)  # noqa: S102 - of names that a validated schema and document gave, quoted
    built: Builder = made["build"]
    return built


def blank(selection: Selection) -> Row:
    """An object of the response with every place empty but `__typename`."""
    return {step.key: selection.kind.name if step.name == TYPENAME else None for step in selection.fields}


def by_default(source: object, name: str) -> object:
    """What graphql-core's default resolver finds, before it would be called."""
    if type(source) is dict or isinstance(source, Mapping):
        return source.get(name)
    return getattr(source, name, None)


def read(step: Step, source: object) -> object:
    """The value of a field without resolver. Raises whatever the attribute raises."""
    return by_default(source, step.name) if step.attribute is None else getattr(source, step.attribute)


def _entry(step: Step, selection: Selection, names: Names) -> str:
    if step.name == TYPENAME:
        return repr(selection.kind.name)
    if step in selection.steps:
        return "None"
    odd = f"odd((len(rows), {step.order}, v))"
    inner: Any = step.type.of_type if is_non_null_type(step.type) else step.type
    plain = _list(inner, step, names, odd) if is_list_type(inner) else written(inner, step.operation.kinds, names, odd)
    empty = "None" if step.shape.null else odd
    return f"({empty} if (v := {_reading(step)}) is None else {plain})"


def _list(type_: Any, step: Step, names: Names, odd: str) -> str:  # noqa: ANN401 - graphql-core types are generic over each other
    """A list of leaves; one item that is odd makes the whole list one to be worked out slowly."""
    nullable = not is_non_null_type(type_.of_type)
    leaf = type_.of_type if nullable else type_.of_type.of_type
    item = written(leaf, step.operation.kinds, names, "odd_item()")
    item = f"None if v is None else {item}" if nullable else item
    at = f"items{len(names)}"
    scope = {**names, "odd_item": _odd_item}
    exec(_LIST_TEMPLATE.format(item=item), scope)  # noqa: S102 - as above: no text of a request in it
    names[at] = scope["items"]
    return f"w if (v.__class__ is list or v.__class__ is tuple) and (w := {at}(v)) is not ODD else {odd}"


def _reading(step: Step) -> str:
    if step.attribute is None:
        return f"read(source, {step.name!r})"
    if step.attribute.isidentifier() and not iskeyword(step.attribute):
        return f"source.{step.attribute}"
    return f"getattr(source, {step.attribute!r})"


def _odd_item() -> None:
    raise TypeError("This item cannot be written by looking at its class.")
