"""The imitation answers as Zendesk documents: searches, lists, reads, new tickets, and what it refuses."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any

import httpx
import pytest

from connectors.seed.people import ZENDESK_USER
from connectors.seed.timeline import Event, Timeline
from connectors.zendesk.sandbox import COUNTED
from tests.connectors.support import NOW, crowd
from tests.connectors.zendesk.support import HOST, Call, Clock, calling

USER = int(ZENDESK_USER.encode(0))
Body = dict[str, Any]


@pytest.fixture
def call() -> Call:
    return calling()


def found(response: httpx.Response) -> list[Body]:
    assert response.status_code == 200, response.text
    results: list[Body] = response.json()["results"]
    return results


def everything(call: Call, query: str = "type:ticket") -> list[Body]:
    """By following the links."""
    bodies: list[Body] = []
    response = call.search(query, sort_by="created_at", sort_order="desc", per_page=100)
    while True:
        bodies += found(response)
        if not (more := response.json()["next_page"]):
            return bodies
        response = call.send(httpx.Request("GET", more))


def cursored(call: Call, size: int) -> Iterator[list[Body]]:
    """List Tickets, page by page, by following the links."""
    response = call.get("/api/v2/tickets.json", **{"page[size]": size})
    while True:
        body = response.json()
        yield body["tickets"]
        if not body["meta"]["has_more"]:
            assert body["links"]["next"] is None
            return
        response = call.send(httpx.Request("GET", body["links"]["next"]))


# Searching


def test_a_search_is_newest_first_and_its_links_lead_through_all_of_it(call: Call) -> None:
    bodies = everything(call)
    assert len(bodies) == call.search("type:ticket").json()["count"] > 150
    assert len({body["id"] for body in bodies}) == len(bodies)
    assert all(newer["created_at"] >= older["created_at"] for newer, older in pairwise(bodies))


def test_a_page_knows_its_neighbours_and_how_many_there_are(call: Call) -> None:
    first, second = (call.search("type:ticket", per_page=7, page=page).json() for page in (1, 2))
    assert first["previous_page"] is None
    assert second["previous_page"] == first["next_page"].replace("page=2", "page=1")
    assert first["count"] == second["count"]
    assert (len(first["results"]), len(second["results"])) == (7, 7)
    assert {body["result_type"] for body in first["results"]} == {"ticket"}


def test_a_page_beyond_the_end_is_empty(call: Call) -> None:
    body = call.search(f"type:ticket requester:{USER}", page=9).json()
    assert (body["results"], body["next_page"]) == ([], None)


def test_requesters_are_alternatives(call: Call) -> None:
    other = int(ZENDESK_USER.encode(1))
    both = everything(call, f"type:ticket requester:{USER} requester:{other}")
    each = everything(call, f"type:ticket requester:{USER}") + everything(call, f"type:ticket requester:{other}")
    assert sorted(body["id"] for body in both) == sorted(body["id"] for body in each)
    assert {body["requester_id"] for body in both} == {USER, other}


def test_nobody_has_no_tickets(call: Call) -> None:
    assert everything(call, "type:ticket requester:1") == []


def test_states_are_alternatives_and_narrow_a_requesters_list_down(call: Call) -> None:
    whole = everything(call)
    some = everything(call, "type:ticket status:pending status:hold")
    assert [body["id"] for body in some] == [body["id"] for body in whole if body["status"] in ("pending", "hold")]
    assert {body["status"] for body in everything(call, "type:ticket status<solved")} == {
        *("new", "open", "pending", "hold")
    }


def test_every_state_occurs_where_it_should(call: Call) -> None:
    whole = everything(call)
    assert {body["status"] for body in whole} == {"new", "open", "pending", "hold", "solved", "closed"}
    old = f"{NOW - timedelta(days=28):%Y-%m-%dT%H:%M:%SZ}"
    assert not [body for body in whole if body["created_at"] <= old and body["status"] in ("new", "solved")]
    assert not [body for body in whole if body["created_at"] > old and body["status"] == "closed"]


@pytest.mark.parametrize("status", ["new", "open", "pending", "hold", "solved", "closed"])
def test_one_state_is_the_sieve_of_all(call: Call, status: str) -> None:
    whole = everything(call)
    assert everything(call, f"type:ticket status:{status}") == [body for body in whole if body["status"] == status]


def test_a_time_bounds_a_search_on_either_side(call: Call) -> None:
    whole = everything(call)
    newer, older = whole[20]["created_at"], whole[40]["created_at"]
    assert everything(call, f"type:ticket created<={newer}") == whole[20:]
    assert everything(call, f"type:ticket created<{newer}") == whole[21:]
    assert everything(call, f"type:ticket created>={older}") == whole[:41]
    assert everything(call, f"type:ticket created>{older} created<={newer}") == whole[20:40]


def test_users_come_along_where_they_are_asked_for(call: Call) -> None:
    plain = call.search("type:ticket", per_page=30).json()
    assert "users" not in plain
    body = call.search("type:ticket", per_page=30, include="tickets(groups,users)").json()
    named = {id for one in body["results"] for id in (one["requester_id"], one["assignee_id"]) if id}
    assert {user["id"] for user in body["users"]} == named
    assert {user["role"] for user in body["users"]} == {"agent", "end-user"}
    assert len(body["users"]) == len(named)


def test_a_thousand_results_are_within_reach_and_not_one_more() -> None:
    call = calling(crowd(400))
    assert call.search("type:ticket", page=10).status_code == 200
    for refused in (call.search("type:ticket", page=11), call.search("type:ticket", per_page=10, page=101)):
        assert refused.status_code == 422
        assert refused.json() == {
            "error": "invalid",
            "description": "Invalid search: Requested response size was greater than Search Response Limits",
        }


def test_more_than_a_hundred_a_page_are_a_hundred(call: Call) -> None:
    assert len(call.search("type:ticket", per_page=500).json()["results"]) == 100


@pytest.mark.parametrize(
    "query",
    [
        "",
        "printer",
        "status:open",
        "type:user",
        "type:ticket subject:printer",
        "type:ticket requester:amy@acme.example",
        "type:ticket requester>7",
        "type:ticket status:lost",
        "type:ticket created<=yesterday",
        "type:ticket -status:open",
        "type:ticket " + "requester:1 " * 64,
    ],
)
def test_what_it_does_not_understand_is_refused_as_an_invalid_search(call: Call, query: str) -> None:
    refused = call.search(query)
    assert refused.status_code == 422
    assert refused.json()["error"] == "invalid"
    assert refused.json()["description"].startswith("Invalid search: ")


@pytest.mark.parametrize("order", [{"sort_by": "priority"}, {"sort_order": "asc"}])
def test_another_order_is_refused(call: Call, order: dict[str, str]) -> None:
    assert call.search("type:ticket", **order).status_code == 422


@pytest.mark.parametrize("wrong", [{"page": "two"}, {"page": 0}, {"per_page": "-1"}, {"per_page": ""}, {"page": "٣"}])
def test_a_page_that_is_no_number_is_an_invalid_attribute(call: Call, wrong: dict[str, str | int]) -> None:
    refused = call.search("type:ticket", **wrong)
    assert refused.status_code == 400
    assert refused.json()["error"]["title"] == "Invalid attribute"
    assert next(iter(wrong)) in refused.json()["error"]["message"]


# A hundred thousand people


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The slots that were looked into."""
    looked: list[int] = []
    look = Timeline.__getitem__

    def counting(self: Timeline, number: int) -> Event:
        looked.append(number)
        return look(self, number)

    monkeypatch.setattr(Timeline, "__getitem__", counting)
    return looked


MANY = crowd(100_000)


def test_a_large_accounts_newest_tickets_are_found_without_making_up_the_rest(made: list[int]) -> None:
    body = calling(MANY).search("type:ticket", per_page=20).json()
    assert len(body["results"]) == 20
    assert len(made) < 2 * COUNTED
    assert 300_000 < body["count"] < 600_000


def test_some_requesters_tickets_are_found_without_anybody_elses(made: list[int]) -> None:
    some = " ".join(f"requester:{ZENDESK_USER.encode(number)}" for number in range(0, 100_000, 5000))
    body = calling(MANY).search(f"type:ticket {some}").json()
    assert body["count"] == len(body["results"]) > 50
    assert len(made) <= 20 * 6


def test_old_tickets_are_found_without_the_newer_ones(made: list[int]) -> None:
    until = f"{NOW - timedelta(days=300):%Y-%m-%dT%H:%M:%SZ}"
    body = calling(MANY).search(f"type:ticket created<={until}", per_page=20).json()
    assert all(one["created_at"] <= until for one in body["results"])
    assert len(made) < 2 * COUNTED


def test_new_tickets_are_not_looked_for_among_the_old(made: list[int]) -> None:
    until = f"{NOW - timedelta(days=28):%Y-%m-%dT%H:%M:%SZ}"
    assert calling(MANY).search(f"type:ticket status:new created<={until}").json()["count"] == 0
    assert len(made) < 10


def test_closed_tickets_are_not_looked_for_among_the_new(made: list[int]) -> None:
    body = calling(MANY).search("type:ticket status:closed", per_page=20).json()
    assert {one["status"] for one in body["results"]} == {"closed"}
    assert len(made) < 2 * COUNTED


def test_the_oldest_are_listed_without_the_newer_ones(made: list[int]) -> None:
    first = next(cursored(calling(MANY), 50))
    assert len(first) == 50
    assert len(made) < 150


def test_a_ticket_is_read_by_itself(made: list[int]) -> None:
    call = calling(MANY)
    ids = ",".join(str(id) for id in range(1, 101))
    assert len(call.get("/api/v2/tickets/show_many.json", ids=ids).json()["tickets"]) > 50
    assert len(made) == 100


# Lists and reads


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
    body = call.get("/api/v2/tickets.json", **{"page[size]": 5, "include": "users"}).json()
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


# New tickets


def opening(subject: str = "Ayúdenme, por favor", **more: object) -> Body:
    return {"ticket": {"subject": subject, "comment": {"body": "No funciona nada."}} | more}


def test_what_is_opened_is_there_afterwards_wherever_one_looks(call: Call) -> None:
    before = call.search("type:ticket").json()["count"]
    response = call.post("/api/v2/tickets.json", opening(requester_id=USER, priority="urgent"))
    made = response.json()["ticket"]
    assert response.status_code == 201
    assert response.headers["location"] == made["url"] == f"{HOST}/api/v2/tickets/{made['id']}.json"
    assert call.get(f"/api/v2/tickets/{made['id']}.json").json()["ticket"] == made
    assert call.get("/api/v2/tickets/show_many.json", ids=made["id"]).json()["tickets"] == [made]
    assert found(call.search(f"type:ticket requester:{USER} status:new"))[0] == made | {"result_type": "ticket"}
    assert call.search("type:ticket").json()["count"] == before + 1
    assert list(cursored(call, 100))[-1][-1] == made


def test_what_is_opened_later_stands_above(call: Call) -> None:
    made = [call.post("/api/v2/tickets.json", opening(f"number {n}")).json()["ticket"]["id"] for n in range(3)]
    assert [body["id"] for body in found(call.search("type:ticket", per_page=3))] == made[::-1]


def test_a_new_ticket_is_dated_by_the_clock() -> None:
    clock = Clock()
    call = calling(clock=clock)
    clock.now += 3600
    made = call.post("/api/v2/tickets.json", opening()).json()["ticket"]
    assert made["created_at"] == made["updated_at"] == "2026-11-01T13:00:00Z"
    assert found(call.search("type:ticket created>=2026-11-01T12:30:00Z")) == [made | {"result_type": "ticket"}]


def test_the_first_audit_tells_what_was_written(call: Call) -> None:
    body = call.post("/api/v2/tickets.json", opening()).json()
    assert body["audit"]["ticket_id"] == body["ticket"]["id"]
    assert [event["body"] for event in body["audit"]["events"]] == ["No funciona nada."]


def test_a_key_opens_one_ticket_however_often_it_is_sent(call: Call) -> None:
    first, second = (call.post("/api/v2/tickets.json", opening(), **{"Idempotency-Key": "k1"}) for _ in range(2))
    other = call.post("/api/v2/tickets.json", opening(), **{"Idempotency-Key": "k2"})
    assert [one.headers["x-idempotency-lookup"] for one in (first, second, other)] == ["miss", "hit", "miss"]
    assert first.json() == second.json()
    assert (first.status_code, second.status_code) == (201, 201)
    assert other.json()["ticket"]["id"] == first.json()["ticket"]["id"] + 1
    assert second.headers["location"] == first.headers["location"]


def test_a_key_that_meant_something_else_is_refused(call: Call) -> None:
    call.post("/api/v2/tickets.json", opening(), **{"Idempotency-Key": "k1"})
    refused = call.post("/api/v2/tickets.json", opening("Otra cosa"), **{"Idempotency-Key": "k1"})
    assert refused.status_code == 400
    assert refused.json()["error"] == "IdempotentRequestError"


def test_a_key_is_forgotten_after_two_hours() -> None:
    clock = Clock()
    call = calling(clock=clock)
    lookups = []
    for wait in (0, 7199, 1, 7200):
        clock.now += wait
        response = call.post("/api/v2/tickets.json", opening(), **{"Idempotency-Key": "k"})
        lookups.append(response.headers["x-idempotency-lookup"])
    assert lookups == ["miss", "hit", "miss", "miss"]


def test_a_refused_ticket_leaves_its_key_unused(call: Call) -> None:
    refused = call.post("/api/v2/tickets.json", opening(priority="extreme"), **{"Idempotency-Key": "k"})
    assert refused.status_code == 422
    accepted = call.post("/api/v2/tickets.json", opening(), **{"Idempotency-Key": "k"})
    assert accepted.headers["x-idempotency-lookup"] == "miss"


def test_without_a_key_nothing_is_looked_up(call: Call) -> None:
    assert "x-idempotency-lookup" not in call.post("/api/v2/tickets.json", opening()).headers


# The same story


def test_another_imitation_of_the_same_people_tells_the_same(call: Call) -> None:
    assert everything(call) == everything(calling())


def test_subjects_are_in_several_languages(call: Call) -> None:
    subjects = " ".join(body["subject"] for body in everything(call))
    assert all(word in subjects for word in ("Rechnung", "Invoice", "Facture", "請求書", "Faktura", "Factura"))


def test_the_links_lead_to_where_it_was_asked(call: Call) -> None:
    request = httpx.Request("GET", "https://other.example/api/v2/search.json", params={"query": "type:ticket"})
    body = call.send(request).json()
    assert body["next_page"].startswith("https://other.example/api/v2/search.json?")
    assert body["results"][0]["url"].startswith("https://other.example/api/v2/tickets/")
