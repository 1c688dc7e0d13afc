"""Who writes to the imitated Intercom, and who answers there."""

from dataclasses import dataclass

from connectors.seed.codes import HEX, Code
from connectors.seed.people import INTERCOM_CONTACT, People, Person

_NEWCOMER = Code("69203b", HEX, 18)


@dataclass(frozen=True, slots=True, kw_only=True)
class Admin:
    """A teammate."""

    id: int
    name: str
    email: str
    title: str


ADMINS = tuple(
    Admin(id=991_267_400 + 17 * place, name=name, email=email, title=title)
    for place, (name, email, title) in enumerate(
        (
            ("Solveig Aune", "solveig@imitation.example", "Support lead"),
            ("Kwame Mensah", "kwame@imitation.example", "Support engineer"),
            ("Chiara Bruno", "chiara@imitation.example", "Customer success"),
            ("Daniyar Akhmetov", "daniyar@imitation.example", "Billing"),
            ("Hana Kobayashi", "hana@imitation.example", "Support engineer"),
        )
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A user of the Messenger; times are Unix seconds, `external_id` is what our own product calls them."""

    id: str
    external_id: str | None
    role: str
    email: str
    name: str | None
    created_at: int
    country: str | None = None
    city: str | None = None


class Contacts:
    """The made-up people, and whoever was entered since."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._entered: dict[str, Contact] = {}

    def person(self, id: str) -> Person | None:
        """Whom of the made-up people this id stands for."""
        return self._people.by_code(INTERCOM_CONTACT, id)

    def of(self, person: Person) -> Contact:
        """A made-up person, as a contact."""
        return Contact(
            id=INTERCOM_CONTACT.encode(person.number),
            external_id=str(person.number),
            role="user",
            email=person.email,
            name=person.name,
            created_at=int(person.created_at.timestamp()),
            country=person.country.code,
            city=person.city.name,
        )

    def find(self, id: str) -> Contact | None:
        """Whoever has this id."""
        person = self.person(id)
        return self.of(person) if person else self._entered.get(id)

    def by_email(self, email: str) -> Contact | None:
        """Whoever has this address, compared without case."""
        wanted = email.lower()
        if person := self._numbered(wanted):
            return self.of(person)
        return next((one for one in self._entered.values() if one.email.lower() == wanted), None)

    def enter(self, role: str, email: str, name: str | None, external_id: str | None, now: int) -> Contact:
        """Somebody new, from `now` on."""
        id = _NEWCOMER.encode(len(self._entered))
        contact = Contact(id=id, external_id=external_id, role=role, email=email, name=name, created_at=now)
        self._entered[id] = contact
        return contact

    def _numbered(self, email: str) -> Person | None:
        """Made-up people have their number in their address."""
        number = email.partition("@")[0].rpartition(".")[2]
        if not (number.isascii() and number.isdecimal()) or len(number) > len(str(self._people.count)):
            return None
        person = self._people[int(number)] if int(number) < self._people.count else None
        return person if person and person.email == email else None
