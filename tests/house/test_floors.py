"""The contracts of import-linter bite: what each forbids is put into a copy of the packages, and is found."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.house.project import BIN, PACKAGES, ROOT, pyproject

CONTRACTS = [one["name"] for one in pyproject()["tool"]["importlinter"]["contracts"]]
ALONE = "A vendor stands alone, and so does the store"
NAMED = "Only its own folder names a vendor"
DRIVER = "MongoDB's driver is known in one place"
FORBIDDEN = [  # contract, who imports, what
    ("One direction: gateway, schema, connectors", "connectors.sandbox_server", "schema.money"),
    ("The floors of the schema", "schema.scalars", "schema.money"),
    ("The floors of the connectors", "connectors.domain.money", "connectors.transport.quota"),
    ("The floors of the connectors", "connectors.api", "connectors.vendor"),
    ("The floors of the connectors", "connectors.connection", "connectors.sources"),
    (ALONE, "connectors.new.client", "connectors.jira.wire"),  # of which no contract says a word
    (ALONE, "connectors.jira.wire", "connectors.new.client"),
    (ALONE, "connectors.stripe.client", "connectors.paypal.wire"),
    (ALONE, "connectors.github.client", "connectors.mongo.text"),
    (ALONE, "connectors.mongo.text", "connectors.slack.wire"),
    (ALONE, "connectors.zendesk.client", "connectors.registry"),
    (ALONE, "connectors.hubspot.client", "connectors.sources"),
    (ALONE, "connectors.intercom.client", "connectors.connection"),
    (ALONE, "connectors.pagerduty.client", "connectors.sandbox_server"),
    (ALONE, "connectors.bluesky.client", "connectors.faults.fault"),
    (ALONE, "connectors.vendor", "connectors.mastodon.service"),
    (ALONE, "connectors.api", "connectors.mastodon.wire"),
    (ALONE, "connectors.transport.quota", "connectors.frankfurter.wire"),
    (ALONE, "connectors.domain.money", "connectors.open_meteo.wire"),
    (ALONE, "connectors.registry", "connectors.stripe.service"),
    (NAMED, "gateway.app", "connectors.stripe.client"),
    (NAMED, "schema.money", "connectors.new.client"),
    ("The gateway serves any schema: only what composes it knows ours", "gateway.http.csrf", "schema.money"),
    ("Strawberry stays out of the loaders and below", "connectors.fan_out", "strawberry"),
    ("Only connectors speak HTTP to others", "schema.money", "httpx"),
    (DRIVER, "connectors.stripe.client", "motor"),
    (DRIVER, "connectors.treatment", "pymongo"),
    (DRIVER, "schema.money", "bson"),
]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the linter says of each contract when all of that is done at once."""
    folder = tmp_path_factory.mktemp("floors")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__", "dist*"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    (folder / "connectors/new").mkdir()
    (folder / "connectors/new/__init__.py").touch()
    for _, importer, imported in FORBIDDEN:
        with (folder / f"{importer.replace('.', '/')}.py").open("a") as file:
            file.write(f"\nimport {imported}\n")
    said = linted(folder)
    assert said.returncode == 1, said.stdout + said.stderr
    _, *parts = re.split(rf"^({'|'.join(map(re.escape, CONTRACTS))})\n-+\n", said.stdout, flags=re.MULTILINE)
    return dict(zip(parts[::2], parts[1::2], strict=True))


def linted(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - ours
        [str(BIN / "lint-imports"), "--no-cache", "--no-logo"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_contract_is_tried() -> None:
    assert {contract for contract, _, _ in FORBIDDEN} == set(CONTRACTS)


@pytest.mark.parametrize(("contract", "importer", "imported"), FORBIDDEN, ids=lambda one: one.partition(" ")[0])
def test_what_a_contract_forbids_is_found(told: dict[str, str], contract: str, importer: str, imported: str) -> None:
    assert re.search(rf"{re.escape(f'{importer} -> {imported}')} \(l\.\d+\)", told[contract])
