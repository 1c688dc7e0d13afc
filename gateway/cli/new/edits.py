"""What a new service changes outside of its own folders: a few lines, each beside its siblings."""

import re
from collections.abc import Callable
from pathlib import Path

from gateway.cli.failure import Failure
from gateway.cli.new.names import Names
from gateway.cli.new.templates import Files

Edit = Callable[[str, Names], str | None]


def edited(root: Path, names: Names) -> Files:
    """The files that change, as they are afterwards. Raises Failure where one has not the place for it any more."""
    made: Files = {}
    for path, edit in _EDITS.items():
        text = edit((root / path).read_text(encoding="utf-8"), names)
        if text is None:
            raise Failure(f"{path} is not as this command knows it: there is no place for the line of a new service")
        made[path] = text
    return made


def _registry(text: str, names: Names) -> str | None:
    line = f"from connectors.{names.name}.service import {names.constant}\n"
    imported = _before(text, r"^from connectors\.vendor import Vendor\n", line)
    return imported and _before(imported, r"(?<=\n)\)\n", f"    {names.constant},\n", after="VENDORS: tuple")


def _layers(text: str, names: Names) -> str | None:
    return _before(text, r"connectors\.mongo\",$", f"connectors.{names.name} | ")


def _member(text: str, names: Names) -> str | None:
    line = f'    {names.constant} = "{names.name}"\n'
    return _before(text, r"\n*\Z", f"\n{line}".rstrip("\n"), after="class Service(StrEnum):")


def _linked(text: str, names: Names) -> str | None:
    code = f'{names.constant}_CUSTOMER = Code("{names.slots["prefix"]}_", BASE62, 14)\n'
    coded = _before(text, r"\n\n@dataclass", code)
    line = f"            ServiceLink(Service.{names.constant}, {names.constant}_CUSTOMER.encode(self.number)),\n"
    return coded and _before(coded, r"^        \)\n", line, after="def links(self)")


def _before(text: str, pattern: str, line: str, after: str = "") -> str | None:
    """With `line` put before the first place that fits, behind `after`; None where there is none."""
    start = text.find(after)
    found = re.compile(pattern, re.MULTILINE).search(text, start) if start >= 0 else None
    return f"{text[: found.start()]}{line}{text[found.start() :]}" if found else None


_EDITS: dict[str, Edit] = {
    "connectors/domain/service.py": _member,
    "connectors/registry.py": _registry,
    "connectors/seed/people.py": _linked,
    "pyproject.toml": _layers,
}
