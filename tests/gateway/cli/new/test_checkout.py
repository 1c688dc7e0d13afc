"""The command for real, in a copy of this checkout: what it writes passes what `make lint test` runs."""

import sys
from pathlib import Path

from gateway.cli.generated import OPERATIONS, README, SCHEMA
from tests.gateway.cli.new.support import changed, committed, copied, finished, ran, shop, texts, well
from tests.house.project import BIN

NEW = ("connectors/acme", "connectors/shop", "tests/connectors/acme", "tests/connectors/shop")
REGISTRY = "connectors/domain/service.py"
ONE_NOUN = "test_one_noun_of_a_hundred_customers_costs_as_few_calls_as_its_service_allows"
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
    "tests/acceptance/test_staples.py",
    "tests/acceptance/test_nodes.py",
    f"tests/acceptance/test_dashboard.py::{ONE_NOUN}",
    "tests/house/test_repository.py",
)
# Every payment service is asked, the new one too, and answers.
MERGED = "tests/gateway/test_app.py::test_one_operation_reaches_the_store_and_the_imitations"
NOUNS = ("payments", "tickets", "deals", "issues", "posts")


def begun(folder: Path, vendor: Path) -> None:
    """Begins two services: one with every noun, the other with a document. A dry run changes nothing."""
    before = texts(copied(folder))
    committed(folder)
    arguments = ("new", "service", "acme", *(f"--noun={noun}" for noun in NOUNS))
    assert "Would write" in well(folder, "gateway", *arguments, "--dry-run")
    assert texts(folder) == before
    assert "├── connectors/acme\n" in well(folder, "gateway", *arguments)
    check_review(folder, {"connectors/acme/": (0, 0), "tests/connectors/acme/": (0, 0), REGISTRY: (1, 0)})
    operations = (f"--openapi={shop(vendor)}", "--operation=listCharges", "--operation=GET /charges/{id}")
    told = well(folder, "gateway", "new", "service", "shop", "--noun=payments", *operations)
    assert "1 Struct in connectors/shop/wire.py, for listCharges, GET /charges/{id}" in told
    assert "an example of GET /charges/{id} does not fit its own schema: Object missing required field `id`" in told
    check_review(folder, {**{f"{path}/": (0, 0) for path in NEW}, REGISTRY: (2, 0)})
    assert list((folder / ".tributary").iterdir()) == []


def check_review(folder: Path, by_hand: dict[str, tuple[int, int]]) -> None:
    """A folder, its tests and one line is all there is, beside what the code says of itself."""
    found = changed(folder)
    written = {path for path in found if path in {README, SCHEMA} or path.startswith(f"{OPERATIONS}/")}
    assert {path: lines for path, lines in found.items() if path not in written} == by_hand
    assert {README, SCHEMA, f"{OPERATIONS}/README.md"} <= written
    assert well(folder, "gateway", "generated") == ""


def linted(folder: Path) -> None:
    """Style, types and floors, as in `make lint`."""
    paths = (*NEW, REGISTRY)
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
