from datetime import datetime, timedelta
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.seed import timeline as timeline_module
from connectors.seed.people import MOST, People
from connectors.seed.timeline import Event, Timeline
from tests.connectors.support import NOW

LAWS = settings(derandomize=True, max_examples=120, deadline=None)
EACH = st.integers(1, 6)
CROWDED = 40_000  # so many that several events fall into the same second


class Made(NamedTuple):
    """A timeline and what it was made of."""

    people: People
    timeline: Timeline
    length: timedelta


@st.composite
def timelines(draw: st.DrawFn) -> Made:
    people, days = People(draw(st.integers(1, 25)), NOW), draw(st.sampled_from([1, 365]))
    timeline = Timeline(people, "tests", each=draw(EACH), days=days, gap=draw(st.integers(2, 5)))
    return Made(people, timeline, timedelta(days=days))


def everything(timeline: Timeline) -> list[Event]:
    return list(timeline.events(timeline.slots()))


@LAWS
@given(timelines())
def test_the_lists_of_all_people_together_are_everybodys_list(made: Made) -> None:
    people, timeline, _ = made
    slots = [timeline.slots(people[number]) for number in range(people.count)]
    assert sorted(slot for own in slots for slot in own) == list(timeline.slots())
    for number, own in enumerate(slots):
        assert all(event.person.number == number for event in timeline.events(own))


@LAWS
@given(timelines())
def test_events_come_newest_first_before_now_and_within_the_days(made: Made) -> None:
    people, timeline, length = made
    times = [event.at for event in everything(timeline)]
    assert times == sorted(times, reverse=True)
    assert all(at <= NOW and not at.microsecond for at in times)
    assert all(at > NOW - length - timedelta(seconds=2) for at in times)  # cut to the second
    own = [event.at for event in timeline.events(timeline.slots(people[0]))]
    assert own == sorted(own, reverse=True)


@LAWS
@given(timelines(), st.floats(-0.1, 1.2), st.sampled_from(["everybody", "somebody"]))
def test_slots_before_a_time_hold_every_event_that_is_not_after_it(made: Made, part: float, who: str) -> None:
    people, timeline, length = made
    person = people[people.count // 2] if who == "somebody" else None
    before = NOW - length * part
    all_slots, some_slots = timeline.slots(person), timeline.slots(person, before)
    assert [event for event in timeline.events(some_slots) if event.at <= before] == [
        event for event in timeline.events(all_slots) if event.at <= before
    ]
    assert some_slots.step == all_slots.step
    assert set(some_slots) <= set(all_slots)


@LAWS
@given(st.integers(0, 9000), st.integers(1, 25))
def test_no_event_is_left_out_where_several_fall_into_the_same_second(milliseconds: int, count: int) -> None:
    timeline = Timeline(People(count, NOW), "tests", each=CROWDED, days=1)
    before = NOW - timedelta(milliseconds=milliseconds)
    nearest = timeline.slots()[:250]
    kept = [slot for slot in timeline.slots(None, before)[:250] if slot in nearest]
    assert [event for event in timeline.events(kept) if event.at <= before] == [
        event for event in timeline.events(nearest) if event.at <= before
    ]


@pytest.mark.parametrize("count", [1, 40, MOST])
def test_few_slots_after_a_time_are_left_in(count: int) -> None:
    timeline = Timeline(People(count, NOW), "charge", each=8, days=365)
    before = NOW - timedelta(days=200)
    newer = [slot for slot in timeline.slots(None, before)[:50] if (event := timeline.find(slot)) and event.at > before]
    assert len(newer) <= 2


def test_a_time_in_the_future_leaves_nothing_out_and_the_distant_past_everything() -> None:
    timeline = Timeline(People(9, NOW), "charge", each=4, days=30)
    assert timeline.slots(None, NOW + timedelta(days=9999)) == timeline.slots()
    assert len(timeline.slots(None, NOW - timedelta(days=9999))) == 0


def test_some_slots_are_empty_so_that_people_differ() -> None:
    people = People(200, NOW)
    timeline = Timeline(people, "charge", each=8, days=365)
    counts = {len(list(timeline.events(timeline.slots(people[number])))) for number in range(200)}
    assert len(counts) > 4
    filled = len(everything(timeline)) / len(timeline.slots())
    assert filled == pytest.approx(3 / 4, abs=0.05)


def test_an_event_is_found_again_by_its_number_and_draws_the_same() -> None:
    timeline, again = (Timeline(People(9, NOW), "charge", each=8, days=365) for _ in range(2))
    for event in everything(timeline):
        assert again.find(event.number) == event == timeline[event.number]
        assert event.draw().random() == event.draw().random()
    other = Timeline(People(9, NOW), "invoice", each=8, days=365)
    assert everything(timeline) != everything(other)


@pytest.mark.parametrize("number", [None, -1, 72, 10**12])
def test_there_is_no_event_beyond_the_slots(number: int | None) -> None:
    timeline = Timeline(People(9, NOW), "charge", each=8, days=365)
    assert timeline.find(number) is None
    if number is not None:
        with pytest.raises(IndexError):
            timeline[number]


def test_an_empty_slot_is_an_index_error() -> None:
    timeline = Timeline(People(9, NOW), "charge", each=8, days=365)
    empty = next(slot for slot in timeline.slots() if timeline.find(slot) is None)
    with pytest.raises(IndexError):
        timeline[empty]


def test_nobody_has_no_events() -> None:
    assert everything(Timeline(People(0, NOW), "charge", each=8, days=365)) == []


def test_events_among_a_hundred_thousand_people_are_made_up_as_they_are_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[int] = []

    def counted(number: int, person: object, at: datetime, kind: str) -> tuple[object, ...]:
        made.append(number)
        return number, person, at, kind

    monkeypatch.setattr(timeline_module, "Event", counted)
    people = People(MOST, NOW)
    timeline = Timeline(people, "charge", each=8, days=365)
    own = timeline.slots(people[77_777])
    deep = timeline.slots(None, NOW - timedelta(days=200))
    assert isinstance(own, range)
    assert isinstance(deep, range)
    assert (len(own), len(timeline.slots())) == (8, 800_000)
    assert made == []
    list(timeline.events(own))
    list(timeline.events(deep[:10]))
    assert len(made) <= 18
