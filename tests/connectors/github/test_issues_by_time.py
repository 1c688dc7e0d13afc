from collections.abc import Sequence

import httpx
import pytest

from connectors.domain.code import (
    Issue,
    IssuesAsked,
    IssueState,
)
from connectors.domain.page import Page, Slice, position
from connectors.domain.references import CustomerRef, ServiceLink
from connectors.domain.service import Service
from connectors.github.client import GitHub
from tests.connectors.github.support import PEOPLE, RATE_LIMIT, only, over, recorder, saying, variables
from tests.connectors.support import Recorder, crowd, refs

REFS = refs(PEOPLE, range(40))


async def opened(github: GitHub, *asked: IssuesAsked) -> Slice[Issue]:
    found: Slice[Issue] = only(await github.issues(asked))
    return found


async def test_a_customers_issues_are_theirs_newest_first_in_one_call(github: GitHub, wire: Recorder) -> None:
    found = await opened(github, IssuesAsked(REFS[3], Page(20)))
    assert {issue.author for issue in found.items} == {PEOPLE[3].handle}
    assert list(found.items) == sorted(found.items, key=position, reverse=True)
    assert found.horizon is None
    assert len(wire.requests) == 1


async def test_somebody_without_a_link_has_no_issues_and_costs_no_call(github: GitHub, wire: Recorder) -> None:
    asked = [
        IssuesAsked(CustomerRef("1"), Page()),
        IssuesAsked(CustomerRef("2", (ServiceLink(Service.GITHUB, "ada org:secret"),)), Page()),
    ]
    assert await github.issues(asked) == dict.fromkeys(asked, Slice(()))
    assert wire.requests == []


async def test_a_login_that_is_gone_has_no_issues(github: GitHub) -> None:
    gone = CustomerRef("1", (ServiceLink(Service.GITHUB, "nobody-ffff"),))
    assert await opened(github, IssuesAsked(gone, Page())) == Slice(())


async def test_the_issues_of_a_hundred_customers_and_of_anybody_share_a_call() -> None:
    people = crowd(120)
    wire = recorder(people)
    asked = [*(IssuesAsked(ref, Page(5)) for ref in refs(people, range(99))), IssuesAsked(None, Page(5))]
    answers = await over(wire, people).issues(asked)
    assert len(wire.requests) == 1
    assert list(answers) == asked
    assert all(isinstance(answer, Slice) and answer.items for answer in answers.values())


async def pages_of(github: GitHub, size: int, first: IssuesAsked) -> list[Issue]:
    joined: list[Issue] = []
    page = Page(size)
    while True:
        part = await opened(github, IssuesAsked(first.ref, page, first.state, first.search))
        joined += part.items
        if part.horizon is None:
            return joined
        page = Page(size, part.horizon)


@pytest.mark.parametrize(
    "asked",
    [
        IssuesAsked(REFS[3], Page(None)),
        IssuesAsked(None, Page(None)),
        IssuesAsked(None, Page(None), IssueState.OPEN),
        IssuesAsked(None, Page(None), search="export"),
    ],
    ids=["a customer", "anybody", "open", "by text"],
)
async def test_pages_by_time_join_to_the_whole(github: GitHub, asked: IssuesAsked) -> None:
    whole = await opened(github, asked)
    assert whole.items
    assert await pages_of(github, 7, asked) == list(whole.items)


async def test_a_page_continues_at_the_time_where_the_last_one_ended(github: GitHub, wire: Recorder) -> None:
    first = await opened(github, IssuesAsked(None, Page(3)))
    assert first.horizon
    await opened(github, IssuesAsked(None, Page(3, first.horizon)))
    asked = variables(wire.requests[1])["query_0"]
    assert asked == f"is:issue sort:created-desc created:<={first.horizon.at:%Y-%m-%dT%H:%M:%SZ}"
    assert variables(wire.requests[1])["first_0"] == 5


async def test_a_state_and_a_text_narrow_the_issues(github: GitHub) -> None:
    everything = await opened(github, IssuesAsked(None, Page(None)))
    closed = await opened(github, IssuesAsked(None, Page(None), IssueState.CLOSED))
    assert list(closed.items) == [issue for issue in everything.items if issue.state is IssueState.CLOSED]
    export = await opened(github, IssuesAsked(None, Page(None), search="CSV export"))
    assert list(export.items) == [issue for issue in everything.items if "csv export" in issue.title.lower()]


async def test_a_text_cannot_reach_beyond_the_customer(github: GitHub) -> None:
    hostile = f'x" author:{PEOPLE[4].handle} OR is:pr'
    assert (await opened(github, IssuesAsked(REFS[3], Page(50), search=hostile))).items == ()


class Archive:
    """A search over `count` issues, one a second or all in one, of which GitHub shows 1,000 at a time."""

    def __init__(self, count: int, *, seconds: int = 1) -> None:
        self.calls = 0
        self._times = [
            f"2026-01-01T{s // 3600:02}:{s // 60 % 60:02}:{s % 60:02}Z" for s in range(0, count * seconds, seconds or 1)
        ]
        self._times = self._times[::-1] if seconds else ["2026-01-01T00:00:00Z"] * count

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.calls += 1
        sent = variables(request)
        until = str(sent["query_0"]).partition("created:<=")[2] or "9"
        left = [(place, at) for place, at in enumerate(self._times) if at <= until][:1000]
        start = int(str(sent.get("after_0", 0)))
        end = start + int(str(sent["first_0"]))
        page = {
            "pageInfo": {"hasNextPage": end < len(left), "endCursor": str(end)},
            "edges": [{"cursor": str(place), "node": self._issue(place, at)} for place, at in left[start:end]],
        }
        return httpx.Response(200, json={"data": {"k0": page, "rateLimit": RATE_LIMIT}})

    def _issue(self, place: int, at: str) -> dict[str, object]:
        return {
            "id": f"I_{place}",
            "number": place,
            "title": "x",
            "state": "OPEN",
            "createdAt": at,
            "updatedAt": at,
            "url": "https://github.com/a/b/issues/1",
            "assignees": {"nodes": []},
            "repository": {"nameWithOwner": "a/b"},
        }


@pytest.mark.parametrize(
    ("count", "calls"), [(0, 1), (100, 1), (101, 2), (999, 10), (1000, 20), (1001, 11), (2500, 26)]
)
async def test_more_than_a_search_ever_shows_is_found_by_several_searches(count: int, calls: int) -> None:
    archive = Archive(count)
    found = await opened(over(httpx.MockTransport(archive)), IssuesAsked(None, Page(None)))
    assert len(found.items) == len({issue.external_id for issue in found.items}) == count
    assert found.horizon is None
    assert archive.calls <= calls


async def test_a_search_ends_though_a_thousand_issues_share_a_second() -> None:
    archive = Archive(1500, seconds=0)
    found = await opened(over(httpx.MockTransport(archive)), IssuesAsked(None, Page(None)))
    assert len(found.items) == 1000
    assert archive.calls == 20


async def test_a_later_page_that_fails_fails_its_key_alone() -> None:
    responses = iter([Archive(300)(_asking(100)), httpx.Response(502)])
    answers = await over(httpx.MockTransport(lambda _: next(responses))).issues([IssuesAsked(None, Page(None))])
    (answer,) = answers.values()
    assert "GITHUB answered 502" in str(answer)


def _asking(first: int) -> httpx.Request:
    sent = {"variables": {"query_0": "is:issue", "first_0": first}}
    return httpx.Request("POST", "https://api.github.com/graphql", json=sent)


async def test_hidden_issues_are_left_out_of_a_search() -> None:
    shown = Archive(1)._issue(0, "2026-01-01T00:00:00Z")  # noqa: SLF001 - a body in its shape
    page = {
        "pageInfo": {"hasNextPage": False, "endCursor": None},
        "edges": [{"cursor": "1", "node": None}, {"cursor": "2", "node": shown}],
    }
    errors = [{"type": "FORBIDDEN", "path": ["k0", "edges", 0, "node"], "message": "SAML enforcement"}]
    found = await opened(over(saying({"k0": page}, errors)), IssuesAsked(None, Page()))
    assert [issue.external_id for issue in found.items] == ["I_0"]


@pytest.mark.parametrize("numbers", [[0], [5, 6, 7]])
async def test_first_zero_shows_nothing_and_says_whether_there_is_more(github: GitHub, numbers: Sequence[int]) -> None:
    asked = [IssuesAsked(REFS[number], Page(0)) for number in numbers]
    for answer in (await github.issues(asked)).values():
        assert isinstance(answer, Slice)
        assert answer.items == ()
        assert answer.horizon is not None
