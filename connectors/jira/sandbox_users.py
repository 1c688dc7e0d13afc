"""Who there is in the imitated Jira: customers, those who work there, and whoever calls."""

from dataclasses import dataclass
from hashlib import sha256

from connectors.seed.people import JIRA_ACCOUNT, People


@dataclass(frozen=True, slots=True)
class User:
    """One account."""

    account_id: str
    name: str
    email: str


STAFF = (
    User("5a0c1f2e93b7d84416efa001", "Ingrid Solheim", "ingrid@imitation.example"),
    User("5a0c1f2e93b7d84416efa002", "Mateus Carvalho", "mateus@imitation.example"),
    User("5a0c1f2e93b7d84416efa003", "Keiko Matsuda", "keiko@imitation.example"),
    User("5a0c1f2e93b7d84416efa004", "Dilara Yalçın", "dilara@imitation.example"),  # noqa: RUF001 - Turkish has this letter
    User("5a0c1f2e93b7d84416efa005", "Tomasz Bąk", "tomasz@imitation.example"),
)
_STAFF = {user.account_id: user for user in STAFF}


class Users:
    """Accounts by id."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._callers: dict[str, User] = {}

    def find(self, account_id: str) -> User | None:
        """The account; None where there is none."""
        known = _STAFF.get(account_id) or self._callers.get(account_id)
        if known:
            return known
        person = self._people.by_code(JIRA_ACCOUNT, account_id)
        return User(account_id, person.name, person.email) if person else None

    def calling(self, email: str) -> User:
        """The account that calls, of the name that stands before its address's @."""
        known = next((user for user in STAFF if user.email == email), None)
        if known:
            return known
        account_id = f"712020{sha256(email.encode()).hexdigest()[:18]}"
        name = email.partition("@")[0].replace(".", " ").title()
        return self._callers.setdefault(account_id, User(account_id, name, email))
