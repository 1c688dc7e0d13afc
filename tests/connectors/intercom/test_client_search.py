"""Conversations by words."""

import httpx
import pytest

from connectors.domain.errors import Unavailable
from connectors.domain.page import Position, position
from connectors.domain.search import Stretch, TextAsked
from connectors.intercom.client import Intercom
from tests.connectors.intercom.support import (
    filters,
    imitation,
    over,
    searches,
)
from tests.connectors.support import NOW, Recorder, matches

A, B, C = "a" * 24, "b" * 24, "c" * 24


@pytest.fixture
def wire() -> Recorder:
    return imitation()


@pytest.fixture
def intercom(wire: Recorder) -> Intercom:
    return over(wire)


async def test_a_text_is_searched_word_by_word(intercom: Intercom, wire: Recorder) -> None:
    asked = TextAsked("trial WEEK", 5)
    found = matches((await intercom.search_tickets([asked, asked]))[asked])
    assert found
    assert len(found) <= 5
    assert filters(searches(wire)[0]["query"]) == [
        {"field": "source.body", "operator": "~", "value": "trial"},
        {"field": "source.body", "operator": "~", "value": "WEEK"},
    ]
    assert len(searches(wire)) == 1


async def test_a_search_reads_as_many_pages_as_it_must(intercom: Intercom) -> None:
    one, more = TextAsked("the", 1), TextAsked("the", 7)
    answers = await intercom.search_tickets([one, more])
    first, seven = matches(answers[one]), matches(answers[more])
    assert (len(first), len(seven)) == (1, 7)
    assert seven[:1] == first


@pytest.mark.parametrize("asked", [TextAsked("  ", 5), TextAsked("trial", 0), TextAsked("", 1)])
async def test_a_search_for_nothing_finds_nothing_and_costs_no_call(
    intercom: Intercom, wire: Recorder, asked: TextAsked
) -> None:
    assert await intercom.search_tickets([asked]) == {asked: Stretch()}
    assert wire.requests == []


async def test_of_a_long_text_fifteen_words_count(intercom: Intercom, wire: Recorder) -> None:
    asked = TextAsked("word " * 40, 5)
    assert await intercom.search_tickets([asked]) == {asked: Stretch()}
    assert len(filters(searches(wire)[0]["query"])) == 15


async def test_a_failing_search_is_its_own_texts_alone() -> None:
    good, bad = TextAsked("trial", 2), TextAsked("boom", 2)
    inner = imitation()

    async def answer(sent: httpx.Request) -> httpx.Response:
        return httpx.Response(500) if b"boom" in sent.content else await inner.handle_async_request(sent)

    answers = await over(httpx.MockTransport(answer)).search_tickets([good, bad])
    assert isinstance(answers[good], Stretch)
    assert isinstance(answers[bad], Unavailable)


async def test_a_search_goes_on_after_a_place(intercom: Intercom, wire: Recorder) -> None:
    whole = TextAsked("the", 40)
    every = matches((await intercom.search_tickets([whole]))[whole])
    assert len(every) > 12
    assert list(every) == sorted(every, key=position, reverse=True)
    wire.requests.clear()
    then = TextAsked("the", 5, position(every[6]))
    assert matches((await intercom.search_tickets([then]))[then]) == every[7:12]
    assert filters(searches(wire)[0]["query"])[0]["field"] == "created_at"


async def test_words_and_a_place_fit_the_groups_that_intercom_takes(intercom: Intercom, wire: Recorder) -> None:
    asked = TextAsked("word " * 40, 5, Position(NOW, "intercom:1"))
    assert await intercom.search_tickets([asked]) == {asked: Stretch()}
    sent = searches(wire)[0]["query"]["value"]
    assert (len(sent), len(sent[1]["value"])) == (2, 15)
