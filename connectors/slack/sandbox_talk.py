"""What was said in the imitated workspace: made up from its place in time, or posted since.

A `ts` counts microseconds here, as one number; it names a message in its channel.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from connectors.seed.people import People
from connectors.seed.timeline import Event, Timeline
from connectors.slack.sandbox_team import BOT_USER, JOINED, STAFF, Room, user
from connectors.slack.sandbox_texts import answered, said

Clock = Callable[[], float]

EACH = 4  # messages around one person at most
DAYS = 200
SECOND = 1_000_000
_ROOMS = {room.id: place for place, room in enumerate(JOINED)}
_JOINS = 17  # one message in so many tells that somebody came


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One message: `user` is an id, `subtype` that of an event which nobody said."""

    ts: int
    user: str
    text: str
    subtype: str | None = None


class Talk:
    """The messages of each channel. Slot n of the timeline belongs to channel n modulo their number."""

    def __init__(self, people: People, clock: Clock) -> None:
        """`clock` (Unix seconds) dates what is new."""
        self._people = people
        self._clock = clock
        self._timeline = Timeline(people, "slack message", each=EACH, days=DAYS)
        self._posted: defaultdict[str, list[Line]] = defaultdict(list)
        self._latest = 0

    def newest_first(self, room: Room, until: int) -> Iterator[Line]:
        """Those of one channel at `until` or before; nothing is made up that lies after it."""
        yield from (line for line in reversed(self._posted[room.id]) if line.ts <= until)
        if room.id not in _ROOMS:
            return
        for event in self._timeline.events(self._slots(room, until)):
            line = _line(event)
            if line.ts <= until:
                yield line

    def post(self, room: Room, text: str) -> Line:
        """The bot says something, now; no two messages have one `ts`."""
        now = max(int(self._clock() * SECOND), int(self._people.now.timestamp()) * SECOND + SECOND)
        self._latest = max(now, self._latest + 1)
        line = Line(ts=self._latest, user=BOT_USER, text=text)
        self._posted[room.id].append(line)
        return line

    def _slots(self, room: Room, until: int) -> range:
        now = int(self._people.now.timestamp())
        slots = self._timeline.slots(None, datetime.fromtimestamp(max(0, min(until // SECOND + 1, now)), UTC))
        first = slots.start + (_ROOMS[room.id] - slots.start) % len(JOINED)
        return range(first, slots.stop, len(JOINED))


def _line(event: Event) -> Line:
    """Later slots are older: within one second, a larger number makes a smaller `ts`."""
    draw, who = event.draw(), user(event.person).id
    ts = int(event.at.timestamp()) * SECOND + SECOND - 1 - event.number % SECOND
    if event.number % _JOINS == 0:
        return Line(ts=ts, user=who, text=f"<@{who}> has joined the channel", subtype="channel_join")
    if draw.randrange(4) == 0:
        return Line(ts=ts, user=draw.choice(STAFF).id, text=answered(who, draw))
    return Line(ts=ts, user=who, text=said(event.person, draw))
