from datetime import UTC, datetime, timedelta

import pytest

from connectors.domain.errors import RateLimited
from connectors.domain.service import Service
from connectors.transport.call import Priority
from connectors.transport.quota import Quota
from connectors.transport.quota_budget import LONGEST, POLICIES, QuotaBudget
from connectors.transport.quota_window import UNSAID

PERSON, NOBODY = Priority.INTERACTIVE, Priority.BACKGROUND
START = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Subject:
    """A budget whose time passes when a test says so."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.budget = QuotaBudget(Service.GITHUB, clock=lambda: self.seconds, now=lambda: self.at(self.seconds))

    def at(self, seconds: float) -> datetime:
        return START + timedelta(seconds=seconds)

    def quota(self, remaining: int, *, limit: int = 100, resets: float | None = 60, policy: str = "") -> Quota:
        return Quota(limit, remaining, None if resets is None else self.at(resets), policy)

    def told(self, *quotas: Quota) -> "Subject":
        """A call is sent, takes half a second, and its answer tells these."""
        sent = self.budget.reserve(PERSON)
        self.seconds += 0.5
        self.budget.settle(sent, quotas)
        return self

    def refusal(self, priority: Priority = PERSON) -> RateLimited:
        with pytest.raises(RateLimited) as refusal:
            self.budget.reserve(priority)
        return refusal.value

    def admitted(self, priority: Priority = PERSON) -> int:
        """How many calls of that priority may be under way together, of at most 200."""
        sent: list[float] = []
        try:
            while len(sent) < 200:
                sent.append(self.budget.reserve(priority))
        except RateLimited:
            pass
        for moment in sent:
            self.budget.settle(moment, ())
        return len(sent)


@pytest.fixture
def subject() -> Subject:
    return Subject()


def test_before_the_vendor_tells_anything_every_call_is_sent(subject: Subject) -> None:
    assert subject.budget.current() is None
    assert subject.admitted() == subject.admitted(NOBODY) == 200


def test_an_exhausted_budget_refuses_at_once_and_says_when_to_come_back(subject: Subject) -> None:
    subject.told(subject.quota(0))
    refusal = subject.refusal()
    assert (refusal.service, refusal.retry_after) == (Service.GITHUB, 59.5)
    assert subject.budget.under_way == 0
    subject.seconds = 60
    assert subject.admitted() == 100, "after the reset all of it is there, and not more"


def test_whoever_comes_back_when_told_to_is_let_in(subject: Subject) -> None:
    subject.told(subject.quota(0, resets=10.0001234))
    subject.seconds += subject.refusal().retry_after or 0
    assert subject.admitted()


def test_calls_under_way_count_until_their_answers_tell(subject: Subject) -> None:
    subject.told(subject.quota(3))
    sent = [subject.budget.reserve(PERSON) for _ in range(3)]
    assert subject.refusal().retry_after == 59.5
    subject.seconds += 1
    subject.budget.settle(sent[0], [subject.quota(2)])
    assert subject.refusal().retry_after == 58.5, "two are under way, and two are left for them"
    subject.budget.settle(sent[1], [subject.quota(2)])
    assert subject.admitted() == 1


def test_an_older_answer_does_not_raise_the_budget(subject: Subject) -> None:
    subject.told(subject.quota(50))
    first, second = subject.budget.reserve(PERSON), subject.budget.reserve(PERSON)
    subject.seconds += 1
    subject.budget.settle(second, [subject.quota(1)])
    subject.budget.settle(first, [subject.quota(49)])
    assert subject.budget.current() == subject.quota(1)
    assert subject.admitted() == 1


@pytest.mark.parametrize(
    ("limit", "remaining", "admitted"), [(100, 100, 91), (100, 10, 1), (100, 9, 0), (5, 5, 5), (5, 1, 1), (15, 2, 1)]
)
def test_the_background_leaves_a_tenth_for_people(subject: Subject, limit: int, remaining: int, admitted: int) -> None:
    subject.told(subject.quota(remaining, limit=limit))
    assert subject.admitted(NOBODY) == admitted
    assert subject.admitted(PERSON) == remaining


def test_the_background_is_told_when_to_come_back_as_well(subject: Subject) -> None:
    subject.told(subject.quota(9))
    assert subject.refusal(NOBODY).retry_after == 59.5


def test_every_limit_of_a_vendor_must_have_room(subject: Subject) -> None:
    daily = subject.quota(900, limit=1000, resets=86_400, policy="daily")
    interval = subject.quota(0, limit=10, resets=10, policy="interval")
    subject.told(daily, interval)
    assert subject.budget.current() == interval
    assert subject.refusal().retry_after == 9.5
    subject.seconds = 10
    assert subject.admitted() == 10
    assert subject.budget.current() == daily
    subject.told(subject.quota(0, limit=1000, resets=86_400, policy="daily"))
    assert subject.refusal().retry_after == pytest.approx(86_389.5)


def test_a_quota_whose_end_is_unknown_keeps_calls_back_for_a_while(subject: Subject) -> None:
    subject.told(subject.quota(0, resets=None))
    assert subject.refusal().retry_after == UNSAID
    subject.seconds += UNSAID
    assert subject.admitted()


def test_a_call_without_an_answer_is_taken_as_spent_but_never_the_last_one(subject: Subject) -> None:
    subject.told(subject.quota(3))
    for _ in range(5):
        subject.budget.settle(subject.budget.reserve(PERSON), None)
    assert subject.budget.current() == subject.quota(3), "what is shown is the vendor's word"
    assert subject.admitted() == 1, "one call may still ask how things are"
    subject.seconds += 1
    subject.told(subject.quota(2))
    assert subject.admitted() == 2


def test_an_answer_that_tells_nothing_takes_nothing(subject: Subject) -> None:
    subject.told(subject.quota(2)).told()
    assert subject.admitted() == 2


def test_a_pause_is_for_everybody_and_ends_by_itself(subject: Subject) -> None:
    subject.budget.pause(30)
    assert subject.refusal(PERSON).retry_after == subject.refusal(NOBODY).retry_after == 30
    subject.seconds = 29.75
    assert subject.refusal().retry_after == 0.25
    subject.seconds = 30
    assert subject.admitted() == subject.admitted(NOBODY) == 200


def test_of_several_pauses_the_one_that_ends_last_stands(subject: Subject) -> None:
    subject.budget.pause(30)
    subject.seconds = 5
    subject.budget.pause(10)
    assert subject.refusal().retry_after == 25
    subject.budget.pause(26)
    assert subject.refusal().retry_after == 26


def test_no_pause_is_longer_than_a_day(subject: Subject) -> None:
    subject.budget.pause(1e12)
    assert subject.refusal().retry_after == LONGEST


def test_a_call_must_wait_for_the_pause_and_for_the_quota(subject: Subject) -> None:
    subject.told(subject.quota(0))
    subject.budget.pause(5)
    assert subject.refusal().retry_after == 59.5
    subject.budget.pause(90)
    assert subject.refusal().retry_after == 90


def test_figures_from_a_body_count_and_tell_what_a_call_takes(subject: Subject) -> None:
    subject.budget.tell(subject.quota(30, policy="graphql"), cost=10)
    assert subject.budget.current() == subject.quota(30, policy="graphql")
    assert subject.admitted() == 3
    subject.seconds = 1
    subject.budget.tell(subject.quota(40, policy="graphql"), cost=0)
    assert subject.admitted() == 30, "nobody knows to which call they belong: they never raise"
    subject.budget.tell(subject.quota(7, policy="graphql"))
    assert subject.admitted() == 7
    subject.seconds = 61
    subject.budget.tell(subject.quota(99, policy="graphql", resets=120))
    assert subject.admitted() == 99


def test_a_quota_that_is_over_when_it_is_told_is_none(subject: Subject) -> None:
    subject.seconds = 61
    subject.told(subject.quota(0))
    assert subject.budget.current() is None
    assert subject.admitted() == 200


def test_a_clock_on_the_wall_that_jumps_does_not_move_a_reset_that_was_read(subject: Subject) -> None:
    jump = timedelta(0)
    budget = QuotaBudget(Service.GITHUB, clock=lambda: subject.seconds, now=lambda: START + jump)
    budget.settle(budget.reserve(PERSON), [subject.quota(0)])
    jump = timedelta(hours=5)
    with pytest.raises(RateLimited) as refusal:
        budget.reserve(PERSON)
    assert refusal.value.retry_after == 60


def test_a_service_that_makes_up_ever_more_limits_does_not_fill_the_memory(subject: Subject) -> None:
    for number in range(1000):
        subject.told(subject.quota(1, policy=f"{number}", resets=10_000))
    assert len(subject.budget._windows) == POLICIES  # noqa: SLF001 - the bound is not to be seen otherwise
    subject.seconds = 10_000
    subject.told(subject.quota(0, policy="new", resets=20_000))
    assert subject.refusal().retry_after == 9999.5, "those that are over make room"
    assert len(subject.budget._windows) == 1  # noqa: SLF001 - likewise


def test_two_credentials_have_a_budget_each() -> None:
    ours, theirs = Subject(), Subject()
    ours.told(ours.quota(0)).budget.pause(100)
    assert ours.refusal().retry_after == 100
    assert theirs.admitted() == 200
