"""Lists and reads of the imitation are answered as Zendesk documents."""

import httpx
import pytest

from tests.connectors.support import crowd
from tests.connectors.zendesk.support import HOST, Call, calling, cursored, everything


@pytest.fixture
def call() -> Call:
    return calling()


def test_lists_go_from_the_oldest_on_and_their_links_lead_through_all(call: Call) -> None:
    pages = list(cursored(call, 50))
    joined = [body for page in pages for body in page]
    assert [len(page) for page in pages[:-1]] == [50] * (len(pages) - 1)
    assert joined == [
        {name: value for name, value in body.items() if name != "result_type"} for body in everything(call)[::-1]
    ]


def test_a_list_ends_exactly_where_a_page_does(call: Call) -> None:
    total = len(everything(call))
    assert [len(page) for page in cursored(calling(crowd(1)), 100)] == [len(everything(calling(crowd(1))))]
    assert sum(len(page) for page in cursored(call, 1 + total // 3)) == total


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"page[size]": 5, "page[after]": "x"},
        {"page[size]": 5, "page[before]": "eA=="},
        {"page[size]": 5, "sort": "-id"},
    ],
)
def test_a_list_by_offset_backwards_or_from_nowhere_is_refused(call: Call, query: dict[str, str | int]) -> None:
    refused = call.get("/api/v2/tickets.json", **query)
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["code"] == "InvalidPaginationParameter"


def test_a_list_has_users_where_they_are_asked_for(call: Call) -> None:
    body = call.get("/api/v2/tickets.json", include="users", **{"page[size]": 5}).json()
    assert {one["requester_id"] for one in body["tickets"]} <= {user["id"] for user in body["users"]}


def test_many_are_shown_by_id_and_what_is_not_there_is_left_out(call: Call) -> None:
    known = [body["id"] for body in everything(call)[:3]]
    body = call.get(
        "/api/v2/tickets/show_many.json", ids=f"{known[2]},{known[0]},{known[0]},999999999", include="users"
    )
    assert [one["id"] for one in body.json()["tickets"]] == [known[2], known[0]]
    assert body.json()["count"] == 2
    assert body.json()["users"]


@pytest.mark.parametrize("ids", ["", "1,x", "1.5", ",".join(["1"] * 101), "9" * 30])
def test_ids_that_are_none_or_too_many_are_an_invalid_attribute(call: Call, ids: str) -> None:
    refused = call.get("/api/v2/tickets/show_many.json", ids=ids)
    assert refused.status_code == 400
    assert "ids" in refused.json()["error"]["message"]


@pytest.mark.parametrize("suffix", ["", ".json"])
def test_one_is_shown_by_id_with_or_without_suffix(call: Call, suffix: str) -> None:
    known = everything(call)[0]
    body = call.get(f"/api/v2/tickets/{known['id']}{suffix}", include="users").json()
    assert body["ticket"] == {name: value for name, value in known.items() if name != "result_type"}
    assert known["requester_id"] in {user["id"] for user in body["users"]}


@pytest.mark.parametrize("id", ["0", "999999999", "x", "9" * 40])
def test_what_is_not_there_is_not_found(call: Call, id: str) -> None:
    missing = call.get(f"/api/v2/tickets/{id}.json")
    assert missing.status_code == 404
    assert missing.json() == {"error": "RecordNotFound", "description": "Not found"}


@pytest.mark.parametrize(("method", "path"), [("GET", "/api/v2/views.json"), ("DELETE", "/api/v2/tickets/1.json")])
def test_an_endpoint_that_is_not_there_is_not_found(call: Call, method: str, path: str) -> None:
    missing = call.send(httpx.Request(method, HOST + path))
    assert missing.status_code == 404
    assert missing.json() == {"error": "InvalidEndpoint", "description": "Not found"}
