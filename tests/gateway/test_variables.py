"""The variables that this process knows."""

import pytest

from connectors.domain.service import Service
from connectors.faults.text import parse
from gateway import variables
from gateway.environment import Setting
from gateway.variables import Run

ALL = (
    variables.STORE,
    variables.SANDBOX,
    variables.LIVE,
    variables.FAULTS,
    variables.LOG_LEVEL,
    variables.DATA_DIR,
    variables.MODE,
    variables.customers(200, 1000),
    variables.base_url("stripe", "https://api.stripe.com"),
)


@pytest.mark.parametrize("text", ["mongodb://localhost", "mongodb+srv://u:p@cluster.example/db?retryWrites=true"])
def test_a_store_is_a_mongodb_address(text: str) -> None:
    assert variables.STORE.fits(text)


@pytest.mark.parametrize(
    "text", ["mongo://localhost", "http://localhost", "mongodb:/localhost", "mongodb://", "localhost"]
)
def test_any_other_address_is_no_store(text: str) -> None:
    assert not variables.STORE.fits(text)


@pytest.mark.parametrize("text", ["stripe", "stripe, open-meteo ,GITHUB", ""])
def test_services_are_named_with_commas_between_them(text: str) -> None:
    assert variables.SANDBOX.fits(text)
    assert not variables.SANDBOX.fits(f"{text};")


def test_an_example_of_faults_is_one_that_can_be_read() -> None:
    assert len(parse(variables.FAULTS.looks_like, list(Service))) == 3


def test_a_level_is_named_in_any_case() -> None:
    assert all(
        variables.LOG_LEVEL.fits(name) and variables.LOG_LEVEL.fits(name.upper()) for name in variables.LOG_LEVELS
    )
    assert not variables.LOG_LEVEL.fits("critical")


def test_a_mode_is_dev_or_serve() -> None:
    assert [text for text in ("dev", "serve", "DEV", "test", "") if variables.MODE.fits(text)] == [Run.DEV, Run.SERVE]


@pytest.mark.parametrize(
    ("text", "fits"), [("1", True), ("1000", True), ("0", False), ("1001", False), ("many", False)]
)
def test_the_number_of_customers_has_bounds(text: str, *, fits: bool) -> None:
    assert bool(variables.customers(200, 1000).fits(text)) is fits


@pytest.mark.parametrize("setting", ALL, ids=lambda setting: setting.name)
def test_a_default_that_could_be_written_down_is_well_formed(setting: Setting) -> None:
    described = setting.name == "MONGODB_URI"  # its default is a server and not a value
    assert described or not setting.default or setting.fits(setting.default)
    assert setting.about
    assert setting.looks_like


def test_only_what_holds_credentials_is_secret() -> None:
    assert [setting.name for setting in ALL if setting.secret] == ["MONGODB_URI"]


def test_a_bar_in_a_text_does_not_end_its_cell() -> None:
    setting = Setting(name="X", about="this | that", looks_like="a|b", fits=bool)
    assert variables.markdown([setting]).splitlines()[2] == r"| `X` | this \| that | a\|b |  |  |"
