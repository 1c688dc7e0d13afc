"""What is opened at the imitated desk is there afterwards, once for every key."""

import pytest

from connectors.seed.people import ZENDESK_USER
from tests.connectors.zendesk.support import HOST, Body, Call, Clock, calling, cursored, results

USER = int(ZENDESK_USER.encode(0))


@pytest.fixture
def call() -> Call:
    return calling()


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
    assert results(call.search(f"type:ticket requester:{USER} status:new"))[0] == made | {"result_type": "ticket"}
    assert call.search("type:ticket").json()["count"] == before + 1
    assert list(cursored(call, 100))[-1][-1] == made


def test_what_is_opened_later_stands_above(call: Call) -> None:
    made = [call.post("/api/v2/tickets.json", opening(f"number {n}")).json()["ticket"]["id"] for n in range(3)]
    assert [body["id"] for body in results(call.search("type:ticket", per_page=3))] == made[::-1]


def test_a_new_ticket_is_dated_by_the_clock() -> None:
    clock = Clock()
    call = calling(clock=clock)
    clock.now += 3600
    made = call.post("/api/v2/tickets.json", opening()).json()["ticket"]
    assert made["created_at"] == made["updated_at"] == "2026-11-01T13:00:00Z"
    assert results(call.search("type:ticket created>=2026-11-01T12:30:00Z")) == [made | {"result_type": "ticket"}]


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
