"""A Dockerfile, read: https://docs.docker.com/reference/dockerfile/."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Instruction:
    """`keyword` in capitals, `flags` without their dashes, and the rest with its continued lines joined."""

    keyword: str
    flags: dict[str, str]
    rest: str

    @property
    def words(self) -> list[str]:
        """The rest, split at blanks."""
        return self.rest.split()

    @property
    def command(self) -> list[str]:
        """What the exec form runs: the JSON array in which the rest ends. Raises ValueError where it has none."""
        listed: list[str] = json.loads(self.rest[self.rest.index("[") :])
        return listed


@dataclass(frozen=True, slots=True)
class Stage:
    """One FROM and what follows it, up to the next."""

    base: str
    name: str
    instructions: list[Instruction] = field(default_factory=list)

    def all(self, *keywords: str) -> list[Instruction]:
        """The instructions of these kinds, in the order of the file."""
        return [instruction for instruction in self.instructions if instruction.keyword in keywords]

    def last(self, keyword: str) -> Instruction:
        """The instruction of a kind that counts. Raises IndexError where there is none."""
        return self.all(keyword)[-1]


def read(file: Path) -> list[Stage]:
    """The stages, in the order of the file."""
    stages: list[Stage] = []
    for instruction in _instructions(file.read_text()):
        if instruction.keyword == "FROM":
            base, _, name = instruction.rest.partition(" AS ")
            stages.append(Stage(base, name))
        else:
            stages[-1].instructions.append(instruction)
    return stages


def _instructions(text: str) -> Iterator[Instruction]:
    lines = re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE)
    for line in filter(None, map(str.strip, re.sub(r"\\\n\s*", "", lines).splitlines())):
        keyword, rest = line.split(maxsplit=1)
        flags: dict[str, str] = {}
        while flag := re.match(r"--([\w-]+)=(\S+)\s+", rest):
            flags[flag[1]] = flag[2]
            rest = rest[flag.end() :]
        yield Instruction(keyword.upper(), flags, rest)
