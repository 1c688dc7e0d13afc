"""`.ci/run`, with a make and an apt-get that only say what they were asked."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.house.project import ROOT

CLOSING = "===== 123 passed, 4 skipped in 56.78s ====="
NEEDED = ("bash", "dirname", "mktemp", "rm", "tee", "grep", "tail")
MAKE = """
case $1 in
  test) echo "{closing}"; exit {tests} ;;
  lint) echo "All checks passed!"; exit {lint} ;;
esac
"""


class Machine:
    """A folder with a checkout and with the only commands that there are."""

    def __init__(self, folder: Path) -> None:
        self.bin, self.checkout = folder / "bin", folder / "checkout"
        (self.checkout / ".ci").mkdir(parents=True)
        self.bin.mkdir()
        shutil.copy(ROOT / ".ci/run", self.checkout / ".ci")
        for name in NEEDED:
            (self.bin / name).symlink_to(shutil.which(name) or pytest.fail(f"{name} is not installed"))
        self.has("apt-get", 'echo "apt-get $*"')

    def has(self, name: str, script: str = "") -> None:
        """Puts a command there."""
        command = self.bin / name
        command.write_text(f"#!{self.bin / 'bash'}\n{script}\n")
        command.chmod(0o755)

    def makes(self, *, tests: int = 0, lint: int = 0, closing: str = CLOSING) -> None:
        """Sets how `make test` and `make lint` end."""
        self.has("make", MAKE.format(closing=closing, tests=tests, lint=lint))

    def run(self) -> tuple[int, list[str]]:
        """The exit status of `.ci/run`, called from elsewhere, and its lines."""
        temporary = self.checkout.parent / "temporary"
        temporary.mkdir()
        done = subprocess.run(  # noqa: S603 - ours
            [self.checkout / ".ci/run"],
            cwd=self.bin,
            env={"PATH": str(self.bin), "TMPDIR": str(temporary)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=30,
            check=False,
        )
        assert list(temporary.iterdir()) == []
        return done.returncode, done.stdout.splitlines()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """One that has all it needs."""
    machine = Machine(tmp_path)
    machine.has("chromium")
    machine.has("python3")
    machine.makes()
    return machine


def test_where_all_is_well_pytest_has_the_last_word_unchanged(machine: Machine) -> None:
    status, lines = machine.run()

    assert (status, lines[-1]) == (0, CLOSING)
    assert lines.count(CLOSING) == 2
    assert "All checks passed!" in lines


def test_failing_tests_fail_the_run_and_lint_is_still_told(machine: Machine) -> None:
    machine.makes(tests=2, closing="===== 1 failed, 122 passed in 9.01s (0:00:09) =====")

    status, lines = machine.run()

    assert status == 1
    assert {"== tests: FAILED (2) in 0 s", "== lint: passed in 0 s"} <= {_at_once(line) for line in lines}
    assert lines[-1] == "===== 1 failed, 122 passed in 9.01s (0:00:09) ====="


def test_failing_lint_fails_the_run(machine: Machine) -> None:
    machine.makes(lint=1)

    status, lines = machine.run()

    assert (status, lines[-1]) == (1, CLOSING)
    assert "== lint: FAILED (1) in 0 s" in map(_at_once, lines)


def test_a_run_without_any_tests_fails(machine: Machine) -> None:
    machine.makes(tests=2, closing="make: *** [Makefile:17: test] Error 2")

    status, lines = machine.run()

    assert status == 1
    assert _at_once(lines[-1]) == "== lint: passed in 0 s"


def test_nothing_is_installed_where_nothing_is_missing(machine: Machine) -> None:
    _, lines = machine.run()

    assert not any(line.startswith("apt-get") for line in lines)


def test_what_is_missing_is_installed_at_once(machine: Machine) -> None:
    (machine.bin / "chromium").unlink()
    machine.has("python3", "exit 1")

    _, lines = machine.run()

    assert [line for line in lines if line.startswith("apt-get")] == [
        "apt-get update --quiet",
        "apt-get install --quiet --yes --no-install-recommends chromium python3-venv",
    ]


def test_where_a_package_cannot_be_installed_nothing_else_is_tried(machine: Machine) -> None:
    (machine.bin / "chromium").unlink()
    machine.has("apt-get", "exit 100")

    status, lines = machine.run()

    assert (status, [_at_once(line) for line in lines]) == (100, ["== packages: FAILED (100) in 0 s"])


def _at_once(line: str) -> str:
    """The line, with however many seconds as none: a busy machine takes some."""
    head, found, _ = line.rpartition(" in ")
    return f"{head} in 0 s" if found and line.startswith("==") and line.endswith(" s") else line
