from collections.abc import Sequence

import httpx
import pytest

from connectors.domain.code import (
    HostPage,
    HostSlice,
    InRepositoryAsked,
    Issue,
    IssuesAsked,
    IssueState,
    ReleasesAsked,
    RepositoriesAsked,
    Repository,
    RepositoryName,
    RepositorySearch,
)
from connectors.domain.errors import Rejected
from connectors.domain.page import Page, Slice, position
from connectors.domain.references import CustomerRef, ServiceLink
from connectors.domain.service import Service
from connectors.github.client import GitHub
from tests.connectors.github.support import PEOPLE, RATE_LIMIT, only, over, recorder, saying, variables
from tests.connectors.support import Recorder, crowd, refs

REFS = refs(PEOPLE, range(40))


@pytest.fixture
def wire() -> Recorder:
    return recorder()


@pytest.fixture
def github(wire: Recorder) -> GitHub:
    return over(wire)


async def owned(github: GitHub, number: int = 2) -> HostSlice[Repository]:
    page: HostSlice[Repository] = only(
        await github.repositories_by_owner([RepositoriesAsked(PEOPLE[number].handle, HostPage(10))])
    )
    return page


async def busiest(github: GitHub) -> Repository:
    """The repository with the most open issues, so that there is something to page through."""
    asked = [RepositoriesAsked(PEOPLE[number].handle, HostPage(10)) for number in range(40)]
    pages = (await github.repositories_by_owner(asked)).values()
    found = [repository for page in pages if isinstance(page, HostSlice) for repository in page.items]
    return max(found, key=lambda repository: repository.open_issues)


async def opened(github: GitHub, *asked: IssuesAsked) -> Slice[Issue]:
    found: Slice[Issue] = only(await github.issues(asked))
    return found


async def test_a_developer_is_found_by_login_whatever_its_case(github: GitHub) -> None:
    login = PEOPLE[1].handle
    found = await github.developers([login, login.upper(), "nobody", ""])
    assert found["nobody"] is None
    assert found[""] is None
    assert found[login] == found[login.upper()]
    assert getattr(found[login], "login", None) == login
    assert getattr(found[login], "url", None) == f"https://github.com/{login}"


async def test_a_repository_is_found_by_name_and_by_id_alike(github: GitHub) -> None:
    page = await owned(github)
    for repository in page.items:
        name = RepositoryName(repository.owner.upper(), repository.name.upper())
        assert await github.repositories([name]) == {name: repository}
        assert await github.repositories_by_id([repository.external_id]) == {repository.external_id: repository}


async def test_what_there_is_not_is_none(github: GitHub) -> None:
    login = PEOPLE[1].handle
    missing = [RepositoryName(login, "nope"), RepositoryName("nope", "nope"), RepositoryName("", "")]
    assert await github.repositories(missing) == dict.fromkeys(missing)
    ids = ["", "R_nope", "R_kgDO000000", "../..", "U_kgDO"]
    assert await github.repositories_by_id(ids) == dict.fromkeys(ids)
    assert await github.issues_by_id(ids) == dict.fromkeys(ids)
    assert await github.pull_requests_by_id(ids) == dict.fromkeys(ids)


async def test_an_id_of_another_kind_is_none(github: GitHub) -> None:
    repository = (await owned(github)).items[0].external_id
    assert await github.issues_by_id([repository]) == {repository: None}
    assert await github.pull_requests_by_id([repository]) == {repository: None}


async def test_an_owners_repositories_come_most_recently_pushed_first(github: GitHub) -> None:
    for number in range(10):
        page = await owned(github, number)
        pushed = [repository.pushed_at for repository in page.items if repository.pushed_at]
        assert pushed == sorted(pushed, reverse=True)
        assert {repository.owner for repository in page.items} == {PEOPLE[number].handle}
        assert page.total == len(page.items) == len(page.cursors)
        assert not page.more


async def test_pages_of_repositories_join_to_the_whole(github: GitHub) -> None:
    whole = max([await owned(github, number) for number in range(12)], key=lambda page: len(page.items))
    assert len(whole.items) > 2
    joined: list[Repository] = []
    page = HostPage(1)
    while True:
        part = only(await github.repositories_by_owner([RepositoriesAsked(whole.items[0].owner, page)]))
        joined += part.items
        if not part.more:
            break
        page = HostPage(1, part.cursors[-1])
    assert joined == list(whole.items)


async def test_an_owner_that_there_is_not_is_refused(github: GitHub) -> None:
    asked = RepositoriesAsked("nobody", HostPage())
    answer = (await github.repositories_by_owner([asked]))[asked]
    assert isinstance(answer, Rejected)
    assert answer.status == 404


async def test_a_cursor_that_is_none_is_refused_in_githubs_words(github: GitHub) -> None:
    login = PEOPLE[2].handle
    good, bad = RepositoriesAsked(login, HostPage(2)), RepositoriesAsked(login, HostPage(2, "nonsense"))
    answers = await github.repositories_by_owner([bad, good])
    assert isinstance(answers[good], HostSlice)
    assert "`nonsense` does not appear to be a valid cursor" in str(answers[bad])


async def test_a_search_with_a_bad_cursor_does_not_fail_the_others(github: GitHub) -> None:
    good, bad = RepositorySearch("docs", HostPage(2)), RepositorySearch("docs", HostPage(2, "nonsense"))
    answers = await github.repository_search([bad, good])
    assert isinstance(answers[good], HostSlice)
    assert isinstance(answers[bad], Rejected)
    assert "`nonsense` does not appear to be a valid cursor" in str(answers[bad])


async def test_repositories_are_found_by_text_and_by_githubs_own_syntax(github: GitHub) -> None:
    found = only(await github.repository_search([RepositorySearch("dashboard", HostPage(50))]))
    assert found.total == len(found.items) > 3
    assert all("dashboard" in f"{one.name} {one.description}".lower() for one in found.items)
    login = PEOPLE[2].handle
    theirs = only(await github.repository_search([RepositorySearch(f"user:{login}", HostPage(50))]))
    assert {one.owner for one in theirs.items} == {login}
    assert {one.name for one in theirs.items} == {one.name for one in (await owned(github)).items}


async def test_pages_of_a_search_join_to_the_whole(github: GitHub) -> None:
    whole = only(await github.repository_search([RepositorySearch("stars:>2", HostPage(100))]))
    first = only(await github.repository_search([RepositorySearch("stars:>2", HostPage(7))]))
    assert first.more
    rest = only(await github.repository_search([RepositorySearch("stars:>2", HostPage(93, first.cursors[-1]))]))
    assert first.items + rest.items == whole.items
    assert first.cursors + rest.cursors == whole.cursors


@pytest.mark.parametrize(("first", "sent"), [(0, 1), (-5, 1), (1, 1), (100, 100), (5000, 100)])
async def test_github_is_never_asked_for_more_than_a_hundred(
    github: GitHub, wire: Recorder, first: int, sent: int
) -> None:
    page = only(await github.repository_search([RepositorySearch("e", HostPage(first))]))
    assert variables(wire.requests[0])["first_0"] == sent
    assert len(page.items) <= max(first, 0)


async def test_a_repositorys_issues_come_newest_first_and_are_found_again_by_id(github: GitHub) -> None:
    repository = await busiest(github)
    page = only(await github.repository_issues([InRepositoryAsked(repository.external_id, HostPage(50))]))
    assert len(page.items) > 3
    assert list(page.items) == sorted(page.items, key=lambda issue: issue.created_at, reverse=True)
    assert {issue.key.partition("#")[0] for issue in page.items} == {f"{repository.owner}/{repository.name}"}
    ids = [issue.external_id for issue in page.items]
    assert list((await github.issues_by_id(ids)).values()) == list(page.items)


async def test_a_state_filters_issues_and_open_ones_are_what_the_repository_counts(github: GitHub) -> None:
    repository = await busiest(github)
    every, still, done = [
        only(await github.repository_issues([InRepositoryAsked(repository.external_id, HostPage(50), state)]))
        for state in (None, IssueState.OPEN, IssueState.CLOSED)
    ]
    assert still.total == repository.open_issues > 0
    assert {issue.state for issue in still.items} == {IssueState.OPEN}
    assert {issue.state for issue in done.items} <= {IssueState.CLOSED}
    assert still.total + done.total == every.total


async def test_pages_of_issues_join_to_the_whole(github: GitHub) -> None:
    id = (await busiest(github)).external_id
    whole = only(await github.repository_issues([InRepositoryAsked(id, HostPage(50))]))
    joined: list[Issue] = []
    page = HostPage(2)
    while True:
        part = only(await github.repository_issues([InRepositoryAsked(id, page)]))
        joined += part.items
        if not part.more:
            break
        page = HostPage(2, part.cursors[-1])
    assert joined == list(whole.items)


async def test_a_merged_pull_request_counts_as_closed(github: GitHub) -> None:
    pages = await github.pull_requests(
        [
            InRepositoryAsked(repository.external_id, HostPage(50), IssueState.CLOSED)
            for number in range(20)
            for repository in (await owned(github, number)).items
        ]
    )
    pulls = [pull for page in pages.values() if isinstance(page, HostSlice) for pull in page.items]
    assert {pull.state for pull in pulls} == {IssueState.CLOSED}
    assert {pull.merged for pull in pulls} == {True, False}
    assert list((await github.pull_requests_by_id([pulls[0].external_id])).values()) == pulls[:1]


async def test_open_pull_requests_are_not_merged(github: GitHub) -> None:
    asked = [InRepositoryAsked(one.external_id, HostPage(50), IssueState.OPEN) for one in (await owned(github)).items]
    for page in (await github.pull_requests(asked)).values():
        assert isinstance(page, HostSlice)
        assert not any(pull.merged for pull in page.items)


async def test_lists_of_a_repository_that_there_is_not_are_refused(github: GitHub) -> None:
    listed = InRepositoryAsked("R_kgDO000000", HostPage())
    released = ReleasesAsked("R_kgDO000000")
    answers = [
        (await github.repository_issues([listed]))[listed],
        (await github.pull_requests([listed]))[listed],
        (await github.releases([released]))[released],
    ]
    for answer in answers:
        assert isinstance(answer, Rejected)
        assert answer.status == 404
        assert "Could not resolve to a node with the global id of 'R_kgDO000000'" in str(answer)


async def test_the_latest_releases_come_newest_first(github: GitHub) -> None:
    repositories = [one.external_id for number in range(20) for one in (await owned(github, number)).items]
    answers = await github.releases([ReleasesAsked(id) for id in repositories])
    lists = [answer for answer in answers.values() if isinstance(answer, tuple)]
    assert len(lists) == len(repositories)
    for releases in lists:
        times = [release.published_at for release in releases if release.published_at]
        assert times == sorted(times, reverse=True)
    longest = max(lists, key=len)
    id = repositories[lists.index(longest)]
    assert only(await github.releases([ReleasesAsked(id, 1)])) == longest[:1]
    assert only(await github.releases([ReleasesAsked(id, 0)])) == ()


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
