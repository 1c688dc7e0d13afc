"""A copy of the checkout's packages, in which a new service is tried before the checkout itself is touched."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gateway.cli.failure import Failure
from gateway.cli.new.checkout import PACKAGES
from gateway.cli.new.templates import Files

_PYTHON = (sys.executable, "-B")  # with the working directory first of the places where it looks for modules
_GATEWAY = (*_PYTHON, "-m", "gateway")
_LINES = 12  # of what a failing step said


class Stage:
    """The folder of the copy. It lies inside the checkout, so that what is made there can be moved and not copied."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, files: Files) -> None:
        """Puts texts in their places."""
        for path, text in files.items():
            target = self.folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")

    def format(self, paths: list[str]) -> None:
        """As the linter wants it: imports sorted, what is not used left out, lines folded. Raises Failure."""
        if subprocess.run(_ruff("--version"), capture_output=True, check=False).returncode:  # noqa: S603 - ours
            raise Failure("ruff, which formats what is written, is not installed here", "`make lint` installs it")
        self.run(*_ruff("check", "--quiet", "--no-cache", "--fix-only", "--select", "I,F401", *paths))
        self.run(*_ruff("format", "--quiet", "--no-cache", *paths))

    def generate(self) -> list[str]:
        """Writes what the code says of itself anew (`make generated`): the paths of the texts that changed."""
        return self.run(*_GATEWAY, "generated").splitlines()

    def text(self, path: str) -> str:
        """What a file holds there."""
        return (self.folder / path).read_text(encoding="utf-8")

    def python(self, program: str) -> str:
        """What a program says that is given as a text. Raises Failure."""
        return self.run(*_PYTHON, "-c", program)

    def run(self, *command: str) -> str:
        """What a program says that runs with the code of the copy. Raises Failure with the end of what it said."""
        done = subprocess.run(  # noqa: S603 - our own programs
            command, cwd=self.folder, capture_output=True, text=True, encoding="utf-8", check=False
        )
        if done.returncode:
            said = (done.stdout + done.stderr).splitlines()[-_LINES:]
            raise Failure("What was to be written does not work; nothing was written:", *said)
        return done.stdout


@contextmanager
def staged(root: Path) -> Iterator[Stage]:
    """A copy, gone at the end."""
    home = root / ".tributary"
    home.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="new-", dir=home) as folder:
        copy = Path(folder)
        for package in PACKAGES:
            shutil.copytree(root / package, copy / package, ignore=shutil.ignore_patterns("__pycache__", "dist*"))
        beside = [str(file.relative_to(root)) for file in (root / "tests/connectors").glob("*.py")]
        shutil.copytree(root / "docs/operations", copy / "docs/operations")
        for file in ("pyproject.toml", "README.md", "tests/__init__.py", *beside):
            (copy / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / file, copy / file)
        yield Stage(copy)


def _ruff(*arguments: str) -> list[str]:
    return [*_PYTHON, "-m", "ruff", *arguments]
