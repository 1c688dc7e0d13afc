"""What holds for the files of the project, whatever is in them."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from tests.house.project import BIN, ROOT, files, pythons

LONGEST = 300  # lines
LONGEST_DECISION = 60
WRITTEN = {".py", ".js", ".jsx", ".css", ".html", ".md", ".toml", ".yml", ".yaml", ".graphql", ".json", ".lock", ""}
MACHINE_PATH = re.compile(r"(?<![\w.~}])/(work|root|tmp)/")
CHANGES = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
DECISIONS = sorted((ROOT / "docs/adr").glob("*.md"))
LICENSE_OF = "Apache License Version 2.0, January 2004 http://www.apache.org/licenses/"


def test_no_module_is_long() -> None:
    lengths = {path: len(path.read_text().splitlines()) for path in files() if path.suffix == ".py"}

    assert {_shown(path): length for path, length in lengths.items() if length > LONGEST} == {}
    assert ROOT / "gateway/__main__.py" in lengths


def test_nothing_but_a_test_names_a_path_of_some_machine() -> None:
    written = [path for path in files() if path.suffix in WRITTEN and not path.is_relative_to(ROOT / "tests")]

    assert [_shown(path) for path in written if MACHINE_PATH.search(path.read_text())] == []
    assert {ROOT / ".ci/run", ROOT / "Dockerfile", ROOT / "gateway/app.py"} <= set(written)


@pytest.mark.parametrize("text", ["in /tmp/x", 'open("/root/.cache")', "/work/main"])
def test_a_path_of_some_machine_is_recognised(text: str) -> None:
    assert MACHINE_PATH.search(text)


def test_the_license_is_the_one_that_is_declared() -> None:
    head = " ".join((ROOT / "LICENSE").read_text().split())

    assert head.startswith(LICENSE_OF)
    assert head.endswith("limitations under the License.")


def test_the_changelog_begins_with_what_is_unreleased() -> None:
    versions = _headings("##")

    assert versions[0] == "[Unreleased]"
    assert [text for text in versions[1:] if not re.fullmatch(r"\[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d", text)] == []


def test_the_changelog_knows_only_the_kinds_of_change_of_keep_a_changelog() -> None:
    assert set(_headings("###")) <= CHANGES
    assert _headings("###")


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = [int(path.name[:4]) for path in DECISIONS]

    assert numbers[0] == 1
    assert [(one, next_one) for one, next_one in pairwise(numbers) if next_one != one + 1] == []


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_has_its_number_and_title_and_fits_on_a_page(decision: Path) -> None:
    lines = decision.read_text().splitlines()

    assert re.fullmatch(r"\d{4}-[a-z0-9]+(-[a-z0-9]+)*\.md", decision.name)
    assert re.fullmatch(rf"# {decision.name[:4]}: \S.*", lines[0])
    assert len(lines) <= LONGEST_DECISION


def test_ci_runs_on_every_python_that_is_promised() -> None:
    matrix = re.search(r"^ +python: \[(.*)\]$", (ROOT / ".github/workflows/ci.yml").read_text(), flags=re.MULTILINE)

    assert matrix
    assert re.findall(r'"(.+?)"', matrix[1]) == pythons()


def test_every_tool_of_a_commit_is_among_the_project_s_own() -> None:
    tools = re.findall(r"^ +entry: \.venv/bin/(\S+)", (ROOT / ".pre-commit-config.yaml").read_text(), re.MULTILINE)

    assert set(tools) == {"ruff", "mypy", "lint-imports"}
    assert [tool for tool in tools if not (BIN / tool).exists()] == []


def _headings(level: str) -> list[str]:
    return re.findall(rf"^{level} (.+)$", (ROOT / "CHANGELOG.md").read_text(), flags=re.MULTILINE)


def _shown(path: Path) -> str:
    return str(path.relative_to(ROOT))
