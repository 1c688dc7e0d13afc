"""`tributary check`: the settings, tried out."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from time import perf_counter

import msgspec
import typer
from rich.box import ROUNDED
from rich.table import Table
from rich.text import Text

from connectors.connection import Connection, Mode
from connectors.domain.errors import ConnectorError
from connectors.mongo import mongod
from connectors.mongo.embedded import EmbeddedMongoError
from connectors.mongo.store import InvalidStoreUri
from connectors.registry import open_connections
from connectors.seed.people import People
from connectors.transport.live import live
from gateway import settings
from gateway.cli import store, terminal
from gateway.cli.failure import FAILED, explained
from gateway.settings import Settings, SettingsError
from gateway.variables import Run

EMBEDDED = "embedded"
_STYLES = {**{mode.value: style for mode, style in terminal.STYLES.items()}, EMBEDDED: "yellow"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found of the store or of a service. `ok` is None for what is off, and so was not tried."""

    name: str
    how: str
    ok: bool | None
    ms: float | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All that was found. `mistakes` keep the rest from being tried."""

    ok: bool
    run: Run
    mistakes: Sequence[str] = ()
    warnings: Sequence[str] = ()
    checks: Sequence[Finding] = ()


def run(*, as_served: bool, json: bool) -> None:
    """Prints the report; exit code 1 where something configured does not work."""
    with explained():
        report = _report(Run.SERVE if as_served else Run.DEV)
        if json:
            typer.echo(msgspec.json.format(msgspec.json.encode(asdict(report)), indent=2))
        else:
            _print(report)
        if not report.ok:
            raise typer.Exit(FAILED)


def _report(how: Run) -> Report:
    try:
        read = settings.load(how)
    except SettingsError as error:
        return Report(ok=False, run=how, mistakes=error.mistakes)
    findings = asyncio.run(_tried(read))
    well = not any(finding.ok is False for finding in findings)
    return Report(ok=well, run=how, warnings=read.warnings, checks=findings)


async def _tried(read: Settings) -> list[Finding]:
    """The store and every service, all at once: it takes as long as the slowest. Nothing is answered from memory."""
    async with open_connections(read.access, People(read.sandbox_customers)) as connections:
        with live():
            return await asyncio.gather(_store(read), *map(_service, connections))


async def _service(connection: Connection) -> Finding:
    name, mode = connection.service.value, connection.access.mode
    if mode is Mode.OFF:
        return Finding(name=name, how=mode, ok=None)
    return await _timed(name, mode, connection.connector.ping)


async def _store(read: Settings) -> Finding:
    if read.mongodb_uri is None:
        return _embedded()
    try:
        opened = store.opened(read.mongodb_uri.get_secret_value())
    except InvalidStoreUri as error:
        return Finding(name="store", how=Mode.LIVE, ok=False, problem=str(error))
    try:
        return await _timed("store", Mode.LIVE, opened.ping)
    finally:
        await opened.close()


def _embedded() -> Finding:
    """It is not started for this: that it is installed is what can be wrong."""
    try:
        mongod.program()
    except EmbeddedMongoError as error:
        return Finding(name="store", how=EMBEDDED, ok=False, problem=str(error))
    return Finding(name="store", how=EMBEDDED, ok=True)


async def _timed(name: str, how: str, ping: Callable[[], Awaitable[None]]) -> Finding:
    began = perf_counter()
    try:
        await ping()
    except ConnectorError as error:
        return Finding(name=name, how=how, ok=False, ms=_since(began), problem=str(error))
    return Finding(name=name, how=how, ok=True, ms=_since(began))


def _since(began: float) -> float:
    return round(1000 * (perf_counter() - began), 1)


def _print(report: Report) -> None:
    for mistake in report.mistakes:
        terminal.show(Text.assemble(("✗ ", "bold red"), mistake))
    for warning in report.warnings:
        terminal.show(Text.assemble(("! ", "bold yellow"), warning))
    if report.checks:
        terminal.show(_table(report.checks))


def _table(findings: Sequence[Finding]) -> Table:
    table = Table(box=ROUNDED, border_style="dim")
    for heading in ("service", "how", "works"):
        table.add_column(heading, no_wrap=True)
    table.add_column("ms", justify="right")
    table.add_column("problem")
    for one in findings:
        ms = "" if one.ms is None else f"{one.ms:.0f}"
        table.add_row(one.name, Text(one.how, style=_STYLES[one.how]), _mark(one.ok), ms, Text(one.problem or ""))
    return table


def _mark(well: bool | None) -> Text:  # noqa: FBT001 - the finding's own value
    if well is None:
        return Text("not tried", style="dim")
    return Text("yes", style="green") if well else Text("no", style="bold red")
