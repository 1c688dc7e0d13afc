"""A checkout of its own, in which the command may write."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import msgspec

from tests.house.project import ROOT, files

PATIENCE = 300  # seconds for a tool to end: the machine may be busy
SHOP = {
    "openapi": "3.0.3",
    "info": {"title": "Shop API"},
    "paths": {
        "/charges": {
            "get": {
                "operationId": "listCharges",
                "responses": {
                    "200": {
                        "content": {
                            "application/json": {
                                "schema": {"type": "array", "items": {"$ref": "#/components/schemas/Charge"}},
                                "example": [{"id": "c1", "amount": 5, "state": "paid", "parent": {"id": "c0"}}],
                            }
                        }
                    }
                },
            }
        },
        "/charges/{id}": {
            "get": {
                "responses": {
                    "default": {"description": "It went wrong."},
                    "200": {
                        "content": {
                            "application/json": {
                                "schema": {"$ref": "#/components/schemas/Charge"},
                                "examples": {"lacking": {"value": {"amount": 5}}, "elsewhere": {"externalValue": "x"}},
                            }
                        }
                    },
                },
            },
            "delete": {"responses": {"204": {"description": "It is gone."}}},
        },
    },
    "components": {
        "schemas": {
            "Charge": {
                "type": "object",
                "required": ["id"],
                "properties": {
                    "id": {"type": "string"},
                    "amount": {"type": "integer", "nullable": True},
                    "state": {"type": "string", "enum": ["paid", "open"]},
                    "parent": {"$ref": "#/components/schemas/Charge"},
                },
            }
        }
    },
}


def copied(folder: Path) -> Path:
    """The checkout as people write it, without what tools have made of it."""
    for file in files():
        if file.name in (".env", ".git"):  # the one may hold credentials, the other is no file of the project
            continue
        target = folder / file.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(file, target)
    return folder


def committed(folder: Path) -> None:
    """Puts a folder under git, all of it in one commit."""
    finished(folder, "git", "init", "--quiet")
    finished(folder, "git", "add", "--all")
    nobody = ("-c", "user.name=Nobody", "-c", "user.email=nobody@example.invalid", "-c", "commit.gpgsign=false")
    finished(folder, "git", *nobody, "commit", "--quiet", "--no-verify", "--message", "All there is")


def changed(folder: Path) -> dict[str, tuple[int, int]]:
    """What a review would show since then: files with how many lines they gained and lost, new folders with none."""
    files = [line.split("\t") for line in finished(folder, "git", "diff", "--numstat").splitlines()]
    status = finished(folder, "git", "status", "--porcelain").splitlines()
    new = {line.removeprefix("?? "): (0, 0) for line in status if line.startswith("?? ")}
    return new | {path: (int(gained), int(lost)) for gained, lost, path in files}


def ran(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """A command with the code of a checkout, to its end."""
    rest = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "TRIBUTARY_"))}
    return subprocess.run(  # noqa: S603 - ours
        command,
        cwd=folder,
        env=rest | {"PYTHONPATH": str(folder), "COLUMNS": "100"},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def finished(folder: Path, *command: str) -> str:
    """What it prints, where nothing is wrong."""
    done = ran(folder, *command)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def well(folder: Path, *arguments: str) -> str:
    """Likewise, of a Python module."""
    return finished(folder, sys.executable, "-m", *arguments)


def texts(folder: Path) -> dict[str, bytes]:
    """Every file that people write, by its path."""
    return {str(file.relative_to(folder)): file.read_bytes() for file in files(folder)}


def shop(folder: Path) -> Path:
    """The document of a small vendor, as a file."""
    file = folder / "shop.json"
    file.write_bytes(msgspec.json.encode(SHOP))
    return file
