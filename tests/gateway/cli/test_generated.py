"""`tributary generated`: texts that the code has made, and that nobody keeps by hand."""

import re
import shutil
from pathlib import Path

import pytest

from gateway.cli import generated
from gateway.cli.failure import Failure
from gateway.cli.new.checkout import NEEDED
from gateway.settings import settings_table
from schema.build import build_schema
from tests.gateway.cli.test_commands import failed, run
from tests.house.project import ROOT

README = "README.md"
INDEX = "docs/operations/README.md"
EXAMPLE = "docs/operations/01-first-look.graphql"


@pytest.fixture
def checkout(bare: Path) -> Path:
    """What the command reads and writes, in a folder of its own around the working directory."""
    shutil.copy(ROOT / "pyproject.toml", bare)
    for path in NEEDED:
        (bare / path).parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (ROOT / path).is_dir() else shutil.copy
        copy(ROOT / path, bare / path)
    return bare


def damage(file: Path, pattern: str, put: str) -> str:
    """Replaces the first place that fits; what was there before."""
    before = file.read_text(encoding="utf-8")
    after = re.sub(pattern, put, before, count=1)
    assert after != before
    file.write_text(after, encoding="utf-8")
    return before


def test_a_checkout_whose_texts_are_what_its_code_says_is_left_alone(checkout: Path) -> None:
    assert run("generated").output == ""
    assert (checkout / README).read_bytes() == (ROOT / README).read_bytes()


def test_what_was_changed_is_written_anew_and_named(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (checkout / "schema/schema.graphql").write_text("type Query\n")
    before = {
        README: damage(checkout / README, r"\| `STRIPE_API_KEY` .*\n", ""),
        EXAMPLE: damage(checkout / EXAMPLE, r"STRIPE \d+", "STRIPE 1, ACME 1"),
        INDEX: damage(checkout / INDEX, r"\| \d+ \| STORE", "| 7 | ACME 2, STORE"),
    }
    monkeypatch.chdir(checkout / "docs")
    assert run("generated").output.split() == [README, "schema/schema.graphql", EXAMPLE, INDEX]
    assert {path: (checkout / path).read_text(encoding="utf-8") for path in before} == before
    assert (checkout / "schema/schema.graphql").read_text() == build_schema().as_str() + "\n"
    assert settings_table() in before[README]


def test_an_example_that_says_nothing_of_its_costs_is_told_them(checkout: Path) -> None:
    damage(checkout / EXAMPLE, r"(# .*\n)+", "# Five customers.\n")
    assert run("generated").output.split() == [EXAMPLE]
    head = (checkout / EXAMPLE).read_text().partition("query")[0].splitlines()
    assert head[0] == "# Five customers."
    assert head[1].startswith("# Upstream calls, at most: STORE 2, STRIPE 5,")
    assert head[-1].endswith("Cost: 41.")


def test_what_cannot_be_written_is_told(checkout: Path) -> None:
    damage(checkout / EXAMPLE, "totalCount", "totalCountry")
    told = re.escape(f"✗ {checkout / EXAMPLE} cannot be executed:\n  ")
    assert re.match(rf"{told}\d+:5 Cannot query field 'totalCountry'", failed("generated"))
    damage(checkout / README, "<!-- settings -->", "")
    with pytest.raises(Failure, match=r"README\.md has no place for the table of settings any more"):
        next(generated.texts(checkout))
