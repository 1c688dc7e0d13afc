"""What `pip install` would get."""

import subprocess
from pathlib import Path
from zipfile import ZipFile

import pytest

from gateway.web.graphiql import is_built
from tests.house.project import BIN, PACKAGES, ROOT, files, pyproject

INFO = f"tributary_gateway-{pyproject()['project']['version']}.dist-info"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    command = [str(BIN / "hatchling"), "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)  # noqa: S603 - ours
    (built,) = folder.glob("*.whl")
    return ZipFile(built)


def test_the_wheel_holds_the_three_packages_and_nothing_else(wheel: ZipFile) -> None:
    names = wheel.namelist()

    assert {name.split("/")[0] for name in names} == {*PACKAGES, INFO}
    assert [name for name in names if "__pycache__" in name or name.endswith(".pyc") or "/tests/" in name] == []


def test_every_module_of_the_packages_is_in_the_wheel(wheel: ZipFile) -> None:
    modules = {_name(path) for package in PACKAGES for path in files(ROOT / package) if path.suffix == ".py"}

    assert modules <= set(wheel.namelist())
    assert {f"{package}/__init__.py" for package in PACKAGES} <= modules


def test_what_a_new_service_is_made_of_travels_with_the_command(wheel: ZipFile) -> None:
    texts = {_name(path) for path in files(ROOT / "gateway/cli/new/templates")}

    assert "gateway/cli/new/templates/client.txt" in texts <= set(wheel.namelist())


def test_graphiql_travels_with_the_gateway_where_it_is_built(wheel: ZipFile) -> None:
    assert ("gateway/web/dist/index.html" in wheel.namelist()) == is_built()


def test_the_wheel_brings_the_command_and_the_license(wheel: ZipFile) -> None:
    assert "tributary = gateway.__main__:main" in wheel.read(f"{INFO}/entry_points.txt").decode()
    assert wheel.read(f"{INFO}/licenses/LICENSE") == (ROOT / "LICENSE").read_bytes()


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()
