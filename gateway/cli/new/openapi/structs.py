"""The Structs of what operations answer, as far as one module has room for them."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from gateway.cli.new.openapi.document import Document, Operation, Schema
from gateway.cli.new.openapi.kinds import Reader, spelled
from gateway.cli.new.openapi.spelling import class_name, field_name

WIDTH = 116
_Field = tuple[str, str, str]  # name, annotation, default
_CLASS = re.compile(r"\b[A-Z]\w*")


@dataclass(slots=True)
class _Object:
    """An object of the document that has a class. `lines` are its fields; None where there is no room for them."""

    name: str
    schema: Schema
    label: str
    lines: list[_Field] | None = None


@dataclass(slots=True)
class Structs:
    """`code` is Python, `answers` the annotation of what each operation answers, by its id.

    `left` are the classes for which there was no room: any object is taken in their places.
    """

    code: str
    answers: dict[str, str]
    left: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)


def structs(document: Document, operations: Sequence[Operation], room: int, taken: Collection[str] = ()) -> Structs:
    """Nearest to the answers first, in `room` lines; `taken` are names that the module has already."""
    return _Writer(document, taken).written(operations, room)


class _Writer:
    def __init__(self, document: Document, taken: Collection[str]) -> None:
        self._document = document
        self._taken = set(taken)
        self._objects: dict[str, _Object] = {}
        self._reader = Reader(document, self._named)

    def written(self, operations: Sequence[Operation], room: int) -> Structs:
        answers = {}
        for one in operations:
            kind = self._reader.kind(self._document.schema(one), f"{one.id} Answer")
            answers[one.id] = spelled(kind)
        used = 0
        for place in self._places():
            used += self._look_inside(place, room - used)
        return self._code(answers, [one for one in self._objects.values() if one.lines is not None])

    def _places(self) -> Iterable[_Object]:
        """In the order in which they are met; looking inside one may add to them."""
        count = 0
        while count < len(self._objects):
            yield list(self._objects.values())[count]
            count += 1

    def _named(self, ref: str, schema: Schema, where: str) -> str:
        key = ref or f"{where} {id(schema)}"
        if key not in self._objects:
            label = ref.rpartition("/")[2] or where
            name = class_name(label, self._taken)
            self._taken.add(name)
            self._objects[key] = _Object(name, schema, re.sub(r"[^\w. -]", "", label, flags=re.ASCII)[:70])
        return self._objects[key].name

    def _look_inside(self, one: _Object, room: int) -> int:
        """Gives it its fields, where there is room for them and for a line for each object that they name."""
        objects, taken = dict(self._objects), set(self._taken)
        fields = self._fields(one)
        height = 5 + sum(_height(line) for line in fields)
        if height + len(self._objects) > room:
            self._objects, self._taken = objects, taken
            return 0
        one.lines = fields
        return height

    def _fields(self, one: _Object) -> list[_Field]:
        """Those that must be there first, as Structs want them."""
        fields: list[_Field] = []
        required = set(one.schema.get("required", ()))
        for name, schema in one.schema["properties"].items():
            whole = self._document.resolve(schema)[1]
            if whole.get("writeOnly"):
                continue
            own = field_name(name, {taken for taken, _, _ in fields})
            kind = self._reader.kind(schema, f"{one.name} {own}")
            optional = name not in required or kind.nullable
            fields.append((own, _annotation(kind.text, optional=optional), _default(name, own, optional=optional)))
        return sorted(fields, key=lambda line: line[2].startswith((" = None", " = msgspec.field(default")))

    def _code(self, answers: dict[str, str], inside: Sequence[_Object]) -> Structs:
        known = {one.name for one in inside}
        mentioned = {name for one in inside for _, text, _ in one.lines or () for name in _CLASS.findall(text)}
        mentioned |= {name for text in answers.values() for name in _CLASS.findall(text)}
        own = {one.name for one in self._objects.values()}
        left = sorted((mentioned & own) - known)
        aliases = "".join(f"{name} = dict[str, Any]\n" for name in left)
        defined, blocks = set(left), []
        for one in _dependencies_first(inside):
            blocks.append(_block(one, (own & mentioned) - defined))
            defined.add(one.name)
        return Structs("\n\n".join([aliases, *blocks]), answers, left, sorted(known | set(left)))


def _annotation(text: str, *, optional: bool) -> str:
    return f"{text} | None" if optional and text != "Any" else text


def _default(name: str, own: str, *, optional: bool) -> str:
    spelling = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if name == own:
        return " = None" if optional else ""
    return f" = msgspec.field(default=None, name={spelling})" if optional else f" = msgspec.field(name={spelling})"


def _height(line: _Field) -> int:
    """Lines once it is folded."""
    own, text, default = line
    if len(own) + len(text) + len(default) <= WIDTH:
        return 1
    return 5 + text.count('", "') if len(text) > WIDTH else 4


def _dependencies_first(objects: Sequence[_Object]) -> list[_Object]:
    by_name = {one.name: one for one in objects}
    done: dict[str, _Object] = {}
    open_: set[str] = set()

    def visit(one: _Object) -> None:
        if one.name in done or one.name in open_:
            return
        open_.add(one.name)
        for _, text, _ in one.lines or ():
            for name in _CLASS.findall(text):
                if name in by_name:
                    visit(by_name[name])
        done[one.name] = one

    for one in objects:
        visit(one)
    return list(done.values())


def _block(one: _Object, later: Collection[str]) -> str:
    """A class; an annotation that names what comes later is a text, which msgspec reads when it is needed."""
    lines = [f"class {one.name}(msgspec.Struct):", f'    """`{one.label}`, as the vendor\'s document has it."""', ""]
    for own, text, default in one.lines or ():
        forward = any(name in later for name in _CLASS.findall(text))
        lines.append(f"    {own}: {repr(text) if forward else text}{default}")
    return "\n".join(lines) + "\n"
