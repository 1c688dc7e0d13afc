"""Environment -> settings: who answers for a service, and what is said of every mistake."""

import dataclasses
import os
import re
from pathlib import Path

import pytest

from connectors.connection import Access, Mode
from connectors.domain.service import Service
from connectors.faults.fault import Fault
from connectors.registry import VENDORS as REAL
from gateway.limits import LIMITS
from gateway.settings import Settings, SettingsError, declared, hand_down, load, settings_table
from gateway.variables import Run
from tests.gateway.support import DESK, DESK_GIVEN, KEY, VENDORS

pytestmark = pytest.mark.usefixtures("bare")
ROOT = Path(__file__).parents[2]
URI = "mongodb://robin:p%40ss@one:27017,two:27017/tributary"


def given(run: Run = Run.DEV, /, **environment: str) -> Settings:
    os.environ.update(environment)
    return load(run, VENDORS)


def served(**environment: str) -> Settings:
    return given(Run.SERVE, MONGODB_URI=URI, **environment)


def mistakes(run: Run = Run.DEV, /, **environment: str) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as refused:
        given(run, **environment)
    return refused.value.mistakes


def modes(read: Settings) -> dict[str, str]:
    return {service.value: access.mode.value for service, access in read.access.items()}


def test_with_nothing_given_dev_imitates_every_service_and_has_a_store_of_its_own() -> None:
    read = given()
    assert modes(read) == {"stripe": "imitated", "zendesk": "imitated", "frankfurter": "imitated"}
    assert read.mongodb_uri is None
    assert (read.sandbox_customers, read.log_level, read.data_dir) == (200, "info", Path(".tributary"))
    assert read.warnings == ()


def test_with_a_store_alone_serve_imitates_nothing_and_asks_the_keyless_for_real() -> None:
    assert modes(served()) == {"stripe": "off", "zendesk": "off", "frankfurter": "live"}


def test_the_credentials_of_a_service_make_it_live() -> None:
    read = given(STRIPE_API_KEY=KEY, **DESK_GIVEN)
    assert read.access[Service.STRIPE] == Access(
        mode=Mode.LIVE, base_url="https://api.stripe.com", credentials={"STRIPE_API_KEY": KEY}
    )
    assert read.access[Service.ZENDESK].base_url == "https://acme.zendesk.com"
    assert read.access[Service.ZENDESK].credentials == DESK_GIVEN


def test_the_sandbox_goes_before_credentials_also_in_serve() -> None:
    read = served(STRIPE_API_KEY=KEY, TRIBUTARY_SANDBOX="stripe, Frankfurter")
    assert modes(read) == {"stripe": "imitated", "zendesk": "off", "frankfurter": "imitated"}
    assert read.sandbox == {Service.STRIPE, Service.FRANKFURTER}
    assert read.access[Service.STRIPE].credentials == {"STRIPE_API_KEY": "sk_test_imitation"}


def test_an_address_goes_before_the_sandbox_and_needs_no_credentials() -> None:
    read = given(STRIPE_BASE_URL="http://127.0.0.1:8001/stripe/", TRIBUTARY_SANDBOX="stripe")
    access = read.access[Service.STRIPE]
    assert (access.mode, access.base_url) == (Mode.LIVE, "http://127.0.0.1:8001/stripe")
    assert access.credentials == {"STRIPE_API_KEY": "sk_test_imitation"}
    assert read.warnings == ("STRIPE_BASE_URL goes before TRIBUTARY_SANDBOX: stripe is not imitated",)


def test_an_address_keeps_the_credentials_that_are_given() -> None:
    read = given(ZENDESK_BASE_URL="https://desk.example", ZENDESK_API_TOKEN="s3cr3tT0ken")
    credentials = read.access[Service.ZENDESK].credentials
    assert credentials["ZENDESK_API_TOKEN"] == "s3cr3tT0ken"
    assert credentials["ZENDESK_SUBDOMAIN"] == "imitation"


def test_credentials_in_the_clear_are_warned_of_except_on_this_machine() -> None:
    read = given(STRIPE_API_KEY=KEY, STRIPE_BASE_URL="http://proxy.example")
    assert read.warnings == ("STRIPE_BASE_URL is not https: the credentials of stripe travel in the clear",)
    assert given(STRIPE_BASE_URL="http://localhost:9").warnings == ()


def test_dev_asks_a_keyless_service_for_real_when_told_to() -> None:
    read = given(TRIBUTARY_LIVE="frankfurter")
    assert modes(read)["frankfurter"] == "live"
    assert read.live == {Service.FRANKFURTER}


def test_a_timeout_is_a_service_s_own() -> None:
    read = given(STRIPE_TIMEOUT="2.5")
    assert read.access[Service.STRIPE].timeout == 2.5
    assert read.access[Service.ZENDESK].timeout == 10


def test_faults_are_those_of_imitations_and_are_warned_of() -> None:
    read = given(TRIBUTARY_FAULTS="stripe:latency=2s;zendesk:status=429,retry-after=7,rate=0.3")
    assert read.access[Service.STRIPE].fault == Fault(latency=2.0)
    assert read.access[Service.FRANKFURTER].fault is None
    assert read.warnings == (
        "TRIBUTARY_FAULTS is set: the imitation of stripe fails by latency=2s",
        "TRIBUTARY_FAULTS is set: the imitation of zendesk fails by status=429,retry-after=7,rate=0.3",
    )


def test_what_is_not_imitated_has_no_faults() -> None:
    read = given(TRIBUTARY_FAULTS="stripe:reset;frankfurter:hang", STRIPE_API_KEY=KEY)
    assert read.access[Service.STRIPE].fault is None
    assert set(read.faults) == {Service.STRIPE, Service.FRANKFURTER}, "`tributary sandbox` imitates all of them"
    assert read.warnings[0] == "TRIBUTARY_FAULTS changes nothing of stripe, which is not imitated"


def test_without_faults_there_are_none() -> None:
    assert given().faults == {}


def test_every_mistake_in_the_faults_is_named() -> None:
    assert mistakes(TRIBUTARY_FAULTS="strip:reset;zendesk:rate=2,hang") == (
        "TRIBUTARY_FAULTS: strip is no service: did you mean stripe?",
        "TRIBUTARY_FAULTS: zendesk: rate should look like a number from 0 to 1",
    )


def test_every_mistake_is_named_at_once_and_no_value_is_shown() -> None:
    told = mistakes(
        Run.SERVE,
        STRIPE_API_KEY="hunter2-is-my-key",
        ZENDESK_SUBDOMAIN="acme",
        TRIBUTARY_SANDBOX="strip",
        TRIBUTARY_LIVE="stripe",
        FRANKFURTER_BASE_URL="http://robin:hunter2@rates.example",
        STRIPE_TIMEOUT="0",
        TRIBUTARY_SANDBOX_CUSTOMERS="100001",
        TRIBUTARY_LOG_LEVEL="loud",
        MONGODB_URI="postgres://robin:hunter2@host",
    )
    assert set(told) == {
        "MONGODB_URI should look like mongodb://user:password@host:27017/tributary or mongodb+srv://…",
        "STRIPE_API_KEY should look like sk_live_… or rk_live_…",
        "STRIPE_TIMEOUT should look like a number from 0.1 to 120",
        "ZENDESK_EMAIL is missing, while ZENDESK_SUBDOMAIN is given: like ZENDESK_EMAIL",
        "ZENDESK_API_TOKEN is missing, while ZENDESK_SUBDOMAIN is given: like ZENDESK_API_TOKEN",
        "FRANKFURTER_BASE_URL should look like http(s)://host[:port][/path]",
        "TRIBUTARY_SANDBOX names strip, which is no service: did you mean stripe?",
        "TRIBUTARY_LIVE names stripe, which is live once STRIPE_API_KEY is given",
        "TRIBUTARY_SANDBOX_CUSTOMERS should look like a whole number from 1 to 100000",
        "TRIBUTARY_LOG_LEVEL should look like debug, info, warning or error",
    }
    assert not any("hunter2" in line for line in told)


def test_the_error_shows_no_value_however_it_is_printed() -> None:
    os.environ["STRIPE_API_KEY"] = "hunter2"
    with pytest.raises(SettingsError) as refused:
        load(Run.DEV, VENDORS)
    chain = [refused.value, refused.value.__cause__, refused.value.__context__]
    assert not any("hunter2" in repr(error) or "hunter2" in str(error) for error in chain)


def test_a_variable_that_is_wrong_is_not_also_missing() -> None:
    told = mistakes(ZENDESK_SUBDOMAIN="not a subdomain")
    assert told[0] == "ZENDESK_SUBDOMAIN should look like like ZENDESK_SUBDOMAIN"
    assert [line.split()[0] for line in told[1:]] == ["ZENDESK_EMAIL", "ZENDESK_API_TOKEN"]


@pytest.mark.parametrize("how", [{"TRIBUTARY_SANDBOX": "zendesk"}, {"ZENDESK_BASE_URL": "http://localhost"}])
def test_half_configured_is_no_mistake_where_it_does_not_matter(how: dict[str, str]) -> None:
    assert given(ZENDESK_SUBDOMAIN="acme", **how).access[Service.ZENDESK].mode is not Mode.OFF


def test_a_service_that_resembles_none_is_answered_with_all_there_are() -> None:
    assert mistakes(TRIBUTARY_SANDBOX="qqq") == (
        "TRIBUTARY_SANDBOX names qqq, which is no service: expected some of stripe, zendesk, frankfurter",
    )


def test_serve_requires_a_store() -> None:
    assert mistakes(Run.SERVE) == (
        "MONGODB_URI is required: mongodb://user:password@host:27017/tributary or mongodb+srv://…",
    )


def test_a_file_that_cannot_be_read_is_a_mistake() -> None:
    Path(".env").write_bytes(b"A=\xff")
    assert mistakes() == (".env should be a readable text in UTF-8",)


def test_a_misspelt_variable_is_warned_of_wherever_it_stands() -> None:
    Path(".env").write_text("TRIBUTARY_SANDBX=stripe\n")
    assert given(TRIBUTARY_COLOUR="red").warnings == (
        "TRIBUTARY_COLOUR is no setting",
        "TRIBUTARY_SANDBX is no setting: did you mean TRIBUTARY_SANDBOX?",
    )


def test_the_mode_comes_from_the_environment_where_no_command_gives_it() -> None:
    os.environ["TRIBUTARY_MODE"] = "dev"
    assert load(vendors=VENDORS).run is Run.DEV
    os.environ.update(TRIBUTARY_MODE="", MONGODB_URI=URI)
    assert load(vendors=VENDORS).run is Run.SERVE


def test_what_is_handed_down_is_what_another_process_reads() -> None:
    Path(".env").write_text("MONGODB_URI=mongodb://other\n")
    hand_down(Run.DEV, "mongodb://127.0.0.1:1/")
    read = load(vendors=VENDORS)
    assert read.run is Run.DEV
    assert read.mongodb_uri is not None
    assert read.mongodb_uri.get_secret_value() == "mongodb://127.0.0.1:1/"


def test_without_an_address_to_hand_down_the_store_stays_what_it_was() -> None:
    os.environ["MONGODB_URI"] = URI
    hand_down(Run.SERVE)
    assert os.environ["MONGODB_URI"] == URI
    assert os.environ["TRIBUTARY_MODE"] == "serve"


def test_settings_are_frozen_and_show_no_secret() -> None:
    read = served(STRIPE_API_KEY=KEY)
    assert KEY not in repr(read)
    assert "p%40ss" not in repr(read)
    with pytest.raises(dataclasses.FrozenInstanceError):
        read.log_level = "debug"  # type: ignore[misc]  # the point of the test


def test_secrets_are_known_in_every_spelling_in_which_they_travel() -> None:
    found = served(STRIPE_API_KEY=KEY, **DESK_GIVEN).secrets(VENDORS)
    assert found == {URI, "p%40ss", "p@ss", KEY, "s3cr3tT0ken", "encoded-s3cr3tT0ken"}


def test_the_imitation_s_credentials_are_no_secret() -> None:
    assert given().secrets(VENDORS) == frozenset()
    assert given(MONGODB_URI="mongodb://127.0.0.1:27017").secrets(VENDORS) == {"mongodb://127.0.0.1:27017"}


def test_the_imitated_value_of_every_variable_fits_its_own_pattern() -> None:
    for vendor in REAL:
        for variable in vendor.variables:
            assert re.fullmatch(variable.pattern, variable.imitated), variable.name


def test_every_variable_is_declared_once() -> None:
    names = [setting.name for setting in declared()]
    assert len(names) == len(set(names))


def test_every_vendor_has_an_address_and_limits() -> None:
    names = [setting.name for setting in declared([DESK]) if setting.name.startswith("ZENDESK")]
    assert names[:6] == [
        *("ZENDESK_SUBDOMAIN", "ZENDESK_EMAIL", "ZENDESK_API_TOKEN"),
        *("ZENDESK_BASE_URL", "ZENDESK_TIMEOUT", "ZENDESK_CONNECT_TIMEOUT"),
    ]


def test_the_table_has_a_row_for_each_variable_and_for_each_limit_of_any_service() -> None:
    rows = settings_table().splitlines()[2:]
    given = {limit.name(vendor.service.name) for limit in LIMITS for vendor in REAL}
    each = [setting.name for setting in declared() if setting.name not in given]
    assert [row.split("`")[1] for row in rows] == [*each, *(limit.name("<SERVICE>") for limit in LIMITS)]
    assert all(row.count(" | ") == 4 for row in rows)


def test_the_readme_holds_the_table_between_its_markers() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    found = re.search(r"<!-- settings -->\n(.*?)\n<!-- /settings -->", readme, re.DOTALL)
    assert found, "README.md has no <!-- settings --> … <!-- /settings -->"
    assert found[1].strip() == settings_table(), "the settings have changed; if that is meant: make generated"


def test_the_environment_is_read_in_one_place() -> None:
    sources = [file for name in ("gateway", "schema", "connectors") for file in (ROOT / name).rglob("*.py")]
    readers = [
        str(file.relative_to(ROOT)) for file in sources if re.search(r"os\.environ|getenv", file.read_text("utf-8"))
    ]
    assert readers == ["gateway/settings.py"]
