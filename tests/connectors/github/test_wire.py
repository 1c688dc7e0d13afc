from datetime import UTC, datetime
from typing import TypeVar

import msgspec
import pytest

from connectors.domain.code import Developer, Issue, IssueState, Release, Repository
from connectors.domain.errors import ConnectorError
from connectors.domain.service import Service
from connectors.github import wire
from connectors.github.answer import Missing, failure, read
from tests.connectors.github.support import recorded

T = TypeVar("T")


def body(name: str) -> wire.Answer:
    answer = msgspec.json.decode(recorded(name), type=wire.Answer)
    assert failure(answer) is None
    return answer


def at(name: str, alias: str, into: type[T]) -> T:
    value = read(body(name), alias, into)
    assert not isinstance(value, ConnectorError), value
    return value


def test_a_developer_is_an_account_with_its_followers() -> None:
    assert wire.developer(at("developers", "k0", wire.User)) == Developer(
        service=Service.GITHUB,
        login="octo-cat",
        name="Mona Lisa Octocat 🐙",
        avatar_url="https://avatars.githubusercontent.com/u/583231?u=a59fef2a493e2b67dd13754231daf220c82ba84d&v=4",
        followers=17203,
        url="https://github.com/octo-cat",
    )


@pytest.mark.parametrize("alias", ["k1", "k2"])
def test_a_developer_without_a_name_or_with_an_empty_one_has_none(alias: str) -> None:
    assert wire.developer(at("developers", alias, wire.User)).name is None


def test_a_login_that_nobody_has_is_missing_in_githubs_words() -> None:
    nobody = read(body("developers"), "k3", wire.User)
    assert isinstance(nobody, Missing)
    assert "Could not resolve to a User with the login of 'nobody-at-all'." in str(nobody)


def test_a_repository_has_its_owner_and_its_open_issues() -> None:
    held = at("repositories", "k0", wire.Holder[wire.HostedRepository]).list
    first, second = (wire.repository(node) for _, node in held.items)
    assert first == Repository(
        service=Service.GITHUB,
        external_id="R_kgDOGq0qAA",
        owner="octo-cat",
        name="größe.js",
        description="Größen & « tailles » — 尺寸",
        url="https://github.com/octo-cat/gr%C3%B6%C3%9Fe.js",
        stars=41203,
        forks=18,
        open_issues=7,
        primary_language="Vim Script",
        pushed_at=datetime(2026, 11, 21, 23, 59, 59, tzinfo=UTC),
    )
    assert (second.description, second.primary_language, second.pushed_at) == (None, None, None)


def test_a_page_leaves_out_what_is_hidden_and_keeps_the_cursors_of_the_rest() -> None:
    held = at("repositories", "k0", wire.Holder[wire.HostedRepository]).list
    page = wire.host_slice(held, 20, lambda body: body.name)
    assert page.items == ("größe.js", ".github")
    assert page.cursors == ("Y3Vyc29yOnYyOpK5MjAyNi0xMS0yMVQ=", "Y3Vyc29yOnYyOpK5MjAyNi0xMS0yMlQ=")
    assert (page.more, page.total) == (True, 3)


@pytest.mark.parametrize(("first", "shown"), [(1, 1), (0, 0), (-1, 0)])
def test_a_page_that_is_cut_has_more(first: int, shown: int) -> None:
    held = at("releases", "k0", wire.Holder[wire.HostedRelease]).list
    page = wire.host_slice(held, first, lambda body: body.tag_name)
    assert (len(page.items), len(page.cursors), page.more) == (shown, shown, True)


def test_a_page_without_edges_is_empty() -> None:
    nothing = wire.Connection[wire.Account](page_info=wire.PageInfo(has_next_page=False))
    page = wire.host_slice(nothing, 20, lambda body: body.login)
    assert (page.items, page.cursors, page.more, page.total) == ((), (), False, None)


def test_an_issue_of_a_deleted_account_has_no_author() -> None:
    assert wire.issue(at("issues", "k0", wire.HostedIssue)) == Issue(
        service=Service.GITHUB,
        external_id="I_kwDOGq0qAM5FkLmn",
        key="octo-cat/hello#1347",
        title='`NULL` in "the" title\u2028 & <b>markup</b>',
        state=IssueState.CLOSED,
        author=None,
        assignee=None,
        labels=(),
        created_at=datetime(2011, 4, 10, 20, 9, 31, tzinfo=UTC),
        updated_at=datetime(2026, 2, 28, 23, tzinfo=UTC),
        url="https://github.com/octo-cat/hello/issues/1347",
    )


def test_an_issue_has_the_first_assignee_that_is_shown_and_every_label() -> None:
    issue = wire.issue(at("issues", "k1", wire.HostedIssue))
    assert (issue.author, issue.assignee) == ("dependabot", "grace")
    assert issue.labels == ("área: facturación", "good first issue")
    assert (issue.title, issue.state) == ("", IssueState.OPEN)


def test_an_issue_whose_lists_are_null_has_neither_assignee_nor_labels() -> None:
    issue = wire.issue(at("issues", "k2", wire.HostedIssue))
    assert (issue.assignee, issue.labels) == (None, ())


def test_a_node_of_another_kind_is_missing() -> None:
    assert isinstance(read(body("issues"), "k3", wire.HostedIssue), Missing)


@pytest.mark.parametrize(
    ("alias", "state", "merged", "author"),
    [
        ("k0", IssueState.CLOSED, True, None),
        ("k1", IssueState.CLOSED, False, "ada"),
        ("k2", IssueState.OPEN, False, "ada"),
    ],
)
def test_a_merged_pull_request_is_closed(alias: str, state: IssueState, *, merged: bool, author: str | None) -> None:
    pull = wire.pull_request(at("pull_requests", alias, wire.HostedPullRequest))
    assert (pull.state, pull.merged, pull.author) == (state, merged, author)


def test_a_draft_is_not_published_yet_and_an_empty_name_is_none() -> None:
    held = at("releases", "k0", wire.Holder[wire.HostedRelease]).list
    draft, candidate, old = (wire.release(node) for _, node in held.items)
    assert draft == Release(
        tag="untagged-5b3f",
        name="The next one",
        published_at=None,
        url="https://github.com/octo-cat/hello/releases/tag/untagged-5b3f",
    )
    assert (candidate.name, candidate.published_at) == (None, datetime(2026, 10, 1, tzinfo=UTC))
    assert (old.tag, old.name) == ("größe/1.0", None)


def test_the_rate_limit_is_read_from_every_answer() -> None:
    limit = at("issues", "rateLimit", wire.RateLimit)
    assert (limit.limit, limit.cost, limit.remaining) == (12500, 2, 12498)
    assert limit.reset_at == datetime(2026, 11, 22, 10, 41, 7, tzinfo=UTC)


def test_an_answer_without_a_rate_limit_can_still_be_read() -> None:
    assert isinstance(read(body("repositories"), "rateLimit", wire.RateLimit), Missing)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"message": "Bad credentials", "documentation_url": "https://docs.github.com/graphql"}', "Bad credentials"),
        (b'{"documentation_url": "https://docs.github.com"}', None),
        (b'{"message": null}', None),
    ],
)
def test_an_error_body_is_told_in_githubs_words(content: bytes, message: str | None) -> None:
    assert wire.error_message(content) == message


@pytest.mark.parametrize("content", [b"<html>502</html>", b"[]", b'{"message": 7}', b""])
def test_an_error_body_of_another_shape_is_an_error_that_the_api_knows(content: bytes) -> None:
    with pytest.raises(msgspec.MsgspecError):
        wire.error_message(content)
