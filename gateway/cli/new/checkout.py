"""The checkout that is worked on."""

import tomllib
from pathlib import Path

from gateway.cli.failure import Failure

PROJECT = "tributary-gateway"
PACKAGES = ("gateway", "schema", "connectors")
NEEDED = ("connectors/domain/service.py", "schema/schema.graphql", "docs/operations", "tests/connectors", "README.md")


def root(start: Path) -> Path:
    """The nearest folder from `start` upwards that is a checkout of this project. Raises Failure."""
    for folder in (start, *start.parents):
        if _name(folder) == PROJECT:
            missing = [name for name in NEEDED if not (folder / name).exists()]
            if missing:
                raise Failure(f"{folder} is no whole checkout: there is no {missing[0]}")
            return folder
    raise Failure(
        f"{start} is not in a checkout of {PROJECT}",
        "a service is code: clone the repository, `make test` there, and call this command from inside it",
    )


def _name(folder: Path) -> str | None:
    try:
        project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    name: object = project.get("project", {}).get("name")
    return name if isinstance(name, str) else None
