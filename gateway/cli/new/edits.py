"""What a new service changes outside of its own folders: a few lines, each beside its siblings."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from gateway.cli.failure import Failure
from gateway.cli.new.names import Names
from gateway.cli.new.nouns import Noun, prose
from gateway.cli.new.templates import Files

Edit = Callable[[str, Names, Sequence[Noun]], str | None]


def edited(root: Path, names: Names, nouns: Sequence[Noun]) -> Files:
    """The files that change, as they are afterwards. Raises Failure where one has not the place for it any more."""
    made: Files = {}
    for path, edit in _EDITS.items():
        text = edit((root / path).read_text(encoding="utf-8"), names, nouns)
        if text is None:
            raise Failure(f"{path} is not as this command knows it: there is no place for the line of a new service")
        made[path] = text
    return made


def _registry(text: str, names: Names, _: Sequence[Noun]) -> str | None:
    line = f"from connectors.{names.name}.service import {names.constant}\n"
    imported = _before(text, r"^from connectors\.vendor import Vendor\n", line)
    return imported and _before(imported, r"(?<=\n)\)\n", f"    {names.constant},\n", after="VENDORS: tuple")


def _layers(text: str, names: Names, _: Sequence[Noun]) -> str | None:
    return _before(text, r"connectors\.mongo\",$", f"connectors.{names.name} | ")


def _member(text: str, names: Names, _: Sequence[Noun]) -> str | None:
    line = f'    {names.constant} = "{names.name}"\n'
    return _before(text, r"\n*\Z", f"\n{line}".rstrip("\n"), after="class Service(StrEnum):")


def _described(text: str, names: Names, nouns: Sequence[Noun]) -> str | None:
    line = f'    "{names.title}: {prose(nouns)}.",\n'
    return _before(text, r"^\)\n", line, after="described(\n    Service,")


def _reckoned(text: str, names: Names, nouns: Sequence[Noun]) -> str | None:
    reads = [read for noun in nouns for read in noun.reads] + [("node", "Reading()")]
    items = "".join(f'        "{read}": {reading},\n' for read, reading in reads)
    about = f"    # https://docs.{names.host}: lists filter by one customer at a time.\n"
    entry = f"{about}    Service.{names.constant}: {{\n{items}    }},\n"
    return _before(text, r"^\}\n", entry, after="_VENDORS: Final")


def _linked(text: str, names: Names, _: Sequence[Noun]) -> str | None:
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
    "schema/enums.py": _described,
    "schema/upstream.py": _reckoned,
}
