"""An imitation of Slack: channels, what is said in them, people and new messages, over the made-up people.

Left out: what the gateway does not call, and threads. Failures are told by `ok: false` in a 200, but for calls that
come too often: https://docs.slack.dev/apis/web-api/rate-limits.
"""

import time
from base64 import b64decode, b64encode
from collections.abc import Mapping
from itertools import islice, takewhile
from urllib.parse import parse_qsl

import httpx
import msgspec

from connectors.sandbox import Handler, Router, reply
from connectors.seed.people import People
from connectors.slack import sandbox_bodies as bodies
from connectors.slack.sandbox_access import Limits, Refusal, authenticate
from connectors.slack.sandbox_talk import SECOND, Clock, Talk
from connectors.slack.sandbox_team import ROOMS, Room, Team, room

MOST = 999  # items of a page
DEFAULT = 100
LONGEST = 40_000  # characters of a message
_FAR = 10**11 * SECOND  # later than any message
_KINDS = frozenset({"public_channel", "private_channel", "mpim", "im"})


def imitate(people: People, clock: Clock = time.time) -> Handler:
    """A workspace of its own in which `people` are guests; `clock` (Unix seconds) dates what is new."""
    return _Workspace(people, clock).handle


class _Workspace:
    def __init__(self, people: People, clock: Clock) -> None:
        self._team = Team(people)
        self._talk = Talk(people, clock)
        self._limits = Limits(clock)
        read = {
            "auth.test": lambda _: reply(bodies.identity()),
            "conversations.list": self._channels,
            "conversations.history": self._history,
            "users.info": self._user,
            "users.lookupByEmail": self._lookup,
        }
        methods = {f"{verb} /api/{name}": function for name, function in read.items() for verb in ("GET", "POST")}
        self._route = Router(methods | {"POST /api/chat.postMessage": self._post}, unknown=_unknown)

    def handle(self, request: httpx.Request) -> httpx.Response:
        response = self._answer(request)
        response.headers["Cache-Control"] = "private, no-cache, no-store, must-revalidate"
        return response

    def _answer(self, request: httpx.Request) -> httpx.Response:
        try:
            authenticate(request)
            self._limits.spend(request.url.path.rpartition("/")[2])
            return self._route(request)
        except Refusal as refusal:
            return refusal.reply

    def _channels(self, request: httpx.Request) -> httpx.Response:
        asked = _arguments(request)
        kinds = set(filter(None, asked.get("types", "public_channel").split(",")))
        if not kinds <= _KINDS:
            raise Refusal("invalid_types")
        shown = [one for one in ROOMS if _listed(one, kinds, without_archived=asked.get("exclude_archived") == "true")]
        start = _start(asked.get("cursor", ""), shown)
        page = shown[start : start + _limit(asked)]
        following = shown[start + len(page)].id if start + len(page) < len(shown) else ""
        cursor = b64encode(f"team:{following}".encode()).decode() if following else ""
        found = [bodies.channel(one) for one in page]
        return reply({"ok": True, "channels": found, "response_metadata": {"next_cursor": cursor}})

    def _history(self, request: httpx.Request) -> httpx.Response:
        """https://docs.slack.dev/reference/methods/conversations.history: newest first."""
        asked = _arguments(request)
        where = _readable(asked.get("channel", ""))
        within = 0 if asked.get("inclusive") in ("true", "1") else 1
        oldest, latest = _stamp(asked, "oldest", 0) + within, _stamp(asked, "latest", _FAR) - within
        if "cursor" in asked:
            latest = min(latest, _following(asked["cursor"]))
        size = _limit(asked)
        lines = takewhile(lambda line: line.ts >= oldest, self._talk.newest_first(where, latest))
        found = list(islice(lines, size + 1))
        body: bodies.Body = {
            "ok": True,
            "messages": [bodies.message(line, self._team.find(line.user)) for line in found[:size]],
            "has_more": len(found) > size,
            "pin_count": 0,
            "channel_actions_ts": None,
            "channel_actions_count": 0,
        }
        if len(found) > size:
            cursor = b64encode(f"next_ts:{found[size].ts}".encode()).decode()
            body["response_metadata"] = {"next_cursor": cursor}
        return reply(body)

    def _user(self, request: httpx.Request) -> httpx.Response:
        found = self._team.find(_arguments(request).get("user", ""))
        if found is None:
            raise Refusal("user_not_found")
        return reply({"ok": True, "user": bodies.user(found)})

    def _lookup(self, request: httpx.Request) -> httpx.Response:
        found = self._team.by_email(_arguments(request).get("email", ""))
        if found is None:
            raise Refusal("users_not_found")
        return reply({"ok": True, "user": bodies.user(found)})

    def _post(self, request: httpx.Request) -> httpx.Response:
        """https://docs.slack.dev/reference/methods/chat.postMessage: a channel by id or name."""
        asked = _arguments(request)
        where, text = room(asked.get("channel", "")), asked.get("text", "")
        if where is None or (where.private and not where.joined):
            raise Refusal("channel_not_found")
        if where.archived:
            raise Refusal("is_archived")
        if not where.joined:
            raise Refusal("not_in_channel")
        if not text.strip():
            raise Refusal("no_text")
        if len(text) > LONGEST:
            raise Refusal("msg_too_long")
        self._limits.speak(where.id)
        line = self._talk.post(where, text)
        message = bodies.message(line, None)
        return reply({"ok": True, "channel": where.id, "ts": bodies.stamp(line.ts), "message": message})


def _arguments(request: httpx.Request) -> dict[str, str]:
    """From the query, and from a form or a JSON body: https://docs.slack.dev/apis/web-api/#basics."""
    given = dict(request.url.params.multi_items())
    if request.headers.get("content-type", "").startswith("application/json"):
        return given | _json(request.content)
    return given | dict(parse_qsl(request.content.decode("utf-8", "replace"), keep_blank_values=True))


def _json(content: bytes) -> dict[str, str]:
    try:
        body = msgspec.json.decode(content, type=dict[str, object])
    except msgspec.ValidationError as misfit:
        raise Refusal("json_not_object") from misfit
    except (msgspec.DecodeError, UnicodeDecodeError) as garbled:
        raise Refusal("invalid_json") from garbled
    return {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in body.items()}


def _listed(one: Room, kinds: set[str], *, without_archived: bool) -> bool:
    """Private channels are listed to those who are in them."""
    if one.private and not one.joined:
        return False
    return ("private_channel" if one.private else "public_channel") in kinds and not (without_archived and one.archived)


def _start(cursor: str, shown: list[Room]) -> int:
    if not cursor:
        return 0
    place = [one.id for one in shown]
    id = _unsealed(cursor, "team")
    if id not in place:
        raise Refusal("invalid_cursor")
    return place.index(id)


def _following(cursor: str) -> int:
    ts = _unsealed(cursor, "next_ts")
    if not (ts.isascii() and ts.isdecimal() and len(ts) < len(str(_FAR))):
        raise Refusal("invalid_cursor")
    return int(ts)


def _unsealed(cursor: str, purpose: str) -> str:
    try:
        name, _, value = b64decode(cursor, validate=True).decode().partition(":")
    except ValueError as unfit:
        raise Refusal("invalid_cursor") from unfit
    return value if name == purpose else ""


def _readable(id: str) -> Room:
    """Only by id, and only where the bot is."""
    found = next((one for one in ROOMS if one.id == id), None)
    if found is None or (found.private and not found.joined):
        raise Refusal("channel_not_found")
    if not found.joined:
        raise Refusal("not_in_channel")
    return found


def _stamp(asked: Mapping[str, str], name: str, default: int) -> int:
    text = asked.get(name)
    if not text:
        return default
    seconds, _, micros = text.partition(".")
    numbers = f"{seconds}{micros}"
    if not (numbers.isascii() and numbers.isdecimal() and seconds and len(seconds) < len("100000000000")):
        raise Refusal(f"invalid_ts_{name}")
    return int(seconds) * SECOND + int(f"{micros:0<6.6}")


def _limit(asked: Mapping[str, str]) -> int:
    text = asked.get("limit") or str(DEFAULT)
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:9]) <= MOST):
        raise Refusal("invalid_limit")
    return int(text)


def _unknown(_: httpx.Request) -> httpx.Response:
    raise Refusal("unknown_method")
