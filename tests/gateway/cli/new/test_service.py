"""What stops the command before it has written anything."""

import shutil
from pathlib import Path

import pytest

from gateway.cli.failure import Failure
from gateway.cli.new import checkout, edits, names, nouns
from tests.gateway.cli.new.support import shop
from tests.gateway.cli.test_commands import failed, run
from tests.house.project import ROOT

pytestmark = pytest.mark.usefixtures("bare")
PAYMENTS = ("--noun", "payments")


@pytest.fixture
def here(bare: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """In this checkout, somewhere below its root."""
    monkeypatch.chdir(ROOT / "connectors")
    return bare


def test_outside_of_a_checkout_nothing_can_be_begun(bare: Path) -> None:
    told = failed("new", "service", "acme", *PAYMENTS)
    assert told.startswith(f"✗ {bare} is not in a checkout of tributary-gateway\n  a service is code: clone")


def test_a_checkout_that_is_not_whole_says_what_is_missing(bare: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", bare)
    told = failed("new", "service", "acme", *PAYMENTS)
    assert told == f"✗ {bare} is no whole checkout: there is no connectors/domain/service.py\n"


def test_another_project_is_no_checkout(bare: Path) -> None:
    (bare / "pyproject.toml").write_text('[project]\nname = "other"\n')
    with pytest.raises(Failure, match="is not in a checkout"):
        checkout.root(bare)


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("stripe", "connectors/stripe exists already"),
        ("domain", "connectors/domain exists already"),
        ("vendor", "connectors/vendor.py exists already"),
        ("store", "store is a service already"),
        ("Acme", "'Acme' is no name for a service"),
        ("acme-pay", "'acme-pay' is no name for a service"),
        ("../acme", "'../acme' is no name for a service"),
        ("import", "'import' is no name for a service"),
        ("acme__pay", "'acme__pay' is no name for a service"),
        ("a" * 25, "is longer than 24 characters"),
        ("stripe_connect", "would have settings of another meaning: STRIPE_CONNECT_TIMEOUT"),
        ("tributary_pay", "would have settings of another meaning: TRIBUTARY_PAY_…"),
    ],
)
def test_a_name_that_is_none_or_taken_is_refused(name: str, told: str) -> None:
    assert told in failed("new", "service", name, *PAYMENTS)
    assert not (ROOT / "connectors/acme").exists()


@pytest.mark.usefixtures("here")
def test_an_unknown_noun_is_refused_with_the_known_ones() -> None:
    known = "\n  the nouns are payments, tickets, deals, issues, posts\n"
    assert failed("new", "service", "acme", "--noun", "widgets") == f"✗ widgets is no noun of the graph{known}"
    told = failed("new", "service", "acme", *PAYMENTS, "--noun", "weather")
    assert told == f"✗ weather is a noun of the graph of which no service can be begun by this command{known}"


@pytest.mark.usefixtures("here")
def test_wrong_usage_is_told() -> None:
    assert run("new", "service", "acme").exit_code == 2
    told = run("new", "service", "acme", *PAYMENTS, "--operation", "listCharges")
    assert (told.exit_code, "say which with --openapi" in told.stderr) == (2, True)


@pytest.mark.usefixtures("here")
def test_without_an_operation_those_of_the_document_are_listed(tmp_path: Path) -> None:
    told = run("new", "service", "acme", *PAYMENTS, "--openapi", str(shop(tmp_path)))
    assert told.exit_code == 0
    lines = [line.split() for line in told.stdout.splitlines()]
    assert lines == [
        ["listCharges", "GET", "/charges"],
        ["GET", "/charges/{id}", "GET", "/charges/{id}"],
        "Say which with --operation; nothing was written.".split(),
    ]
    assert not (ROOT / "connectors/acme").exists()


@pytest.mark.usefixtures("here")
def test_an_operation_that_is_not_there_is_told_with_what_was_meant(tmp_path: Path) -> None:
    document = str(shop(tmp_path))
    told = failed("new", "service", "acme", *PAYMENTS, "--openapi", document, "--operation", "listCharge")
    assert told == ("✗ The document has no operation listCharge that answers JSON\n  did you mean listCharges?\n")


def test_the_line_of_a_service_is_the_last_and_where_it_has_no_place_the_file_is_named(tmp_path: Path) -> None:
    registry = tmp_path / edits.REGISTRY
    registry.parent.mkdir(parents=True)
    shutil.copy(ROOT / edits.REGISTRY, registry)
    before = registry.read_text()
    assert edits.edited(tmp_path, names.Names("a_b2")) == {edits.REGISTRY: f'{before}    A_B2 = "a_b2"\n'}
    registry.write_text(f"{before}\n\nOTHERS = ()\n")
    with pytest.raises(Failure, match=r"connectors/domain/service\.py is not as this command knows it"):
        edits.edited(tmp_path, names.Names("acme"))


def test_nouns_that_one_protocol_has_are_one() -> None:
    assert [noun.offer for noun in nouns.chosen(["posts", "deals", "profiles", "contacts"])] == ["crm", "social"]


@pytest.mark.parametrize(
    ("name", "constant", "class_", "title", "host"),
    [("acme", "ACME", "Acme", "Acme", "acme.example"), ("a_b2", "A_B2", "AB2", "A B2", "a-b2.example")],
)
def test_a_name_is_spelled_as_each_place_wants_it(name: str, constant: str, class_: str, title: str, host: str) -> None:
    made = names.Names(name)
    assert (made.constant, made.class_, made.title, made.host) == (constant, class_, title, host)
