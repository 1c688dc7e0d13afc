"""The client over the imitation, and over answers that the imitation does not give."""

import httpx
import pytest

from connectors.domain.code import Issue, IssuesAsked, IssueState
from connectors.domain.errors import Malformed, Rejected, Unauthorized, Unavailable
from connectors.domain.page import Page, Slice
from connectors.domain.references import CustomerRef
from connectors.domain.search import Stretch, TextAsked, Turn
from connectors.jira.client import Jira
from connectors.jira.jql import PAGE
from tests.connectors.jira.support import (
    HOST,
    PEOPLE,
    FakeTracker,
    Stub,
    everybodys,
    fake,
    ids,
    listed,
    over,
    queries,
    recorded,
    ref,
    sent,
    sliced,
)
from tests.connectors.support import Recorder, answering, matches


async def test_ping_proves_who_we_are(jira: Jira, wire: Recorder) -> None:
    await jira.ping()
    assert [one.url.path for one in wire.requests] == ["/rest/api/3/myself"]
    with pytest.raises(Unauthorized):
        await over(answering(401)).ping()


async def test_an_issue_shows_where_people_look_at_it(jira: Jira) -> None:
    found = await everybodys(jira)
    assert len({issue.external_id for issue in found}) == len(found) > 100
    assert all(issue.url == f"{HOST}/browse/{issue.key}" for issue in found)
    assert {issue.state for issue in found} == set(IssueState)
    assert {bool(issue.assignee) for issue in found} == {True, False}


async def test_a_customers_issues_are_those_they_reported(jira: Jira, wire: Recorder) -> None:
    theirs = await listed(jira, IssuesAsked(ref(3), Page(None)))
    wire.requests.clear()
    everybody = await everybodys(jira)
    assert list(theirs.items) == [issue for issue in everybody if issue.author == PEOPLE[3].name]
    assert theirs.items


async def test_who_is_not_linked_or_not_spelled_like_an_account_has_no_issues_and_costs_nothing() -> None:
    jira, wire = fake(FakeTracker([]))
    nobodies = [CustomerRef("1"), ref(""), ref("a b"), ref('a"b'), ref("x" * 129)]
    answers = await jira.issues([IssuesAsked(one, Page()) for one in nobodies])
    assert set(answers.values()) == {Slice(())}
    assert wire.requests == []


@pytest.mark.parametrize("whose", [None, ref(3)], ids=["everybody", "one"])
@pytest.mark.parametrize("state", [None, *IssueState])
async def test_pages_join_to_the_whole(jira: Jira, whose: CustomerRef | None, state: IssueState | None) -> None:
    whole = await listed(jira, IssuesAsked(whose, Page(None), state))
    assert whole.horizon is None
    joined: list[Issue] = []
    page: Page | None = Page(7)
    while page:
        part = await listed(jira, IssuesAsked(whose, page, state))
        assert len(part.items) <= 7
        joined += part.items
        page = Page(7, part.horizon) if part.horizon else None
    assert joined == list(whole.items)


async def test_the_states_are_the_whole_apart(jira: Jira) -> None:
    opened = await listed(jira, IssuesAsked(None, Page(None), IssueState.OPEN))
    closed = await listed(jira, IssuesAsked(None, Page(None), IssueState.CLOSED))
    assert {*opened.items, *closed.items} == set(await everybodys(jira))
    assert not set(opened.items) & set(closed.items)


async def test_one_page_is_one_call_that_asks_for_two_more(jira: Jira, wire: Recorder) -> None:
    await listed(jira, IssuesAsked(None, Page(20)))
    assert [sent(one)["maxResults"] for one in wire.requests] == [22]


async def test_what_the_index_is_behind_with_is_left_out() -> None:
    """An issue that was just closed is still found among the open ones."""

    def behind(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"issues": [Stub(2, "ada", 2, done=True).body, Stub(1, "ada", 1).body]})

    jira = over(httpx.MockTransport(behind))
    asked = [IssuesAsked(one, Page(5), IssueState.OPEN) for one in (None, ref("ada"), ref("bob"))]
    answers = await jira.issues(asked)
    assert [ids(sliced(answers[one])) for one in asked] == [["1"], ["1"], []]


async def test_a_list_that_jira_cuts_short_goes_on_by_its_token() -> None:
    stubs = [Stub(number, "ada", 60 * number) for number in range(1, 31)]
    jira, wire = fake(FakeTracker(stubs, page=10))
    assert ids(await listed(jira, IssuesAsked(ref("ada"), Page(25)))) == [str(number) for number in range(30, 5, -1)]
    assert [sent(one).get("nextPageToken") for one in wire.requests] == [None, "10", "20"]
    assert len({sent(one)["maxResults"] for one in wire.requests}) == 1


async def test_words_narrow_the_lists_of_everybody_and_of_one(jira: Jira) -> None:
    everybody = await everybodys(jira)
    found = await listed(jira, IssuesAsked(None, Page(None), search="csv export"))
    assert set(found.items) >= {issue for issue in everybody if {"csv", "export"} <= set(issue.title.lower().split())}
    assert 0 < len(found.items) < len(everybody)
    author = next(number for number in range(40) if PEOPLE[number].name == found.items[0].author)
    theirs = await listed(jira, IssuesAsked(ref(author), Page(None), search="CSV  Export"))
    assert set(theirs.items) == {issue for issue in found.items if issue.author == PEOPLE[author].name}


async def test_a_text_without_words_finds_nothing_and_asks_nobody() -> None:
    jira, wire = fake(FakeTracker([Stub(1, "ada", 1)]))
    asked = [IssuesAsked(one, Page(5), search='"*"') for one in (None, ref("ada"))]
    assert set((await jira.issues(asked)).values()) == {Slice(())}
    assert await jira.search_issues([TextAsked("???", 5)]) == {TextAsked("???", 5): Stretch()}
    assert wire.requests == []


async def test_a_search_gives_the_first_matches_in_jiras_own_order(jira: Jira, wire: Recorder) -> None:
    few, many, none = TextAsked("csv", 2), TextAsked("csv", 50), TextAsked("nowhere-to-be-found", 5)
    answers = await jira.search_issues([few, many, none])
    found = matches(answers[many])
    assert matches(answers[few]) == found[:2]
    assert len(found) > 2
    assert matches(answers[none]) == ()
    assert queries(wire) == ['text ~ "csv"'] * 2 + ['text ~ "nowhere to be found"']
    assert [sent(one)["maxResults"] for one in wire.requests] == [2, 50, 5]


async def test_a_search_reads_two_pages_at_most_and_says_where_it_goes_on() -> None:
    jira, wire = fake(FakeTracker([Stub(number, "ada", number) for number in range(25)], page=10))
    asked = TextAsked("stub", 25)
    found = (await jira.search_issues([asked]))[asked]
    assert isinstance(found, Stretch)
    assert ([turn.number for turn in found.turns], len(found.items), found.more) == ([0, 10, 20], 20, True)
    assert len(wire.requests) == 2
    then = TextAsked("stub", 25, start=found.turns[-1].start)
    last = (await jira.search_issues([then]))[then]
    assert isinstance(last, Stretch)
    assert (len(last.items), last.more, last.turns) == (5, False, (Turn(0, then.start),))
    assert not {*last.items} & {*found.items}


async def test_a_search_for_no_match_costs_nothing() -> None:
    jira, wire = fake(FakeTracker([Stub(1, "ada", 1)]))
    assert await jira.search_issues([TextAsked("stub", 0)]) == {TextAsked("stub", 0): Stretch()}
    assert wire.requests == []


async def test_one_search_that_fails_leaves_the_others() -> None:
    jira, _ = fake(FakeTracker([Stub(1, "ada", 1)], failing=[1]))
    one, other = TextAsked("a", 5), TextAsked("b", 5)
    answers = await jira.search_issues([one, other])
    assert isinstance(answers[one], Unavailable)
    assert isinstance(answers[other], Stretch)


async def test_issues_are_read_by_id_a_hundred_a_call(jira: Jira, wire: Recorder) -> None:
    everybody = {issue.external_id: issue for issue in await everybodys(jira)}
    wire.requests.clear()
    asked = [*list(everybody)[:101], "999999999", next(iter(everybody))]
    answers = await jira.issues_by_id(asked)
    assert answers == {id: everybody.get(id) for id in asked}
    assert [len(sent(one)["issueIdsOrKeys"]) for one in wire.requests] == [100, 2]


async def test_what_is_no_id_is_nothing_and_is_not_asked_for(jira: Jira, wire: Recorder) -> None:
    strange = ["", "OPS-1", "0", "-1", "1e3", "10001 ", "9" * 19, "../myself"]
    assert await jira.issues_by_id(strange) == dict.fromkeys(strange)
    assert wire.requests == []


async def test_what_jira_could_not_read_is_an_error_and_what_is_not_there_is_none() -> None:
    answers = await over(answering(body=recorded("recorded_bulk"))).issues_by_id(["10002", "10003", "10004"])
    read, unread = answers["10002"], answers["10003"]
    assert isinstance(read, Issue)
    assert (read.key, read.labels) == ("EX-1", ("a", "b"))
    assert isinstance(unread, Unavailable)
    assert "too large" in str(unread)
    assert answers["10004"] is None


async def test_one_chunk_that_fails_leaves_the_others() -> None:
    def half(request: httpx.Request) -> httpx.Response:
        first = sent(request)["issueIdsOrKeys"][0]
        return httpx.Response(503) if first == "1" else httpx.Response(200, json={"issues": [], "issueErrors": []})

    answers = await over(httpx.MockTransport(half)).issues_by_id([str(number) for number in range(1, 151)])
    assert sum(isinstance(answer, Unavailable) for answer in answers.values()) == 100
    assert sum(answer is None for answer in answers.values()) == 50


async def test_an_answer_that_does_not_fit_says_where() -> None:
    body = b'{"issues": [{"id": "1", "key": "A-1", "self": "https://x", "fields": {}}]}'
    asked = IssuesAsked(None, Page())
    error = (await over(answering(body=body)).issues([asked]))[asked]
    assert isinstance(error, Malformed)
    assert error.path.startswith("$.issues[0].fields")


async def test_a_refusal_keeps_jiras_words(jira: Jira) -> None:
    asked = IssuesAsked(ref("712020:nobody"), Page())
    error = (await jira.issues([asked]))[asked]
    assert isinstance(error, Rejected)
    assert (error.status, "712020:nobody" in str(error)) == (400, True)


async def test_a_deep_list_stops_at_a_horizon_and_goes_on_from_there() -> None:
    stubs = [Stub(number, "ada", 60 * number, done=number > 30) for number in range(1, 101)]
    jira, wire = fake(BehindTracker(stubs, page=3))
    first = await listed(jira, IssuesAsked(None, Page(5), IssueState.OPEN))
    assert (first.items, len(wire.requests)) == ((), 20)
    assert first.horizon
    assert first.horizon.at == stubs[40].created_at  # 20 pages of three
    rest = await listed(jira, IssuesAsked(None, Page(40, first.horizon), IssueState.OPEN))
    assert ids(rest) == [str(number) for number in range(30, 0, -1)]


class BehindTracker(FakeTracker):
    """Its index has not heard of any change of a state."""

    def _fits(self, stub: Stub, jql: str) -> bool:
        return super()._fits(stub, jql.replace("statusCategory", "state"))


async def test_a_page_never_asks_for_more_than_jira_is_asked_for_at_once(jira: Jira, wire: Recorder) -> None:
    await listed(jira, IssuesAsked(None, Page(None)))
    assert {sent(one)["maxResults"] for one in wire.requests} == {PAGE}
