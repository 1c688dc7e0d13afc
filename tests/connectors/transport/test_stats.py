import asyncio
from contextlib import ExitStack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.domain.errors import TimedOut
from connectors.domain.service import Service
from connectors.transport.stats import RECENT, Ledger, Meter, ServiceStats, State, operation

SLOW = TimedOut(Service.GITHUB, "slow")


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_calls_one_after_another_add_up_and_the_time_between_does_not_count(clock: Clock) -> None:
    meter = Meter(clock)
    for _ in range(3):
        meter.begin()
        clock.now += 0.5
        meter.end()
        clock.now += 10
    assert meter.ms == 1500


def test_calls_side_by_side_count_once(clock: Clock) -> None:
    meter = Meter(clock)
    meter.begin()
    clock.now += 1
    meter.begin()
    clock.now += 1
    meter.end()
    clock.now += 1
    meter.end()
    clock.now += 1
    assert meter.ms == 3000


def test_a_call_under_way_counts_up_to_now(clock: Clock) -> None:
    meter = Meter(clock)
    assert meter.ms == 0
    meter.begin()
    clock.now += 2
    assert meter.ms == 2000
    clock.now += 1
    assert meter.ms == 3000


@settings(derandomize=True, max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 20)), max_size=12))
def test_the_time_is_that_in_which_any_call_was_under_way(calls: list[tuple[int, int]]) -> None:
    clock = Clock()
    meter = Meter(clock)
    for moment in range(75):
        for start, length in calls:
            if start + length == moment:
                meter.end()
        for start, _ in calls:
            if start == moment:
                meter.begin()
        clock.now += 1
    busy = {moment for start, length in calls for moment in range(start, start + length)}
    assert meter.ms == len(busy) * 1000


def test_a_ledger_has_a_meter_for_each_service_in_the_order_of_first_use(clock: Clock) -> None:
    ledger = Ledger(clock)
    first = ledger.meter(Service.STRIPE)
    ledger.meter(Service.GITHUB)
    assert ledger.meter(Service.STRIPE) is first
    assert list(ledger.meters) == [Service.STRIPE, Service.GITHUB]


async def test_operations_side_by_side_are_entered_in_their_own_ledgers(clock: Clock) -> None:
    stats = ServiceStats(Service.GITHUB, clock)
    both = asyncio.Barrier(2)

    async def call() -> None:
        with stats.call():
            await both.wait()

    async def run(calls: int, *, fail: bool) -> Ledger:
        with operation(Ledger(clock)) as ledger:
            for _ in range(calls):
                await asyncio.create_task(call())  # a task that is started inside is entered too
            if fail:
                stats.failed(SLOW)
            return ledger

    first, second = await asyncio.gather(run(2, fail=True), run(2, fail=False))
    assert [ledger.meter(Service.GITHUB).calls for ledger in (first, second)] == [2, 2]
    assert [ledger.meter(Service.GITHUB).errors for ledger in (first, second)] == [1, 0]
    assert (stats.totals.calls, stats.totals.errors) == (4, 1)


def test_a_call_outside_of_any_operation_counts_for_the_process_alone(clock: Clock) -> None:
    stats = ServiceStats(Service.GITHUB, clock)
    with operation(Ledger(clock)) as ledger:
        pass
    with stats.call():
        clock.now += 1
    assert ledger.meters == {}
    assert (stats.totals.calls, stats.totals.ms) == (1, 1000)


def test_an_operation_within_an_operation_gives_the_outer_one_back(clock: Clock) -> None:
    stats = ServiceStats(Service.GITHUB, clock)
    with operation(Ledger(clock)) as outer:
        with operation(Ledger(clock)) as inner, stats.call():
            pass
        with stats.call():
            pass
    assert [ledger.meter(Service.GITHUB).calls for ledger in (outer, inner)] == [1, 1]


def test_a_call_that_outlives_its_operation_ends_in_the_meter_where_it_began(clock: Clock) -> None:
    stats = ServiceStats(Service.GITHUB, clock)
    with ExitStack() as call:
        with operation(Ledger(clock)) as ledger:
            call.enter_context(stats.call())
        clock.now += 2
    clock.now += 5
    assert ledger.meter(Service.GITHUB).ms == 2000


def test_a_call_is_over_when_it_raises(clock: Clock) -> None:
    stats = ServiceStats(Service.GITHUB, clock)

    def call() -> None:
        with stats.call():
            clock.now += 1
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        call()
    clock.now += 1
    assert stats.totals.ms == 1000


def fed(outcomes: str) -> ServiceStats:
    """`+` a call that was answered, `-` one that was not, `~` one whose answer held an error."""
    stats = ServiceStats(Service.GITHUB)
    for outcome in outcomes:
        if outcome in "+~":
            stats.succeeded()
        if outcome == "-":
            stats.failed(SLOW)
        if outcome == "~":
            stats.failed_after_all(SLOW)
    return stats


@pytest.mark.parametrize(
    ("outcomes", "state"),
    [
        ("", State.UP),
        ("+", State.UP),
        ("-", State.DOWN),
        ("+-", State.DOWN),
        ("++-", State.DEGRADED),
        ("-" * 10 + "+" * 10, State.DOWN),
        ("-" * 10 + "+" * 11, State.DEGRADED),
        ("-" * 10 + "+" * 19, State.DEGRADED),
        ("-" * 10 + "+" * RECENT, State.UP),
        ("+" * 100 + "-" * 9, State.DEGRADED),
        ("+" * 100 + "-" * 10, State.DOWN),
        ("~", State.DOWN),
        ("+" * 11 + "~" * 9, State.DEGRADED),
        ("++~", State.DEGRADED),
        ("+-~", State.DOWN),
    ],
)
def test_the_state_looks_back_on_the_latest_calls(outcomes: str, state: State) -> None:
    stats = fed(outcomes)
    assert stats.state is state
    assert stats.totals.errors == outcomes.count("-") + outcomes.count("~")


def test_what_has_recovered_is_up_whatever_failed_before() -> None:
    stats = fed("-" * 20)
    stats.recovered()
    assert (stats.state, stats.totals.errors) == (State.UP, 20)
    assert stats.last_error is not None, "why it failed stays to be read"


def test_a_failure_that_nobody_saw_is_the_services_and_not_the_operations() -> None:
    stats = ServiceStats(Service.GITHUB)
    with operation(Ledger()) as ledger, stats.waiting():
        stats.failed_unseen(SLOW)
        stats.cached(90, stale=True)
    meter = ledger.meter(Service.GITHUB)
    assert (meter.errors, meter.stale, meter.cached) == (0, True, 1)
    assert (stats.totals.errors, stats.state, stats.last_error) == (1, State.DOWN, "slow")


def test_the_last_error_stays_to_be_read_after_the_service_is_well_again() -> None:
    assert fed("+").last_error is None
    assert fed("-" + "+" * 30).last_error == "slow"


def test_an_error_found_late_takes_back_no_other_calls_success() -> None:
    stats = fed("+++--")
    stats.failed_after_all(SLOW)
    assert (stats.state, stats.totals.errors) == (State.DOWN, 3)
    alone = ServiceStats(Service.GITHUB)
    alone.failed_after_all(SLOW)
    assert (alone.state, alone.totals.errors) == (State.DOWN, 1)
