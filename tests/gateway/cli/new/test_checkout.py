"""The command for real, in a copy of this checkout: what it writes passes what `make lint test` runs."""

import sys
from pathlib import Path

import pytest

from tests.gateway.cli.new.support import copied, finished, ran, shop, texts, well
from tests.house.project import BIN

NEW = ("connectors/acme", "tests/connectors/acme")
EDITED = {
    "README.md",
    "connectors/domain/service.py",
    "connectors/registry.py",
    "connectors/seed/people.py",
    "pyproject.toml",
    "schema/enums.py",
    "schema/schema.graphql",
    "schema/upstream.py",
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
NOUNS = ("--noun", "payments", "--noun", "posts")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With a service that the command has begun."""
    folder = tmp_path_factory.mktemp("checkout")
    before = texts(copied(folder))
    document = str(shop(tmp_path_factory.mktemp("vendor")))
    arguments = ("new", "service", "acme", *NOUNS, "--openapi", document, "--operation", "listCharges")
    told = well(folder, "gateway", *arguments, "--dry-run")
    assert "Would write" in told
    assert texts(folder) == before
    told = well(folder, "gateway", *arguments)
    assert "├── connectors/acme\n" in told
    assert "1 Struct in connectors/acme/wire.py, for listCharges" in told
    after = texts(folder)
    assert {path for path in before if after[path] != before[path]} == EDITED
    assert {path.rpartition("/")[0] for path in after.keys() - before.keys()} == set(NEW)
    return folder


def test_the_linter_has_nothing_to_say(checkout: Path) -> None:
    paths = (*NEW, *(path for path in EDITED if path.endswith(".py")))
    well(checkout, "ruff", "check", "--no-cache", *paths)
    well(checkout, "ruff", "format", "--no-cache", "--check", *paths)


def test_the_types_fit(checkout: Path) -> None:
    well(checkout, "mypy", "-p", "connectors.acme", "-p", "tests.connectors.acme", "-m", "connectors.registry")


def test_the_floors_hold(checkout: Path) -> None:
    finished(checkout, str(BIN / "lint-imports"), "--no-cache")


def test_its_own_tests_and_those_around_it_pass(checkout: Path) -> None:
    told = well(checkout, "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", NEW[1], *AROUND, MERGED)
    assert "failed" not in told


def test_nothing_is_left_in_the_checkout_but_what_was_told(checkout: Path) -> None:
    assert list((checkout / ".tributary").iterdir()) == []


def test_the_same_name_is_refused_the_second_time(checkout: Path) -> None:
    before = texts(checkout)
    done = ran(checkout, sys.executable, "-m", "gateway", "new", "service", "acme", "--noun", "payments")
    assert (done.returncode, done.stderr) == (1, "✗ connectors/acme exists already\n")
    assert texts(checkout) == before
