"""How long an operation's answer may be shown, reckoned from all its parts."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.domain.errors import NotConfigured, Rejected, TimedOut
from connectors.domain.service import Service
from connectors.transport.freshness import Freshness, Parts
from connectors.transport.stats import Ledger, ServiceStats, operation
from tests.connectors.subject import Subject as Reached
from tests.connectors.support import answering

NOT_TO_BE_KEPT = Freshness(max_age=0, age=0, private=True)


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Subject:
    """The parts of one operation."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.parts = Parts(self.clock)

    def read(self, age: float, left: float, *, private: bool = False) -> None:
        self.parts.begin()
        self.parts.lasts(age, left, private=private)

    @property
    def freshness(self) -> Freshness:
        return self.parts.freshness()


def test_what_has_read_nothing_may_not_be_kept() -> None:
    assert Subject().freshness == NOT_TO_BE_KEPT


def test_one_part_has_its_own_lifetime_and_age() -> None:
    subject = Subject()
    subject.read(20, 40)
    assert subject.freshness == Freshness(max_age=60, age=20, private=False)


def test_time_makes_it_older_and_leaves_the_lifetime_as_it_is() -> None:
    subject = Subject()
    subject.read(20, 40)
    subject.clock.now += 30
    assert subject.freshness == Freshness(max_age=60, age=50, private=False)
    subject.clock.now += 10
    assert subject.freshness.max_age == 0


def test_of_several_parts_the_oldest_says_its_age_and_the_first_to_expire_what_is_left() -> None:
    subject = Subject()
    subject.read(50, 30)
    subject.read(5, 20)
    subject.read(0, 600)
    assert subject.freshness == Freshness(max_age=70, age=50, private=False)


def test_a_part_of_which_nobody_says_how_long_it_lasts_is_not_to_be_kept() -> None:
    subject = Subject()
    subject.read(5, 60)
    subject.parts.begin()
    assert subject.freshness == Freshness(max_age=0, age=5, private=True)


def test_a_part_that_is_over_takes_the_others_along_and_tells_its_age() -> None:
    subject = Subject()
    subject.read(0, 60)
    subject.read(300, 0)
    assert subject.freshness == Freshness(max_age=0, age=300, private=True)


def test_a_part_that_is_missing_takes_the_others_along_whenever_it_is_missed() -> None:
    for early in (True, False):
        subject = Subject()
        if early:
            subject.parts.spoil()
        subject.read(0, 60)
        if not early:
            subject.parts.spoil()
        assert subject.freshness == NOT_TO_BE_KEPT


@pytest.mark.parametrize(("ours", "theirs"), [(True, False), (False, True), (True, True)])
def test_one_private_part_makes_the_whole_private(*, ours: bool, theirs: bool) -> None:
    subject = Subject()
    subject.read(0, 60, private=ours)
    subject.read(0, 60, private=theirs)
    assert subject.freshness == Freshness(max_age=60, age=0, private=True)


def test_parts_of_a_second_are_rounded_down() -> None:
    subject = Subject()
    subject.read(0.9, 58.9)
    assert subject.freshness == Freshness(max_age=59, age=0, private=False)
    subject.clock.now += 0.3
    assert subject.freshness == Freshness(max_age=59, age=1, private=False)
    brief = Subject()
    brief.read(0, 0.9)
    assert brief.freshness.max_age == 0


PART = st.tuples(st.floats(0, 1e6), st.floats(0, 1e6), st.booleans(), st.floats(0, 100))


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.lists(PART, min_size=1, max_size=8))
def test_a_client_that_goes_by_it_shows_no_part_for_longer_than_it_lasts(
    parts: list[tuple[float, float, bool, float]],
) -> None:
    subject = Subject()
    ends, births = [], []
    for age, left, private, passes in parts:
        subject.read(age, left, private=private)
        ends.append(subject.clock.now + left)
        births.append(subject.clock.now - age)
        subject.clock.now += passes
    found, now = subject.freshness, subject.clock.now
    left = max(0, found.max_age - found.age)
    assert now + left <= max(now, min(ends)) + 1.001, "it is shown a second after a part has expired"
    assert now + left >= min(ends) - 1.001, "it is shown for what is left, to the second"
    assert abs(found.age - max(0, now - min(births))) <= 1.001
    assert found.private >= any(private for _, _, private, _ in parts)


def test_the_store_is_read_anew_for_every_answer() -> None:
    store, rates = ServiceStats(Service.STORE), ServiceStats(Service.FRANKFURTER)
    with operation(Ledger()) as ledger:
        with rates.waiting():
            rates.fetched(0, 900, private=False)
        assert ledger.freshness() == Freshness(max_age=900, age=0, private=False)
        with store.call():
            pass
    assert ledger.freshness() == NOT_TO_BE_KEPT


@pytest.mark.parametrize("error", [TimedOut(Service.STRIPE, "slow"), Rejected(Service.STRIPE, 404, "no")])
def test_a_part_that_failed_or_was_refused_may_be_there_the_next_time(error: TimedOut | Rejected) -> None:
    stats = ServiceStats(Service.STRIPE)
    with operation(Ledger()) as ledger, stats.waiting():
        stats.fetched(0, 60, private=False)
        stats.failed(error) if isinstance(error, TimedOut) else stats.refused(error)
    assert ledger.freshness().max_age == 0


def test_operations_side_by_side_have_parts_of_their_own() -> None:
    stats = ServiceStats(Service.FRANKFURTER)
    with operation(Ledger()) as one, stats.waiting():
        stats.fetched(10, 50, private=False)
    with operation(Ledger()) as other, stats.waiting():
        stats.cached(20, 5, stale=False, private=True)
    assert one.freshness() == Freshness(60, 10, private=False)
    assert other.freshness() == Freshness(25, 20, private=True)


async def test_a_service_that_is_not_configured_leaves_a_gap_that_may_be_filled_the_next_time() -> None:
    off = Reached(answering(200), configured=False)
    rates = ServiceStats(Service.FRANKFURTER)
    with operation(Ledger()) as ledger:
        with rates.waiting():
            rates.fetched(0, 60, private=False)
        with pytest.raises(NotConfigured):
            await off.thing()
    assert ledger.freshness() == NOT_TO_BE_KEPT
    assert Service.JIRA not in ledger.meters, "nothing was asked of it"
