"""What one service is given, as settings: `<SERVICE>_TIMEOUT` and its siblings, each declared once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from connectors.domain.service import Service
from connectors.transport.limits import Limits
from gateway.environment import Setting, number, whole_number

_USUAL = Limits()


@dataclass(frozen=True, slots=True)
class Limit:
    """One field of `Limits`, from `least` to `most`. It takes whole numbers where its default is one."""

    field: str
    about: str
    least: float
    most: float

    @property
    def default(self) -> float | int:
        """That of `Limits`."""
        value: float | int = getattr(_USUAL, self.field)
        return value

    def name(self, service: str) -> str:
        """The variable of a service, given as it is spelled in variables."""
        return f"{service}_{self.field.upper()}"

    def setting(self, service: str) -> Setting:
        """The variable of a service, or of all of them as `<SERVICE>`."""
        whole = isinstance(self.default, int)
        return Setting(
            name=self.name(service),
            about=self.about,
            looks_like=f"a {'whole ' if whole else ''}number from {self.least:g} to {self.most:g}",
            default=f"{self.default:g}",
            fits=whole_number(int(self.least), int(self.most)) if whole else number(self.least, self.most),
        )

    def read(self, text: str) -> float | int:
        """The value of a text that fits."""
        return type(self.default)(text)


LIMITS = (
    Limit("timeout", "Seconds for a whole call, its retries included", 0.1, 120),
    Limit("connect_timeout", "Seconds for reaching it", 0.05, 120),
    Limit("max_body", "MiB of an answer, once it is not compressed any more", 0.1, 1000),
    Limit("concurrency", "Calls under way at once", 1, 1000),
    Limit("queue", "Calls that wait for that; what comes beyond them is OVERLOADED at once", 0, 100_000),
    Limit("attempts", "How often a call is sent that may be repeated, the first time included", 1, 10),
    Limit("retry_delay", "Seconds before the first repetition, at most; twice as many before each further one", 0, 60),
    Limit("retry_delay_throttled", "The same where it says that too much was asked (429)", 0, 60),
    Limit("retry_delay_max", "Seconds before any repetition, at most; whatever it asks for", 0, 120),
    Limit("retry_budget", "Repetitions, as a share of the calls that were answered well at once", 0, 1),
    Limit("retry_floor", "Repetitions a second that are allowed in any case", 0, 1000),
    Limit("retry_window", "Seconds over which repetitions are counted", 1, 600),
    Limit("breaker_failures", "The share of calls that fail at which it is left alone", 0.01, 1),
    Limit("breaker_calls", "Calls without which nothing is said of their share", 1, 100_000),
    Limit("breaker_window", "Seconds over which calls are counted", 1, 600),
    Limit("breaker_open", "Seconds for which it is left alone", 0.1, 600),
    Limit("cache", "How many times as long as usual its answers are kept; 0 keeps none", 0, 1000),
)


def of_service(service: Service) -> Iterable[Setting]:
    """The variables of one service."""
    return (limit.setting(service.name) for limit in LIMITS)


def of_any() -> Iterable[Setting]:
    """One for all services each, for readers."""
    return (limit.setting("<SERVICE>") for limit in LIMITS)


def limits(service: Service, values: Mapping[str, str]) -> Limits:
    """From values that fit, by variable."""
    given = {limit.field: limit.read(values[name]) for limit in LIMITS if (name := limit.name(service.name)) in values}
    return Limits(**given)  # type: ignore[arg-type]  # `read` gives each field what its default is
