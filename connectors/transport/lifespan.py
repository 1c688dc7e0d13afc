"""For how long one answer may be shown: RFC 9111 section 4.2 for a private cache, and RFC 5861 for stale ones.

Times are wall-clock seconds since the epoch, since that is what `Date` and `Expires` are compared with.
"""

from dataclasses import dataclass

import httpx

from connectors.transport.cache_control import delta_seconds, directives, first, http_date
from connectors.transport.call import Call

Directives = dict[str, str | None]
_CONFIRM = frozenset({"no-cache", "must-revalidate"})  # never to be shown stale (RFC 9111 section 4.2.4)


@dataclass(frozen=True, slots=True)
class Lifespan:
    """`age` at the time of arrival `at`, and seconds: fresh for `lifetime`, then stale but fit for show.

    `stale`: after that, while a new one is fetched. `if_error`: after that, where the service fails. `private`: fit for
    nobody but those in whose name it was fetched. `ours_alone`: kept against the service's own word (`Call.override`),
    so that nobody else is to be told that they may keep it.
    """

    at: float
    age: float
    lifetime: float
    stale: float = 0.0
    if_error: float = 0.0
    private: bool = True
    ours_alone: bool = False

    def age_at(self, now: float) -> float:
        """Seconds since the service made or confirmed it (section 4.2.3); a clock set back makes nothing younger."""
        return self.age + max(0.0, now - self.at)

    def overdue(self, now: float) -> float:
        """Seconds since it went stale; negative while it is fresh."""
        return self.age_at(now) - self.lifetime

    def left(self, now: float) -> float:
        """Seconds for which others may keep what is shown of it now; 0 where they may not."""
        return 0.0 if self.ours_alone else max(0.0, -self.overdue(now))

    @property
    def serves(self) -> bool:
        """Whether it may ever be shown without asking the service first, or when that fails."""
        return self.lifetime > self.age or self.stale > 0 or self.if_error > 0


def lifespan(headers: httpx.Headers, call: Call, *, asked: float, answered: float) -> Lifespan:
    """By the service's own directives, and by the connector's (`call`) for each that is missing, or for all of them.

    `s-maxage` is for shared caches and passed over; nothing is guessed from `Last-Modified` (section 4.2.2).
    """
    found = directives(headers)
    age, private = _age(headers, asked, answered), call.private or "private" in found
    if call.override and call.fresh is not None:
        said = bool(found) or "expires" in headers
        return Lifespan(answered, age, call.fresh, call.stale, call.if_error, private, ours_alone=said)
    lifetime = _lifetime(headers, found, call, answered)
    if not _CONFIRM.isdisjoint(found):
        return Lifespan(answered, age, lifetime or 0.0, private=private)
    # Where nobody says how long it lasts, nobody has allowed to show it stale either, unless the service itself does.
    ours = call if lifetime is not None else Call()
    stale = _window(found, "stale-while-revalidate", ours.stale)
    if_error = _window(found, "stale-if-error", ours.if_error)
    return Lifespan(answered, age, lifetime or 0.0, stale, if_error, private)


def _age(headers: httpx.Headers, asked: float, answered: float) -> float:
    """Section 4.2.3: the greater of what `Date` and `Age` say, the latter plus the time the call took."""
    made = http_date(first(headers, "date"))
    apparent = 0.0 if made is None else max(0.0, answered - made)
    told = delta_seconds(first(headers, "age")) or 0.0
    return max(apparent, told + max(0.0, answered - asked))


def _lifetime(headers: httpx.Headers, found: Directives, call: Call, answered: float) -> float | None:
    """Section 4.2.1. What is there and cannot be read means stale at once; None where nobody says anything."""
    if "no-cache" in found:
        return 0.0
    if "max-age" in found:
        return delta_seconds(found["max-age"]) or 0.0
    expires = first(headers, "expires")
    if expires is None:
        return call.fresh
    until, made = http_date(expires), http_date(first(headers, "date"))
    return 0.0 if until is None else max(0.0, until - (answered if made is None else made))


def _window(found: Directives, name: str, ours: float) -> float:
    told = delta_seconds(found.get(name))
    return ours if told is None else told
