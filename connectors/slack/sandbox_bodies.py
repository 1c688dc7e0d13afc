"""The imitated Slack's bodies, whole: https://docs.slack.dev/reference/objects."""

from hashlib import md5
from uuid import NAMESPACE_URL, uuid5

from connectors.slack.sandbox_talk import SECOND, Line
from connectors.slack.sandbox_team import (
    APP,
    BOT,
    BOT_USER,
    CREATED,
    PARTNERS,
    STAFF,
    TEAM,
    TEAM_NAME,
    TEAM_URL,
    TRIBUTARY,
    Room,
    User,
)

Body = dict[str, object]

_ICON = "https://a.slack-edge.com/80588/img/plugins/app/bot"
_SIZES = (24, 32, 48, 72, 192, 512)


def stamp(ts: int) -> str:
    """Seconds and microseconds, as Slack writes them."""
    return f"{ts // SECOND}.{ts % SECOND:06}"


def channel(room: Room) -> Body:
    """As `conversations.list` shows it to the bot."""
    creator = STAFF[0].id
    return {
        "id": room.id,
        "name": room.name,
        "is_channel": True,
        "is_group": False,
        "is_im": False,
        "is_mpim": False,
        "is_private": room.private,
        "created": CREATED,
        "is_archived": room.archived,
        "is_general": room.name == "general",
        "unlinked": 0,
        "name_normalized": room.name,
        "is_shared": False,
        "is_org_shared": False,
        "is_pending_ext_shared": False,
        "pending_shared": [],
        "is_ext_shared": False,
        "is_member": room.joined,
        "creator": creator,
        "topic": {"value": room.topic, "creator": creator if room.topic else "", "last_set": CREATED},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "previous_names": [],
        "num_members": room.members,
    }


def message(line: Line, author: User | None) -> Body:
    """Whoever comes from another workspace brings their profile along; so does an app."""
    body: Body = {"type": "message", "user": line.user, "text": line.text, "ts": stamp(line.ts)}
    if line.subtype:
        return body | {"subtype": line.subtype}
    if line.user == BOT_USER:
        return body | {"bot_id": BOT, "team": TEAM, "bot_profile": _bot_profile()}
    body |= {"client_msg_id": str(uuid5(NAMESPACE_URL, f"{line.user} {line.ts}")), "team": TEAM}
    if author and author.outsider:
        return body | {"team": PARTNERS, "user_team": PARTNERS, "source_team": PARTNERS, "user_profile": _short(author)}
    return body


def user(one: User) -> Body:
    """As `users.info` shows it with the scope users:read.email."""
    return {
        "id": one.id,
        "team_id": PARTNERS if one.outsider else TEAM,
        "name": one.handle,
        "deleted": False,
        "color": "9f69e7",
        "real_name": one.name,
        "tz": "Europe/Copenhagen",
        "tz_label": "Central European Time",
        "tz_offset": 3600,
        "profile": _profile(one),
        "is_admin": False,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": one.guest,
        "is_ultra_restricted": False,
        "is_bot": one.bot,
        "is_app_user": False,
        "updated": CREATED,
    }


def identity() -> Body:
    """What `auth.test` tells the bot of itself."""
    return {
        "ok": True,
        "url": TEAM_URL,
        "team": TEAM_NAME,
        "user": TRIBUTARY.handle,
        "team_id": TEAM,
        "user_id": BOT_USER,
        "bot_id": BOT,
        "is_enterprise_install": False,
    }


def _profile(one: User) -> Body:
    avatar = _avatar(one)
    pictures: Body = {f"image_{size}": f"https://secure.gravatar.com/avatar/{avatar}.jpg?s={size}" for size in _SIZES}
    return pictures | {
        "title": one.title,
        "phone": "",
        "skype": "",
        "real_name": one.name,
        "real_name_normalized": one.name,
        "display_name": "" if one.guest else one.handle,
        "display_name_normalized": "" if one.guest else one.handle,
        "fields": None,
        "status_text": "",
        "status_emoji": "",
        "status_expiration": 0,
        "avatar_hash": avatar,
        "email": one.email,
        "team": PARTNERS if one.outsider else TEAM,
    }


def _short(one: User) -> Body:
    avatar = _avatar(one)
    return {
        "avatar_hash": avatar,
        "image_72": f"https://secure.gravatar.com/avatar/{avatar}.jpg?s=72",
        "first_name": one.name.split()[0],
        "real_name": one.name,
        "display_name": "",
        "team": PARTNERS,
        "name": one.handle,
        "is_restricted": False,
        "is_ultra_restricted": False,
    }


def _bot_profile() -> Body:
    icons = {f"image_{size}": f"{_ICON}_{size}.png" for size in (36, 48, 72)}
    return {
        "id": BOT,
        "app_id": APP,
        "name": TRIBUTARY.name,
        "icons": icons,
        "deleted": False,
        "updated": CREATED,
        "team_id": TEAM,
    }


def _avatar(one: User) -> str:
    return md5(one.id.encode(), usedforsecurity=False).hexdigest()[:12]
