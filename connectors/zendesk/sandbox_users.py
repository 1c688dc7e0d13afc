"""Who asks and who answers at the imitated help desk."""

from dataclasses import dataclass
from datetime import UTC, datetime

from connectors.seed.codes import DIGITS, Code
from connectors.seed.people import ZENDESK_USER, People, Person

_AGENT = Code("36", DIGITS, 10)
_GUEST = Code("41", DIGITS, 10)
_JOINED = datetime(2022, 5, 9, 7, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Somebody who asks or answers; `role` is `end-user` or `agent`."""

    id: int
    name: str
    email: str
    role: str
    created_at: datetime


AGENTS = tuple(
    User(id=int(_AGENT.encode(place)), name=name, email=email, role="agent", created_at=_JOINED)
    for place, (name, email) in enumerate(
        (
            ("Ingrid Solberg", "agent@imitation.example"),
            ("Tomás Herrera", "tomas@imitation.example"),
            ("Yuki Tanabe", "yuki@imitation.example"),
            ("Amara Diallo", "amara@imitation.example"),
            ("Piotr Zieliński", "piotr@imitation.example"),
            ("Leila Haddad", "leila@imitation.example"),
        )
    )
)


class Users:
    """The made-up people, the agents, and whoever wrote for the first time since."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._others = {agent.id: agent for agent in AGENTS}

    def find(self, id: int) -> User | None:
        """Whoever has this id."""
        person = self._people.by_code(ZENDESK_USER, str(id))
        return _end_user(person) if person else self._others.get(id)

    def writing_from(self, email: str, name: str | None, now: datetime) -> User:
        """Who has this address; somebody new, from `now` on, where nobody is known to."""
        if person := self._numbered(email):
            return _end_user(person)
        for user in self._others.values():
            if user.email == email:
                return user
        id = int(_GUEST.encode(len(self._others)))
        user = User(id=id, name=name or email.partition("@")[0], email=email, role="end-user", created_at=now)
        self._others[id] = user
        return user

    def _numbered(self, email: str) -> Person | None:
        """Made-up people have their number in their address."""
        number = email.partition("@")[0].rpartition(".")[2]
        if not (number.isascii() and number.isdecimal()) or len(number) > len(str(self._people.count)):
            return None
        person = self._people[int(number)] if int(number) < self._people.count else None
        return person if person and person.email == email else None


def _end_user(person: Person) -> User:
    id = int(ZENDESK_USER.encode(person.number))
    return User(id=id, name=person.name, email=person.email, role="end-user", created_at=person.created_at)
