"""Slack's bodies, as far as they are read, and the nouns they become: https://docs.slack.dev/reference/objects."""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated

import msgspec

from connectors.domain.chat import Channel
from connectors.domain.service import Service

Stamp = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,11}\.[0-9]{6}$")]  # seconds since 1970, to the microsecond

# What people and robots say, beside what has no subtype; the rest tells of the channel: who came, who left, its topic.
SAID = frozenset({None, "bot_message", "file_share", "me_message", "thread_broadcast"})

_CONTROL = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")


class Answer(msgspec.Struct):
    """Every answer says whether it is one; `error` is a word of the method's own list, `needed` a missing scope."""

    ok: bool
    error: str | None = None
    needed: str | None = None


class Metadata(msgspec.Struct):
    """https://docs.slack.dev/apis/web-api/pagination: an empty cursor is that of the last page."""

    next_cursor: str = ""


class Topic(msgspec.Struct):
    """What a channel is about."""

    value: str = ""


class SlackChannel(msgspec.Struct):
    """https://docs.slack.dev/reference/objects/conversation-object."""

    id: str
    name: str
    is_member: bool = False
    topic: Topic | None = None
    num_members: int | None = None


class ChannelList(Answer):
    """https://docs.slack.dev/reference/methods/conversations.list."""

    channels: list[SlackChannel] | None = None
    response_metadata: Metadata | None = None


class Profile(msgspec.Struct):
    """What somebody calls themselves; either may be empty."""

    display_name: str | None = None
    real_name: str | None = None


class BotProfile(msgspec.Struct):
    """Which app speaks."""

    name: str | None = None


class SlackMessage(msgspec.Struct):
    """https://docs.slack.dev/reference/events/message: `ts` is its name in its channel. People have `user`.

    `user_profile` comes with those of other workspaces, `username` and `bot_profile` with apps.
    """

    ts: Stamp
    text: str = ""
    subtype: str | None = None
    user: str | None = None
    user_profile: Profile | None = None
    username: str | None = None
    bot_profile: BotProfile | None = None


class History(Answer):
    """https://docs.slack.dev/reference/methods/conversations.history: newest first."""

    messages: list[SlackMessage] | None = None
    has_more: bool = False


class User(msgspec.Struct):
    """https://docs.slack.dev/reference/objects/user-object."""

    id: str
    name: str | None = None
    profile: Profile | None = None


class UserAnswer(Answer):
    """https://docs.slack.dev/reference/methods/users.info and users.lookupByEmail."""

    user: User | None = None


class Workspace(Answer):
    """https://docs.slack.dev/reference/methods/auth.test: `url` is the workspace's own address, with a slash."""

    url: str | None = None


class Posted(Answer):
    """https://docs.slack.dev/reference/methods/chat.postMessage: `channel` by id."""

    channel: str | None = None
    message: SlackMessage | None = None


def error_message(body: bytes) -> str | None:
    """The word for what is wrong, of an answer whose status says so too."""
    return msgspec.json.decode(body, type=Answer).error


def channel(body: SlackChannel) -> Channel:
    """An empty topic is none."""
    topic = plain(body.topic.value) if body.topic else ""
    return Channel(
        service=Service.SLACK, external_id=body.id, name=body.name, topic=topic or None, members=body.num_members
    )


def spoken_for(body: SlackMessage) -> str | None:
    """The name that a message brings along; None where only its author's id is known."""
    app = body.username or (body.bot_profile.name if body.bot_profile else None)
    return app or (called(body.user_profile) if body.user_profile else None)


def called(profile: Profile | None, otherwise: str | None = None) -> str | None:
    """What people see above a message."""
    return (profile and (profile.display_name or profile.real_name)) or otherwise


def time_of(stamp: str) -> datetime:
    """The time that a `ts` is, exactly."""
    seconds, _, micros = stamp.partition(".")
    return datetime.fromtimestamp(int(seconds), UTC) + timedelta(microseconds=int(micros))


def stamp_of(at: datetime) -> str:
    """The `ts` that a time is."""
    return f"{int(at.replace(microsecond=0).timestamp())}.{at.microsecond:06}"


def permalink(workspace: str | None, channel: str, ts: str) -> str | None:
    """Where people read a message: https://docs.slack.dev/reference/methods/chat.getPermalink shows the form."""
    return f"{workspace.rstrip('/')}/archives/{channel}/p{ts.replace('.', '')}" if workspace else None


def plain(text: str) -> str:
    """Text without its control sequences: https://docs.slack.dev/messaging/formatting-message-text."""
    shown = _CONTROL.sub(_shown, text)
    return shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def escaped(text: str) -> str:
    """Plain text in which nothing is a control sequence: nobody is called, and nothing is a link, by mistake."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _shown(control: re.Match[str]) -> str:
    meant, label = control[1], control[2]
    sign, name = meant[:1], meant[1:]
    if sign in ("@", "#"):
        return f"{sign}{label or name}"
    if sign == "!":
        return label or f"@{name.partition('^')[0]}"
    return label or meant
