"""What one service is given: a variable for each of its limits, declared once."""

import os
from dataclasses import fields

import pytest

from connectors.domain.service import Service
from connectors.transport.limits import Limits
from gateway.limits import LIMITS, Limit, limits, of_any, of_service
from gateway.settings import declared, load, settings_table
from gateway.variables import Run
from tests.gateway.support import VENDORS
from tests.gateway.test_settings import given, mistakes

pytestmark = pytest.mark.usefixtures("bare")
# The figures of the table of upstream traffic.
USUAL = {
    "TIMEOUT": 10,
    "CONNECT_TIMEOUT": 2,
    "MAX_BODY": 10,
    "CONCURRENCY": 32,
    "QUEUE": 256,
    "ATTEMPTS": 3,
    "RETRY_DELAY": 0.05,
    "RETRY_DELAY_THROTTLED": 1,
    "RETRY_DELAY_MAX": 20,
    "RETRY_BUDGET": 0.2,
    "RETRY_FLOOR": 10,
    "RETRY_WINDOW": 10,
    "BREAKER_FAILURES": 0.5,
    "BREAKER_CALLS": 20,
    "BREAKER_WINDOW": 10,
    "BREAKER_OPEN": 5,
    "CACHE": 1,
}


def test_every_limit_is_a_variable_of_each_service_with_the_usual_figure_as_its_default() -> None:
    assert {limit.name("")[1:]: limit.default for limit in LIMITS} == USUAL
    assert {limit.field for limit in LIMITS} == {field.name for field in fields(Limits)}


def test_without_any_of_them_a_service_has_the_usual_limits() -> None:
    assert limits(Service.STRIPE, {}) == Limits()
    assert given().access[Service.STRIPE].limits == Limits()


@pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: limit.field)
def test_each_is_a_service_s_own(limit: Limit) -> None:
    name, field = limit.name("STRIPE"), limit.field
    value = "7" if isinstance(limit.default, int) else f"{max(limit.least, 0.75)}"
    read = given(**{name: value})
    assert getattr(read.access[Service.STRIPE].limits, field) == float(value)
    assert type(getattr(read.access[Service.STRIPE].limits, field)) is type(getattr(Limits(), field))
    assert read.access[Service.ZENDESK].limits == Limits()


def test_a_name_of_two_words_is_spelled_with_one_line_between() -> None:
    assert limits(Service.OPEN_METEO, {"OPEN_METEO_QUEUE": "3", "METEO_QUEUE": "4"}) == Limits(queue=3)


def test_every_mistake_is_named_at_once() -> None:
    told = mistakes(
        STRIPE_CONCURRENCY="0",
        STRIPE_QUEUE="2.5",
        STRIPE_RETRY_BUDGET="20%",
        ZENDESK_BREAKER_FAILURES="0",
        ZENDESK_CACHE="off",
        FRANKFURTER_MAX_BODY="-1",
    )
    assert set(told) == {
        "STRIPE_CONCURRENCY should look like a whole number from 1 to 1000",
        "STRIPE_QUEUE should look like a whole number from 0 to 100000",
        "STRIPE_RETRY_BUDGET should look like a number from 0 to 1",
        "ZENDESK_BREAKER_FAILURES should look like a number from 0.01 to 1",
        "ZENDESK_CACHE should look like a number from 0 to 1000",
        "FRANKFURTER_MAX_BODY should look like a number from 0.1 to 1000",
    }


@pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: limit.field)
def test_a_default_is_a_value_that_fits_and_so_are_its_bounds(limit: Limit) -> None:
    setting, least, most = limit.setting("STRIPE"), limit.least, limit.most
    assert all(setting.fits(text) for text in (setting.default, f"{least:g}", f"{most:.0f}"))
    assert not any(setting.fits(text) for text in ("", "x", "nan", f"{least - 1:g}", f"{most + 1:.0f}"))


def test_readers_are_told_once_for_all_services() -> None:
    rows = [row.split("`")[1] for row in settings_table().splitlines()[2:]]
    assert [row for row in rows if row.startswith("<SERVICE>")] == [setting.name for setting in of_any()]
    assert "STRIPE_TIMEOUT" not in rows
    assert {setting.name for setting in of_service(Service.STRIPE)} < {setting.name for setting in declared(VENDORS)}


def test_a_misspelt_one_is_warned_of_and_what_is_for_other_programs_is_not() -> None:
    os.environ.update(STRIPE_CONCURENCY="3", STRIPE_WEBHOOK_SECRET="x", STRIPE_API_BASE="y", ZENDESK_URL="z")
    assert load(Run.DEV, VENDORS).warnings == ("STRIPE_CONCURENCY is no setting: did you mean STRIPE_CONCURRENCY?",)
