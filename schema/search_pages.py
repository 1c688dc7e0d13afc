"""Pages of a search: where each source is, how the found are ranked together, and the cursors that hold the places."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import NamedTuple

from connectors.domain.customers import Customer
from connectors.domain.errors import ConnectorError
from connectors.domain.search import Match, SearchKind, TextAsked
from connectors.domain.service import Service
from schema.errors import BadUserInputError
from schema.loaders.ranking import Fit, fit
from schema.loaders.search import Source
from schema.relay import PageInfo, bad_cursor, checked_first, seal, unseal

REACH = 1000  # matches of one source: no further do GitHub and Zendesk show any

_ORDER = {kind: place for place, kind in enumerate(SearchKind)}
_SERVICES = {service: place for place, service in enumerate(Service)}
_PARTS = 4  # of a cursor, for each source that has moved: kind, service, how many, the last one
_ENDED = -1


class Place(NamedTuple):
    """How many of a source's matches were shown, and a mark of the last of them; `ended` where there are no more."""

    shown: int = 0
    last: str = ""
    ended: bool = False

    def left(self, found: Sequence[Match]) -> Sequence[Match]:
        """What follows in a list that begins anew. It goes on after the last one, wherever that stands by now."""
        if not self.shown:
            return found
        there = next((number for number, one in enumerate(found) if mark(one) == self.last), None)
        # Where it is gone, what came after it has moved up by one.
        return found[self.shown - 1 if there is None else there + 1 :]


class Ranked(NamedTuple):
    """A match in the order of the whole search; no two of them compare equal before `match` is reached."""

    rank: int
    fit: Fit
    kind: int
    service: int
    source: Source
    match: Match


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
        """BAD_USER_INPUT for a text of nothing but space, and for no kinds at all."""
        plain = " ".join(text.split())
        if not plain:
            raise BadUserInputError("`text` is empty; it must say what to look for")
        if kinds is not None and not kinds:
            raise BadUserInputError("`kinds` is empty; leave it out to look for everything")
        return cls(plain, tuple(kind for kind in SearchKind if kinds is None or kind in kinds))

    @property
    def mark(self) -> str:
        """By which its cursors are known."""
        return _digest("\0".join((*self.kinds, self.text)))


@dataclass(frozen=True, slots=True)
class SearchPage:
    """The first `first` matches of a question after those that the places tell were shown."""

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

    def asked(self, source: Source) -> TextAsked:
        """What a source is asked for: what was shown, a page more, and one to know whether there are more."""
        return TextAsked(self.question.text, min(self.place(source).shown + self.first + 1, REACH))

    def after(self, places: Mapping[Source, Place]) -> "SearchPage":
        """The page that goes on at these places; other sources are where they were."""
        return SearchPage(self.question, self.first, {**self.places, **places})

    @property
    def cursor(self) -> str:
        """Its spelling."""
        parts = [
            part
            for source, place in sorted(self.places.items())
            for part in (source.kind.value, source.service.value, _ENDED if place.ended else place.shown, place.last)
        ]
        return seal("search", self.question.mark, *parts)


Answer = tuple[Match, ...] | ConnectorError


def joined(answers: Mapping[Source, Answer], page: SearchPage) -> tuple[list[Shown], PageInfo]:
    """What of all sources is on a page, best first, each with its cursor; and where the page lies.

    A source that failed stays where it was. After a failure there is a next page, unless this one has led nowhere.
    """
    found = {source: answer for source, answer in answers.items() if isinstance(answer, tuple)}
    ranked = sorted(_ranked(found, page))
    walk = _Walk(page, found)
    shown = [Shown(one.source, one.match, walk.past(one)) for one in ranked[: page.first]]
    following = walk.page
    open_ = any(not following.place(source).ended for source in found)
    behind = len(found) < len(answers) and following.places != page.places
    return shown, PageInfo(
        has_next_page=open_ or behind,
        has_previous_page=bool(page.places),
        start_cursor=shown[0].cursor if shown else None,
        end_cursor=following.cursor if shown or len(found) < len(answers) else None,
    )


def mark(match: Match) -> str:
    """By which it is known again, in a list of one source."""
    return _digest(match.id if isinstance(match, Customer) else match.external_id)


class _Walk:
    """Goes through the matches of a page in their order, and knows where each source is."""

    def __init__(self, page: SearchPage, found: Mapping[Source, tuple[Match, ...]]) -> None:
        """Sources of which nothing is left have ended before the first one is shown."""
        self._left = {source: len(page.place(source).left(answer)) for source, answer in found.items()}
        self._whole = {source for source, answer in found.items() if _is_whole(answer, page.asked(source))}
        nothing = (source for source in self._whole if not self._left[source])
        self.page = page.after({source: page.place(source)._replace(ended=True) for source in nothing})

    def past(self, one: Ranked) -> str:
        """The cursor after `one`."""
        self._left[one.source] -= 1
        ended = one.source in self._whole and not self._left[one.source]
        self.page = self.page.after({one.source: Place(one.rank + 1, mark(one.match), ended)})
        return self.page.cursor


def _is_whole(answer: Sequence[Match], asked: TextAsked) -> bool:
    """Whether there is nothing beyond an answer."""
    return len(answer) < asked.first or asked.first == REACH


def _ranked(found: Mapping[Source, tuple[Match, ...]], page: SearchPage) -> Iterator[Ranked]:
    for source, answer in found.items():
        place = page.place(source)
        kind, service = _ORDER[source.kind], _SERVICES[source.service]
        for rank, match in enumerate(place.left(answer)[: page.first], place.shown):
            yield Ranked(rank, fit(page.question.text, match), kind, service, source, match)


def _opened(cursor: str, question: Question) -> dict[Source, Place]:
    found, *parts = unseal("search", cursor) or [None]
    if found != question.mark or len(parts) > _PARTS * len(_ORDER) * len(_SERVICES):
        raise bad_cursor(cursor)
    return dict(_place(cursor, parts[start : start + _PARTS]) for start in range(0, len(parts), _PARTS))


def _place(cursor: str, parts: list[str | int | None]) -> tuple[Source, Place]:
    match parts:
        case [str(kind), str(service), int(count), str(last)] if (
            kind in _ORDER and service in _SERVICES and _ENDED <= count <= REACH
        ):
            ended = count == _ENDED
            return Source(SearchKind(kind), Service(service)), Place(0 if ended else count, last, ended)
    raise bad_cursor(cursor)


def _digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=6).hexdigest()
