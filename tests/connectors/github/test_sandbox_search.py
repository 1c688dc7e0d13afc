from datetime import timedelta

import pytest

from connectors.github.sandbox_host import Host, Repo, Work
from connectors.github.sandbox_search import parse, repositories, works
from tests.connectors.support import NOW, crowd

PEOPLE = crowd(60)
HOST = Host(PEOPLE)
EVERY_ISSUE = list(HOST.issues.everybody(None, 10**9))
EVERY_PULL = list(HOST.pulls.everybody(None, 10**9))
EVERY_REPOSITORY = [repo for number in range(60) for repo in HOST.owned_by(number)]


def issues(text: str) -> list[Work]:
    return [work for _, work in works(HOST, parse(f"is:issue {text}"))]


def found(text: str) -> list[Repo]:
    return repositories(HOST, parse(text))


@pytest.mark.parametrize(
    ("text", "qualifiers", "words"),
    [
        ("", {}, []),
        ("CSV export", {}, ["csv", "export"]),
        ('"CSV export" now', {}, ["csv export", "now"]),
        ("is:issue is:open", {"is": ["issue", "open"]}, []),
        ('label:"good first issue" x', {"label": ["good first issue"]}, ["x"]),
        ("foo:bar http://a.example", {}, ["foo:bar", "http://a.example"]),
        ('"is:pr" "author:x"', {}, ["is:pr", "author:x"]),
        ('""', {}, []),
        ("created:<=2026-01-01T00:00:00Z", {"created": ["<=2026-01-01t00:00:00z"]}, []),
    ],
)
def test_a_text_is_qualifiers_and_words(text: str, qualifiers: dict[str, list[str]], words: list[str]) -> None:
    terms = parse(text)
    assert (terms.qualifiers, terms.words) == (qualifiers, words)


def test_without_a_qualifier_everything_is_found_newest_first() -> None:
    assert issues("") == EVERY_ISSUE
    both = list(works(HOST, parse("")))
    assert {kind for kind, _ in both} == {"Issue", "PullRequest"}
    times = [work.created_at for _, work in both]
    assert times == sorted(times, reverse=True)
    assert len(both) == len(EVERY_ISSUE) + len(EVERY_PULL)


@pytest.mark.parametrize("text", ["is:pr", "type:pr"])
def test_pull_requests_are_found_apart(text: str) -> None:
    assert [work for _, work in works(HOST, parse(text))] == EVERY_PULL


@pytest.mark.parametrize("text", ["state:open", "is:open"])
def test_a_state_filters(text: str) -> None:
    assert issues(text) == [work for work in EVERY_ISSUE if work.state == "OPEN"]


def test_merged_pull_requests_are_closed_ones() -> None:
    merged = [work for _, work in works(HOST, parse("is:pr is:merged"))]
    assert merged == [work for work in EVERY_PULL if work.state == "MERGED"]
    closed = [work for _, work in works(HOST, parse("is:pr is:closed"))]
    assert closed == [work for work in EVERY_PULL if work.state != "OPEN"]


def test_states_that_exclude_each_other_find_nothing() -> None:
    assert issues("is:open is:closed") == []


def test_an_author_filters_whatever_the_case() -> None:
    login = PEOPLE[9].handle
    assert issues(f"author:{login.upper()}") == [work for work in EVERY_ISSUE if work.author == login] != []
    assert issues("author:nobody") == []


def test_a_repository_an_owner_and_labels_filter() -> None:
    repo = EVERY_ISSUE[0].repo
    assert issues(f"repo:{repo.full_name}") == [work for work in EVERY_ISSUE if work.repo == repo]
    assert issues(f"user:{repo.login}") == [work for work in EVERY_ISSUE if work.repo.login == repo.login]
    labelled = [work for work in EVERY_ISSUE if {"bug", "good first issue"} <= set(work.labels)]
    assert issues('label:bug label:"good first issue"') == labelled != []


def test_words_stand_in_the_title_or_the_text() -> None:
    host = Host(PEOPLE)
    new = host.issues.open(HOST.owned_by(1)[0], "Zebra crossing", "black and WHITE", "x", NOW)
    for text in ("zebra", "white zebra", '"and white"'):
        assert [work for _, work in works(host, parse(f"is:issue {text}"))] == [new]
    assert [work for _, work in works(host, parse("is:issue zebra giraffe"))] == []


AT = NOW - timedelta(days=100)
DAY = AT.strftime("%Y-%m-%d")
MIDNIGHT = AT.replace(hour=0)
TIME = AT.strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        (f"created:<={TIME}", None, AT),
        (f"created:<{TIME}", None, AT - timedelta(seconds=1)),
        (f"created:>={TIME}", AT, None),
        (f"created:>{TIME}", AT + timedelta(seconds=1), None),
        (f"created:<={DAY}", None, MIDNIGHT + timedelta(days=1, seconds=-1)),
        (f"created:<{DAY}", None, MIDNIGHT - timedelta(seconds=1)),
        (f"created:>={DAY}", MIDNIGHT, None),
        (f"created:>{DAY}", MIDNIGHT + timedelta(days=1), None),
        (f"created:{DAY}", MIDNIGHT, MIDNIGHT + timedelta(days=1, seconds=-1)),
        (f"created:{DAY}..2026-09-30", MIDNIGHT, NOW.replace(month=10, day=1, hour=0) - timedelta(seconds=1)),
        (f"created:*..{DAY}", None, MIDNIGHT + timedelta(days=1, seconds=-1)),
        (f"created:{DAY}..*", MIDNIGHT, None),
        ("created:whenever", None, None),
    ],
)
def test_a_time_of_creation_filters(text: str, low: object, high: object) -> None:
    expected = [
        work
        for work in EVERY_ISSUE
        if (low is None or work.created_at >= low) and (high is None or work.created_at <= high)  # type: ignore[operator]  # both are times
    ]
    assert issues(text) == expected


def test_a_time_includes_the_very_second() -> None:
    work = EVERY_ISSUE[30]
    second = work.created_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert work in issues(f"created:<={second}")
    assert work not in issues(f"created:<{second}")


def test_every_word_of_a_repository_search_must_fit() -> None:
    for text in ("docs", "client library", "API reference handbook"):
        fits = found(text)
        assert fits
        for repo in fits:
            content = f"{repo.full_name} {repo.description}".lower()
            assert all(word in content for word in text.lower().split())
    assert found("docs zebra") == []


def test_the_best_match_comes_first() -> None:
    name = EVERY_REPOSITORY[5].name
    assert found(name)[0].name == name
    ranked = [("client" in repo.name, repo.stars) for repo in found("cli")]
    assert ranked
    stars = [repo.stars for repo in found("sort:stars")]
    assert stars == sorted(stars, reverse=True)


def test_a_repository_in_full_is_found_by_its_full_name() -> None:
    repo = EVERY_REPOSITORY[7]
    assert found(repo.full_name)[0] == repo


@pytest.mark.parametrize("name", ["user", "org"])
def test_an_owner_narrows_repositories(name: str) -> None:
    assert set(found(f"{name}:{PEOPLE[4].handle}")) == set(HOST.owned_by(4))
    assert found(f"{name}:nobody") == []


def test_a_language_narrows_repositories() -> None:
    go = found("language:Go")
    assert {repo.language for repo in go} == {"Go"}
    assert len(go) == sum(repo.language == "Go" for repo in EVERY_REPOSITORY)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("stars:>10", 11, 10**9), ("stars:>=10", 10, 10**9), ("stars:<3", 0, 2), ("stars:<=3", 0, 3), ("stars:1", 1, 1)],
)
def test_stars_narrow_repositories(text: str, low: int, high: int) -> None:
    expected = {repo.number for repo in EVERY_REPOSITORY if low <= repo.stars <= high}
    assert {repo.number for repo in found(text)} == expected != set()


def test_stars_that_are_no_number_find_nothing() -> None:
    assert found("stars:many") == []


def test_somebody_far_down_the_row_is_found_by_login() -> None:
    people = crowd(5000)
    login = people[4321].handle
    assert {repo.owner.number for repo in repositories(Host(people), parse(login))} == {4321}
