"""A `DeedStore` that forgets with the test, and can be told what time it is, or to fail."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from connectors.domain.deeds import ABANDONED, REMEMBERED, Begin, Deed, Entry, State, Verdict, entry, repeatable
from connectors.domain.errors import ConnectorError
from tests.schema.nouns import NOON


@dataclass
class Kept:
    """One deed, and where it stands."""

    deed: Deed
    since: datetime
    touched: datetime
    state: State = State.PENDING
    answer: str | None = None


@dataclass
class Deeds:
    """`failure` is raised by `begin`, `late_failure` by what comes after the act."""

    now: datetime = NOON
    failure: ConnectorError | None = None
    late_failure: ConnectorError | None = None
    kept: dict[str, Kept] = field(default_factory=dict)
    lines: list[Entry] = field(default_factory=list)

    @property
    def results(self) -> list[str]:
        return [line.result for line in self.lines]

    def advance(self, **by: float) -> None:
        self.now += timedelta(**by)

    async def begin(self, deed: Deed) -> Begin:
        if self.failure:
            raise self.failure
        begun = self._begun(deed)
        self.lines.append(entry(deed, begun.verdict, begun.answer))
        return begun

    async def finish(self, deed: Deed, state: State, answer: str | None = None) -> None:
        if self.late_failure:
            raise self.late_failure
        if state in {State.REFUSED, State.FAILED}:
            del self.kept[deed.key]
        else:
            self.kept[deed.key].state, self.kept[deed.key].answer = state, answer
        self.lines.append(entry(deed, state, answer))

    async def audit(self, entry: Entry) -> None:
        if self.late_failure:
            raise self.late_failure
        self.lines.append(entry)

    def _begun(self, deed: Deed) -> Begin:
        found = self.kept.get(deed.key)
        if found is None or self.now - found.since >= REMEMBERED:
            self.kept[deed.key] = Kept(deed, self.now, self.now)
            return Begin(Verdict.BEGUN)
        return self._again(deed, found)

    def _again(self, deed: Deed, found: Kept) -> Begin:
        if found.deed.fingerprint != deed.fingerprint:
            return Begin(Verdict.OTHER_INPUT)
        if found.state is State.DONE:
            return Begin(Verdict.DONE, found.answer)
        if found.state is State.PENDING and self.now - found.touched < ABANDONED:
            return Begin(Verdict.IN_FLIGHT)
        if not repeatable(deed.service, self.now - found.since):
            return Begin(Verdict.UNKNOWN)
        found.state, found.touched = State.PENDING, self.now
        return Begin(Verdict.RESUMED)
