"""The vendors' own documents: what is made of them passes ruff and mypy, and reads the answers that they show."""

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import pytest

from gateway.cli.new.openapi.document import Document
from gateway.cli.new.openapi.samples import sample
from gateway.cli.new.openapi.structs import Structs, structs
from tests.contracts import document as contracts
from tests.contracts.checked import require_contracts
from tests.house.project import ROOT

NAMES = ("stripe", "jira", "intercom", "paypal_reporting", "mastodon", "frankfurter_v2")
ROOM = 250
HEAD = '"""Made of a document."""\n\nfrom typing import Any, Literal\n\nimport msgspec\n\n\n'


def published(name: str) -> Document:
    require_contracts()
    return Document.read(contracts.folder() / f"{name}.json")


def made(name: str, folder: Path) -> tuple[Document, Structs, Path]:
    """The Structs of all that a document answers, as a module."""
    of = published(name)
    found = structs(of, list(of.operations()), ROOM)
    file = folder / f"of_{name}.py"
    file.write_text(HEAD + found.code)
    return of, found, file


def imported(file: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec
    assert spec.loader
    module = sys.modules[file.stem] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", NAMES)
def test_an_answer_of_every_operation_is_read(name: str, tmp_path: Path) -> None:
    of, found, file = made(name, tmp_path)
    module = imported(file)
    assert found.answers
    misfits = []
    for operation in of.operations():
        into: Any = eval(found.answers[operation.id], vars(module))  # noqa: S307 - what is made is code
        msgspec.convert(sample(of, of.schema(operation)), into)
        for example in of.examples(operation):
            try:
                msgspec.convert(example, into)
            except msgspec.ValidationError:
                misfits.append(operation.route)
    assert len(misfits) <= len(MISFITS.get(name, ()))
    assert set(misfits) <= MISFITS.get(name, set())


# Examples that their own document does not allow, as tests/contracts/test_vendors.py has it.
MISFITS = {
    "intercom": {"GET /contacts/{contact_id}", "GET /conversations/{conversation_id}"},
    "jira": {"POST /rest/api/3/issue/bulkfetch", "GET /rest/api/3/project/search"},
    "mastodon": {
        "GET /api/v1/accounts",
        "GET /api/v1/accounts/lookup",
        "GET /api/v1/accounts/{id}",
        "GET /api/v1/accounts/{id}/statuses",
        "GET /api/v1/statuses",
    },
}


def test_the_linter_and_the_types_have_nothing_to_say(tmp_path: Path) -> None:
    files = [str(made(name, tmp_path)[2]) for name in NAMES]
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    for command in (
        ["ruff", "format", "--quiet", "--no-cache"],
        ["ruff", "check", "--no-cache", "--quiet", "--fix-only", "--select", "I,F401"],
        ["ruff", "format", "--quiet", "--no-cache"],
        ["ruff", "check", "--no-cache", "--ignore", "INP001"],  # they are no package here
        ["mypy", "--strict", "--no-incremental", "--config-file", ""],
    ):
        done = subprocess.run(  # noqa: S603 - ours
            [sys.executable, "-m", *command, *files], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
    lengths = {file: len(Path(file).read_text().splitlines()) for file in files}
    assert max(lengths.values()) <= ROOM + 30, lengths
