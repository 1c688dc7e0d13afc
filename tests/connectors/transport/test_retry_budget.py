import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.transport.retry_budget import RetryBudget

FLOOR = 100  # of the defaults: 10 a second in 10 s


class Subject:
    """A budget with the defaults, whose time passes when a test says so."""

    def __init__(self, share: float = 0.2, floor: float = 10.0) -> None:
        self.now = 1000.0
        self.budget = RetryBudget(share=share, floor=floor, clock=lambda: self.now)

    def succeed(self, times: int) -> None:
        for _ in range(times):
            self.budget.deposit()

    def retry(self, times: int) -> int:
        """How many of so many retries it allows."""
        granted = 0
        for _ in range(times):
            if self.budget.reserve():
                granted += 1
                self.budget.settle(sent=True)
        return granted


@pytest.fixture
def subject() -> Subject:
    return Subject()


def test_without_any_traffic_the_floor_is_allowed(subject: Subject) -> None:
    assert subject.budget.left == FLOOR
    assert subject.retry(500) == FLOOR
    assert subject.budget.left == 0


def test_the_floor_comes_back_when_the_window_has_passed(subject: Subject) -> None:
    subject.retry(FLOOR)
    subject.now += 9
    assert subject.retry(10) == 0
    subject.now += 1
    assert subject.retry(500) == FLOOR


@pytest.mark.parametrize(
    ("successes", "retries"), [(0, 100), (499, 100), (500, 100), (505, 101), (1000, 200), (4000, 800)]
)
def test_a_fifth_of_the_clean_successes_is_allowed_where_that_is_more_than_the_floor(
    subject: Subject, successes: int, retries: int
) -> None:
    subject.succeed(successes)
    assert subject.retry(2000) == retries


def test_a_retry_takes_and_five_clean_successes_give_one_back(subject: Subject) -> None:
    subject.succeed(1000)
    assert subject.retry(200) == 200
    subject.succeed(4)
    assert subject.retry(1) == 0
    subject.succeed(1)
    assert subject.retry(2) == 1


def test_successes_are_forgotten_with_the_window(subject: Subject) -> None:
    subject.succeed(1000)
    subject.now += 10
    assert subject.budget.left == FLOOR


def test_retries_that_wait_or_are_under_way_are_taken_already(subject: Subject) -> None:
    assert [subject.budget.reserve() for _ in range(FLOOR + 1)] == [True] * FLOOR + [False]
    assert (subject.budget.reserved, subject.budget.left) == (FLOOR, 0)


def test_a_retry_that_was_not_sent_after_all_is_given_back(subject: Subject) -> None:
    for _ in range(3 * FLOOR):
        assert subject.budget.reserve()
        subject.budget.settle(sent=False)
    assert (subject.budget.reserved, subject.budget.left) == (0, FLOOR)


def test_what_is_left_is_never_negative_when_successes_pass_before_their_retries(subject: Subject) -> None:
    subject.succeed(2000)
    subject.now += 5
    assert subject.retry(400) == 400
    subject.now += 5
    assert subject.budget.left == 0
    assert not subject.budget.reserve()


@settings(derandomize=True, max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from([0.0, 0.3, 1.0, 4.0, 11.0]), st.integers(0, 60), st.integers(0, 30)), max_size=30
    )
)
def test_retries_in_a_window_never_exceed_a_fifth_of_its_calls_or_the_floor(
    steps: list[tuple[float, int, int]],
) -> None:
    subject = Subject(floor=0.5)
    sent: list[tuple[float, int, int]] = []  # when, clean successes, retries
    for pause, successes, wanted in steps:
        subject.now += pause
        subject.succeed(successes)
        granted = subject.retry(wanted)
        sent.append((subject.now, successes, granted))
        # A window of ten whole seconds by the clock, the running one last: how the budget itself sees time.
        start = subject.now // 1 - 9
        retries = sum(count for at, _, count in sent if at >= start)
        calls = sum(count for at, count, _ in sent if at >= start)
        if granted:
            assert retries <= max(5, 0.2 * calls), f"{retries} retries beside {calls} clean successes in 10 s"
