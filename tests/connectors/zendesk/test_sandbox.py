"""Searches of the imitation are answered as Zendesk documents."""

from datetime import timedelta
from itertools import pairwise

import httpx
import pytest

from connectors.seed.people import ZENDESK_USER
from tests.connectors.support import NOW, crowd
from tests.connectors.zendesk.support import Call, calling, everything

USER = int(ZENDESK_USER.encode(0))


@pytest.fixture
def call() -> Call:
    return calling()


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


@pytest.mark.parametrize(
    "wrong", [{"page": "two"}, {"page": 0}, {"per_page": "-1"}, {"per_page": ""}, {"page": "\u0663"}]
)
def test_a_page_that_is_no_number_is_an_invalid_attribute(call: Call, wrong: dict[str, str | int]) -> None:
    refused = call.search("type:ticket", **wrong)
    assert refused.status_code == 400
    assert refused.json()["error"]["title"] == "Invalid attribute"
    assert next(iter(wrong)) in refused.json()["error"]["message"]


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
