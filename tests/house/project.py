"""The project as files: what the tests of this folder read."""

import os
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
PACKAGES = ("gateway", "schema", "connectors")
_MADE = {"node_modules", "__pycache__", "dist", "build", "venv"}  # by tools, not by people
_HIDDEN_BUT_OURS = {".ci", ".github"}


def files(folder: Path = ROOT) -> Iterator[Path]:
    """Every file that people write, wherever it lies; needs no git."""
    for here, names, leaves in os.walk(folder):
        names[:] = [name for name in names if name not in _MADE and (name[0] != "." or name in _HIDDEN_BUT_OURS)]
        yield from (Path(here, leaf) for leaf in leaves)


@cache
def pyproject() -> dict[str, Any]:
    """https://packaging.python.org/en/latest/specifications/pyproject-toml/."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def group(name: str) -> list[Requirement]:
    """A dependency group with the groups that it includes: https://peps.python.org/pep-0735/."""
    return [
        requirement
        for entry in pyproject()["dependency-groups"][name]
        for requirement in (group(entry["include-group"]) if isinstance(entry, dict) else [Requirement(entry)])
    ]


def extra(name: str) -> list[Requirement]:
    """An optional dependency's requirements."""
    return [Requirement(text) for text in pyproject()["project"]["optional-dependencies"][name]]


def runtime() -> list[Requirement]:
    """What the package itself asks for."""
    return [Requirement(text) for text in pyproject()["project"]["dependencies"]]


def declared() -> set[NormalizedName]:
    """The name of everything that pyproject.toml asks for, anywhere."""
    project = pyproject()
    extras = [one for name in project["project"]["optional-dependencies"] for one in extra(name)]
    groups = [one for name in project["dependency-groups"] for one in group(name)]
    return {canonicalize_name(one.name) for one in [*runtime(), *extras, *groups]}


def pins(lock: Path) -> dict[NormalizedName, tuple[str, int]]:
    """The version of each package that a lock file names, and how many hashes it gives."""
    entries = re.split(r"^(?=[a-z0-9])", lock.read_text(), flags=re.MULTILINE | re.IGNORECASE)
    found: dict[NormalizedName, tuple[str, int]] = {}
    for entry in filter(None, entries):
        name, version = re.match(r"([\w.-]+)==([\w.!+-]+)", entry).groups()  # type: ignore[union-attr]  # else it is no pin: fail
        found[canonicalize_name(name)] = version, len(re.findall(r"--hash=sha256:[0-9a-f]{64}\b", entry))
    return found


def pythons() -> list[str]:
    """The Pythons that the classifiers promise, like 3.11."""
    prefix = "Programming Language :: Python :: "
    return [text.removeprefix(prefix) for text in pyproject()["project"]["classifiers"] if text.startswith(prefix)]
