"""What may be written of a new ticket, and what may not."""

from typing import Any

import httpx
import pytest

from connectors.seed.people import ZENDESK_USER
from connectors.zendesk.sandbox_users import AGENTS
from tests.connectors.zendesk.support import PEOPLE, Call, calling

Body = dict[str, Any]
COMMENT = {"body": "Es geht nichts mehr."}


@pytest.fixture
def call() -> Call:
    return calling()


def post(call: Call, **ticket: object) -> httpx.Response:
    return call.post("/api/v2/tickets.json", {"ticket": {"comment": COMMENT} | ticket})


def opened(call: Call, **ticket: object) -> Body:
    response = post(call, **ticket)
    assert response.status_code == 201, response.text
    made: Body = response.json()["ticket"]
    return made


def problems(response: httpx.Response) -> dict[str, list[str]]:
    assert response.status_code == 422
    assert response.json()["error"] == "RecordInvalid"
    details: dict[str, list[dict[str, str]]] = response.json()["details"]
    return {field: [problem["description"] for problem in found] for field, found in details.items()}


def test_a_comment_alone_is_enough(call: Call) -> None:
    made = opened(call)
    assert (made["subject"], made["description"], made["status"]) == ("", "Es geht nichts mehr.", "new")
    assert (made["priority"], made["type"], made["assignee_id"], made["tags"]) == (None, None, None, [])
    assert made["via"]["channel"] == "api"


def test_everything_that_is_written_is_kept(call: Call) -> None:
    made = opened(
        call,
        subject="  Störung  ",
        requester_id=int(ZENDESK_USER.encode(3)),
        assignee_id=AGENTS[2].id,
        priority="high",
        status="pending",
        type="incident",
        tags=["vip", "outage"],
    )
    kept = {
        name: made[name] for name in ("subject", "requester_id", "assignee_id", "priority", "status", "type", "tags")
    }
    assert kept == {
        "subject": "Störung",
        "requester_id": int(ZENDESK_USER.encode(3)),
        "assignee_id": AGENTS[2].id,
        "priority": "high",
        "status": "pending",
        "type": "incident",
        "tags": ["vip", "outage"],
    }


def test_a_ticket_with_an_assignee_is_open(call: Call) -> None:
    assert opened(call, assignee_id=AGENTS[0].id)["status"] == "open"


@pytest.mark.parametrize(
    "words", [{"comment": {"html_body": "<b>Hallo</b>"}}, {"comment": None, "description": "Hallo"}]
)
def test_a_comment_may_be_html_or_a_description(call: Call, words: Body) -> None:
    assert "Hallo" in opened(call, **words)["description"]


def test_who_writes_is_the_requester_where_none_is_named(call: Call) -> None:
    assert opened(call)["requester_id"] == AGENTS[0].id


def test_a_requester_may_be_named_by_address(call: Call) -> None:
    person = PEOPLE[5]
    made = opened(call, requester={"name": "whatever", "email": person.email})
    assert made["requester_id"] == int(ZENDESK_USER.encode(5))


def test_a_new_address_is_a_new_user_who_is_known_from_then_on(call: Call) -> None:
    first = opened(call, requester={"name": "Noor Aziz", "email": "noor@new.example"})["requester_id"]
    again = opened(call, requester={"email": "noor@new.example"})["requester_id"]
    assert first == again
    body = call.search(f"type:ticket requester:{first}", include="tickets(users)").json()
    assert body["count"] == 2
    assert [(user["name"], user["email"]) for user in body["users"]] == [("Noor Aziz", "noor@new.example")]


@pytest.mark.parametrize(
    ("ticket", "expected"),
    [
        ({"comment": None}, {"base": ["Description: cannot be blank"]}),
        ({"comment": {"body": "  "}}, {"base": ["Description: cannot be blank"]}),
        ({"requester_id": 7}, {"requester": ["Requester: is not a user of this account"]}),
        ({"assignee_id": int(ZENDESK_USER.encode(0))}, {"assignee": ["Assignee: is not an agent"]}),
        ({"priority": "extreme"}, {"priority": ["Priority: extreme is not one of low, normal, high, urgent"]}),
        ({"type": "wish"}, {"type": ["Type: wish is not one of problem, incident, question, task"]}),
        ({"status": "solved"}, {"base": ["Assignee: is required when solving a ticket"]}),
    ],
)
def test_a_ticket_that_breaks_a_rule_is_refused_and_not_there(call: Call, ticket: Body, expected: object) -> None:
    before = call.search("type:ticket").json()["count"]
    assert problems(post(call, **ticket)) == expected
    assert call.search("type:ticket").json()["count"] == before


def test_a_state_that_there_is_not_is_refused(call: Call) -> None:
    assert list(problems(post(call, status="lost"))) == ["status"]


@pytest.mark.parametrize("body", [[], {}, {"ticket": None}, {"ticket": {"comment": "text"}}, {"ticket": {"tags": [7]}}])
def test_a_body_of_another_shape_is_an_invalid_attribute(call: Call, body: object) -> None:
    refused = call.post("/api/v2/tickets.json", body)
    assert refused.status_code == 400
    assert refused.json()["error"]["title"] == "Invalid attribute"


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"null"])
def test_a_body_that_is_no_json_is_an_invalid_attribute(call: Call, content: bytes) -> None:
    request = httpx.Request("POST", "https://imitation.zendesk.com/api/v2/tickets", content=content)
    assert call.send(request).status_code == 400
