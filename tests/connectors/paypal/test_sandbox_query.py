from datetime import timedelta

import pytest

from connectors.paypal.windows import Window
from tests.connectors.paypal.account import MONTH, Account, issue, stamp
from tests.connectors.paypal.support import BALANCES, TRANSACTIONS
from tests.connectors.support import NOW, crowd

DAY = timedelta(days=1)
START, END = stamp(MONTH.start), stamp(MONTH.end)


@pytest.fixture
def account() -> Account:
    return Account(crowd(5))


@pytest.mark.parametrize("missing", ["start_date", "end_date"])
def test_a_search_has_a_start_and_an_end(account: Account, missing: str) -> None:
    given = {"start_date": START, "end_date": END}
    del given[missing]
    refusal = account.get(TRANSACTIONS, 400, **given)
    assert (refusal["name"], refusal["details"][0]["field"]) == ("INVALID_REQUEST", missing)
    assert issue(refusal) == "MISSING_REQUIRED_PARAMETER"


@pytest.mark.parametrize(
    "date", ["yesterday", "2026-10-20", "2026-10-20T00:00:00", "2026-10-20T00:00Z", "2026-13-20T00:00:00Z", ""]
)
def test_a_date_has_seconds_and_an_offset(account: Account, date: str) -> None:
    refusal = account.get(TRANSACTIONS, 400, start_date=date, end_date=END)
    assert issue(refusal) == "INVALID_PARAMETER_SYNTAX"
    assert refusal["details"][0]["value"] == date


@pytest.mark.parametrize(
    "date",
    ["2026-10-20T02:00:00+02:00", "2026-10-20T00:00:00Z", "2026-10-20t00:00:00.000z", "2026-10-19T17:00:00-0700"],
)
def test_a_date_may_be_written_in_many_ways(account: Account, date: str) -> None:
    assert account.get(TRANSACTIONS, start_date=date, end_date=END)["start_date"] == "2026-10-20T00:00:00Z"


@pytest.mark.parametrize(
    ("window", "about"),
    [
        (Window(NOW - 32 * DAY, NOW - timedelta(hours=23)), "greater than 31 days"),
        (Window(NOW - DAY, NOW - 2 * DAY), "before start date"),
        (Window(NOW - 1096 * DAY, NOW - 1090 * DAY), "Data for the given start date is not available"),
        (Window(NOW + timedelta(seconds=1), NOW + DAY), "Data for the given start date is not available"),
    ],
)
def test_a_window_is_at_most_31_days_of_the_last_three_years(account: Account, window: Window, about: str) -> None:
    assert about in issue(account.search(window, 400))


@pytest.mark.parametrize("window", [Window(NOW - 31 * DAY, NOW), Window(NOW - DAY, NOW + DAY), Window(NOW, NOW)])
def test_a_window_may_reach_to_the_edge_and_end_in_the_future(account: Account, window: Window) -> None:
    account.search(window)


def test_what_is_known_moves_on_with_the_clock() -> None:
    account = Account(crowd(5), (NOW + 9 * DAY).timestamp)
    assert account.search(Window(NOW + 8 * DAY, NOW + 9 * DAY))["last_refreshed_datetime"] == stamp(NOW + 9 * DAY)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("page_size", "0"),
        ("page_size", "501"),
        ("page_size", "many"),
        ("page_size", "-1"),
        ("page_size", "1.5"),
        ("page_size", "²"),
        ("page", "0"),
        ("page", "2147483648"),
        ("transaction_status", "X"),
        ("transaction_status", "s"),
        ("balance_affecting_records_only", "yes"),
        ("transaction_id", "A" * 16),
        ("transaction_id", "A" * 20),
        ("fields", "payer"),
    ],
)
def test_a_value_that_paypal_does_not_take_is_refused_by_name(account: Account, name: str, value: str) -> None:
    detail = account.search(MONTH, 400, **{name: value})["details"][0]
    assert (detail["field"], detail["value"], detail["location"]) == (name, value, "query")


def test_a_moment_of_the_balance_is_one(account: Account) -> None:
    assert issue(account.get(BALANCES, 400, as_of_time="now")) == "INVALID_PARAMETER_SYNTAX"
