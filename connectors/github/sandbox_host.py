"""What the imitated GitHub hosts: accounts, repositories, and what was opened and released in them.

Everything is computed from its place: an event of a `Timeline` belongs to its author, and the repository it happened in
follows from it in such a way that one repository's events are found without looking at the others.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from random import Random

from connectors.github import sandbox_words
from connectors.seed.people import People, Person
from connectors.seed.timeline import Event, Timeline

MOST_REPOSITORIES = 4  # of one account


@dataclass(frozen=True, slots=True, kw_only=True)
class Repo:
    """A repository; `number` is its place among all, `full_name` how it is written in addresses."""

    number: int
    owner: Person
    login: str
    name: str
    full_name: str
    description: str | None
    language: str | None
    stars: int
    forks: int
    created_at: datetime
    pushed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """An issue or a pull request: `slot` is its place among all, `number` that in its repository.

    `author` is a login, or None where the account was deleted.
    """

    slot: int
    number: int
    repo: Repo
    title: str
    author: str | None
    assignee: str | None
    labels: tuple[str, ...]
    state: str
    created_at: datetime
    updated_at: datetime
    body: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A release."""

    slot: int
    repo: Repo
    tag: str
    name: str
    created_at: datetime


class Host:
    """The repositories of made-up people, and the timelines of what happens in them."""

    def __init__(self, people: People) -> None:
        self.people = people
        self.owned_by: Callable[[int], tuple[Repo, ...]] = lru_cache(maxsize=8192)(self._owned_by)
        self.issues = Tracker(self, "issue", ("OPEN", "CLOSED"), (2, 3), sandbox_words.issue_title, parity=0)
        self.pulls = Tracker(self, "pull request", ("OPEN", "MERGED", "CLOSED"), (2, 6, 1), sandbox_words.pull_title, 1)
        self._releases = Timeline(people, "release", each=8, days=700)

    def repository(self, number: int | None) -> Repo | None:
        """The repository at a place."""
        if number is None or not 0 <= number < self.people.count * MOST_REPOSITORIES:
            return None
        owner, index = divmod(number, MOST_REPOSITORIES)
        owned = self.owned_by(owner)
        return owned[index] if index < len(owned) else None

    def named(self, owner: str, name: str) -> Repo | None:
        """By owner and name, compared without case."""
        person = self.people.by_handle(owner)
        owned = self.owned_by(person.number) if person else ()
        return next((repo for repo in owned if repo.name == name.lower()), None)

    def releases(self, repo: Repo) -> list[Version]:
        """Of one repository, newest first."""
        events = self._releases.events(self._releases.slots(repo.owner))
        return [version for event in events if (version := self._version(event)).repo == repo]

    def release(self, slot: int | None) -> Version | None:
        """The release in a slot."""
        event = self._releases.find(slot)
        return self._version(event) if event else None

    def _version(self, event: Event) -> Version:
        draw = event.draw()
        year, age = divmod(event.number // self.people.count, 3)
        return Version(
            slot=event.number,
            repo=draw.choice(self.owned_by(event.person.number)),
            tag=f"v{3 - year}.{2 - age}.{draw.randrange(9)}{draw.choice(('', '', '', '-rc.1'))}",
            name=sandbox_words.release_name(draw),
            created_at=event.at,
        )

    def _owned_by(self, person: int) -> tuple[Repo, ...]:
        owner = self.people[person]
        draw = Random(f"repositories {person}")  # noqa: S311 - made-up repositories, not secrets
        names = sandbox_words.repositories(draw, draw.randrange(1, MOST_REPOSITORIES + 1))
        return tuple(self._repo(owner, index, *name, draw) for index, name in enumerate(names))

    def _repo(self, owner: Person, index: int, name: str, description: str, draw: Random) -> Repo:
        now = self.people.now
        stars = int(draw.paretovariate(0.6)) % 90_000
        created = now - timedelta(days=draw.randrange(750, 3000), seconds=draw.randrange(86_400))
        pushed = now - timedelta(seconds=int(draw.paretovariate(0.3) * 600) % 60_000_000)
        return Repo(
            number=owner.number * MOST_REPOSITORIES + index,
            owner=owner,
            login=owner.handle,
            name=name,
            full_name=f"{owner.handle}/{name}",
            description=description if draw.randrange(6) else None,
            language=draw.choice(sandbox_words.LANGUAGES) if draw.randrange(12) else None,
            stars=stars,
            forks=stars // draw.randrange(4, 12),
            created_at=created,
            pushed_at=pushed if draw.randrange(25) else None,  # nothing was ever pushed
        )


class Tracker:
    """All issues, or all pull requests; what is opened while the process lives comes on top."""

    EACH = 10  # slots of one author, and by the rule below of one owner

    def __init__(
        self,
        host: Host,
        kind: str,
        states: tuple[str, ...],
        weights: tuple[int, ...],
        title: Callable[[Random], str],
        parity: int,
    ) -> None:
        """`parity`: issues and pull requests of a repository share its numbers, even ones and odd ones."""
        self._host = host
        self._people = host.people
        self._states = states
        self._weights = weights
        self._title = title
        self._parity = parity
        self._timeline = Timeline(host.people, kind, each=self.EACH, days=500)
        self._opened: list[Work] = []
        self._of_owner: Callable[[int], tuple[Work, ...]] = lru_cache(maxsize=4096)(self._listed)

    @property
    def size(self) -> int:
        """How many slots there are; whatever was opened later has a slot from here on."""
        return self._people.count * self.EACH

    def find(self, slot: int | None) -> Work | None:
        """What is in a slot."""
        if slot is not None and slot >= self.size:
            return self._opened[slot - self.size] if slot < self.size + len(self._opened) else None
        event = self._timeline.find(slot)
        return self._work(event) if event else None

    def of(self, repo: Repo) -> list[Work]:
        """Of one repository, newest first."""
        works = (*reversed(self._opened), *self._of_owner(repo.owner.number))
        return [work for work in works if work.repo.number == repo.number]

    def by(self, author: str, until: datetime | None = None) -> Iterator[Work]:
        """By one author, newest first."""
        person = self._people.by_handle(author)
        slots = self._timeline.slots(person, until) if person else ()
        return (work for work in self._all(slots, until) if work.author and work.author.lower() == author.lower())

    def everybody(self, until: datetime | None, look: int) -> Iterator[Work]:
        """Newest first, among `look` slots."""
        return self._all(self._timeline.slots(before=until)[:look], until)

    def open(self, repo: Repo, title: str, body: str, author: str, now: datetime) -> Work:
        """Something new."""
        work = Work(
            slot=self.size + len(self._opened),
            number=_first_number(repo) + 2 * self.EACH + 2 + sum(work.repo == repo for work in self._opened),
            repo=repo,
            title=title,
            author=author,
            assignee=None,
            labels=(),
            state=self._states[0],
            created_at=now.replace(microsecond=0),
            updated_at=now.replace(microsecond=0),
            body=body,
        )
        self._opened.append(work)
        return work

    def _all(self, slots: Iterable[int], until: datetime | None) -> Iterator[Work]:
        yield from (work for work in reversed(self._opened) if until is None or work.created_at <= until)
        for event in self._timeline.events(slots):
            if until is None or event.at <= until:
                yield self._work(event)

    def _listed(self, owner: int) -> tuple[Work, ...]:
        people = self._people
        authors = (people[(owner - self._shift(turn)) % people.count] for turn in range(self.EACH))
        slots = [self._timeline.slots(author)[turn] for turn, author in enumerate(authors)]
        return tuple(self._work(event) for event in self._timeline.events(slots))

    def _shift(self, turn: int) -> int:
        """How far from the author the owner stands in the row, in the authors' `turn`-th slots: every owner once."""
        return (turn + 1) % 3 * (turn + 1)

    def _work(self, event: Event) -> Work:
        draw = event.draw()
        turn = event.number // self._people.count
        owner = (event.person.number + self._shift(turn)) % self._people.count
        repo = draw.choice(self._host.owned_by(owner))
        age = self._people.now - event.at
        return Work(
            slot=event.number,
            number=_first_number(repo) + 2 * (self.EACH - turn) + self._parity,
            repo=repo,
            title=self._title(draw),
            author=event.person.handle if draw.randrange(40) else None,
            assignee=repo.login if draw.randrange(3) == 0 else None,
            labels=sandbox_words.labels(draw),
            state=draw.choices(self._states, self._weights)[0],
            created_at=event.at,
            updated_at=event.at + timedelta(seconds=int(min(age, timedelta(days=40)).total_seconds() * draw.random())),
        )


def _first_number(repo: Repo) -> int:
    """What was opened before the timelines begin is gone."""
    return repo.number * 14 % 800
