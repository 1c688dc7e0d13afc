"""What is declared, what is locked and what is explained are the same."""

import json
import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.project import ROOT, declared, extra, group, pins, runtime

REQUIREMENTS = ROOT / "requirements"
LOCKS = sorted(REQUIREMENTS.glob("*.lock"))
BROWSER = "## In the browser"
LOCKED = {
    "build": group("build"),
    "serve": runtime(),
    "run": [*runtime(), *extra("embedded"), *group("build")],
    "node": [*runtime(), *extra("node")],
    "develop": [*runtime(), *extra("embedded"), *group("dev")],
}
each_lock = pytest.mark.parametrize("lock", LOCKS, ids=[lock.stem for lock in LOCKS])


def test_every_python_dependency_is_explained_once_and_nothing_else_is() -> None:
    python, _ = _explained()

    assert sorted(map(canonicalize_name, python)) == sorted(declared())


def test_every_browser_dependency_is_explained_once_and_nothing_else_is() -> None:
    package = json.loads((ROOT / "web/package.json").read_text())
    _, browser = _explained()

    assert sorted(browser) == sorted(package["dependencies"] | package["devDependencies"])


def test_there_is_a_lock_for_each_way_to_install() -> None:
    assert {lock.stem for lock in LOCKS} == set(LOCKED)


@pytest.mark.parametrize(
    ("lock", "requirement"), [(name, requirement) for name, wanted in LOCKED.items() for requirement in wanted], ids=str
)
def test_a_lock_pins_what_is_declared_to_a_version_that_fits(lock: str, requirement: Requirement) -> None:
    version, _ = pins(REQUIREMENTS / f"{lock}.lock")[canonicalize_name(requirement.name)]

    assert version in requirement.specifier


@each_lock
def test_every_pin_has_its_hashes(lock: Path) -> None:
    assert [name for name, (_, hashes) in pins(lock).items() if not hashes] == []


@each_lock
def test_a_lock_names_no_host(lock: Path) -> None:
    assert re.findall(r".*(?:://|--(?:extra-)?index|--find-links|--trusted-host| @ ).*", lock.read_text()) == []


@each_lock
def test_locks_agree_on_versions(lock: Path) -> None:
    developed = pins(REQUIREMENTS / "develop.lock")
    ours = {name: pin for name, pin in pins(lock).items() if name in developed}

    assert ours.items() <= developed.items()
    assert ours


def test_npm_s_lock_has_hashes_and_names_no_host() -> None:
    lock = json.loads((ROOT / "web/package-lock.json").read_text())
    packages = {name: package for name, package in lock["packages"].items() if name}

    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert [name for name, package in packages.items() if not package["integrity"].startswith("sha512-")] == []


def _explained() -> tuple[list[str], list[str]]:
    """The names in the tables' first columns: Python's, and the browser's."""
    python, browser = (ROOT / "docs/dependencies.md").read_text().split(BROWSER)
    return _names(python), _names(browser)


def _names(text: str) -> list[str]:
    cells = re.findall(r"^\| ([^|]+?) \|", text, flags=re.MULTILINE)
    return [name for cell in cells if cell != "name" for name in cell.split(", ")]
