"""What an OpenAPI document adds to a new service: Structs in its `wire.py`, and a test that reads the answers shown."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from gateway.cli.failure import Failure
from gateway.cli.new import templates
from gateway.cli.new.names import Names
from gateway.cli.new.openapi.document import Document, Operation
from gateway.cli.new.openapi.samples import Endless, sample
from gateway.cli.new.openapi.structs import Structs, structs
from gateway.cli.new.stage import Stage
from gateway.cli.new.templates import Files

LONGEST = 300  # lines of a module
_LEAST = 20  # lines, without which there is no use in beginning
_TRIES = 6
_NAME = re.compile(r"\b[A-Z]\w*")
# Says which examples do not fit, one in a line: the operation, its place there, and why.
_CHECK = """
import json, msgspec
from tests.connectors.{name}.test_contract import ANSWERS, SHOWN, told
for place, (operation, example) in enumerate(SHOWN):
    try:
        fits = told(msgspec.to_builtins(msgspec.convert(example, ANSWERS[operation])), example)
        why = "" if fits else "it says a thing twice"
    except msgspec.ValidationError as misfit:
        why = str(misfit)
    if why:
        print(json.dumps([operation, place, why]))
"""


def add(stage: Stage, names: Names, document: Document, operations: Sequence[Operation]) -> tuple[Files, list[str]]:
    """The files as they are then, in the stage too, and what is worth telling. Raises Failure."""
    wire = f"connectors/{names.name}/wire.py"
    found, text = _fitted(stage, wire, document, operations)
    count = len(found.names) - len(found.left)
    notes = [f"{count} Struct{'' if count == 1 else 's'} in {wire}, for {', '.join(found.answers)}"]
    if found.left:
        notes.append(f"no room for {len(found.left)} more, which are any object there: {', '.join(found.left)}")
    answers = "".join(f'    "{id}": {_abroad(text, found.names)},\n' for id, text in found.answers.items())
    slots = names.slots | {"document": document.title, "answers": answers.rstrip("\n")}
    folder = f"tests/connectors/{names.name}"
    test = {f"{folder}/test_contract.py": templates.filled("checks/contract", slots)}
    stage.write(test)
    stage.format(list(test))
    examples, told = _examples(stage, names, document, operations, f"{folder}/examples.json")
    return {wire: text} | test | examples, notes + told


def _fitted(stage: Stage, wire: str, document: Document, operations: Sequence[Operation]) -> tuple[Structs, str]:
    """The Structs for which the module has room, once it is formatted."""
    own = stage.text(wire)
    room = LONGEST - len(own.splitlines()) - 3
    if room < _LEAST:
        raise Failure(f"{wire} has no room for Structs", "begin with fewer nouns: a module has 300 lines at most")
    head = own.replace("from typing import ", "from typing import Any, Literal, ", 1)
    for _ in range(_TRIES):
        found = structs(document, operations, room, set(_NAME.findall(head)))
        stage.write({wire: f"{head}\n\n{found.code}"})
        stage.format([wire])
        text = stage.text(wire)
        excess = len(text.splitlines()) - LONGEST
        if excess <= 0:
            return found, text
        room -= excess + 1
    raise Failure(f"{wire} would have more than {LONGEST} lines", "ask for fewer operations")


def _examples(
    stage: Stage, names: Names, document: Document, operations: Sequence[Operation], path: str
) -> tuple[Files, list[str]]:
    """Those that fit their own document; in the place of others, and of none, one that is made of the schema."""
    notes: list[str] = []
    shown = {one.id: document.examples(one) for one in operations}
    for one, why in _misfits(stage, names, path, shown).items():
        notes.append(f"an example of {one} does not fit its own schema: {why}")
    made = {one.id: shown[one.id] or _made(document, one) for one in operations}
    for one, why in _misfits(stage, names, path, made).items():
        raise Failure(f"No answer of {one} can be made of its schema", why)
    return {path: stage.text(path)}, notes


def _misfits(stage: Stage, names: Names, path: str, examples: dict[str, list[Any]]) -> dict[str, str]:
    """Takes those out that do not fit, and says why. What is left lies in the stage."""
    stage.write({path: _json(examples)})
    found = stage.python(_CHECK.format(name=names.name)).splitlines()
    misfits: list[tuple[str, int, str]] = [msgspec.json.decode(line, type=tuple[str, int, str]) for line in found]
    places = {place for _, place, _ in misfits}
    place = 0
    for id, bodies in examples.items():
        examples[id] = [body for count, body in enumerate(bodies, place) if count not in places]
        place += len(bodies)
    if misfits:
        stage.write({path: _json(examples)})
    return {id: why for id, _, why in misfits}


def _made(document: Document, operation: Operation) -> list[Any]:
    try:
        return [sample(document, document.schema(operation))]
    except Endless:
        raise Failure(f"The schema of what {operation.id} answers has no end") from None


def _json(examples: Mapping[str, list[Any]]) -> str:
    return msgspec.json.format(msgspec.json.encode(examples), indent=2).decode() + "\n"


def _abroad(text: str, names: Sequence[str]) -> str:
    """An annotation as another module spells it."""
    return _NAME.sub(lambda found: f"wire.{found[0]}" if found[0] in names else found[0], text)
