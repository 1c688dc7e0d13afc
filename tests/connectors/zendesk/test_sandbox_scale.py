"""A hundred thousand people cost no more than what is looked at."""

from datetime import timedelta

import pytest

from connectors.seed.people import ZENDESK_USER
from connectors.seed.timeline import Event, Timeline
from connectors.zendesk.sandbox import COUNTED
from tests.connectors.support import NOW, crowd
from tests.connectors.zendesk.support import calling, cursored


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
