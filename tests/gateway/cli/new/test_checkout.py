"""The command for real, in a copy of this checkout: what it writes passes what `make lint test` runs."""

import sys
from pathlib import Path

from tests.gateway.cli.new.support import copied, finished, ran, shop, texts, well
from tests.house.project import BIN

NEW = ("connectors/acme", "connectors/shop", "tests/connectors/acme", "tests/connectors/shop")
EDITED = {
    "README.md",
    "connectors/domain/service.py",
    "connectors/registry.py",
    "connectors/seed/people.py",
    "pyproject.toml",
    "schema/schema.graphql",
}
# What holds the registry, the settings, the snapshots and the graph together.
AROUND = (
    "tests/connectors/test_registry.py",
    "tests/connectors/test_sources.py",
    "tests/connectors/seed/test_people.py",
    "tests/schema/test_public_graph.py",
    "tests/schema/test_upstream.py",
    "tests/schema/test_services.py",
    "tests/gateway/test_settings.py",
    "tests/gateway/test_tariff.py",
    "tests/house/test_repository.py",
)
# Every payment service is asked, the new one too, and answers.
MERGED = "tests/gateway/test_app.py::test_one_operation_reaches_the_store_and_the_imitations"
NOUNS = ("payments", "tickets", "deals", "issues", "posts")


def begun(folder: Path, vendor: Path) -> None:
    """Begins two services: one with every noun, the other with a document. A dry run changes nothing."""
    before = texts(copied(folder))
    arguments = ("new", "service", "acme", *(f"--noun={noun}" for noun in NOUNS))
    assert "Would write" in well(folder, "gateway", *arguments, "--dry-run")
    assert texts(folder) == before
    assert "├── connectors/acme\n" in well(folder, "gateway", *arguments)
    operations = (f"--openapi={shop(vendor)}", "--operation=listCharges", "--operation=GET /charges/{id}")
    told = well(folder, "gateway", "new", "service", "shop", "--noun=payments", *operations)
    assert "1 Struct in connectors/shop/wire.py, for listCharges, GET /charges/{id}" in told
    assert "an example of GET /charges/{id} does not fit its own schema: Object missing required field `id`" in told
    after = texts(folder)
    assert {path for path in before if after[path] != before[path]} == EDITED
    assert {path.rpartition("/")[0] for path in after.keys() - before.keys()} == set(NEW)
    assert list((folder / ".tributary").iterdir()) == []


def linted(folder: Path) -> None:
    """Style, types and floors, as in `make lint`."""
    paths = (*NEW, *(path for path in EDITED if path.endswith(".py")))
    well(folder, "ruff", "check", "--no-cache", *paths)
    well(folder, "ruff", "format", "--no-cache", "--check", *paths)
    packages = (path.replace("/", ".") for path in NEW)
    well(folder, "mypy", *(f"--package={package}" for package in packages), "--module=connectors.registry")
    finished(folder, str(BIN / "lint-imports"), "--no-cache")


def test_what_is_begun_passes_the_linters_and_the_tests_at_once(tmp_path: Path) -> None:
    """One test, so that workers do not each make a checkout."""
    folder, vendor = tmp_path / "checkout", tmp_path / "vendor"
    vendor.mkdir()
    begun(folder, vendor)
    linted(folder)
    well(folder, "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", *NEW[2:], *AROUND, MERGED)
    before = texts(folder)
    done = ran(folder, sys.executable, "-m", "gateway", "new", "service", "acme", "--noun", "payments")
    assert (done.returncode, done.stderr) == (1, "✗ connectors/acme exists already\n")
    assert texts(folder) == before
