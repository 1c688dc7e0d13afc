import httpx
import pytest

from connectors.seed import timeline as timeline_module
from connectors.seed.people import MOST, STRIPE_CUSTOMER, ZENDESK_USER, People
from connectors.seed.timeline import Event
from connectors.stripe.sandbox_books import CHARGE
from tests.connectors.stripe.account import BASE, Account, Json, customer
from tests.connectors.support import NOW, crowd

LISTS = ["/v1/charges", "/v1/invoices", "/v1/subscriptions"]
PEOPLE = crowd(12)


@pytest.fixture
def account() -> Account:
    return Account(PEOPLE)


def error(body: Json) -> Json:
    return body["error"]


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("limit", [1, 7, 100])
@pytest.mark.parametrize("whose", [{}, {"customer": customer(5)}])
def test_pages_walked_down_join_to_the_whole_list(
    account: Account, path: str, limit: int, whose: dict[str, str]
) -> None:
    joined = account.pages(path, limit, **whose)
    assert joined
    assert joined == account.pages(path, 99, **whose)
    assert len({one["id"] for one in joined}) == len(joined)
    created = [one["created"] for one in joined]
    assert created == sorted(created, reverse=True)


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("limit", [1, 7, 100])
@pytest.mark.parametrize("whose", [{}, {"customer": customer(5)}])
def test_pages_walked_up_join_to_the_whole_list(account: Account, path: str, limit: int, whose: dict[str, str]) -> None:
    whole = account.pages(path, 99, **whose)
    joined = whole[-1:]
    while True:
        page = account.get(path, 200, limit=limit, ending_before=joined[0]["id"], **whose)
        joined = page["data"] + joined
        if not page["has_more"]:
            break
    assert joined == whole


def test_a_list_says_what_it_is_and_has_ten_items_by_default(account: Account) -> None:
    page = account.get("/v1/charges")
    assert (page["object"], page["url"], page["has_more"], len(page["data"])) == ("list", "/v1/charges", True, 10)


def test_the_lists_of_all_customers_make_up_the_list(account: Account) -> None:
    for path in LISTS:
        theirs = [one["id"] for number in range(12) for one in account.pages(path, 100, customer=customer(number))]
        assert sorted(theirs) == sorted(one["id"] for one in account.pages(path, 100))


@pytest.mark.parametrize("path", LISTS)
def test_everything_on_a_list_is_found_by_its_id(account: Account, path: str) -> None:
    for one in account.pages(path, 100)[:20]:
        assert account.get(f"{path}/{one['id']}") == one


@pytest.mark.parametrize("direction", ["starting_after", "ending_before"])
def test_a_cursor_from_another_customers_list_shows_nothing_of_theirs(account: Account, direction: str) -> None:
    own = account.pages("/v1/charges", 100, customer=customer(5))
    for foreign in account.pages("/v1/charges", 100, customer=customer(6)):
        after = direction == "starting_after"
        page = account.get("/v1/charges", 200, limit=100, customer=customer(5), **{direction: foreign["id"]})
        assert page["data"] == [one for one in own if (one["created"] < foreign["created"]) is after]


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize(
    ("names", "inside"),
    [
        (("created_gt",), lambda at, edge: at > edge),
        (("created_gte",), lambda at, edge: at >= edge),
        (("created_lt",), lambda at, edge: at < edge),
        (("created_lte",), lambda at, edge: at <= edge),
        (("created",), lambda at, edge: at == edge),
        (("created_gte", "created_lte"), lambda at, edge: at == edge),
        (("created_gt", "created_lte"), lambda _, __: False),
    ],
)
def test_lists_are_filtered_by_time(account: Account, path: str, names: tuple[str, ...], inside: object) -> None:
    assert callable(inside)
    whole = account.pages(path, 100)
    edge = whole[len(whole) // 2]["created"]
    query = dict.fromkeys(names, edge)
    expected = [one for one in whole if inside(one["created"], edge)]
    assert account.pages(path, 3, **query) == expected
    if expected:
        page = account.get(path, 200, limit=100, ending_before=expected[-1]["id"], **query)
        assert page["data"] == expected[:-1][-100:]


@pytest.mark.parametrize("edge", [0, 2**62, 10**30])
def test_times_beyond_any_calendar_are_only_far_away(account: Account, edge: int) -> None:
    older, newer = (account.get("/v1/charges", 200, limit=1, **{name: edge}) for name in ("created_lt", "created_gt"))
    assert (bool(older["data"]), bool(newer["data"])) == ((False, True) if edge == 0 else (True, False))


@pytest.mark.parametrize("status", ["draft", "open", "paid", "uncollectible", "void"])
def test_invoices_are_filtered_by_status(status: str) -> None:
    account = Account(crowd(40))
    found = account.pages("/v1/invoices", 7, status=status)
    assert found
    assert found == [one for one in account.pages("/v1/invoices", 100) if one["status"] == status]


def test_subscriptions_that_were_canceled_show_only_when_asked_for(account: Account) -> None:
    default, everything, canceled, ended = (
        account.pages("/v1/subscriptions", 5, **query)
        for query in ({}, {"status": "all"}, {"status": "canceled"}, {"status": "ended"})
    )
    assert canceled
    assert all(one["status"] == "canceled" for one in canceled)
    assert ended == canceled
    assert default == [one for one in everything if one["status"] != "canceled"]
    assert len(default) + len(canceled) == len(everything)
    assert account.get(f"/v1/subscriptions/{canceled[0]['id']}") == canceled[0]


@pytest.mark.parametrize(
    ("path", "query", "param", "words"),
    [
        ("/v1/charges", {"colour": "red"}, "colour", "Received unknown parameter: colour"),
        ("/v1/charges", {"status": "paid"}, "status", "Received unknown parameter: status"),
        ("/v1/charges", {"limit": 0}, "limit", "between 1 and 100"),
        ("/v1/charges", {"limit": 101}, "limit", "between 1 and 100"),
        ("/v1/charges", {"limit": -1}, "limit", "Invalid integer: -1"),
        ("/v1/charges", {"limit": "ten"}, "limit", "Invalid integer: ten"),
        ("/v1/charges", {"limit": ""}, "limit", "Invalid integer: "),
        ("/v1/charges", {"limit": "²"}, "limit", "Invalid integer: ²"),
        ("/v1/charges", {"created": "yesterday"}, "created", "Invalid integer: yesterday"),
        ("/v1/charges", {"created_gte": "2026-01-01"}, "created[gte]", "Invalid integer: 2026-01-01"),
        ("/v1/charges", {"customer": "cus_nobody"}, "customer", "No such customer: 'cus_nobody'"),
        ("/v1/charges", {"starting_after": "ch_nope"}, "starting_after", "No such charge: 'ch_nope'"),
        ("/v1/invoices", {"ending_before": "in_nope"}, "ending_before", "No such invoice: 'in_nope'"),
        ("/v1/invoices", {"status": "late"}, "status", "must be one of draft, open"),
        ("/v1/invoices", {"status": "all"}, "status", "must be one of draft, open"),
        ("/v1/subscriptions", {"status": "gone"}, "status", "must be one of active, all"),
        ("/v1/balance", {"limit": 1}, "limit", "Received unknown parameter: limit"),
    ],
)
def test_a_parameter_that_stripe_would_not_take_is_refused_by_name(
    account: Account, path: str, query: dict[str, str | int], param: str, words: str
) -> None:
    refusal = error(account.get(path, 400, **query))
    assert refusal["type"] == "invalid_request_error"
    assert refusal["param"] == param
    assert words in refusal["message"]


def test_two_cursors_at_once_are_refused(account: Account) -> None:
    ids = [one["id"] for one in account.get("/v1/charges")["data"]]
    refusal = error(account.get("/v1/charges", 400, starting_after=ids[0], ending_before=ids[5]))
    assert "only one" in refusal["message"]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/v1/charges/ch_nope", "No such charge: 'ch_nope'"),
        ("/v1/charges/" + CHARGE.encode(10**6), "No such charge"),
        ("/v1/invoices/in_nope", "No such invoice: 'in_nope'"),
        ("/v1/subscriptions/sub_nope", "No such subscription: 'sub_nope'"),
        ("/v1/charges/", "Unrecognized request URL (GET: /v1/charges/)."),
        ("/v1/customers", "Unrecognized request URL (GET: /v1/customers)."),
    ],
)
def test_what_is_not_there_is_not_found(account: Account, path: str, words: str) -> None:
    assert words in error(account.get(path, 404))["message"]


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({}, "did not provide an API key"),
        ({"Authorization": "sk_test_1"}, "did not provide an API key"),
        ({"Authorization": "Bearer "}, "did not provide an API key"),
        ({"Authorization": "Basic c2s6"}, "did not provide an API key"),
        ({"Authorization": "Bearer pk_test_1"}, "Invalid API Key"),
    ],
)
@pytest.mark.parametrize("path", ["/v1/balance", "/v1/charges/ch_nope", "/v1/nowhere"])
def test_without_a_key_that_may_read_nothing_is_told(
    account: Account, headers: dict[str, str], words: str, path: str
) -> None:
    assert words in error(account.send(httpx.Request("GET", BASE + path, headers=headers), 401))["message"]


def test_a_restricted_key_may_read(account: Account) -> None:
    request = httpx.Request("GET", f"{BASE}/v1/balance", headers={"Authorization": "Bearer rk_live_1"})
    assert account.send(request, 200)["object"] == "balance"


def test_an_id_of_another_service_is_no_customer_here(account: Account) -> None:
    account.get("/v1/charges", 400, customer=ZENDESK_USER.encode(1))
    account.get("/v1/charges", 400, customer=STRIPE_CUSTOMER.encode(12))


@pytest.mark.parametrize(
    "query",
    [
        {"limit": 100},
        {"limit": 100, "customer": customer(77_777)},
        {"limit": 20, "created_lte": int(NOW.timestamp()) - 300 * 24 * 3600},
        {"limit": 20, "created_gte": int(NOW.timestamp()) - 600},
        {"limit": 20, "created_gte": int(NOW.timestamp()) + 600},
        {"limit": 20, "created_gte": 10**10, "created_lte": 10**9},
    ],
)
def test_a_list_over_a_hundred_thousand_people_makes_up_no_more_than_it_shows(
    query: dict[str, str | int], monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[int] = []
    find = timeline_module.Timeline.find

    def counted(self: timeline_module.Timeline, number: int | None) -> Event | None:
        looked.append(-1 if number is None else number)
        return find(self, number)

    monkeypatch.setattr(timeline_module.Timeline, "find", counted)
    page = Account(People(MOST, NOW)).get("/v1/charges", 200, **query)
    assert len(page["data"]) <= int(query["limit"])
    assert len(looked) <= 2 * int(query["limit"])
