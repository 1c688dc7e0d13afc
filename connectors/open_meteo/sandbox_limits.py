"""How much the imitated Open-Meteo answers: https://open-meteo.com/en/terms, by places, in three windows."""

from collections.abc import Callable
from typing import NamedTuple


class _Window(NamedTuple):
    """So many places in so many seconds; `name` and `when` are Open-Meteo's words."""

    name: str
    seconds: int
    places: int
    when: str


WINDOWS = (
    _Window("Minutely", 60, 600, "in one minute"),
    _Window("Hourly", 3600, 5_000, "in the next hour"),
    _Window("Daily", 86_400, 10_000, "tomorrow"),
)


class Limits:
    """Counts places. The windows are the clock's own minutes, hours and days; no header tells of them."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """`clock` tells Unix seconds."""
        self._clock = clock
        self._used = dict.fromkeys(WINDOWS, (-1, 0))

    def spend(self, places: int) -> str | None:
        """Why so many more are not answered; None, having counted them, where they are."""
        now = int(self._clock())
        used = {window: self._used_in(window, now // window.seconds) + places for window in WINDOWS}
        for window, count in used.items():
            if count > window.places:
                return f"{window.name} API request limit exceeded. Please try again {window.when}."
        self._used = {window: (now // window.seconds, count) for window, count in used.items()}
        return None

    def _used_in(self, window: _Window, number: int) -> int:
        last, count = self._used[window]
        return count if last == number else 0
