"""A hundred thousand people cost no more than what is looked at."""

from datetime import timedelta

import pytest

from connectors.jira.sandbox_tracker import EACH, LOOKED_THROUGH
from connectors.seed.people import JIRA_ACCOUNT
from connectors.seed.timeline import Event, Timeline
from tests.connectors.jira.support import calling
from tests.connectors.support import NOW, crowd

MANY = crowd(100_000)


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


def test_the_newest_are_found_without_the_rest(made: list[int]) -> None:
    assert len(calling(MANY).search("created <= now()", maxResults=100).json()["issues"]) == 100
    assert len(made) < 300


def test_a_later_page_is_found_without_the_former(made: list[int]) -> None:
    call = calling(MANY)
    token = call.search("created <= now()", maxResults=1000).json()["nextPageToken"]
    made.clear()
    assert len(call.search("created <= now()", maxResults=10, nextPageToken=token).json()["issues"]) == 10
    assert len(made) < 40


def test_a_hundred_reporters_are_found_without_anybody_else(made: list[int]) -> None:
    some = ", ".join(JIRA_ACCOUNT.encode(number) for number in range(0, 100_000, 1000))
    found = calling(MANY).keys(f"reporter in ({some}) ORDER BY created DESC")
    assert len(found) > 200
    assert len(made) <= 100 * EACH


def test_old_ones_are_found_without_the_newer(made: list[int]) -> None:
    until = int((NOW - timedelta(days=300)).timestamp() * 1000)
    assert calling(MANY).search(f"created <= {until}", maxResults=10).json()["issues"]
    assert len(made) < 40


def test_open_ones_are_not_looked_for_among_the_old(made: list[int]) -> None:
    until = int((NOW - timedelta(days=121)).timestamp() * 1000)
    assert calling(MANY).keys(f"statusCategory != Done AND created <= {until}") == []
    assert len(made) < 10


def test_words_are_looked_for_among_the_newest(made: list[int]) -> None:
    assert calling(MANY).keys('text ~ "nowhere"') == []
    assert len(made) == LOOKED_THROUGH


def test_our_own_are_not_looked_for_among_the_made_up(made: list[int]) -> None:
    assert calling(MANY).keys("creator = currentUser()") == []
    assert made == []


def test_issues_are_read_by_themselves(made: list[int]) -> None:
    body = {
        "issueIdsOrKeys": [*(str(id) for id in range(10_001, 10_051)), *(f"OPS-{n}" for n in range(50_000, 50_050))]
    }
    assert len(calling(MANY).post("/issue/bulkfetch", body).json()["issues"]) > 50
    assert len(made) == 100
