from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from gateway.execution.kept import SHORTEST, Kept
from gateway.execution.operation import Answer, Freshness

FRESH = Freshness(60, 5, private=False)


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@dataclass(frozen=True)
class Lasting:
    """As the owner of a schema says it."""

    fresh: float = 60.0
    shown: float = 90.0
    marked: bool = False

    def retold(self, seconds: float) -> Mapping[str, Any]:
        return {"later": seconds}


def written(data: bytes, extensions: Mapping[str, Any]) -> bytes:
    return data + repr(dict(extensions)).encode()


class Subject:
    """Answers kept on a clock of the test's, for ten seconds and ten more."""

    def __init__(self, limit: int = 100_000) -> None:
        self.clock = Clock()
        self.kept = Kept(limit, longest=10, clock=self.clock)

    def put(
        self, key: str, again: Lasting | None = None, data: bytes = b"{}", mark: Hashable = None, to: Freshness = FRESH
    ) -> None:
        self.kept.put(key, data, to, again or Lasting(), mark)

    def get(self, key: str) -> Answer | None:
        entry = self.kept.get(key)
        return None if entry is None else self.kept.answer(entry, written)

    def overdue(self, key: str) -> bool:
        entry = self.kept.get(key)
        assert entry is not None
        return self.kept.overdue(entry)


def test_an_answer_is_shown_again_with_its_age_and_what_is_retold_of_it() -> None:
    subject = Subject()
    subject.put("a", data=b'{"x":1}')
    subject.clock.now += 3.5
    answer = subject.get("a")
    assert answer is not None
    assert answer.body == b"{\"x\":1}{'later': 3.5}"
    assert answer.freshness == Freshness(60, 8, private=False)
    assert answer.executed


@pytest.mark.parametrize("shown", [0.0, -3.0])
def test_what_may_not_be_shown_again_is_not_kept(shown: float) -> None:
    subject = Subject()
    subject.put("a", Lasting(fresh=-5, shown=shown))
    assert subject.get("a") is None


def test_what_needs_a_mark_and_has_none_is_not_kept() -> None:
    subject = Subject()
    subject.put("a", Lasting(marked=True))
    assert subject.get("a") is None
    subject.put("a", Lasting(marked=True), mark=7)
    entry = subject.kept.get("a")
    assert entry is not None
    assert entry.mark == 7


@pytest.mark.parametrize(
    ("again", "seconds"), [(Lasting(3, 7), 7), (Lasting(0, 7), 7), (Lasting(600, 900), 20), (Lasting(-2, 900), 20)]
)
def test_it_is_shown_as_long_as_it_may_be_and_never_for_long(again: Lasting, seconds: float) -> None:
    subject = Subject()
    subject.put("a", again)
    subject.clock.now += seconds - 0.01
    assert subject.get("a") is not None
    subject.clock.now += 0.01
    assert subject.get("a") is None


@pytest.mark.parametrize(
    ("again", "seconds"), [(Lasting(3, 20), 3), (Lasting(600, 900), 10), (Lasting(-2, 20), SHORTEST)]
)
def test_a_new_one_is_due_when_it_goes_stale_or_is_old_and_not_at_once(again: Lasting, seconds: float) -> None:
    subject = Subject()
    subject.put("a", again)
    subject.clock.now += seconds - 0.01
    assert not subject.overdue("a")
    subject.clock.now += 0.02
    assert subject.overdue("a")


def test_others_are_told_what_they_were_told_before() -> None:
    subject = Subject()
    subject.put("a", to=Freshness())
    subject.clock.now += 4
    answer = subject.get("a")
    assert answer is not None
    assert answer.freshness.max_age == 0


def test_another_key_is_another_answer() -> None:
    subject = Subject()
    subject.put("a", data=b"1")
    subject.put("b", data=b"2")
    bodies = [answer.body[:1] for key in "ab" if (answer := subject.get(key))]
    assert (bodies, subject.get("c")) == ([b"1", b"2"], None)


def test_it_holds_no_more_bytes_than_it_may_and_forgets_what_was_longest_not_asked_for() -> None:
    subject = Subject(limit=3 * 2000)
    for key in "abc":
        subject.put(key, data=bytes(1000))
    assert subject.get("a") is not None
    subject.put("d", data=bytes(1000))
    assert [key for key in "abcd" if subject.get(key)] == ["a", "c", "d"]
    subject.put("e", data=bytes(10_000))
    assert subject.get("e") is None
