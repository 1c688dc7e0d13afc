"""Several reporters' lists out of few searches."""

from collections.abc import Sequence

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.domain.code import IssuesAsked
from connectors.domain.errors import Rejected, Unavailable
from connectors.domain.page import Page
from tests.connectors.jira.support import (
    OPEN,
    FakeTracker,
    Stub,
    expected,
    fake,
    ids,
    over,
    queries,
    ref,
    reporters,
    sliced,
)

HUNDRED = [f"r{number:03}" for number in range(100)]


def quiet(people: Sequence[str], each: int = 1, second: int = 1) -> list[Stub]:
    return [Stub(1000 * n + m, one, second + m) for n, one in enumerate(people) for m in range(each)]


def busy(person: str, issues: int, newest: int) -> list[Stub]:
    """One issue a minute, backwards from the second `newest`."""
    return [Stub(1_000_000 + number, person, newest - 60 * number) for number in range(issues)]


async def searches(tracker: FakeTracker, people: Sequence[str], page: Page) -> list[int]:
    """Asks, checks every list, and answers for how many reporters each search was."""
    jira, wire = fake(tracker)
    asked = [IssuesAsked(ref(one), page) for one in people]
    answers = await jira.issues(asked)
    for one, person in zip(asked, people, strict=True):
        assert ids(sliced(answers[one])) == expected(tracker.stubs, person, page)
    return [len(reporters(jql)) for jql in queries(wire)]


async def test_a_hundred_customers_cost_one_call() -> None:
    assert await searches(FakeTracker(quiet(HUNDRED, each=9)), HUNDRED, Page(20)) == [100]


async def test_somebody_with_thousands_of_issues_costs_the_others_one_more_call() -> None:
    tracker = FakeTracker([*quiet(HUNDRED, each=3), *busy("r007", 3000, 9_000_000)])
    assert await searches(tracker, HUNDRED, Page(20)) == [100, 99]


async def test_more_customers_than_one_search_holds_are_two_searches() -> None:
    people = [*HUNDRED, "r100"]
    jira, wire = fake(FakeTracker(quiet(people)))
    await jira.issues([IssuesAsked(ref(one), Page(20)) for one in people])
    assert [len(reporters(jql)) for jql in queries(wire)] == [100, 1]


async def test_a_customer_who_is_asked_for_twice_is_searched_for_once() -> None:
    jira, wire = fake(FakeTracker(quiet(["ada", "bob"])))
    asked = [IssuesAsked(ref(one), Page(5)) for one in ("ada", "bob", "ada")]
    assert len(await jira.issues(asked)) == 2
    assert [reporters(jql) for jql in queries(wire)] == [["ada", "bob"]]


async def test_different_pages_and_states_are_searches_of_their_own() -> None:
    jira, wire = fake(FakeTracker([*quiet(["ada", "bob"]), Stub(7, "ada", 9, done=True)]))
    asked = [
        IssuesAsked(ref(one), page, state)
        for one in ("ada", "bob")
        for page in (Page(1), Page(2))
        for state in (None, OPEN)
    ]
    answers = await jira.issues(asked)
    assert len(wire.requests) == 4
    assert ids(sliced(answers[IssuesAsked(ref("ada"), Page(1))])) == ["7"]
    assert ids(sliced(answers[IssuesAsked(ref("ada"), Page(1), OPEN)])) == ["0"]


async def test_short_pages_of_jira_are_gone_through_in_few_rounds() -> None:
    sizes = await searches(FakeTracker(quiet(HUNDRED, each=4), page=100), HUNDRED, Page(20))
    assert sizes[:4] == [100, 100, 50, 50]
    assert len(sizes) <= 10


async def test_everything_of_everybody_is_gone_through() -> None:
    stubs = [stub for person in HUNDRED[:6] for stub in busy(person, 300, 1_000_000)]
    stubs = [Stub(number, stub.reporter, stub.second) for number, stub in enumerate(stubs)]
    sizes = await searches(FakeTracker(stubs), HUNDRED[:6], Page(None))
    assert sizes == [6, 6]


async def test_nothing_is_lost_where_thousands_are_of_one_instant() -> None:
    stubs = [Stub(number, HUNDRED[number % 4], 5) for number in range(2400)]
    sizes = await searches(FakeTracker(stubs), HUNDRED[:4], Page(700))
    assert sizes[:2] == [4, 4]
    assert sizes[-1] == 1


async def test_within_one_instant_nothing_is_certain() -> None:
    """Jira's order there is not ours: its first two of these three are not the ones that we show first."""
    stubs = [Stub(number, "ada", 5) for number in (9, 10, 11)] + [Stub(20, "bob", 4)]
    assert await searches(FakeTracker(stubs, page=2), ["ada", "bob"], Page(1)) == [2, 2, 1, 1, 1]


async def test_a_failure_is_that_of_the_lists_still_unread() -> None:
    tracker = FakeTracker([*quiet(HUNDRED), *busy("r007", 3000, 9_000_000)], failing=[2])
    jira, _ = fake(tracker)
    asked = [IssuesAsked(ref(one), Page(20)) for one in HUNDRED]
    answers = await jira.issues(asked)
    assert len(sliced(answers[asked[7]]).items) == 20
    assert {type(answers[one]) for one in asked if one != asked[7]} == {Unavailable}


async def test_a_half_that_fails_leaves_the_other() -> None:
    tracker = FakeTracker(quiet(HUNDRED, each=4), page=100, failing=[3])
    jira, _ = fake(tracker)
    answers = await jira.issues([IssuesAsked(ref(one), Page(20)) for one in HUNDRED])
    assert sum(isinstance(answer, Unavailable) for answer in answers.values()) == 50


async def test_an_account_that_jira_does_not_know_is_refused_alone() -> None:
    people = [*HUNDRED[:60], "gone-1", *HUNDRED[60:98], "gone-2"]
    jira, wire = fake(FakeTracker(quiet(HUNDRED), strangers=["gone-1", "gone-2"]))
    asked = [IssuesAsked(ref(one), Page(20)) for one in people]
    answers = await jira.issues(asked)
    refused = [one for one in asked if isinstance(answers[one], Rejected)]
    assert refused == [asked[60], asked[99]]
    assert [len(reporters(jql)) for jql in queries(wire)] == [100, 98]


class Silent(FakeTracker):
    def refusal(self, unknown: Sequence[str]) -> httpx.Response:
        assert unknown
        return httpx.Response(400, json={"errorMessages": ["No."]})


async def test_a_refusal_that_names_nobody_is_narrowed_down_to_one() -> None:
    jira, wire = fake(Silent(quiet(HUNDRED), strangers=["r042"]))
    asked = [IssuesAsked(ref(one), Page(20)) for one in HUNDRED]
    answers = await jira.issues(asked)
    assert [one for one in asked if isinstance(answers[one], Rejected)] == [asked[42]]
    assert len(wire.requests) <= 2 * 7 + 1


async def test_an_answer_that_never_ends_is_left() -> None:
    """Jira once gave a token that led to the same page again."""
    page = {"issues": [Stub(1, "ada", 1).body], "nextPageToken": "again"}
    jira = over(httpx.MockTransport(lambda _: httpx.Response(200, json=page)))
    asked = IssuesAsked(ref("ada"), Page(5))
    assert ids(sliced((await jira.issues([asked]))[asked])) == ["1"]


stubs = st.builds(
    Stub,
    id=st.integers(1, 10_000),
    reporter=st.sampled_from(["ada", "bob", "cyd", "dee", "eve"]),
    second=st.integers(0, 2) | st.integers(0, 400),
)


@pytest.mark.parametrize("first", [1, 3])
@given(stubs=st.lists(stubs, max_size=40, unique_by=lambda stub: stub.id), page=st.integers(4, 9))
@settings(max_examples=40, deadline=None)
async def test_pages_join_to_every_list_however_short_jiras_own_are(stubs: list[Stub], page: int, first: int) -> None:
    jira, _ = fake(FakeTracker(stubs, page=page))
    joined: dict[str, list[str]] = {person: [] for person in ("ada", "bob", "cyd", "dee", "eve")}
    left = {person: Page(first) for person in joined}
    while left:
        asked = {person: IssuesAsked(ref(person), place) for person, place in left.items()}
        answers = await jira.issues(list(asked.values()))
        found = {person: sliced(answers[one]) for person, one in asked.items()}
        for person, part in found.items():
            joined[person] += ids(part)
        left = {person: Page(first, part.horizon) for person, part in found.items() if part.horizon}
    assert joined == {person: expected(stubs, person, Page(None)) for person in joined}
