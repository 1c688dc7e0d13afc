"""For how long the answer of a whole operation may be shown, made of parts that each have a lifetime of their own."""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Freshness:
    """Of an operation's answer, in whole seconds, as `Cache-Control: max-age` and `Age` want it (RFC 9111).

    `age` is the current age (section 4.2.3) of the oldest part: the seconds since its service made or confirmed it.
    `max_age` is the freshness lifetime (section 4.2.1) counted from the same moment: `age`, and what is left of the
    part that expires first. So the answer is fresh while `max_age > age`, for `max_age - age` more seconds, and who is
    told both figures reckons alike. 0: it may not be kept. Both are rounded down, as caches do: what they promise is
    right to the second. `private`: it is meant for its caller alone.
    """

    max_age: int = 0
    age: int = 0
    private: bool = True


class Parts:
    """All that one operation has read, added up as it comes. Two moments are kept, however many parts there are."""

    def __init__(self, clock: Clock) -> None:
        """`clock` counts seconds, from whenever."""
        self._clock = clock
        self._begun = 0
        self._told = 0
        self._made = inf  # the clock's time at which the oldest part was made
        self._until = inf  # and that at which the first one expires
        self._private = False

    @property
    def begun(self) -> int:
        """How often something was read."""
        return self._begun

    @property
    def spoiled(self) -> bool:
        """Whether something is missing, or holds for this moment alone."""
        return self._until == -inf

    def begin(self) -> None:
        """Something is read. Unless `lasts` follows, it may not be kept: nobody has said that it may."""
        self._begun += 1

    def lasts(self, age: float, left: float, *, private: bool) -> None:
        """What was read is so many seconds old, and may be kept for `left` more."""
        now = self._clock()
        self._told += 1
        self._made = min(self._made, now - age)
        self._until = min(self._until, now + left)
        self._private |= private

    def spoil(self) -> None:
        """Something could not be read, or changes all the time: the next time it will be there, or another one."""
        self._until = -inf

    def freshness(self) -> Freshness:
        """As of now. What has read nothing may not be kept either: who knows what it shows."""
        now = self._clock()
        age = 0 if self._made == inf else _whole(now - self._made)
        if not self._told or self._told < self._begun or self._until <= now:
            return Freshness(0, age, private=True)
        return Freshness(_whole(self._until - self._made), age, private=self._private)


def _whole(seconds: float) -> int:
    """Rounded down; a sum of times that is off by its last digits is none of them less."""
    return int(round(seconds, 3))
