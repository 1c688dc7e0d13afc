"""The files of a new service, from the texts in `templates`: common parts, and a part for each noun.

A text with parts has lines like `# --- imports`; `$name` and its like are filled in.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from string import Template

from gateway.cli.new.names import Names
from gateway.cli.new.nouns import Noun, prose

FOLDER = Path(__file__).parent / "templates"
_PART = re.compile(r"^# --- (\w+)\n", re.MULTILINE)

Files = dict[str, str]
Parts = Mapping[str, str]


def package(names: Names, nouns: Sequence[Noun]) -> Files:
    """`connectors/<name>`, by path."""
    slots = names.slots | {"things": prose(nouns)}
    folder = f"connectors/{names.name}"
    return {
        f"{folder}/__init__.py": filled("init", slots),
        f"{folder}/client.py": _client(slots, nouns),
        f"{folder}/sandbox.py": _sandbox(slots, nouns),
        f"{folder}/sandbox_query.py": filled("sandbox_query", slots),
        f"{folder}/service.py": filled("service", slots | {"reads": _reads(nouns)}),
        f"{folder}/wire.py": _joined(_parts("wire", slots), _of_nouns("wire", slots, nouns)),
    }


def tests(names: Names, nouns: Sequence[Noun]) -> Files:
    """`tests/connectors/<name>`, by path."""
    slots = names.slots | {"lists": ", ".join(f'"{noun.path}"' for noun in nouns)}
    folder = f"tests/connectors/{names.name}"
    made = {
        f"{folder}/__init__.py": "",
        f"{folder}/support.py": filled("checks/support", slots),
        f"{folder}/test_sandbox.py": filled("checks/sandbox", slots),
        f"{folder}/test_service.py": filled("checks/service", slots),
    }
    for noun in nouns:
        parts = _parts(f"nouns/{noun.offer}/test", slots)
        made[f"{folder}/test_{noun.method}.py"] = filled("checks/dated", slots | _dated(noun) | dict(parts))
        made[f"{folder}/{noun.record}.json"] = parts["record"]
    return made


def filled(template: str, slots: Mapping[str, str]) -> str:
    """One of the texts, with its slots filled in."""
    return Template((FOLDER / f"{template}.txt").read_text(encoding="utf-8")).substitute(slots)


def _dated(noun: Noun) -> dict[str, str]:
    return {
        "Things": noun.method.capitalize(),
        "Thing": noun.thing,
        "Asked": noun.asked,
        "Source": noun.role,
        "method": noun.method,
        "by_id": noun.by_id,
    }


def _reads(nouns: Sequence[Noun]) -> str:
    reads = [read for noun in nouns for read in noun.reads] + [("node", "Reading()")]
    return "\n".join(f'        "{read}": {reading},' for read, reading in reads)


def _client(slots: dict[str, str], nouns: Sequence[Noun]) -> str:
    path, body = nouns[0].ping
    roles = [f"a `{noun.role}`" for noun in nouns]
    roles = roles if len(roles) == 1 else [", ".join(roles[:-1]), roles[-1]]
    own = {
        "Roles": " and ".join(roles).capitalize().replace(*_lowered(nouns[0].role)),
        "Things": prose(nouns).capitalize(),
        "offers": ", ".join(f"{noun.offer}=self" for noun in nouns),
        "ping_path": path,
        "ping_body": body,
    }
    frame = _parts("client", slots | own)
    given = _of_nouns("client", slots, nouns)
    head = [frame["docstring"], frame["imports"], *_each(given, "imports")]
    constants = [frame["constants"], *_each(given, "constants")]
    return "".join([*head, *constants, frame["typevar"], frame["class"], *_each(given, "methods"), frame["end"]])


def _sandbox(slots: dict[str, str], nouns: Sequence[Noun]) -> str:
    given = _of_nouns("sandbox", slots, nouns)
    routes, kinds = ("".join(_each(given, name)).rstrip("\n") for name in ("routes", "kinds"))
    frame = _parts("sandbox", slots | {"routes": routes, "kinds": kinds})
    head = [frame["docstring"], frame["imports"], *_each(given, "imports")]
    constants = [frame["constants"], *_each(given, "constants")]
    rest = [frame["start"], *_each(given, "methods"), frame["end"], "\n\n", *_each(given, "body")]
    return "".join([*head, *constants, *rest])


def _joined(frame: Parts, given: Sequence[Parts]) -> str:
    head = [frame["docstring"], frame["imports"], *_each(given, "imports")]
    return "".join([*head, "\n", frame["body"], "\n\n", *(f"{body}\n\n" for body in _each(given, "body"))])


def _lowered(role: str) -> tuple[str, str]:
    return role.lower(), role


def _of_nouns(file: str, slots: Mapping[str, str], nouns: Iterable[Noun]) -> list[Parts]:
    return [_parts(f"nouns/{noun.offer}/{file}", slots) for noun in nouns]


def _each(given: Iterable[Parts], name: str) -> list[str]:
    return [parts[name] for parts in given if name in parts]


def _parts(template: str, slots: Mapping[str, str]) -> Parts:
    _, *pieces = _PART.split(filled(template, slots))
    return dict(zip(pieces[::2], pieces[1::2], strict=True))
