"""The root of the imitated GitHub's graph: how accounts, repositories and what is in them are found."""

from collections.abc import Mapping

from connectors.github import sandbox_search
from connectors.github.sandbox_cost import Clock
from connectors.github.sandbox_host import Host, Work
from connectors.github.sandbox_nouns import ISSUE, PULL_REQUEST, RELEASE, REPOSITORY, USER, VIEWER, Nouns
from connectors.github.sandbox_relay import LARGEST, Body, Info, Refusal, results
from connectors.seed.people import MOST, People

_VIEWER = MOST  # a number that no person has


class Graph:
    """Resolvers are what these dictionaries hold: a value, or a function of the arguments."""

    def __init__(self, people: People, clock: Clock) -> None:
        self._people = people
        self._clock = clock
        self._host = Host(people)
        self._nouns = Nouns(self._host)

    def root(self, rate_limit: Body) -> Body:
        """Query and Mutation."""
        return {
            "createIssue": self._create_issue,
            "node": self._node,
            "nodes": self._nodes,
            "rateLimit": rate_limit,
            "repository": self._repository_named,
            "repositoryOwner": lambda _, login: self._account(login),
            "search": self._search,
            "user": self._user_named,
            "viewer": lambda _: self._viewer(),
        }

    def _user_named(self, _: Info, login: str) -> Body:
        if account := self._account(login):
            return account
        raise Refusal("NOT_FOUND", f"Could not resolve to a User with the login of '{login}'.")

    def _account(self, login: str) -> Body | None:
        if login.lower() == VIEWER:
            return self._viewer()
        person = self._people.by_handle(login)
        return self._nouns.user(person) if person else None

    def _repository_named(self, _: Info, owner: str, name: str, **__: object) -> Body:
        if repo := self._host.named(owner, name):
            return self._nouns.repository(repo)
        raise Refusal("NOT_FOUND", f"Could not resolve to a Repository with the name '{owner}/{name}'.")

    def _nodes(self, _: Info, ids: list[str]) -> list[Body | Refusal]:
        if len(ids) > LARGEST:
            text = f"You may not provide more than {LARGEST} node ids; you provided {len(ids)}."
            raise Refusal("ARGUMENT_LIMIT", text)
        return [self._find(id) or _unresolved(id) for id in ids]

    def _node(self, _: Info, id: str) -> Body:
        if node := self._find(id):
            return node
        raise _unresolved(id)

    def _find(self, id: str) -> Body | None:
        if person := self._people.by_code(USER, id):
            return self._nouns.user(person)
        if repo := self._host.repository(REPOSITORY.decode(id)):
            return self._nouns.repository(repo)
        if issue := self._host.issues.find(ISSUE.decode(id)):
            return self._nouns.issue(issue)
        if pull := self._host.pulls.find(PULL_REQUEST.decode(id)):
            return self._nouns.pull_request(pull)
        if version := self._host.release(RELEASE.decode(id)):
            return self._nouns.release(version)
        return self._viewer() if USER.decode(id) == _VIEWER else None

    def _search(self, info: Info, query: str, type: str, **paging: object) -> Body:
        terms = sandbox_search.parse(query)
        sizes: Body = {"issueCount": 0, "repositoryCount": 0, "userCount": 0}
        if type == "ISSUE":
            found = sandbox_search.works(self._host, terms)
            # Counted only where it is asked for: that takes looking through all of them.
            sizes["issueCount"] = lambda _: sum(1 for _ in sandbox_search.works(self._host, terms))
            return sizes | results(info, found, self._found, **paging)
        repositories = sandbox_search.repositories(self._host, terms) if type == "REPOSITORY" and query.strip() else []
        sizes["repositoryCount"] = len(repositories)
        return sizes | results(info, iter(repositories), self._nouns.repository, **paging)

    def _found(self, found: tuple[str, Work]) -> Body:
        kind, work = found
        return self._nouns.issue(work) if kind == "Issue" else self._nouns.pull_request(work)

    def _create_issue(self, _: Info, input: Mapping[str, str]) -> Body:
        repo = self._host.repository(REPOSITORY.decode(input["repositoryId"]))
        if repo is None:
            raise _unresolved(input["repositoryId"])
        if not input["title"].strip():
            raise Refusal("UNPROCESSABLE", "Title can't be blank")
        work = self._host.issues.open(repo, input["title"], input.get("body") or "", VIEWER, self._clock())
        return {"clientMutationId": input.get("clientMutationId"), "issue": self._nouns.issue(work)}

    def _viewer(self) -> Body:
        return self._nouns.account(_VIEWER, VIEWER, None, 0, ())


def _unresolved(id: str) -> Refusal:
    return Refusal("NOT_FOUND", f"Could not resolve to a node with the global id of '{id}'")
