"""What a new service is called in each place, and which names are none."""

import re
from dataclasses import dataclass
from keyword import iskeyword
from pathlib import Path

from connectors.domain.service import Service
from gateway.cli.failure import Failure
from gateway.settings import declared

LONGEST = 24  # characters: lines of the templates are made for that
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_OURS = {"tributary", "mongodb"}  # what the settings of others than services begin with
_EXAMPLE = Service.STRIPE


@dataclass(frozen=True, slots=True)
class Names:
    """`name` is the folder's and the settings', as in `open_meteo`."""

    name: str

    @property
    def constant(self) -> str:
        """As in `OPEN_METEO`."""
        return self.name.upper()

    @property
    def class_(self) -> str:
        """As in `OpenMeteo`."""
        return "".join(part.capitalize() for part in self.name.split("_"))

    @property
    def title(self) -> str:
        """As in `Open Meteo`."""
        return " ".join(part.capitalize() for part in self.name.split("_"))

    @property
    def host(self) -> str:
        """Where nobody is (https://www.rfc-editor.org/rfc/rfc2606), as in `open-meteo.example`."""
        return f"{self.name.replace('_', '-')}.example"

    @property
    def slots(self) -> dict[str, str]:
        """For templates."""
        return {
            "name": self.name,
            "NAME": self.constant,
            "Class": self.class_,
            "Title": self.title,
            "host": self.host,
            "documentation": f"https://docs.{self.host}",
            "address": f"https://api.{self.host}",
            "prefix": self.name.replace("_", "")[:3],
        }


def checked(name: str, root: Path) -> Names:
    """Raises Failure where a service cannot be called so in the checkout at `root`."""
    if not _NAME.fullmatch(name) or iskeyword(name):
        raise Failure(f"{name!r:.60} is no name for a service", "it takes small letters and figures, as in open_meteo")
    if len(name) > LONGEST:
        raise Failure(f"{name} is longer than {LONGEST} characters")
    names = Names(name)
    for taken in (f"connectors/{name}", f"connectors/{name}.py", f"tests/connectors/{name}"):
        if (root / taken).exists():
            raise Failure(f"{taken} exists already")
    if names.constant in Service.__members__:
        raise Failure(f"{name} is a service already")
    _check_settings(names)
    return names


def _check_settings(names: Names) -> None:
    """`stripe_connect` would have a STRIPE_CONNECT_TIMEOUT, and so has `stripe`."""
    known = {setting.name for setting in declared()}
    own = {f"{names.constant}_{one.removeprefix('STRIPE_')}" for one in known if one.startswith(f"{_EXAMPLE.name}_")}
    if names.name.split("_")[0] in _OURS or own & known:
        taken = min(own & known, default=f"{names.constant}_…")
        raise Failure(f"A service called {names.name} would have settings of another meaning: {taken}")
