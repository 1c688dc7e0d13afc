"""Tokens, the history and the balance, asked by hand."""

from datetime import timedelta
from decimal import Decimal

import httpx
import pytest

from connectors.paypal.sandbox import LIFE, MOST
from connectors.paypal.windows import Window
from connectors.seed import timeline as timeline_module
from connectors.seed.people import MOST as MOST_PEOPLE
from connectors.seed.people import PAYPAL_PAYER, People
from connectors.seed.timeline import Event
from tests.connectors.paypal.account import BASIC, MONTH, Account, info, issue, stamp
from tests.connectors.paypal.support import BALANCES, BASE, TRANSACTIONS, Ticking
from tests.connectors.support import NOW, crowd

PEOPLE = crowd(120)
DAY = timedelta(days=1)


@pytest.fixture
def account() -> Account:
    return Account(PEOPLE)


@pytest.mark.parametrize("size", [1, 7, 500])
def test_pages_join_to_the_whole_window(account: Account, size: int) -> None:
    joined = account.pages(MONTH, size)
    assert len(joined) > 8
    assert joined == account.pages(MONTH, 100)
    first = account.search(MONTH, page_size=size)
    assert first["total_items"] == len(joined)
    assert first["total_pages"] == -(-len(joined) // size)


def test_neighbouring_windows_join_to_the_window_around_them(account: Account) -> None:
    middle = NOW - 17 * DAY - timedelta(seconds=1)
    parts = [
        account.pages(Window(MONTH.start, middle)),
        account.pages(Window(middle + timedelta(seconds=1), MONTH.end)),
    ]
    assert [*parts[0], *parts[1]] == account.pages(MONTH)


def test_a_page_beyond_the_last_and_a_window_of_nothing_are_empty(account: Account) -> None:
    beyond = account.search(MONTH, page=99)
    assert "transaction_details" not in beyond
    nothing = account.search(Window(NOW - 1000 * DAY, NOW - 999 * DAY))
    assert (nothing["total_items"], nothing["total_pages"]) == (0, 0)


def test_a_page_tells_where_the_next_one_is(account: Account) -> None:
    links = {one["rel"]: one["href"] for one in account.search(MONTH, page_size=5)["links"]}
    assert httpx.URL(links["next"]).params["page"] == "2"
    assert int(httpx.URL(links["last"]).params["page"]) > 2
    following = account.send(account.signed("GET", links["next"].removeprefix(BASE)), 200)
    assert following["transaction_details"] == account.pages(MONTH, 5)[5:10]


def test_a_hundred_are_shown_unless_asked_otherwise() -> None:
    account = Account(crowd(2000))
    assert len(account.search(MONTH)["transaction_details"]) == 100


def test_only_what_is_asked_for_is_shown(account: Account) -> None:
    assert {*account.search(MONTH)["transaction_details"][0]} == {"transaction_info"}
    asked = account.search(MONTH, fields="transaction_info,payer_info")["transaction_details"][0]
    assert {*asked} == {"transaction_info", "payer_info"}
    assert {*account.search(MONTH, fields="all")["transaction_details"][0]} > {*asked}
    assert "INVALID" in issue(account.search(MONTH, 400, fields="colour"))


def test_lines_lie_in_their_window_and_have_ids_of_their_own(account: Account) -> None:
    lines = account.pages(MONTH, 500, balance_affecting_records_only="N")
    dates = [info(one)["transaction_initiation_date"] for one in lines]
    assert dates == sorted(dates)
    assert stamp(MONTH.start) <= dates[0] <= dates[-1] <= stamp(MONTH.end)
    ids = [info(one)["transaction_id"] for one in lines]
    assert len(set(ids)) == len(ids)
    assert {len(id) for id in ids} == {17}


@pytest.mark.parametrize("status", ["D", "P", "S", "V"])
def test_a_status_filters(account: Account, status: str) -> None:
    every = account.everything(balance_affecting_records_only="N")
    found = account.everything(balance_affecting_records_only="N", transaction_status=status)
    assert found == [one for one in every if info(one)["transaction_status"] == status]
    assert bool(found) or status == "P"


def test_what_affected_no_balance_is_left_out_unless_asked_for(account: Account) -> None:
    some, every = account.everything(), account.everything(balance_affecting_records_only="N")
    assert some == [one for one in every if info(one)["transaction_status"] in "SV"]
    assert len(some) < len(every)


@pytest.mark.parametrize("code", ["T0000", "T0003", "T0006", "T1107", "T0400"])
def test_a_kind_filters(account: Account, code: str) -> None:
    found = account.everything(transaction_type=code)
    assert found == [one for one in account.everything() if info(one)["transaction_event_code"] == code]
    assert found


def test_a_currency_filters(account: Account) -> None:
    found = account.everything(transaction_currency="SEK")
    assert {info(one)["transaction_amount"]["currency_code"] for one in found} == {"SEK"}


def test_everything_is_found_by_its_id_within_its_window(account: Account) -> None:
    for one in account.pages(MONTH, 500, balance_affecting_records_only="N", fields="all"):
        id = info(one)["transaction_id"]
        query = {"transaction_id": id, "balance_affecting_records_only": "N", "fields": "all"}
        assert account.pages(MONTH, 500, **query) == [one]
        assert account.pages(Window(NOW - 60 * DAY, NOW - 31 * DAY), 500, **query) == []


@pytest.mark.parametrize("id", ["A" * 17, "0" * 17, "Z" * 17, "A" * 18, "z" * 17])
def test_an_id_of_nothing_is_found_nowhere(account: Account, id: str) -> None:
    assert account.pages(MONTH, 500, transaction_id=id) == []


def test_refunds_name_a_payment_that_was_made_before_them(account: Account) -> None:
    lines = {info(one)["transaction_id"]: info(one) for one in account.everything()}
    refunds = [one for one in lines.values() if one["transaction_event_code"] == "T1107"]
    assert len(refunds) > 20
    for refund in refunds:
        payment = lines[refund["paypal_reference_id"]]
        assert payment["transaction_initiation_date"] <= refund["transaction_initiation_date"]
        given, paid = (Decimal(one["transaction_amount"]["value"]) for one in (refund, payment))
        assert 0 < -given <= paid
        assert payment["transaction_status"] == ("V" if -given == paid else "S")


def test_payers_are_the_people_but_for_guests(account: Account) -> None:
    lines = [one for one in account.everything(fields="all") if info(one)["transaction_event_code"] != "T0400"]
    payers = {one["payer_info"].get("account_id") for one in lines}
    assert payers - {None} <= {PAYPAL_PAYER.encode(number) for number in range(PEOPLE.count)}
    assert None in payers
    assert len({one["payer_info"]["email_address"] for one in lines}) > 60
    assert len({one["payer_info"]["country_code"] for one in lines}) > 8


def test_amounts_have_the_decimals_of_their_currency(account: Account) -> None:
    amounts = [info(one)["transaction_amount"] for one in account.everything()]
    assert {len(one["value"].partition(".")[2]) for one in amounts if one["currency_code"] == "JPY"} == {0}
    assert {len(one["value"].partition(".")[2]) for one in amounts if one["currency_code"] != "JPY"} == {2}


def test_two_accounts_over_the_same_people_tell_the_same(account: Account) -> None:
    assert account.everything(fields="all") == Account(PEOPLE).everything(fields="all")


def test_the_balance_is_by_currency(account: Account) -> None:
    balances = account.get(BALANCES)["balances"]
    assert [one["currency"] for one in balances] == sorted({one["currency"] for one in balances})
    assert [one["currency"] for one in balances if one["primary"]] == ["USD"]
    for one in balances:
        total, available, withheld = (
            Decimal(one[f"{kind}_balance"]["value"]) for kind in ("total", "available", "withheld")
        )
        assert total == available + withheld > 0
    assert [one["currency"] for one in account.get(BALANCES, currency_code="EUR")["balances"]] == ["EUR"]
    assert account.get(BALANCES, as_of_time=stamp(NOW - DAY))["as_of_time"] == stamp(NOW - DAY)


def test_a_token_is_good_for_nine_hours() -> None:
    clock = Ticking(NOW.timestamp())
    account = Account(PEOPLE, clock)
    clock.at += LIFE - 1
    account.get(BALANCES)
    clock.at += 1
    assert account.get(BALANCES, 401)["name"] == "AUTHENTICATION_FAILURE"


@pytest.mark.parametrize(
    "credentials", ["", "Basic", "Basic %%%", "Basic aWQ=", "Basic OnNlY3JldA==", "Bearer x", "Basic /w=="]
)
def test_credentials_that_are_none_get_no_token(account: Account, credentials: str) -> None:
    assert account.issue(401, {"Authorization": credentials} if credentials else {})["error"] == "invalid_client"


def test_a_token_is_issued_for_credentials_alone(account: Account) -> None:
    assert account.issue(400, BASIC, grant_type="password")["error"] == "unsupported_grant_type"
    assert account.issue(400, BASIC, scope="all")["error"] == "unsupported_grant_type"
    assert account.issue()["access_token"] != account.token


@pytest.mark.parametrize("token", ["", "Bearer", "Bearer nope", "Basic aWQ6c2VjcmV0"])
@pytest.mark.parametrize("path", [TRANSACTIONS, BALANCES, "/v2/payments/captures/A", "/nowhere"])
def test_nothing_is_told_without_a_token(account: Account, path: str, token: str) -> None:
    request = httpx.Request("GET", BASE + path, headers={"Authorization": token} if token else {})
    assert account.send(request, 401)["name"] == "AUTHENTICATION_FAILURE"


def test_tokens_of_another_account_are_not_known(account: Account) -> None:
    account.token = Account(PEOPLE).token
    account.get(BALANCES, 401)


def test_what_there_is_not_is_not_found(account: Account) -> None:
    assert account.get("/v1/reporting/invoices", 404)["name"] == "RESOURCE_NOT_FOUND"


def test_every_answer_says_that_it_is_not_to_be_stored(account: Account) -> None:
    for path in (BALANCES, "/nowhere"):
        assert "no-store" in account.handle(account.signed("GET", path)).headers["cache-control"]


def test_more_than_ten_thousand_are_refused_with_their_number() -> None:
    account = Account(crowd(MOST_PEOPLE))
    refusal = account.search(MONTH, 400)
    assert refusal["name"] == "RESULTSET_TOO_LARGE"
    assert refusal["total_items"] > refusal["maximum_items"] == MOST


def test_of_a_hundred_thousand_people_only_those_of_the_window_are_made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []

    def counted(number: int, *rest: object) -> Event:
        made.append(number)
        return Event(number, *rest)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(timeline_module, "Event", counted)
    account = Account(People(MOST_PEOPLE, NOW))
    window = Window(NOW - DAY, NOW)
    first = account.search(window, page_size=500)
    assert first["total_items"] > 100
    assert len(made) < 12 * first["total_items"]
    made.clear()
    account.search(window, page_size=10, page=3)
    account.search(window, page_size=10, fields="all")
    assert made == []


def test_of_a_hundred_thousand_people_an_id_makes_up_its_own_transaction_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    account = Account(People(MOST_PEOPLE, NOW))
    window = Window(NOW - DAY, NOW)
    id = info(account.search(window)["transaction_details"][0])["transaction_id"]

    def counted(number: int, *rest: object) -> Event:
        made.append(number)
        return Event(number, *rest)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(timeline_module, "Event", counted)
    another = Account(People(MOST_PEOPLE, NOW))
    assert another.search(window, transaction_id=id)["total_items"] == 1
    assert len(made) == 1
