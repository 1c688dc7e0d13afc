"""The folder of contracts, and reading one document of it."""

import os
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

Json: TypeAlias = Any  # JSON enters here: a contract's own text, and the bodies that are checked against it

PROJECT = Path(__file__).resolve().parents[2]
BESIDE_THE_PROJECT = PROJECT.parent / "shared" / "contracts"


def folder() -> Path:
    """Where the contracts lie: `CONTRACTS_DIR`, by default beside the project."""
    return Path(os.environ.get("CONTRACTS_DIR") or BESIDE_THE_PROJECT)


def text(file: str) -> str:
    """The text of one contract. Raises FileNotFoundError, naming `CONTRACTS_DIR`, when it is not there."""
    path = folder() / file
    if not path.is_file():
        raise FileNotFoundError(f"no contract {file} in {path.parent}: set CONTRACTS_DIR")
    return path.read_text(encoding="utf-8")


@cache
def names() -> tuple[str, ...]:
    """Every JSON contract in the folder, by name; empty when the folder is absent."""
    return tuple(sorted(path.stem for path in folder().glob("*.json")))


def pointer(document: Json, reference: str) -> Json:
    """What a JSON pointer fragment (`#/a/b`, RFC 6901) names. Raises LookupError when that is nothing."""
    found = document
    for part in reference.removeprefix("#").split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        found = found[int(name)] if isinstance(found, list) else found[name]
    return found
