"""The imitation's bodies, as our own reading of them sees them."""

from datetime import UTC, datetime

import msgspec
import pytest

from connectors.domain.code import IssueState
from connectors.jira import wire
from connectors.jira.sandbox_bodies import Bodies, instant
from connectors.jira.sandbox_jql import Terms
from connectors.jira.sandbox_tracker import Filed, Tracker
from connectors.jira.sandbox_users import STAFF, User
from connectors.seed.people import JIRA_ACCOUNT
from tests.connectors.jira.support import API, PEOPLE, Clock

ROBIN = User("712020abc", "Robin", "robin@imitation.example")
TRACKER = Tracker(PEOPLE, Clock())
BODIES = Bodies(TRACKER.users, API)
FILED = list(TRACKER.newest_first(Terms(), ROBIN))


def read(filed: Filed) -> wire.HostedIssue:
    body = msgspec.json.encode(BODIES.issue(filed, wire.FIELDS))
    return msgspec.json.decode(body, type=wire.HostedIssue)


def test_what_is_written_is_what_is_read() -> None:
    for filed in FILED:
        noun = wire.issue(read(filed))
        assert (noun.external_id, noun.key, noun.title) == (str(filed.id), filed.key, filed.summary)
        assert (noun.created_at, noun.updated_at) == (filed.created_at, filed.updated_at)
        assert (noun.state is IssueState.CLOSED) is (filed.status == "Done")
        assert noun.labels == filed.labels
        assert (noun.assignee is None) is (filed.assignee is None)
        assert read(filed).reporter == filed.reporter


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), "2026-01-02T03:04:05.000+0000"),
        (datetime(2026, 1, 2, 3, 4, 5, 7999, tzinfo=UTC), "2026-01-02T03:04:05.007+0000"),
        (datetime(2026, 1, 2, 3, 4, 5, 999_999, tzinfo=UTC), "2026-01-02T03:04:05.999+0000"),
    ],
)
def test_a_time_is_written_to_the_millisecond(at: datetime, text: str) -> None:
    assert instant(at) == text


def test_every_status_belongs_to_a_category() -> None:
    told = {BODIES.issue(filed, ["status"])["fields"]["status"]["name"] for filed in FILED}  # type: ignore[index]  # a body is JSON
    assert told == {"To Do", "In Progress", "In Review", "Done"}


def test_a_resolution_is_that_of_what_is_done() -> None:
    for filed in FILED:
        fields = BODIES.issue(filed, ["resolution"])["fields"]
        assert isinstance(fields, dict)
        assert (fields["resolution"] is not None) is (filed.status == "Done")


@pytest.mark.parametrize("account", [JIRA_ACCOUNT.encode(3), STAFF[2].account_id])
def test_an_account_is_told_with_its_pictures(account: str) -> None:
    body = BODIES.account(account)
    assert body is not None
    assert body["self"] == f"{API}/user?accountId={account}"
    assert body["displayName"] in {PEOPLE[3].name, STAFF[2].name}
    assert isinstance(body["avatarUrls"], dict)
    assert all(account in address for address in body["avatarUrls"].values())


@pytest.mark.parametrize("account", [None, "", "nobody"])
def test_nobody_is_null(account: str | None) -> None:
    assert BODIES.account(account) is None
