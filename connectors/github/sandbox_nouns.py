"""The imitated GitHub's nouns in GitHub's shapes: https://docs.github.com/en/graphql/reference/objects.

An object is a dictionary that holds values, and functions where a field has arguments or takes longer to make up.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from operator import attrgetter

from connectors.github.sandbox_host import Host, Repo, Tracker, Version, Work
from connectors.github.sandbox_relay import Body, Info, connection
from connectors.github.sandbox_words import LABELS, LANGUAGES
from connectors.seed.codes import BASE62, Code
from connectors.seed.people import Person

USER = Code("U_kgDO", BASE62, 6)
REPOSITORY = Code("R_kgDO", BASE62, 6)
ISSUE = Code("I_kwDO", BASE62, 12)
PULL_REQUEST = Code("PR_kwDO", BASE62, 12)
RELEASE = Code("RE_kwDO", BASE62, 10)
_LABEL = Code("LA_kwDO", BASE62, 10)
_LANGUAGE = Code("MDg6TGFuZ3VhZ2U", BASE62, 4)

VIEWER = "tributary-imitation"  # whose token it is
_GITHUB = "https://github.com"
_NEVER = datetime.min.replace(tzinfo=UTC)

Resolver = Callable[..., Body]
Order = Mapping[str, str] | None

_REPOSITORY_ORDER: Mapping[str, Callable[[Repo], str | int | datetime]] = {
    "CREATED_AT": attrgetter("created_at"),
    "NAME": attrgetter("name"),
    "PUSHED_AT": lambda repo: repo.pushed_at or _NEVER,
    "STARGAZERS": attrgetter("stars"),
    "UPDATED_AT": lambda repo: repo.pushed_at or repo.created_at,
}
_WORK_ORDER: Mapping[str, Callable[[Work], int | datetime]] = {
    "COMMENTS": attrgetter("number"),  # nobody comments here
    "CREATED_AT": lambda work: work.created_at,
    "UPDATED_AT": lambda work: work.updated_at,
}


class Nouns:
    """Objects of the graph over what a host has."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def user(self, person: Person) -> Body:
        """A person's account; some do not tell their name."""
        owned = self._host.owned_by(person.number)
        followers = sum(repo.stars for repo in owned) // 3 + person.number % 40
        return self.account(
            person.number, owned[0].login, person.name if person.number % 12 else None, followers, owned
        )

    def account(self, number: int, login: str, name: str | None, followers: int, owned: Sequence[Repo]) -> Body:
        """Anybody's account."""
        return _actor(login) | {
            "__typename": "User",
            "avatarUrl": lambda _, size=None: _avatar(number, size),
            "followers": lambda _, **__: {"totalCount": followers},
            "id": lambda _: USER.encode(number),
            "name": name,
            "repositories": partial(self._owned, owned),
        }

    def repository(self, repo: Repo) -> Body:
        """With the open ends that its lists are."""
        url = f"{_GITHUB}/{repo.full_name}"
        return {
            "__typename": "Repository",
            "createdAt": lambda _: iso(repo.created_at),
            "description": repo.description,
            "forkCount": repo.forks,
            "id": lambda _: REPOSITORY.encode(repo.number),
            "issues": partial(self._works, repo, self._host.issues, self.issue, ISSUE),
            "name": repo.name,
            "nameWithOwner": repo.full_name,
            "owner": lambda _: self.user(repo.owner),
            "primaryLanguage": _language(repo.language),
            "pullRequests": partial(self._works, repo, self._host.pulls, self.pull_request, PULL_REQUEST),
            "pushedAt": lambda _: iso(repo.pushed_at) if repo.pushed_at else None,
            "releases": partial(self._releases, repo),
            "stargazerCount": repo.stars,
            "updatedAt": lambda _: iso(repo.pushed_at or repo.created_at),
            "url": url,
        }

    def issue(self, work: Work) -> Body:
        """With its assignee and labels."""
        assignees = [work.repo.owner] if work.assignee else []
        return self._work(work, "Issue", ISSUE, "issues") | {
            "assignees": lambda info, **paging: connection(
                info, assignees, lambda person: str(person.number), self.user, **paging
            ),
            "body": work.body,
            "labels": lambda info, **paging: connection(info, work.labels, str, _label, **paging),
        }

    def pull_request(self, work: Work) -> Body:
        """MERGED is a state of its own."""
        return self._work(work, "PullRequest", PULL_REQUEST, "pull") | {"merged": work.state == "MERGED"}

    def release(self, version: Version) -> Body:
        """Published when it was made."""
        at = iso(version.created_at)
        return {
            "__typename": "Release",
            "createdAt": at,
            "id": lambda _: RELEASE.encode(version.slot),
            "isDraft": False,
            "isPrerelease": "-rc" in version.tag,
            "name": version.name,
            "publishedAt": at,
            "tagName": version.tag,
            "url": f"{_GITHUB}/{version.repo.full_name}/releases/tag/{version.tag}",
        }

    def _work(self, work: Work, typename: str, code: Code, folder: str) -> Body:
        return {
            "__typename": typename,
            "author": {"__typename": "User"} | _actor(work.author) if work.author else None,
            "createdAt": iso(work.created_at),
            "id": lambda _: code.encode(work.slot),
            "number": work.number,
            "repository": lambda _: self.repository(work.repo),
            "state": work.state,
            "title": work.title,
            "updatedAt": iso(work.updated_at),
            "url": f"{_GITHUB}/{work.repo.full_name}/{folder}/{work.number}",
        }

    def _owned(
        self,
        owned: Sequence[Repo],
        info: Info,
        *,
        orderBy: Order = None,  # noqa: N803 - GitHub's name
        ownerAffiliations: Sequence[str] = (),  # noqa: N803 - likewise
        **paging: object,
    ) -> Body:
        shown = owned if "OWNER" in ownerAffiliations else ()
        if orderBy:
            shown = sorted(shown, key=_REPOSITORY_ORDER[orderBy["field"]], reverse=orderBy["direction"] == "DESC")
        return connection(info, shown, lambda repo: f"v2:{repo.number}", self.repository, **paging)

    def _works(
        self,
        repo: Repo,
        tracker: Tracker,
        node: Callable[[Work], Body],
        code: Code,
        info: Info,
        *,
        orderBy: Order = None,  # noqa: N803 - GitHub's name
        states: Sequence[str] | None = None,
        **paging: object,
    ) -> Body:
        works = [work for work in tracker.of(repo) if states is None or work.state in states]
        field, direction = (orderBy["field"], orderBy["direction"]) if orderBy else ("CREATED_AT", "ASC")
        works.sort(key=_WORK_ORDER[field])
        # Not `reverse`, which would keep those of the same second in the order of the other direction.
        shown = works[::-1] if direction == "DESC" else works
        return connection(info, shown, lambda work: f"v2:{code.encode(work.slot)}", node, **paging)

    def _releases(
        self,
        repo: Repo,
        info: Info,
        *,
        orderBy: Order = None,  # noqa: N803 - GitHub's name
        **paging: object,
    ) -> Body:
        versions = self._host.releases(repo)
        if orderBy:
            newest = sorted(versions, key=lambda version: (version.created_at, -version.slot))
            named = sorted(versions, key=lambda version: version.tag)
            versions = newest if orderBy["field"] == "CREATED_AT" else named
            versions = versions[::-1] if orderBy["direction"] == "DESC" else versions
        return connection(info, versions, lambda version: f"v2:{version.slot}", self.release, **paging)


def iso(at: datetime) -> str:
    """GitHub's DateTime: UTC, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _actor(login: str) -> Body:
    return {"login": login, "url": f"{_GITHUB}/{login}", "avatarUrl": f"{_GITHUB}/{login}.png"}


def _avatar(number: int, size: int | None) -> str:
    return f"https://avatars.githubusercontent.com/u/{number + 1}?" + (f"s={size}&v=4" if size else "v=4")


def _language(name: str | None) -> Body | None:
    if name is None:
        return None
    return {"__typename": "Language", "id": lambda _: _LANGUAGE.encode(LANGUAGES.index(name)), "name": name}


def _label(name: str) -> Body:
    id = partial(_LABEL.encode, sorted(LABELS).index(name))
    return {"__typename": "Label", "color": LABELS[name], "id": lambda _: id(), "name": name}
