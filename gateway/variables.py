"""The variables that this process knows: what each holds and what it looks like."""

from collections.abc import Iterable
from enum import StrEnum

from gateway.environment import Setting, matching, web_address, whole_number

LOG_LEVELS = ("debug", "info", "warning", "error")
_SERVICES = matching(r"[\w\s,-]*")


class Run(StrEnum):
    """How the process runs: for the one who develops with it, or for its users."""

    DEV = "dev"
    SERVE = "serve"


STORE = Setting(
    name="MONGODB_URI",
    about="The store: a MongoDB of your own, a replica set if possible",
    looks_like="mongodb://user:password@host:27017/tributary or mongodb+srv://…",
    default="an embedded server in `dev`; required in `serve`",
    secret=True,
    fits=matching(r"mongodb(\+srv)?://\S+"),
)
SANDBOX = Setting(
    name="TRIBUTARY_SANDBOX",
    about="Services that the local imitation answers for, also in `serve`",
    looks_like="stripe,zendesk",
    fits=_SERVICES,
)
LIVE = Setting(
    name="TRIBUTARY_LIVE",
    about="Services without keys that `dev` asks for real, instead of their imitation",
    looks_like="bluesky,frankfurter",
    fits=_SERVICES,
)
FAULTS = Setting(
    name="TRIBUTARY_FAULTS",
    about="What the local imitations do wrong, to see what becomes of the graph then",
    looks_like="stripe:latency=2s;zendesk:status=503,rate=0.3;github:reset",
    fits=bool,  # its mistakes are told one by one
)
LOG_LEVEL = Setting(
    name="TRIBUTARY_LOG_LEVEL",
    about="The least severe event that is logged",
    looks_like=f"{', '.join(LOG_LEVELS[:-1])} or {LOG_LEVELS[-1]}",
    default="info",
    fits=lambda text: text.lower() in LOG_LEVELS,
)
DATA_DIR = Setting(
    name="TRIBUTARY_DATA_DIR",
    about="The folder of the embedded store",
    looks_like="a path",
    default=".tributary",
    fits=bool,
)
MODE = Setting(
    name="TRIBUTARY_MODE",
    about="How to run when started without the command line, as by `uvicorn --factory gateway.app:factory`",
    looks_like="dev or serve",
    default=Run.SERVE,
    fits=lambda text: text in set(Run),
)


def customers(default: int, most: int) -> Setting:
    """The size of the made-up company."""
    return Setting(
        name="TRIBUTARY_SANDBOX_CUSTOMERS",
        about="How many made-up customers the imitations know",
        looks_like=f"a whole number from 1 to {most}",
        default=str(default),
        fits=whole_number(1, most),
    )


def base_url(service: str, default: str) -> Setting:
    """Where a service is."""
    return Setting(
        name=f"{service.upper()}_BASE_URL",
        about=f"Another address for {service}, as `tributary sandbox` prints it",
        looks_like="http(s)://host[:port][/path]",
        default=default,
        fits=web_address,
    )


def markdown(settings: Iterable[Setting]) -> str:
    """A table for README.md."""
    return "\n".join(
        (
            "| variable | what it holds | looks like | default | secret |",
            "|---|---|---|---|---|",
            *(f"| {' | '.join(_cells(setting))} |" for setting in settings),
        )
    )


def _cells(setting: Setting) -> Iterable[str]:
    yield f"`{setting.name}`"
    yield from (text.replace("|", "\\|") for text in (setting.about, setting.looks_like, setting.default))
    yield "yes" if setting.secret else ""
