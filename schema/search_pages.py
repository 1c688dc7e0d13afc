"""Pages of a search: how what was found is ranked together, and the cursors that hold the place of every source."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import NamedTuple

from connectors.domain.errors import ConnectorError
from connectors.domain.search import Match, SearchKind
from connectors.domain.service import Service
from schema.errors import BadUserInputError
from schema.loaders.ranking import Fit, fit
from schema.loaders.search import BEHIND, ENDED, Matches, Place, Sought, Source
from schema.relay import FAR, PageInfo, bad_cursor, checked_first, from_micros, micros, seal, unseal

LONGEST = 1000  # characters of a text: no service takes many more
START = 4000  # characters of how a source spells where it begins: several times what any takes

Answer = Matches | ConnectorError
Part = str | int | None

_KINDS = {kind: place for place, kind in enumerate(SearchKind)}
_SERVICES = {service: place for place, service in enumerate(Service)}
_PURPOSE = "search.2"  # the number says how places are spelled
_PARTS = 7  # of each source that has moved: kind, service, how many, the last one, its time, the start, how many since
_ENDED = -1
_MOST = 10**9  # that anybody has read


class Ranked(NamedTuple):
    """A match in the order of the whole search. No two have the same rank, kind and service."""

    rank: int
    fit: Fit
    kind: int
    service: int
    source: Source
    match: Match
    place: Place


class Shown(NamedTuple):
    """A match on a page, and its cursor."""

    source: Source
    match: Match
    cursor: str


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for; `text` with single spaces. Its cursors are no other question's."""

    text: str
    kinds: tuple[SearchKind, ...]

    @classmethod
    def of(cls, text: str, kinds: Sequence[SearchKind] | None) -> "Question":
        """BAD_USER_INPUT for a text of nothing but space, one that is too long, and no kinds at all."""
        plain = " ".join(text.split())
        if not plain:
            raise BadUserInputError("`text` is empty; it must say what to look for")
        if len(plain) > LONGEST:
            raise BadUserInputError(f"`text` has {len(plain):,} characters; at most {LONGEST:,} can be looked for")
        if kinds is not None and not kinds:
            raise BadUserInputError("`kinds` is empty; leave it out to look for everything")
        return cls(plain, tuple(kind for kind in SearchKind if kinds is None or kind in kinds))

    @property
    def mark(self) -> str:
        """By which its cursors are known."""
        return blake2b("\0".join((*self.kinds, self.text)).encode(), digest_size=6).hexdigest()


@dataclass(frozen=True, slots=True)
class SearchPage:
    """The first `first` matches of a question after the places that its sources have come to."""

    question: Question
    first: int
    places: Mapping[Source, Place] = field(default_factory=dict)

    @classmethod
    def of(cls, question: Question, first: int | None, after: str | None) -> "SearchPage":
        """BAD_USER_INPUT for a cursor that is none, or of another search, or a `first` out of bounds."""
        size = checked_first(first)
        return cls(question, size) if after is None else cls(question, size, _opened(after, question))

    def place(self, source: Source) -> Place:
        """Where a source is."""
        return self.places.get(source, Place())

    def sought(self, source: Source) -> Sought:
        """What a source is asked for: as much as the page alone could need."""
        return Sought(source, self.question.text, self.first, self.place(source))

    def after(self, places: Mapping[Source, Place]) -> "SearchPage":
        """The page that goes on at these places; other sources are where they were."""
        return SearchPage(self.question, self.first, {**self.places, **places})

    @property
    def cursor(self) -> str:
        """Its spelling."""
        parts = [part for source, place in sorted(self.places.items()) for part in _spelled(source, place)]
        return seal(_PURPOSE, self.question.mark, *parts)


def joined(answers: Mapping[Source, Answer], page: SearchPage) -> tuple[list[Shown], PageInfo]:
    """What of all sources is on a page, best first, each with its cursor; and where the page lies.

    A source that failed stays where it was. After a failure there is a next page, unless this one has led nowhere: so
    is it where a source says that there is more, and shows none of it.
    """
    found = {source: answer for source, answer in answers.items() if isinstance(answer, Matches)}
    ranked = sorted(_ranked(found, page), key=lambda one: one[:4])
    walk = _Walk(page, found)
    shown = [Shown(one.source, one.match, walk.past(one)) for one in ranked[: page.first]]
    following, failed = walk.page, len(found) < len(answers)
    more, moved = any(not following.place(source).ended for source in found), following.places != page.places
    return shown, PageInfo(
        has_next_page=(more or failed) and moved,
        has_previous_page=bool(page.places),
        start_cursor=shown[0].cursor if shown else None,
        end_cursor=following.cursor if shown or failed or more else None,
    )


class _Walk:
    """Goes through the matches of a page in their order, and knows where each source is."""

    def __init__(self, page: SearchPage, found: Mapping[Source, Matches]) -> None:
        """Sources that show nothing have gone on, or ended, before the first match is shown."""
        self._left = {source: len(one.items) for source, one in found.items()}
        self._whole = {source for source, one in found.items() if not one.more}
        self.page = page.after({source: one.onward for source, one in found.items() if not one.items})

    def past(self, one: Ranked) -> str:
        """The cursor after `one`."""
        self._left[one.source] -= 1
        ended = one.source in self._whole and not self._left[one.source]
        self.page = self.page.after({one.source: ENDED if ended else one.place})
        return self.page.cursor


def _ranked(found: Mapping[Source, Matches], page: SearchPage) -> Iterator[Ranked]:
    """As far down as the page can reach: to compare texts costs more than to sort."""
    ranks = sorted(place.shown for some in found.values() for place in some.places)
    last = ranks[: page.first][-1] if ranks else 0
    for source, some in found.items():
        kind, service = _KINDS[source.kind], _SERVICES[source.service]
        for match, place in zip(some.items, some.places, strict=True):
            if place.shown <= last:
                yield Ranked(place.shown, fit(page.question.text, match), kind, service, source, match, place)


def _spelled(source: Source, place: Place) -> tuple[Part, ...]:
    at = micros(place.at) if place.at else None
    shown = _ENDED if place.ended else place.shown
    return source.kind.value, source.service.value, shown, place.last, at, place.start, place.passed


def _opened(cursor: str, question: Question) -> dict[Source, Place]:
    found, *parts = unseal(_PURPOSE, cursor) or [None]
    if found != question.mark or len(parts) > _PARTS * len(_KINDS) * len(_SERVICES):
        raise bad_cursor(cursor)
    return dict(_place(cursor, parts[start : start + _PARTS]) for start in range(0, len(parts), _PARTS))


def _place(cursor: str, parts: list[Part]) -> tuple[Source, Place]:
    match parts:
        case [str(kind), str(service), int(shown), str(last), int() | None as at, str(start), int(passed)] if (
            kind in _KINDS
            and service in _SERVICES
            and _ENDED <= shown <= _MOST
            and abs(at or 0) <= FAR
            and len(start) <= START
            and 0 <= passed <= BEHIND
        ):
            source = Source(SearchKind(kind), Service(service))
            if shown == _ENDED:
                return source, ENDED
            return source, Place(shown, last, None if at is None else from_micros(at), start=start, passed=passed)
    raise bad_cursor(cursor)
