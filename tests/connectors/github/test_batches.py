"""The law of a batch: one value or error for each key, and as few calls as GitHub allows."""

import json
from collections.abc import Callable

import httpx
import pytest

from connectors.domain.code import (
    HostPage,
    InRepositoryAsked,
    IssuesAsked,
    ReleasesAsked,
    RepositoriesAsked,
    RepositoryName,
    RepositorySearch,
)
from connectors.domain.errors import (
    ConnectorError,
    Malformed,
    RateLimited,
    Rejected,
    TimedOut,
    Unauthorized,
    Unavailable,
)
from connectors.domain.page import Page
from connectors.github.client import GitHub
from connectors.transport.stats import State
from tests.connectors.github.support import PEOPLE, RATE_LIMIT, connection_over, over, recorder, saying, text, variables
from tests.connectors.support import Recorder, answering, crowd, refs

MANY = crowd(260)
Asked = Callable[[GitHub, int], object]

BATCHES = {
    "developers": lambda github, count: github.developers([f"user-{each:x}" for each in range(count)]),
    "repositories": lambda github, count: github.repositories(
        [RepositoryName("a", str(each)) for each in range(count)]
    ),
    "repositories_by_id": lambda github, count: github.repositories_by_id([f"R_{each}" for each in range(count)]),
    "issues_by_id": lambda github, count: github.issues_by_id([f"I_{each}" for each in range(count)]),
    "pull_requests_by_id": lambda github, count: github.pull_requests_by_id([f"PR_{each}" for each in range(count)]),
    "repositories_by_owner": lambda github, count: github.repositories_by_owner(
        [RepositoriesAsked(MANY[each].handle, HostPage(5)) for each in range(count)]
    ),
    "repository_search": lambda github, count: github.repository_search(
        [RepositorySearch(MANY[each].handle, HostPage(1)) for each in range(count)]
    ),
    "repository_issues": lambda github, count: github.repository_issues(
        [InRepositoryAsked(f"R_{each}", HostPage(5)) for each in range(count)]
    ),
    "pull_requests": lambda github, count: github.pull_requests(
        [InRepositoryAsked(f"R_{each}", HostPage(5)) for each in range(count)]
    ),
    "releases": lambda github, count: github.releases([ReleasesAsked(f"R_{each}") for each in range(count)]),
    "issues": lambda github, count: github.issues([IssuesAsked(ref, Page(5)) for ref in refs(MANY, range(count))]),
}


@pytest.mark.parametrize("name", BATCHES)
@pytest.mark.parametrize(("keys", "calls"), [(0, 0), (1, 1), (100, 1), (101, 2)])
async def test_a_hundred_keys_are_one_call(name: str, keys: int, calls: int) -> None:
    wire = recorder(MANY)
    answers = await BATCHES[name](over(wire, MANY), keys)
    assert len(wire.requests) == calls
    assert len(answers) == keys


async def test_chunks_are_as_even_as_the_keys_came() -> None:
    wire = recorder(MANY)
    await over(wire, MANY).developers([MANY[each].handle for each in range(250)])
    assert sorted(len(variables(request)) for request in wire.requests) == [50, 100, 100]


async def test_the_same_key_twice_is_asked_once() -> None:
    wire = recorder()
    answers = await over(wire).developers([PEOPLE[1].handle, PEOPLE[2].handle, PEOPLE[1].handle])
    assert list(answers) == [PEOPLE[1].handle, PEOPLE[2].handle]
    assert list(variables(wire.requests[0]).values()) == [PEOPLE[1].handle, PEOPLE[2].handle]


async def test_answers_belong_to_their_keys_whatever_their_order() -> None:
    logins = [PEOPLE[number].handle for number in (7, 3, 11, 0)]
    answers = await over().developers(logins)
    assert [answer.login for answer in answers.values() if answer and not isinstance(answer, Exception)] == logins


class Faulty(httpx.AsyncBaseTransport):
    """Fails the calls that hold one of some values, and passes the others on."""

    def __init__(self, inner: httpx.AsyncBaseTransport, value: str, failure: httpx.Response | Exception) -> None:
        self._inner, self._value, self._failure = inner, value, failure

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self._value not in variables(request).values():
            return await self._inner.handle_async_request(request)
        if isinstance(self._failure, Exception):
            raise self._failure
        return self._failure


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        (httpx.Response(502, content=b"<html>Unicorn!</html>"), Unavailable),
        (httpx.Response(401, json={"message": "Bad credentials"}), Unauthorized),
        (httpx.Response(429, headers={"Retry-After": "60"}), RateLimited),
        (httpx.Response(404, json={"message": "Not Found"}), Rejected),
        (httpx.Response(200, content=b"<html>"), Malformed),
        (httpx.Response(200, json={"data": None}), Malformed),
        (httpx.Response(200, json={"errors": [{"type": "RATE_LIMITED", "message": "API rate limit"}]}), RateLimited),
        (httpx.Response(200, json={"data": None, "errors": [{"message": "Something went wrong"}]}), Unavailable),
        (httpx.Response(200, json={"errors": [{"message": "Parse error", "path": ["query Developers"]}]}), Rejected),
        (httpx.ReadTimeout("slow"), TimedOut),
        (httpx.ConnectError("refused"), Unavailable),
    ],
)
async def test_a_chunk_that_fails_leaves_the_others(
    failure: httpx.Response | Exception, kind: type[ConnectorError]
) -> None:
    logins = [MANY[each].handle for each in range(150)]
    answers = await over(Faulty(recorder(MANY), logins[120], failure), MANY).developers(logins)
    assert list(answers) == logins
    assert {type(answers[login]) for login in logins[100:]} == {kind}
    assert not any(answers[login] is None or isinstance(answers[login], Exception) for login in logins[:100])


async def test_an_address_that_is_not_githubs_finds_nobody_missing() -> None:
    answers = await over(answering(404, b'{"message": "Not Found"}')).developers(["ada"])
    assert isinstance(answers["ada"], Rejected)
    assert "404: Not Found" in str(answers["ada"])


async def test_a_field_that_fails_is_its_keys_alone() -> None:
    account = {
        "login": "ada",
        "avatarUrl": "https://a.example",
        "url": "https://b.example",
        "followers": {"totalCount": 1},
    }
    answers = await over(
        saying(
            {"k0": account, "k1": None, "k2": None, "k3": {"login": "x"}, "k4": None},
            [
                {"type": "NOT_FOUND", "path": ["k1"], "message": "Could not resolve"},
                {"type": "FORBIDDEN", "path": ["k2"], "message": "SAML enforcement"},
                {"type": "INTERNAL", "path": ["k4", "followers"], "message": "Odd"},
            ],
        )
    ).developers(["a", "b", "c", "d", "e"])
    assert [type(answer).__name__ for answer in answers.values()] == [
        "Developer",
        "NoneType",
        "Unauthorized",
        "Malformed",
        "Rejected",
    ]


class Picky:
    """Answers null for everything where one key is bad, as GitHub must where a field is never null."""

    def __init__(self, *bad: str, at_once: bool = True) -> None:
        self.bad = bad
        self.at_once = at_once
        self.asked: list[list[object]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        sent = [value for name, value in variables(request).items() if name.startswith("query")]
        self.asked.append(sent)
        places = [place for place, value in enumerate(sent) if value in self.bad]
        errors = [
            {"type": "INVALID_CURSOR_ARGUMENTS", "path": [f"k{place}"], "message": f"{sent[place]} is bad"}
            for place in (places if self.at_once else places[:1])
        ]
        if errors:
            return httpx.Response(200, json={"data": None, "errors": errors})
        page = {"totalCount": 0, "pageInfo": {"hasNextPage": False}, "edges": []}
        found = {f"k{place}": page for place in range(len(sent))}
        return httpx.Response(200, json={"data": found | {"rateLimit": RATE_LIMIT}})


@pytest.mark.parametrize(("at_once", "calls"), [(True, 2), (False, 3)])
async def test_a_key_that_takes_the_query_along_is_left_out_of_the_next(*, at_once: bool, calls: int) -> None:
    github = Picky("b", "d", at_once=at_once)
    asked = [RepositorySearch(word, HostPage()) for word in "abcde"]
    answers = await over(httpx.MockTransport(github)).repository_search(asked)
    assert list(answers) == asked
    refused = {one.text: str(answer) for one, answer in answers.items() if isinstance(answer, Rejected)}
    assert refused.keys() == {"b", "d"}
    assert "b is bad" in refused["b"]
    assert "d is bad" in refused["d"]
    assert len(github.asked) == calls
    assert github.asked[-1] == ["a", "c", "e"]


async def test_where_every_key_is_bad_nothing_is_asked_again() -> None:
    github = Picky("a", "b")
    asked = [RepositorySearch(word, HostPage()) for word in "ab"]
    answers = await over(httpx.MockTransport(github)).repository_search(asked)
    assert all(isinstance(answer, Rejected) for answer in answers.values())
    assert len(github.asked) == 1


async def test_a_failure_inside_a_right_answer_is_counted_once() -> None:
    connection = connection_over(saying(None, [{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]))
    assert isinstance(connection.connector, GitHub)
    answers = await connection.connector.developers(["ada", "grace"])
    assert {type(answer) for answer in answers.values()} == {RateLimited}
    assert (connection.stats.totals.calls, connection.stats.totals.errors) == (1, 1)
    assert connection.stats.state is State.DOWN


async def test_what_github_refuses_does_not_make_it_ill() -> None:
    connection = connection_over(saying(None, [{"type": "MAX_NODE_LIMIT_EXCEEDED", "message": "Too many"}]))
    assert isinstance(connection.connector, GitHub)
    answers = await connection.connector.developers(["ada"])
    assert isinstance(answers["ada"], Rejected)
    assert connection.stats.totals.errors == 1
    assert connection.stats.state is State.UP


async def test_the_text_of_a_batch_is_the_same_for_other_keys() -> None:
    wire = Recorder(recorder())
    github = over(wire)
    await github.developers(["ada", "grace"])
    await github.developers(['"}) { viewer { login } }', "$login_0"])
    assert text(wire.requests[0]) == text(wire.requests[1])
    assert json.loads(wire.requests[1].content)["variables"] == {
        "login_0": '"}) { viewer { login } }',
        "login_1": "$login_0",
    }
