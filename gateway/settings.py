"""Environment -> frozen settings. The only place that reads the environment; every mistake is named, all at once."""

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr

from connectors.connection import Access, Mode, base_url, imitated
from connectors.domain.service import Service
from connectors.faults.fault import Fault
from connectors.faults.text import FaultsError, parse
from connectors.registry import VENDORS
from connectors.seed.people import DEFAULT_COUNT, MOST
from connectors.vendor import Vendor
from gateway import environment, limits, operations, variables
from gateway.environment import Given, Setting
from gateway.operations import Operations
from gateway.variables import Run

ENV_FILE = Path(".env")
NEARLY = 0.93  # of 1: a letter or two in a name of some length
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class SettingsError(Exception):
    """The settings cannot be used. Each of `mistakes` is a line that names a variable and shows no secret."""

    def __init__(self, mistakes: Sequence[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = tuple(mistakes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the environment says. `mongodb_uri` is None where the embedded server is wanted, in `dev` alone."""

    run: Run
    mongodb_uri: SecretStr | None
    sandbox: frozenset[Service]
    live: frozenset[Service]
    faults: Mapping[Service, Fault]
    sandbox_customers: int
    log_level: str
    data_dir: Path
    access: Mapping[Service, Access] = field(repr=False)  # holds credentials
    operations: Operations = field(default_factory=Operations)
    warnings: tuple[str, ...] = ()

    def secrets(self, vendors: Sequence[Vendor] = VENDORS) -> frozenset[str]:
        """Every text that must not show in a log, in each spelling in which it travels."""
        found = set(_secrets_of_uri(self.mongodb_uri.get_secret_value())) if self.mongodb_uri else set()
        for vendor in vendors:
            found.update(_secrets_of(vendor, self.access[vendor.service].credentials))
        return frozenset(found)


def load(run: Run | None = None, vendors: Sequence[Vendor] = VENDORS) -> Settings:
    """Reads the environment, and `.env` in the working directory. Raises SettingsError."""
    known = declared(vendors)
    try:
        given = environment.read(known, ENV_FILE)
    except (UnicodeDecodeError, OSError):
        raise SettingsError([f"{ENV_FILE} should be a readable text in UTF-8"]) from None  # it quotes the file
    return _Reading(given, run, vendors, known).settings()


def declared(vendors: Sequence[Vendor] = VENDORS) -> tuple[Setting, ...]:
    """Every variable there is: our own, then each vendor's, then what each service is given."""
    given = (setting for vendor in vendors for setting in limits.of_service(vendor.service))
    return (*_ours_and_theirs(vendors), *given)


def settings_table() -> str:
    """Every variable as a Markdown table, for README.md. What each service is given stands there once for all."""
    return variables.markdown((*_ours_and_theirs(VENDORS), *limits.of_any()))


def hand_down(run: Run, mongodb_uri: str | None = None) -> None:
    """Sets what the server's own processes, started from this one, will find in their environment."""
    os.environ["TRIBUTARY_MODE"] = run
    if mongodb_uri is not None:
        os.environ["MONGODB_URI"] = mongodb_uri


class _Reading:
    """One look at the environment: collects mistakes and warnings on the way."""

    def __init__(self, given: Given, run: Run | None, vendors: Sequence[Vendor], known: Sequence[Setting]) -> None:
        self._values = given.values
        self._misfits = given.misfits
        self._run = run or Run(given.values.get("TRIBUTARY_MODE", Run.SERVE))
        self._vendors = vendors
        self._mistakes = [
            f"{item.name} should look like {item.looks_like}" for item in known if item.name in given.misfits
        ]
        self._warnings = _misspelt(given.others | set(os.environ), {item.name for item in known}, vendors)
        self._sandbox = self._services("TRIBUTARY_SANDBOX")
        self._live = self._services("TRIBUTARY_LIVE")
        self._faults = self._read_faults()

    def settings(self) -> Settings:
        uri = self._values.get("MONGODB_URI")
        if uri is None and self._run is Run.SERVE and "MONGODB_URI" not in self._misfits:
            self._mistakes.append(f"MONGODB_URI is required: {variables.STORE.looks_like}")
        self._check_live()
        access = {vendor.service: self._access(vendor) for vendor in self._vendors}
        taken = operations.read(self._values, self._mistakes)
        if self._mistakes:
            raise SettingsError(self._mistakes)
        return Settings(
            run=self._run,
            mongodb_uri=None if uri is None else SecretStr(uri),
            sandbox=self._sandbox,
            live=self._live,
            faults=self._faults,
            sandbox_customers=int(self._values.get("TRIBUTARY_SANDBOX_CUSTOMERS", DEFAULT_COUNT)),
            log_level=self._values.get("TRIBUTARY_LOG_LEVEL", variables.LOG_LEVEL.default).lower(),
            data_dir=Path(self._values.get("TRIBUTARY_DATA_DIR", variables.DATA_DIR.default)),
            access=access,
            operations=taken,
            warnings=tuple(self._warnings),
        )

    def _access(self, vendor: Vendor) -> Access:
        given = {item.name: self._values[item.name] for item in vendor.variables if item.name in self._values}
        address = self._values.get(f"{vendor.service.name}_BASE_URL")
        mode = self._mode(vendor, given, address)
        credentials = {**imitated(vendor), **(given if mode is Mode.LIVE else {})}
        if address:
            self._warn_of_address(vendor, address, given)
        if fault := self._faults.get(vendor.service):
            self._warn_of_fault(vendor, mode, fault)
        return Access(
            mode=mode,
            base_url=address.rstrip("/") if address else base_url(vendor, credentials),
            credentials=credentials,
            limits=limits.limits(vendor.service, self._values),
            fault=fault if mode is Mode.IMITATED else None,
        )

    def _mode(self, vendor: Vendor, given: Mapping[str, str], address: str | None) -> Mode:
        """The first rule that applies decides."""
        serve = self._run is Run.SERVE
        if address:
            return Mode.LIVE
        if vendor.service in self._sandbox:
            return Mode.IMITATED
        if not vendor.variables:
            return Mode.LIVE if serve or vendor.service in self._live else Mode.IMITATED
        if len(given) == len(vendor.variables):
            return Mode.LIVE
        self._note_missing(vendor, given)
        return Mode.OFF if serve else Mode.IMITATED

    def _note_missing(self, vendor: Vendor, given: Mapping[str, str]) -> None:
        """A service with some of its variables is a mistake; one with none of them is a choice."""
        begun = [item.name for item in vendor.variables if item.name in self._misfits or item.name in given]
        for item in vendor.variables:
            if begun and item.name not in begun:
                self._mistakes.append(f"{item.name} is missing, while {', '.join(begun)} is given: {item.looks_like}")

    def _warn_of_address(self, vendor: Vendor, address: str, given: Mapping[str, str]) -> None:
        name, parts = f"{vendor.service.name}_BASE_URL", urlsplit(address)
        if vendor.service in self._sandbox:
            self._warnings.append(f"{name} goes before TRIBUTARY_SANDBOX: {vendor.service} is not imitated")
        if given and parts.scheme == "http" and parts.hostname not in _LOOPBACK:
            self._warnings.append(f"{name} is not https: the credentials of {vendor.service} travel in the clear")

    def _warn_of_fault(self, vendor: Vendor, mode: Mode, fault: Fault) -> None:
        """What fails on purpose says so: who has forgotten the variable looks for the mistake elsewhere."""
        if mode is Mode.IMITATED:
            self._warnings.append(f"TRIBUTARY_FAULTS is set: the imitation of {vendor.service} fails by {fault}")
        else:
            self._warnings.append(f"TRIBUTARY_FAULTS changes nothing of {vendor.service}, which is not imitated")

    def _read_faults(self) -> Mapping[Service, Fault]:
        try:
            return parse(self._values.get("TRIBUTARY_FAULTS", ""), [vendor.service for vendor in self._vendors])
        except FaultsError as wrong:
            self._mistakes += [f"TRIBUTARY_FAULTS: {mistake}" for mistake in wrong.mistakes]
            return {}

    def _services(self, name: str) -> frozenset[Service]:
        known = {vendor.service.value: vendor.service for vendor in self._vendors}
        found = set()
        for item in filter(None, map(str.strip, self._values.get(name, "").split(","))):
            service = known.get(item.lower().replace("-", "_"))
            if service is None:
                hint = _meant(item.lower(), known) or f": expected some of {', '.join(known)}"
                self._mistakes.append(f"{name} names {item}, which is no service{hint}")
            else:
                found.add(service)
        return frozenset(found)

    def _check_live(self) -> None:
        for vendor in self._vendors:
            if vendor.service in self._live and vendor.variables:
                keys = ", ".join(item.name for item in vendor.variables)
                self._mistakes.append(f"TRIBUTARY_LIVE names {vendor.service}, which is live once {keys} is given")


def _ours_and_theirs(vendors: Sequence[Vendor]) -> tuple[Setting, ...]:
    own = variables.STORE, variables.SANDBOX, variables.LIVE, variables.customers(DEFAULT_COUNT, MOST)
    rest = variables.FAULTS, variables.LOG_LEVEL, variables.DATA_DIR, variables.MODE
    return (*own, *rest, *operations.SETTINGS, *(setting for vendor in vendors for setting in _of_vendor(vendor)))


def _of_vendor(vendor: Vendor) -> Iterable[Setting]:
    for item in vendor.variables:
        yield Setting(
            name=item.name,
            about=item.about,
            looks_like=item.looks_like,
            secret=item.secret,
            fits=environment.matching(item.pattern),
        )
    yield variables.base_url(vendor.service, vendor.base_url)


def _misspelt(names: Iterable[str], known: set[str], vendors: Sequence[Vendor]) -> list[str]:
    """Of what begins with a service's name, most is meant for other programs: only what is nearly ours is told."""
    strange, services = sorted(set(names) - known), tuple(f"{vendor.service.name}_" for vendor in vendors)
    ours = [f"{name} is no setting{_meant(name, known)}" for name in strange if name.startswith("TRIBUTARY_")]
    near = ((name, _meant(name, known, NEARLY)) for name in strange if name.startswith(services))
    return ours + [f"{name} is no setting{meant}" for name, meant in near if meant]


def _meant(name: str, known: Iterable[str], cutoff: float = 0.8) -> str:
    near = get_close_matches(name, known, n=1, cutoff=cutoff)
    return f": did you mean {near[0]}?" if near else ""


def _secrets_of(vendor: Vendor, credentials: Mapping[str, str]) -> Iterable[str]:
    own = {item.name: credentials[item.name] for item in vendor.variables if item.secret}
    real = {value for name, value in own.items() if value != imitated(vendor)[name]}
    if real:
        yield from real
        # As it travels: for HTTP Basic, the encoded pair (https://www.rfc-editor.org/rfc/rfc7617#section-2).
        yield from vendor.headers(credentials).get("Authorization", "").split()[1:]


def _secrets_of_uri(uri: str) -> Iterable[str]:
    yield uri
    if userinfo := re.match(r"[\w+]+://[^:@/]*:([^@]+)@", uri):
        yield from (userinfo[1], unquote(userinfo[1]))
