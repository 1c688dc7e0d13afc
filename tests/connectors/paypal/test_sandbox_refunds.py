"""Captures and refunds, which the imitated account remembers."""

from datetime import timedelta
from decimal import Decimal

import pytest

from connectors.paypal.sandbox_books import TRANSACTION
from connectors.paypal.windows import Window
from tests.connectors.paypal.account import MONTH, Account, info, issue
from tests.connectors.paypal.support import Json, Ticking
from tests.connectors.support import NOW, crowd

PEOPLE = crowd(120)
DAY = timedelta(days=1)


@pytest.fixture
def account() -> Account:
    return Account(PEOPLE)


def ids(account: Account, *, days: tuple[int, int] = (1, 170), **query: str) -> list[str]:
    """Sales that went through a checkout, newest last."""
    newest, oldest = (NOW - count * DAY for count in days)
    return [
        info(one)["transaction_id"]
        for one in account.everything(balance_affecting_records_only="N", **query)
        if info(one)["transaction_event_code"] in ("T0003", "T0006")
        and oldest.isoformat() <= info(one)["transaction_initiation_date"] <= newest.isoformat()
    ]


def capture(account: Account, id: str) -> Json:
    return account.get(f"/v2/payments/captures/{id}")


def fresh(account: Account) -> Json:
    """A capture of which nothing was given back, in a currency with cents."""
    captures = (capture(account, id) for id in ids(account, transaction_status="S"))
    return next(
        one for one in captures if one["status"] == "COMPLETED" and one["amount"]["currency_code"] not in ("JPY", "SEK")
    )


def some(capture: Json, value: str) -> Json:
    return {"amount": {"currency_code": capture["amount"]["currency_code"], "value": value}}


@pytest.mark.parametrize(
    ("letter", "statuses"),
    [("S", {"COMPLETED", "PARTIALLY_REFUNDED"}), ("V", {"REFUNDED"}), ("D", {"DECLINED"}), ("P", {"PENDING"})],
)
def test_captures_and_history_tell_the_same(letter: str, statuses: set[str]) -> None:
    account = Account(crowd(1500))
    found = [capture(account, id) for id in ids(account, days=(0, 60), transaction_status=letter)]
    assert {one["status"] for one in found} == statuses


def test_a_capture_has_the_amount_and_time_of_its_line(account: Account) -> None:
    lines = {info(one)["transaction_id"]: info(one) for one in account.everything()}
    for id in ids(account, transaction_status="S")[:20]:
        one = capture(account, id)
        assert one["amount"] == lines[id]["transaction_amount"]
        assert one["create_time"] == lines[id]["transaction_initiation_date"]


@pytest.mark.parametrize("id", ["A" * 17, "A", "0" * 17, TRANSACTION.encode(1), TRANSACTION.encode(3)])
def test_there_is_no_capture_of_what_was_not_captured(account: Account, id: str) -> None:
    refusal = account.get(f"/v2/payments/captures/{id}", 404)
    assert (refusal["name"], issue(refusal)) == ("RESOURCE_NOT_FOUND", "INVALID_RESOURCE_ID")
    assert issue(account.refund(id, 404)) == "INVALID_RESOURCE_ID"


def test_money_that_somebody_just_sent_is_no_capture(account: Account) -> None:
    sent = account.everything(transaction_type="T0000")
    assert sent
    account.get(f"/v2/payments/captures/{info(sent[0])['transaction_id']}", 404)


def test_a_full_refund_is_told_by_capture_and_history_from_then_on(account: Account) -> None:
    before = fresh(account)
    refund = account.refund(before["id"])
    assert (refund["status"], refund["amount"]) == ("COMPLETED", before["amount"])
    assert refund["seller_payable_breakdown"]["total_refunded_amount"] == before["amount"]
    assert capture(account, before["id"]) == before | {"status": "REFUNDED"}
    lines = {info(one)["transaction_id"]: info(one) for one in account.everything()}
    assert lines[before["id"]]["transaction_status"] == "V"
    assert lines[refund["id"]]["paypal_reference_id"] == before["id"]
    assert lines[refund["id"]]["transaction_amount"]["value"] == f"-{before['amount']['value']}"
    assert account.pages(MONTH, 500, transaction_id=refund["id"])


def test_partial_refunds_add_up_until_nothing_is_left(account: Account) -> None:
    before = fresh(account)
    seen = set()
    for part, total in (("1.00", "1.00"), ("2.50", "3.50")):
        refund = account.refund(before["id"], body=some(before, part) | {"note_to_payer": "Sorry"})
        assert refund["seller_payable_breakdown"]["total_refunded_amount"]["value"] == total
        assert refund["note_to_payer"] == "Sorry"
        assert capture(account, before["id"])["status"] == "PARTIALLY_REFUNDED"
        seen.add(refund["id"])
    left = Decimal(before["amount"]["value"]) - Decimal("3.50")
    assert issue(account.refund(before["id"], 422, body=some(before, str(left + 1)))) == "REFUND_AMOUNT_EXCEEDED"
    rest = account.refund(before["id"])
    assert Decimal(rest["amount"]["value"]) == left
    assert len(seen | {rest["id"]}) == 3
    assert issue(account.refund(before["id"], 422)) == "CAPTURE_FULLY_REFUNDED"


def test_without_prefer_a_refund_tells_little(account: Account) -> None:
    request = account.refund_request(fresh(account)["id"], None, {})
    del request.headers["prefer"]
    assert {*account.send(request, 201)} == {"id", "status", "links"}


def test_a_refund_is_dated_by_the_clock() -> None:
    clock = Ticking(NOW.timestamp())
    account = Account(PEOPLE, clock)
    id = fresh(account)["id"]
    clock.at += 2 * 24 * 3600
    account.token = account.issue()["access_token"]
    refund = account.refund(id)
    assert refund["create_time"] == "2026-11-03T12:00:00Z"
    lines = account.pages(Window(NOW + DAY, NOW + 2 * DAY))
    assert [info(one)["transaction_id"] for one in lines] == [refund["id"]]


def test_the_same_request_again_is_answered_the_same_and_done_once(account: Account) -> None:
    before = fresh(account)
    answers = [account.refund(before["id"], key="k", body=some(before, "1.00")) for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    other = account.refund(before["id"], key="l", body=some(before, "1.00"))
    assert other["seller_payable_breakdown"]["total_refunded_amount"]["value"] == "2.00"


def test_a_key_is_good_for_one_request(account: Account) -> None:
    before = fresh(account)
    another = next(id for id in ids(account, transaction_status="S") if id != before["id"])
    account.refund(before["id"], key="k", body=some(before, "1.00"))
    for id, body in ((before["id"], some(before, "2.00")), (another, some(before, "1.00"))):
        assert issue(account.refund(id, 422, key="k", body=body)) == "PAYPAL_REQUEST_ID_PREVIOUSLY_USED"
    assert capture(account, before["id"])["status"] == "PARTIALLY_REFUNDED"


def test_a_key_is_forgotten_after_45_days() -> None:
    clock = Ticking(NOW.timestamp())
    account = Account(PEOPLE, clock)
    before = fresh(account)
    account.refund(before["id"], key="k", body=some(before, "1.00"))
    clock.at += 45 * 24 * 3600
    account.token = account.issue()["access_token"]
    again = account.refund(before["id"], key="k", body=some(before, "1.00"))
    assert again["seller_payable_breakdown"]["total_refunded_amount"]["value"] == "2.00"


def test_a_refusal_uses_no_key_up(account: Account) -> None:
    before = fresh(account)
    account.refund(before["id"], 422, key="k", body=some(before, "0"))
    account.refund(before["id"], key="k", body=some(before, "1.00"))


@pytest.mark.parametrize("without", [None, {}])
def test_refunds_without_a_key_are_different_refunds(account: Account, without: object) -> None:
    before = fresh(account)
    body = some(before, "1.00") | (without or {})
    first, second = (account.refund(before["id"], body=body) for _ in range(2))
    assert first["id"] != second["id"]


@pytest.mark.parametrize(
    ("value", "status", "about"),
    [
        ("0", 422, "CANNOT_BE_ZERO_OR_NEGATIVE"),
        ("-1.00", 422, "CANNOT_BE_ZERO_OR_NEGATIVE"),
        ("1.001", 422, "DECIMAL_PRECISION"),
        ("all", 400, "INVALID_PARAMETER_SYNTAX"),
        ("1,00", 400, "INVALID_PARAMETER_SYNTAX"),
        ("", 400, "INVALID_PARAMETER_SYNTAX"),
        ("9" * 33, 400, "INVALID_PARAMETER_SYNTAX"),
    ],
)
def test_an_amount_is_positive_and_has_the_decimals_of_its_currency(
    account: Account, value: str, status: int, about: str
) -> None:
    before = fresh(account)
    assert issue(account.refund(before["id"], status, body=some(before, value))) == about
    assert capture(account, before["id"]) == before


def test_a_refund_is_in_the_currency_of_its_capture(account: Account) -> None:
    body = {"amount": {"currency_code": "NOK", "value": "1.00"}}
    assert issue(account.refund(fresh(account)["id"], 422, body=body)) == "REFUND_CAPTURE_CURRENCY_MISMATCH"


def test_after_180_days_nothing_is_given_back(account: Account) -> None:
    statuses = {id: capture(account, id)["status"] for id in ids(account, days=(181, 900), transaction_status="S")}
    id = next(id for id, status in statuses.items() if status == "COMPLETED")
    assert issue(account.refund(id, 422)) == "REFUND_TIME_LIMIT_EXCEEDED"


@pytest.mark.parametrize(("letter", "about"), [("P", "PENDING_CAPTURE"), ("D", "REFUND_NOT_ALLOWED")])
def test_what_was_not_received_is_not_given_back(letter: str, about: str) -> None:
    account = Account(crowd(1500))
    id = ids(account, days=(0, 60), transaction_status=letter)[0]
    assert issue(account.refund(id, 422)) == about


@pytest.mark.parametrize(
    ("content", "about", "field"),
    [
        (b"{", "MALFORMED_REQUEST_JSON", "/"),
        (b"[]", "INVALID_PARAMETER_SYNTAX", "/"),
        (b'{"amount": {"value": "1.00"}}', "INVALID_PARAMETER_SYNTAX", "/amount"),
        (b'{"amount": {"value": 1, "currency_code": "USD"}}', "INVALID_PARAMETER_SYNTAX", "/amount/value"),
        (b'{"note_to_payer": "%s"}' % (b"x" * 256), "INVALID_PARAMETER_SYNTAX", "/note_to_payer"),
    ],
)
def test_a_body_that_does_not_fit_is_refused_with_the_place(
    account: Account, content: bytes, about: str, field: str
) -> None:
    request = account.signed("POST", f"/v2/payments/captures/{fresh(account)['id']}/refund", content=content)
    refusal = account.send(request, 400)
    assert (issue(refusal), refusal["details"][0]["field"]) == (about, field)


def test_an_empty_body_is_a_full_refund(account: Account) -> None:
    before = fresh(account)
    account.send(account.signed("POST", f"/v2/payments/captures/{before['id']}/refund"), 201)
    assert capture(account, before["id"])["status"] == "REFUNDED"
