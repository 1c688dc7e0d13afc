"""The best matches of a text, as a search over all services takes them."""

import httpx
import msgspec
import pytest

from connectors.domain.code import Issue, Repository
from connectors.domain.errors import Unavailable
from connectors.domain.search import Stretch, TextAsked, Turn
from connectors.github.client import GitHub
from tests.connectors.github.support import PEOPLE, RATE_LIMIT, only, over, variables
from tests.connectors.support import Recorder, matches

ISSUE = {
    "number": 1,
    "title": "Crash",
    "state": "OPEN",
    "createdAt": "2026-10-01T12:00:00Z",
    "updatedAt": "2026-10-01T12:00:00Z",
    "url": "https://github.com/a/b/issues/1",
    "author": None,
    "assignees": {"nodes": []},
    "labels": {"nodes": []},
    "repository": {"nameWithOwner": "a/b"},
}


def page_of(ids: range, *, more: bool) -> dict[str, object]:
    edges = [{"cursor": f"c{number}", "node": {"id": f"I_{number}", **ISSUE}} for number in ids]
    return {"pageInfo": {"hasNextPage": more, "endCursor": f"c{ids.stop - 1}" if ids else None}, "edges": edges}


def shelf(size: int, *, shift: int = 0) -> Recorder:
    """So many issues, of which `shift` have come in at the top whenever a page is asked for."""
    asked = 0

    def handle(request: httpx.Request) -> httpx.Response:
        nonlocal asked
        data: dict[str, object] = {"rateLimit": RATE_LIMIT}
        sent = msgspec.json.decode(request.content)["variables"]
        for place in (name.removeprefix("query_") for name in sent if name.startswith("query_")):
            start = int(str(sent.get(f"after_{place}", "c-1"))[1:]) + 1 - asked * shift
            stop = min(start + sent[f"first_{place}"], size)
            data[f"k{place}"] = page_of(range(start, stop), more=stop < size)
        asked += 1
        return httpx.Response(200, json={"data": data})

    return Recorder(httpx.MockTransport(handle))


async def issues(github: GitHub, asked: TextAsked) -> list[str]:
    found = only(await github.search_issues([asked]))
    return [issue.external_id for issue in found.items]


async def test_issues_come_in_githubs_own_order_of_relevance(github: GitHub, wire: Recorder) -> None:
    found = only(await github.search_issues([TextAsked("csv export", 7)])).items
    assert len(found) == 7
    assert all(isinstance(one, Issue) and "csv" in one.title.lower() for one in found)
    (request,) = wire.requests
    assert variables(request)["query_0"] == "is:issue csv export"


async def test_repositories_are_found_by_name_and_by_owner(github: GitHub, wire: Recorder) -> None:
    handle = PEOPLE[0].handle
    found = only(await github.search_repositories([TextAsked(handle, 5)])).items
    assert found
    assert all(isinstance(one, Repository) and one.owner == handle for one in found)
    assert len(wire.requests) == 1


async def test_texts_share_one_query_and_a_longer_answer_begins_with_the_shorter(
    github: GitHub, wire: Recorder
) -> None:
    asked = [TextAsked("csv", 3), TextAsked("csv", 9), TextAsked("login", 2)]
    answers = await github.search_issues(asked)
    few, many, other = (matches(answers[one]) for one in asked)
    assert (few, len(many), len(wire.requests)) == (many[:3], 9, 1)
    assert other != few


async def test_an_answer_takes_two_calls_at_most() -> None:
    wire = shelf(1000)
    assert await issues(over(wire), TextAsked("x", 110)) == [f"I_{number}" for number in range(110)]
    assert [variables(one)["first_0"] for one in wire.requests] == [100, 10]
    assert len(await issues(over(wire), TextAsked("x", 500))) == 200


async def test_an_answer_says_where_to_begin_within_it_and_after_it() -> None:
    found = only(await over(shelf(1000)).search_issues([TextAsked("x", 25)]))
    assert (found.turns, found.more) == ((Turn(0, ""), Turn(10, "c9"), Turn(20, "c19"), Turn(25, "c24")), True)
    assert await issues(over(shelf(1000)), TextAsked("x", 3, start="c19")) == ["I_20", "I_21", "I_22"]
    whole = only(await over(shelf(15)).search_issues([TextAsked("x", 25)]))
    assert (whole.turns, whole.more) == ((Turn(0, ""), Turn(10, "c9")), False)


async def test_an_answer_ends_where_the_matches_do() -> None:
    wire = shelf(120)
    assert len(await issues(over(wire), TextAsked("x", 500))) == 120
    assert len(wire.requests) == 2


async def test_an_issue_that_moves_while_it_is_read_comes_once() -> None:
    wire = shelf(300, shift=10)
    found = await issues(over(wire), TextAsked("x", 150))
    assert len(found) == len(set(found)) == 140


@pytest.mark.parametrize("asked", [TextAsked("", 5), TextAsked('""', 5), TextAsked("x", 0), TextAsked("x", -1)])
async def test_what_finds_nothing_costs_no_call(github: GitHub, wire: Recorder, asked: TextAsked) -> None:
    assert await github.search_issues([asked]) == {asked: Stretch()}
    assert await github.search_repositories([asked]) == {asked: Stretch()}
    assert wire.requests == []


async def test_a_text_that_fails_fails_alone_and_as_a_value() -> None:
    github = over(httpx.MockTransport(lambda _: httpx.Response(502)))
    good = TextAsked("", 3)
    bad = TextAsked("x", 3)
    answers = await github.search_issues([good, bad])
    assert answers[good] == Stretch()
    assert isinstance(answers[bad], Unavailable)
