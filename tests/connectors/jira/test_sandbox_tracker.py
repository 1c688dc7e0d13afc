"""The issues of the imitation, and who is in them."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from connectors.jira.sandbox_jql import Terms
from connectors.jira.sandbox_tracker import EACH, LIVES, PROJECTS, Draft, Filed, Tracker
from connectors.jira.sandbox_users import STAFF, User, Users
from connectors.seed.people import JIRA_ACCOUNT
from tests.connectors.jira.support import PEOPLE, Clock
from tests.connectors.support import NOW, crowd

ROBIN = User("712020abc", "Robin", "robin@imitation.example")
DRAFT = Draft(project=PROJECTS[1], kind="Bug", summary="New", description=None, labels=(), reporter=ROBIN.account_id)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tracker(clock: Clock) -> Tracker:
    return Tracker(PEOPLE, clock)


def newest(tracker: Tracker, terms: Terms = Terms(), before: int | None = None) -> Sequence[Filed]:  # noqa: B008 - it is frozen
    return list(tracker.newest_first(terms, ROBIN, before))


def test_every_issue_is_found_by_its_id_and_by_its_key(tracker: Tracker) -> None:
    tracker.open(DRAFT, ROBIN, "")
    for filed in newest(tracker):
        assert tracker.find(str(filed.id)) == tracker.find(filed.key) == tracker.find(filed.key.lower()) == filed


def test_between_them_nothing_is_found(tracker: Tracker) -> None:
    ids = {filed.id for filed in newest(tracker)}
    gaps = [id for id in range(9_990, 10_000 + 40 * EACH + 10) if id not in ids]
    assert gaps
    assert [tracker.find(str(id)) for id in gaps] == [None] * len(gaps)


@pytest.mark.parametrize(
    "name", ["", "-", "OPS", "OPS-", "OPS-0", "OPS-01", "NOPE-1", "OPS-99999999", "1.5", "9" * 19, "²"]
)
def test_what_is_no_name_finds_nothing(tracker: Tracker, name: str) -> None:
    assert tracker.find(name) is None


def test_reporters_are_the_people_and_assignees_those_who_work_there(tracker: Tracker) -> None:
    found = newest(tracker)
    reporters = {filed.reporter for filed in found}
    assert reporters <= {JIRA_ACCOUNT.encode(number) for number in range(40)}
    assert len(reporters) > 30
    assert {filed.assignee for filed in found} == {None, *(user.account_id for user in STAFF)}
    assert all(tracker.users.find(filed.reporter) for filed in found)


def test_old_issues_are_done_and_their_times_make_sense(tracker: Tracker) -> None:
    for filed in newest(tracker):
        assert filed.created_at <= filed.updated_at <= NOW + timedelta(seconds=1)
        assert filed.status == "Done" or NOW - filed.created_at < LIVES


def test_what_is_told_of_the_reporter_is_the_reporters(tracker: Tracker) -> None:
    for filed in newest(tracker):
        assert "{" not in filed.summary + filed.text
    companies = {PEOPLE[number].company for number in range(40)}
    assert any(company in filed.summary + filed.text for filed in newest(tracker) for company in companies)


def test_the_next_ones_are_those_below_an_id(tracker: Tracker) -> None:
    tracker.open(DRAFT, ROBIN, "")
    found = newest(tracker)
    for place in (0, 1, 7, len(found) - 1):
        assert newest(tracker, before=found[place].id) == found[place + 1 :]


def test_new_issues_are_of_now_and_never_before_the_made_up(tracker: Tracker, clock: Clock) -> None:
    clock.now -= 3600
    assert tracker.open(DRAFT, ROBIN, "").created_at == NOW
    clock.now += 7200.1239
    assert tracker.open(DRAFT, ROBIN, "").created_at == NOW + timedelta(hours=1, milliseconds=123)
    assert [filed.summary for filed in newest(tracker)][:2] == ["New", "New"]


def test_new_keys_of_a_project_count_on(tracker: Tracker) -> None:
    made = [tracker.open(DRAFT, ROBIN, "") for _ in range(3)]
    latest = max(filed.number for filed in newest(tracker) if filed.project == DRAFT.project and filed not in made)
    assert [filed.number - made[0].number for filed in made] == [0, 1, 2]
    assert made[0].number > latest


def test_one_person_alone_has_issues_too() -> None:
    assert len(newest(Tracker(crowd(1), Clock()))) <= EACH


def test_the_same_people_make_the_same_issues() -> None:
    assert newest(Tracker(crowd(), Clock())) == newest(Tracker(crowd(), Clock()))


@pytest.mark.parametrize("id", ["", "nobody", "5b10ac8d", JIRA_ACCOUNT.encode(40), JIRA_ACCOUNT.encode(1).upper()])
def test_a_stranger_is_nobody(id: str) -> None:
    assert Users(PEOPLE).find(id) is None


def test_a_person_has_a_name_and_an_address() -> None:
    found = Users(PEOPLE).find(JIRA_ACCOUNT.encode(7))
    assert found == User(JIRA_ACCOUNT.encode(7), PEOPLE[7].name, PEOPLE[7].email)


def test_a_caller_is_known_from_their_first_call_on() -> None:
    users = Users(PEOPLE)
    caller = users.calling("ada.lovelace@acme.example")
    assert caller.name == "Ada Lovelace"
    assert users.find(caller.account_id) == caller == users.calling("ada.lovelace@acme.example")
    assert Users(PEOPLE).find(caller.account_id) is None
    assert users.calling("other@acme.example").account_id != caller.account_id
