"""The accounts of the imitated Mastodon: https://docs.joinmastodon.org/entities/Account/.

Every fifth person is of another server, and every second of those has no address on the web.
"""

from datetime import datetime
from random import Random
from zlib import crc32

from connectors.mastodon.sandbox_html import HOME, html
from connectors.seed.people import MASTODON_ACCOUNT, Person

Body = dict[str, object]

_ABROAD = "troet.example"
_FIFTHS = 5


def account(person: Person, *, posts: int, latest: datetime | None) -> Body:
    """An account with so many posts; some have no name but their login, and some no picture."""
    draw = Random(f"mastodon account {person.number}")  # noqa: S311 - made-up, not secrets
    picture, banner = _picture(person), f"{HOME}/headers/original/missing.png"
    return {
        "id": MASTODON_ACCOUNT.encode(person.number),
        "username": _username(person),
        "acct": f"{_username(person)}@{_ABROAD}" if is_abroad(person) else _username(person),
        "display_name": person.name if person.number % 9 else "",
        "locked": person.number % 17 == 0,
        "bot": False,
        "discoverable": True,
        "indexable": person.number % 4 != 0,
        "group": False,
        "created_at": person.created_at.strftime("%Y-%m-%dT00:00:00.000Z"),
        "note": html(f"{person.company}, {person.city.name}."),
        "url": web_url(person),
        "uri": actor(person),
        "avatar": picture,
        "avatar_static": picture,
        "header": banner,
        "header_static": banner,
        "followers_count": int(draw.paretovariate(0.9) * 12),
        "following_count": draw.randrange(5, 700),
        "statuses_count": posts,
        "last_status_at": latest.date().isoformat() if latest else None,
        "emojis": [],
        "fields": [],
    }


def is_abroad(person: Person) -> bool:
    """Whether somebody is of another server."""
    return person.number % _FIFTHS == _FIFTHS - 1


def web_url(person: Person) -> str | None:
    """Where people look at an account."""
    if not is_abroad(person):
        return f"{HOME}/@{_username(person)}"
    return None if person.number % 2 else f"https://{_ABROAD}/@{_username(person)}"


def actor(person: Person) -> str:
    """What servers know an account by: https://docs.joinmastodon.org/spec/activitypub/."""
    home = f"https://{_ABROAD}" if is_abroad(person) else HOME
    return f"{home}/users/{_username(person)}"


def _username(person: Person) -> str:
    return person.handle.replace("-", "_")


def _picture(person: Person) -> str:
    if person.number % 6 == 0:
        return f"{HOME}/avatars/original/missing.png"
    id = MASTODON_ACCOUNT.encode(person.number)
    folder = "/".join(id[start : start + 3] for start in range(0, len(id), 3))
    return f"https://files.mastodon.social/accounts/avatars/{folder}/original/{crc32(id.encode()):08x}.png"
