import pytest

from connectors.domain.code import (
    HostPage,
    HostSlice,
    InRepositoryAsked,
    Issue,
    IssueState,
    ReleasesAsked,
    RepositoriesAsked,
    Repository,
    RepositoryName,
    RepositorySearch,
)
from connectors.domain.errors import Rejected
from connectors.github.client import GitHub
from tests.connectors.github.support import PEOPLE, only, variables
from tests.connectors.support import Recorder


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
