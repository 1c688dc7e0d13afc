"""Who and where people talk in the imitated workspace."""

from dataclasses import dataclass

from connectors.seed.codes import BASE36, Code
from connectors.seed.people import SLACK_USER, People, Person

_STAFF = Code("U03", BASE36, 8)
_CHANNEL = Code("C06", BASE36, 8)

TEAM, TEAM_NAME, TEAM_URL = "T05IM1TAT10", "Imitation", "https://imitation.slack.com/"
PARTNERS = "T06PARTNERS"  # the workspace of those who talk through a shared channel
BOT_USER, BOT, APP, BOT_NAME = "U03TRIBUTRY", "B03TRIBUTRY", "A03TRIBUTRY", "tributary"
CREATED = 1_683_615_600


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Somebody in the workspace; a guest is a customer, an outsider a customer in a workspace of their own."""

    id: str
    handle: str
    name: str
    email: str | None
    title: str = ""
    guest: bool = False
    outsider: bool = False
    bot: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A channel; `joined` where the bot is in it."""

    id: str
    name: str
    topic: str
    joined: bool = True
    private: bool = False
    archived: bool = False
    members: int = 0


STAFF = tuple(
    User(id=_STAFF.encode(place), handle=handle, name=name, email=f"{handle}@imitation.example", title=title)
    for place, (handle, name, title) in enumerate(
        (
            ("marit", "Marit Haugen", "Customer success"),
            ("seun", "Seun Adeleke", "Solutions engineer"),
            ("ana", "Ana Beltrán", "Product"),
            ("yusuf", "Yusuf Demir", "Support"),
            ("mei", "Mei Lin Wong", "Partnerships"),
        )
    )
)
TRIBUTARY = User(id=BOT_USER, handle=BOT_NAME, name="Tributary", email=None, bot=True)

ROOMS = tuple(
    Room(
        id=_CHANNEL.encode(place), name=name, topic=topic, joined=joined, private=private, archived=archived, members=n
    )
    for place, (name, topic, joined, private, archived, n) in enumerate(
        (
            ("general", "Announcements, for everybody", True, False, False, 412),
            ("customers-emea", "Europe, Middle East, Africa: questions &amp; answers", True, False, False, 187),
            ("customers-americas", "North and South America", True, False, False, 164),
            ("customers-apac", "アジア太平洋・Asia-Pacific", True, False, False, 96),
            ("product-feedback", "What hurts, what helps", True, False, False, 238),
            ("release-notes", "", True, False, False, 301),
            ("beta-testers", "Next: <https://status.imitation.example|what is coming>", True, True, False, 41),
            ("random", "Anything but work", False, False, False, 205),
            ("incidents", "Only while something is broken", False, False, False, 63),
            ("hiring", "Referrals welcome", False, False, False, 18),
            ("launch-2024", "We did it 🎉", False, False, True, 77),
        )
    )
)
JOINED = tuple(room for room in ROOMS if room.joined)


class Team:
    """The made-up people, our own staff and the bot."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._ours = {user.id: user for user in (*STAFF, TRIBUTARY)}

    def find(self, id: str) -> User | None:
        """Whoever has this id."""
        person = self._people.by_code(SLACK_USER, id)
        return user(person) if person else self._ours.get(id)

    def by_email(self, email: str) -> User | None:
        """Whoever has this address, compared without case; made-up people have their number in it."""
        wanted = email.lower()
        number = wanted.partition("@")[0].rpartition(".")[2]
        known = number.isascii() and number.isdecimal() and len(number) <= len(str(self._people.count))
        if known and int(number) < self._people.count and self._people[int(number)].email == wanted:
            return user(self._people[int(number)])
        return next((one for one in self._ours.values() if one.email == wanted), None)


def user(person: Person) -> User:
    """A made-up person: every other one is a guest here, the rest come from a workspace of their own."""
    guest = person.number % 2 == 0
    return User(
        id=SLACK_USER.encode(person.number),
        handle=person.handle,
        name=person.name,
        email=person.email,
        title=person.company,
        guest=guest,
        outsider=not guest,
    )


def room(name: str) -> Room | None:
    """A channel by its id, or by its name with or without the #."""
    bare = name.removeprefix("#")
    return next((one for one in ROOMS if name == one.id or bare == one.name), None)
