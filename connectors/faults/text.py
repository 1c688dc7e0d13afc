"""Faults as they are written: `stripe:latency=2s;zendesk:status=503,retry-after=7,rate=0.3`.

Services are separated by `;`, what happens to one of them by `,`.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches

from connectors.domain.service import Service
from connectors.faults.fault import Fault, Kind

LONGEST = 600  # seconds of latency
_DAY = 86_400  # seconds
_UNITS = {"ms": 0.001, "s": 1.0}


class FaultsError(ValueError):
    """A text that does not describe faults. Each of `mistakes` is a line for the one who wrote it."""

    def __init__(self, mistakes: Sequence[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = tuple(mistakes)


def parse(given: str | Mapping[str, str], services: Sequence[Service]) -> dict[Service, Fault]:
    """Reads the faults of some of `services`. Raises FaultsError, which names every mistake at once."""
    mistakes: list[str] = []
    known = {service.value: service for service in services}
    faults: dict[Service, Fault] = {}
    for name, text in _pairs(given):
        service = known.get(name.lower().replace("-", "_"))
        if service is None:
            mistakes.append(f"{name} is no service{_meant(name, known)}")
            if not text.strip():
                continue
        elif service in faults:
            mistakes.append(f"{service} stands there twice")
        reading = _Reading(name)
        fault = reading.fault(text)
        mistakes += reading.mistakes
        if service is not None:
            faults[service] = fault
    if mistakes:
        raise FaultsError(mistakes)
    return faults


def _pairs(given: str | Mapping[str, str]) -> Iterable[tuple[str, str]]:
    if isinstance(given, str):
        parts = (part.partition(":") for part in given.split(";") if part.strip())
        return [(name.strip(), text) for name, _, text in parts]
    return given.items()


class _Reading:
    """One look at what is written of one service: collects mistakes on the way."""

    def __init__(self, service: str) -> None:
        self.mistakes: list[str] = []
        self._service = service
        self._kinds: list[Kind] = []
        self._numbers: dict[str, float] = {}

    def fault(self, text: str) -> Fault:
        """Complete only where there are no mistakes."""
        for part in filter(None, map(str.strip, text.split(","))):
            self._part(part)
        if not self.mistakes:
            self._check()
        wait = self._numbers.get("retry-after")
        return Fault(
            kind=next(iter(self._kinds), None),
            latency=self._numbers.get("latency", 0.0),
            status=int(self._numbers.get("status", 503)),
            retry_after=None if wait is None else int(wait),
            rate=self._numbers.get("rate", 1.0),
        )

    def _part(self, part: str) -> None:
        name, given, value = (piece.strip() for piece in part.partition("="))
        name = name.lower().replace("_", "-")
        if name in _NUMBERS:
            self._number(name, value)
        elif name not in set(Kind):
            self._wrong(f"{name} is no fault{_meant(name, [*Kind, *_NUMBERS])}")
        elif given:
            self._wrong(f"{name} takes no value")
        else:
            self._kinds.append(Kind(name))

    def _number(self, name: str, text: str) -> None:
        read, looks_like = _NUMBERS[name]
        if (number := read(text)) is None:
            self._wrong(f"{name} should look like {looks_like}")
        elif name in self._numbers:
            self._wrong(f"{name} stands there twice")
        self._numbers[name] = number or 0.0
        if name == Kind.STATUS:
            self._kinds.append(Kind.STATUS)

    def _check(self) -> None:
        if not self._kinds and "latency" not in self._numbers:
            self._wrong("no fault is named, as in status=503")
        if len(self._kinds) > 1:
            self._wrong(f"{' and '.join(self._kinds)} exclude each other")
        if "retry-after" in self._numbers and "status" not in self._numbers:
            self._wrong("retry-after belongs to a status, as in status=429,retry-after=7")

    def _wrong(self, mistake: str) -> None:
        self.mistakes.append(f"{self._service}: {mistake}")


def _seconds(text: str) -> float | None:
    match = re.fullmatch(r"(\d{1,9}(?:\.\d{1,9})?)(ms|s)", text, re.ASCII)
    seconds = float(match[1]) * _UNITS[match[2]] if match else 0.0
    return seconds if 0 < seconds <= LONGEST else None


def _whole(least: int, most: int) -> Callable[[str], float | None]:
    def read(text: str) -> float | None:
        fits = re.fullmatch(r"\d{1,9}", text, re.ASCII) and least <= int(text) <= most
        return float(text) if fits else None

    return read


def _share(text: str) -> float | None:
    fits = re.fullmatch(r"\d(\.\d{0,9})?|\.\d{1,9}", text, re.ASCII) and float(text) <= 1
    return float(text) if fits else None


_NUMBERS: Mapping[str, tuple[Callable[[str], float | None], str]] = {
    "latency": (_seconds, f"80ms or 2s, up to {LONGEST}s"),
    "status": (_whole(400, 599), "a whole number from 400 to 599"),
    "retry-after": (_whole(0, _DAY), f"a whole number of seconds up to {_DAY}"),
    "rate": (_share, "a number from 0 to 1"),
}


def _meant(name: str, known: Iterable[str]) -> str:
    names = list(dict.fromkeys(map(str, known)))
    near = get_close_matches(name.lower(), names, n=1)
    return f": did you mean {near[0]}?" if near else f": expected some of {', '.join(names)}"
