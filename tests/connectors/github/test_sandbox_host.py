"""What the imitated GitHub hosts, and that nothing is made up before it is asked for."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest

from connectors.domain.code import HostPage, InRepositoryAsked, IssuesAsked, RepositoriesAsked, RepositorySearch
from connectors.domain.page import Page, Slice
from connectors.github.sandbox_host import MOST_REPOSITORIES, Host, Tracker, Work
from connectors.seed.people import MOST
from connectors.seed.timeline import Timeline
from tests.connectors.github.support import only, over, recorder
from tests.connectors.support import NOW, crowd, refs

PEOPLE = crowd(60)


@pytest.fixture(scope="module")
def host() -> Host:
    return Host(PEOPLE)


def everything(tracker: Tracker) -> list[Work]:
    return list(tracker.everybody(None, 10**9))


def kinds(host: Host) -> Iterator[Tracker]:
    yield from (host.issues, host.pulls)


def test_everybody_has_a_few_repositories_of_different_names(host: Host) -> None:
    counts = Counter(len(host.owned_by(number)) for number in range(60))
    assert set(counts) == set(range(1, MOST_REPOSITORIES + 1))
    for number in range(60):
        owned = host.owned_by(number)
        assert len({repo.name for repo in owned}) == len(owned)
        assert {repo.owner.number for repo in owned} == {number}


def test_a_repository_is_found_by_its_place_and_by_its_name(host: Host) -> None:
    for number in range(60):
        for repo in host.owned_by(number):
            assert host.repository(repo.number) == repo
            assert host.named(repo.login.upper(), repo.name.upper()) == repo
            assert repo.full_name == f"{PEOPLE[number].handle}/{repo.name}"


@pytest.mark.parametrize("number", [None, -1, 60 * MOST_REPOSITORIES, 10**12])
def test_beyond_the_last_place_there_is_no_repository(host: Host, number: int | None) -> None:
    assert host.repository(number) is None


def test_some_repositories_lack_what_github_lets_them_lack(host: Host) -> None:
    repos = [repo for number in range(60) for repo in host.owned_by(number)]
    assert None in {repo.description for repo in repos}
    assert None in {repo.language for repo in repos}
    assert None in {repo.pushed_at for repo in repos}
    assert len({repo.language for repo in repos}) > 5
    assert all(repo.created_at < NOW and (repo.pushed_at is None or repo.pushed_at < NOW) for repo in repos)


def test_lists_of_repositories_together_are_the_list_of_everybody(host: Host) -> None:
    for tracker in kinds(host):
        whole = everything(tracker)
        listed = [work for number in range(60) for repo in host.owned_by(number) for work in tracker.of(repo)]
        assert len(listed) == len(whole) > 400
        assert sorted(work.slot for work in listed) == [work.slot for work in whole]
        for number in range(60):
            for repo in host.owned_by(number):
                times = [work.created_at for work in tracker.of(repo)]
                assert times == sorted(times, reverse=True)


def test_lists_of_authors_together_are_the_list_of_everybody_whose_account_remains(host: Host) -> None:
    for tracker in kinds(host):
        whole = [work for work in everything(tracker) if work.author]
        by_author = [work for number in range(60) for work in tracker.by(PEOPLE[number].handle)]
        assert sorted(by_author, key=lambda work: work.slot) == whole
        assert len(whole) < len(everything(tracker))


def test_numbers_are_unique_in_a_repository_and_rise_with_time(host: Host) -> None:
    for number in range(60):
        for repo in host.owned_by(number):
            issues, pulls = host.issues.of(repo), host.pulls.of(repo)
            numbers = [work.number for work in (*issues, *pulls)]
            assert len(set(numbers)) == len(numbers)
            assert all(number > 0 for number in numbers)
            for works in (issues, pulls):
                assert [work.number for work in works] == sorted((work.number for work in works), reverse=True)


def test_people_open_issues_with_each_other(host: Host) -> None:
    elsewhere = [work.author != work.repo.login for work in everything(host.issues)]
    assert 0.3 < sum(elsewhere) / len(elsewhere) < 0.9


def test_times_lie_in_order_and_not_in_the_future(host: Host) -> None:
    for tracker in kinds(host):
        for work in everything(tracker):
            assert work.created_at <= work.updated_at <= NOW


def test_every_state_occurs(host: Host) -> None:
    assert {work.state for work in everything(host.issues)} == {"OPEN", "CLOSED"}
    assert {work.state for work in everything(host.pulls)} == {"OPEN", "CLOSED", "MERGED"}


def test_a_time_cuts_the_lists(host: Host) -> None:
    until = NOW - timedelta(days=90)
    whole = everything(host.issues)
    assert list(host.issues.everybody(until, 10**9)) == [work for work in whole if work.created_at <= until]
    login = PEOPLE[5].handle
    assert list(host.issues.by(login, until)) == [work for work in host.issues.by(login) if work.created_at <= until]


def test_what_is_in_a_slot_is_found_again(host: Host) -> None:
    for work in everything(host.issues)[:50]:
        assert host.issues.find(work.slot) == work
    assert host.issues.find(None) is None
    assert host.issues.find(host.issues.size) is None
    assert host.issues.find(-1) is None


def test_something_new_is_on_top_of_every_list_that_it_belongs_to() -> None:
    host = Host(PEOPLE)
    repo, other = host.owned_by(3)[0], host.owned_by(4)[0]
    before = host.issues.of(repo)
    one = host.issues.open(repo, "One", "…", "somebody", NOW)
    two = host.issues.open(repo, "Two", "", "somebody", NOW + timedelta(seconds=1, microseconds=7))
    elsewhere = host.issues.open(other, "Three", "", "somebody", NOW + timedelta(seconds=2))
    assert host.issues.of(repo) == [two, one, *before]
    assert list(host.issues.everybody(None, 5))[:3] == [elsewhere, two, one]
    assert list(host.issues.by("SomeBody")) == [elsewhere, two, one]
    assert list(host.issues.by("somebody", NOW)) == [one]
    assert [host.issues.find(work.slot) for work in (one, two, elsewhere)] == [one, two, elsewhere]
    assert one.number + 1 == two.number > max((work.number for work in before), default=0)
    assert (two.created_at.microsecond, two.state, one.body) == (0, "OPEN", "…")
    assert host.pulls.find(one.slot) is None


def test_releases_belong_to_one_repository_and_are_found_again(host: Host) -> None:
    found = [version for number in range(60) for repo in host.owned_by(number) for version in host.releases(repo)]
    assert len(found) > 200
    assert len({version.slot for version in found}) == len(found)
    for version in found:
        assert host.release(version.slot) == version
    assert host.release(None) is None


def test_tags_of_a_repository_fall_from_the_newest_to_the_oldest(host: Host) -> None:
    for number in range(60):
        for repo in host.owned_by(number):
            tags = [tuple(map(int, version.tag[1:].split(".")[:2])) for version in host.releases(repo)]
            assert tags == sorted(tags, reverse=True)


def test_the_same_people_make_the_same_host_again() -> None:
    one, other = Host(crowd(60)), Host(crowd(60))
    assert everything(one.issues) == everything(other.issues)
    assert [one.owned_by(number) for number in range(60)] == [other.owned_by(number) for number in range(60)]


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_small_crowd_has_a_host_as_well(count: int) -> None:
    host = Host(crowd(count))
    listed = [work for number in range(count) for repo in host.owned_by(number) for work in host.issues.of(repo)]
    assert sorted(work.slot for work in listed) == [work.slot for work in everything(host.issues)]


async def test_nobody_at_all_is_an_empty_host() -> None:
    github = over(recorder(crowd(0)), crowd(0))
    assert await github.developers(["ada"]) == {"ada": None}
    assert only(await github.issues([IssuesAsked(None, Page(None))])) == Slice(())
    assert only(await github.repository_search([RepositorySearch("docs", HostPage())])).items == ()


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How many events were made up, and how many accounts' repositories."""
    count: Counter[str] = Counter()
    get, owned = Timeline.__getitem__, Host._owned_by  # noqa: SLF001 - what is counted

    def counted_event(self: Timeline, number: int) -> object:
        count["events"] += 1
        return get(self, number)

    def counted_account(self: Host, person: int) -> object:
        count["accounts"] += 1
        return owned(self, person)

    monkeypatch.setattr(Timeline, "__getitem__", counted_event)
    monkeypatch.setattr(Host, "_owned_by", counted_account)
    return count


async def test_among_a_hundred_thousand_people_only_what_is_asked_is_made_up(made: Counter[str]) -> None:
    people = crowd(MOST)
    github = over(recorder(people), people)
    logins = [people[number].handle for number in range(0, MOST, MOST // 100)]
    assert len(await github.developers(logins)) == 100
    assert made == {"accounts": 100}
    owned = only(await github.repositories_by_owner([RepositoriesAsked(logins[50], HostPage(1))]))
    assert made["accounts"] <= 120
    assert made["events"] <= 4 * Tracker.EACH
    made.clear()
    await github.repository_issues([InRepositoryAsked(owned.items[0].external_id, HostPage(20))])
    await github.issues([IssuesAsked(ref, Page(20)) for ref in refs(people, [7, 99_999])])
    assert made["events"] <= 4 * Tracker.EACH
    made.clear()
    await github.issues([IssuesAsked(None, Page(20))])
    assert made["events"] <= 40


async def test_a_text_is_looked_for_among_the_latest_alone(made: Counter[str]) -> None:
    people = crowd(MOST)
    github = over(recorder(people), people)
    found = only(await github.issues([IssuesAsked(None, Page(20), search="words that nobody wrote")]))
    assert found.items == ()
    assert 0 < made["events"] <= 3000
    made.clear()
    await github.repository_search([RepositorySearch("docs", HostPage(5))])
    assert made["accounts"] <= 1100


async def test_a_late_page_of_everybodys_issues_begins_at_its_time(made: Counter[str]) -> None:
    people = crowd(MOST)
    github = over(recorder(people), people)
    first = only(await github.issues([IssuesAsked(None, Page(20))]))
    old = first.horizon._replace(at=NOW - timedelta(days=400))
    made.clear()
    late = only(await github.issues([IssuesAsked(None, Page(20, old))]))
    assert len(late.items) == 20
    assert made["events"] <= 40
    assert all(timedelta(days=400) <= NOW - issue.created_at < timedelta(days=401) for issue in late.items)
