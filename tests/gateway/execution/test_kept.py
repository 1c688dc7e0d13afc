from collections.abc import Mapping
from typing import Any

import pytest

from gateway.execution.kept import Kept
from gateway.execution.operation import Answer, Freshness


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def retold(extensions: Mapping[str, Any], seconds: float) -> Mapping[str, Any]:
    return {**extensions, "later": seconds}


def written(data: bytes, extensions: Mapping[str, Any]) -> bytes:
    return data + repr(dict(extensions)).encode()


class Subject:
    """Answers kept on a clock of the test's."""

    def __init__(self, limit: int = 100_000) -> None:
        self.clock = Clock()
        self.kept = Kept(limit, longest=10, clock=self.clock)

    def put(self, key: str, freshness: Freshness, data: bytes = b"{}") -> None:
        self.kept.put(key, data, {"sources": 1}, freshness)

    def get(self, key: str) -> Answer | None:
        return self.kept.get(key, retold, written)


def test_an_answer_is_shown_again_with_its_age_and_what_is_retold_of_it() -> None:
    subject = Subject()
    subject.put("a", Freshness(60, 5, private=False), b'{"x":1}')
    subject.clock.now += 3.5
    answer = subject.get("a")
    assert answer is not None
    assert answer.body == b"{\"x\":1}{'sources': 1, 'later': 3.5}"
    assert answer.freshness == Freshness(60, 8, private=False)
    assert answer.executed


@pytest.mark.parametrize("freshness", [Freshness(), Freshness(5, 5), Freshness(0, 9)])
def test_what_is_not_fresh_is_not_kept(freshness: Freshness) -> None:
    subject = Subject()
    subject.put("a", freshness)
    assert subject.get("a") is None


@pytest.mark.parametrize(("freshness", "seconds"), [(Freshness(7, 4), 3), (Freshness(600, 0), 10)])
def test_it_is_kept_until_it_is_stale_and_never_for_long(freshness: Freshness, seconds: float) -> None:
    subject = Subject()
    subject.put("a", freshness)
    subject.clock.now += seconds - 0.01
    assert subject.get("a") is not None
    subject.clock.now += 0.01
    assert subject.get("a") is None


def test_another_key_is_another_answer() -> None:
    subject = Subject()
    subject.put("a", Freshness(60), b"1")
    subject.put("b", Freshness(60), b"2")
    bodies = [answer.body[:1] for key in "ab" if (answer := subject.get(key))]
    assert (bodies, subject.get("c")) == ([b"1", b"2"], None)


def test_it_holds_no_more_bytes_than_it_may_and_forgets_what_was_longest_not_asked_for() -> None:
    subject = Subject(limit=3 * 2000)
    for key in "abc":
        subject.put(key, Freshness(60), bytes(1000))
    assert subject.get("a") is not None
    subject.put("d", Freshness(60), bytes(1000))
    assert [key for key in "abcd" if subject.get(key)] == ["a", "c", "d"]
    subject.put("e", Freshness(60), bytes(10_000))
    assert subject.get("e") is None
